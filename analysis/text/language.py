"""Language: Swedish or English when it may be, another language when it surely is."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from analysis.text.stories import LANGUAGES
from analysis.text.words import STOPWORDS, tokens

UNKNOWN = "und"
"""The code for a text whose language cannot be told (ISO 639-3)."""

_NEIGHBOURS = frozenset({"no", "nn", "nb", "da"})


class LanguageFinder(Protocol):
    """Tells the language of a text."""

    def find(self, text: str) -> str:
        """An ISO 639 code; ``und`` when the text holds no language."""
        ...


@dataclass(frozen=True, slots=True)
class PairedLanguageFinder:
    """Asks two questions: which of the house's languages, and is it surely another one?

    Another language is believed from ``sure`` on, when it is ``ahead`` times as likely as the
    best language of the house and few function words of that language occur. Norwegian and
    Danish need six words: dialect in Swedish letters looks like both.
    """

    languages: tuple[str, ...] = LANGUAGES
    sure: float = 0.6
    ahead: float = 4.0

    def find(self, text: str) -> str:
        """The language of a cleaned text."""
        words = tokens(text[:2000])
        if not words:
            return UNKNOWN
        shares = {
            lang: sum(word in STOPWORDS[lang] for word in words) / len(words)
            for lang in self.languages
        }
        likeliest = max(shares, key=lambda lang: shares[lang])
        if shares[likeliest] >= 0.4 and shares[likeliest] >= 2 * sorted(shares.values())[-2]:
            return likeliest
        other = self._other(text[:2000], len(words), shares[likeliest])
        return other or _among(self.languages, text[:2000])

    def _other(self, text: str, count: int, share: float) -> str | None:
        open_finder, _ = _finders(self.languages)
        with _LOCK:
            ranked = open_finder.rank(text)
        best, probability = ranked[0][0], float(ranked[0][1])
        ours = max(float(p) for lang, p in ranked if lang in self.languages)
        if best in self.languages or probability < self.sure or probability < self.ahead * ours:
            return None
        if share >= 0.25 or (best in _NEIGHBOURS and count < 6):
            return None
        return str(best)


_LOCK = threading.Lock()


@cache
def _finders(languages: tuple[str, ...]) -> tuple[LanguageIdentifier, LanguageIdentifier]:
    everything = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    ours = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    ours.set_languages(list(languages))
    return everything, ours


def _among(languages: tuple[str, ...], text: str) -> str:
    _, ours = _finders(languages)
    with _LOCK:
        lang, probability = ours.classify(text)
    return str(lang) if float(probability) > 0.505 else languages[0]
