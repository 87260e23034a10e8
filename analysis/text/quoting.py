"""Quoting: telling passages, word for word, with their place in the text as it was given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from analysis.text.cleaning import PlainCleaner
from analysis.text.forms import shown_form
from analysis.text.stories import Span, Story
from analysis.text.themes import Quote
from analysis.text.words import sentences, tokens

_LOOKED_AT = 4_000


class Voice(NamedTuple):
    """A story that may be quoted: its language and how close it is to the theme (0..1)."""

    story: Story
    lang: str
    closeness: float


@dataclass(frozen=True, slots=True)
class Quoter:
    """Chooses ``count`` passages of at most ``longest`` characters, spread over voices.

    A passage is one sentence, or two when one is very short. A voice whose language, place
    or mood is not yet heard goes before one that repeats them.
    """

    count: int = 4
    shortest: int = 12
    longest: int = 240

    def quotes(
        self, voices: Sequence[Voice], telling: Mapping[str, Mapping[str, float]]
    ) -> tuple[Quote, ...]:
        """The most telling passages; ``telling`` weighs words by language."""
        candidates = []
        for voice in voices:
            found = self._best_passage(voice, telling.get(voice.lang, {}))
            if found:
                candidates.append((*found, voice))
        return tuple(self._spread(candidates))

    def _best_passage(
        self, voice: Voice, telling: Mapping[str, float]
    ) -> tuple[float, Quote] | None:
        text = voice.story.text
        best: tuple[float, Span] | None = None
        for start, end in self._passages(text[:_LOOKED_AT]):
            if any(a < end and start < b for a, b in voice.story.hidden):
                continue
            said = text[start:end]
            score = _weight(said, voice.lang, telling) * (0.5 + voice.closeness)
            if (best is None or score > best[0]) and is_readable(said):
                best = (score, (start, end))
        if best is None:
            return None
        start, end = best[1]
        return best[0], Quote(voice.story.id, start, end, text[start:end], voice.lang)

    def _passages(self, text: str) -> Iterable[Span]:
        spans = list(sentences(text))
        for at, (start, end) in enumerate(spans):
            if self.shortest <= end - start <= self.longest:
                yield start, end
            if at and end - spans[at - 1][0] <= self.longest and end - start < 60:
                yield spans[at - 1][0], end
        whole = text.strip()
        if whole and len(whole) <= self.longest and len(text) < _LOOKED_AT:
            begin = text.index(whole)
            yield begin, begin + len(whole)

    def _spread(self, candidates: list[tuple[float, Quote, Voice]]) -> Iterable[Quote]:
        heard: set[tuple[str, object]] = set()
        said: set[str] = set()
        left = sorted(candidates, key=lambda c: (-c[0], c[1].text, c[1].story_id))
        for _ in range(self.count):
            left = [c for c in left if c[1].text.casefold() not in said]
            if not left:
                return
            chosen = max(left, key=lambda c: (c[0] + 1e-9) * _freshness(c[2], heard))
            left.remove(chosen)
            said.add(chosen[1].text.casefold())
            heard.update(_traits(chosen[2]))
            yield chosen[1]


def is_readable(text: str) -> bool:
    """True when cleaning changes nothing but blanks and composition: safe to show as it is."""
    cleaned = PlainCleaner().clean(text).text
    return cleaned == " ".join(unicodedata.normalize("NFC", text).split())


def _weight(said: str, lang: str, telling: Mapping[str, float]) -> float:
    words = tokens(said)
    carried = fsum(telling.get(form, 0.0) for form in {shown_form(word, lang) for word in words})
    return float((carried + 1e-3) / (6 + len(words)) ** 0.5)


def _traits(voice: Voice) -> set[tuple[str, object]]:
    traits: set[tuple[str, object]] = {("lang", voice.lang)}
    if voice.story.place:
        traits.add(("place", voice.story.place))
    if voice.story.mood is not None:
        traits.add(("mood", voice.story.mood > 0))
    return traits


def _freshness(voice: Voice, heard: set[tuple[str, object]]) -> float:
    return 1.0 + 0.5 * len(_traits(voice) - heard)
