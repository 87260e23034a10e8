"""Naming: what a theme is called and which words set it apart, in Swedish and in English.

Keywords are dictionary forms and set phrases that the theme's stories use oftener than the
other stories do (class-based TF-IDF on story counts). A label is a short sentence close to
what people say in the first person; a known theme keeps the name its codebook gives it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from typing import NamedTuple, Protocol

import numpy as np

from analysis.text.embedding.distilled import translated
from analysis.text.forms import shown_form
from analysis.text.stories import LANGUAGES, Bilingual
from analysis.text.words import is_stopword, sentences, tokens

BANNED = re.compile(
    r"\b(olika|diverse|synpunkter på|övrigt|blandat|various|miscellaneous|different|comments on"
    r"|feedback on|other)\b",
    re.IGNORECASE,
)
"""Words of labels that say nothing."""

_NAMELESS = {
    "sv": frozenset(
        {
            "alldeles", "istället", "tyvärr", "nästan", "heller", "fortfarande", "ordentligt",
            "riktigt", "verkligen", "egentligen", "dessutom", "däremot", "snarare", "enda",
            "samtidigt",
        }
    ),
    "en": frozenset({"none", "ago", "able", "else", "instead", "nobody", "somebody", "everybody"}),
}  # fmt: skip
"""Words that may set a theme apart by chance, but that name nothing."""

_FIRST_PERSON = {
    "sv": frozenset({"jag", "ja", "vi", "mig", "mej", "min", "mitt", "mina", "oss", "vår", "man"}),
    "en": frozenset({"i", "i'm", "i've", "i'd", "we", "me", "my", "mine", "us", "our"}),
}
_PATTERN = {"sv": "Det handlar om {}", "en": "It is about {}"}
_QUOTED = {"sv": "På engelska: ”{}”", "en": "In Swedish: ”{}”"}
"""How a theme that was told in the other language alone is called in this one."""
_THEME = {"sv": "Tema", "en": "Theme"}
_AND = {"sv": "och", "en": "and"}


class Sample(NamedTuple):
    """A story of a theme as the namer sees it: cleaned text and closeness to the theme."""

    lang: str
    text: str
    closeness: float


class Named(NamedTuple):
    """A theme's proposed name and the words that set it apart."""

    label: Bilingual
    keywords: Mapping[str, tuple[str, ...]]
    telling: Mapping[str, Mapping[str, float]]


class Namer(Protocol):
    """Names the themes of one run together, so that no two are alike."""

    def name(
        self, themes: Sequence[Sequence[Sample]], given: Sequence[Bilingual | None]
    ) -> list[Named]:
        """A name per theme; ``given`` names are kept as they are."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenNamer:
    """Names themes with sentences that people said. ``keywords`` is how many words to show."""

    keywords: int = 8
    shortest: int = 3
    longest: int = 11

    def name(
        self, themes: Sequence[Sequence[Sample]], given: Sequence[Bilingual | None]
    ) -> list[Named]:
        """See :class:`Namer`."""
        words = {lang: telling_terms(themes, lang) for lang in LANGUAGES}
        taken = {lang: {_plain(g.in_language(lang)) for g in given if g} for lang in LANGUAGES}
        named = []
        for number, samples in enumerate(themes):
            ranked = {lang: words[lang][number] for lang in LANGUAGES}
            spoken = given[number] or self._spoken(samples, ranked, taken)
            shown = {
                lang: tuple((list(ranked[lang]) or borrowed(ranked, lang))[: self.keywords])
                for lang in LANGUAGES
            }
            named.append(Named(spoken, shown, ranked))
        return named

    def _spoken(
        self,
        samples: Sequence[Sample],
        ranked: Mapping[str, Mapping[str, float]],
        taken: Mapping[str, set[str]],
    ) -> Bilingual:
        told = {lang: self._sentences(samples, lang, ranked[lang]) for lang in LANGUAGES}
        said = {}
        for lang in LANGUAGES:
            own = _patterns(ranked, lang) if len(ranked[lang]) > 1 else []
            quoted = [
                _QUOTED[lang].format(one) for other in LANGUAGES if other != lang
                for one in told[other]
            ]  # fmt: skip
            said[lang] = _free([*told[lang], *own, *quoted], taken[lang]) or _first_free(
                _patterns(ranked, lang), taken[lang], lang
            )
            taken[lang].add(_plain(said[lang]))
        return Bilingual(**said)

    def _sentences(
        self, samples: Iterable[Sample], lang: str, ranked: Mapping[str, float]
    ) -> list[str]:
        """Sentences people said in this language, the most telling first."""
        scored = {}
        for sample in samples:
            if sample.lang != lang:
                continue
            for start, end in sentences(sample.text[:2000]):
                said = sample.text[start:end].strip(" \t-–—\"”“'’»«.,;:!…")
                spoken = tokens(said)
                if self.shortest <= len(spoken) <= self.longest and _may_be_label(said):
                    scored[said] = _telling(spoken, lang, ranked) * (0.5 + sample.closeness)
        best = sorted(scored, key=lambda said: (-scored[said], said))
        return [_as_label(said) for said in best[:20] if scored[said] > 0]


def telling_terms(themes: Sequence[Sequence[Sample]], lang: str) -> list[dict[str, float]]:
    """Per theme: terms of one language with their weight, the most telling first."""
    counts = [Counter[str]() for _ in themes]
    for number, samples in enumerate(themes):
        for sample in samples:
            if sample.lang == lang:
                counts[number].update(terms_of(sample.text, lang))
    everywhere = Counter[str]()
    for count in counts:
        everywhere.update(count)
    stories = [max(1, sum(s.lang == lang for s in samples)) for samples in themes]
    mean = sum(stories) / max(1, len(stories))
    return [
        _ranked(count, everywhere, size, mean) for count, size in zip(counts, stories, strict=True)
    ]


def _ranked(
    count: Counter[str], everywhere: Counter[str], stories: int, mean: float
) -> dict[str, float]:
    least = 1 if stories < 12 else 2
    weights = {
        term: number
        / stories
        * float(np.log1p(mean / everywhere[term]))
        * (1.2 if " " in term else 1)
        for term, number in count.items()
        if number >= least and (" " not in term or number >= 2)
    }
    ordered = sorted(weights, key=lambda term: (-weights[term], term))
    return {term: weights[term] for term in _without_repeats(ordered[:200])[:40]}


def _without_repeats(ordered: Sequence[str]) -> list[str]:
    """Drops words that an earlier phrase holds, and phrases made of two earlier words."""
    kept: dict[str, None] = {}
    held: set[str] = set()
    for term in ordered:
        parts = term.split()
        if term in held or (len(parts) > 1 and any(part in kept for part in parts)):
            continue
        kept[term] = None
        held.update(parts)
    return list(kept)


def terms_of(text: str, lang: str) -> set[str]:
    """The lemmas of a text that carry a subject, and its pairs of neighbouring ones."""
    words = tokens(text[:2000])
    found = set()
    before = ""
    for word in words:
        form = _carried(word, lang)
        if form is None:
            before = ""
            continue
        if form:
            found.add(form)
        if before:
            found.add(f"{before} {word}")
        before = word
    return found


@lru_cache(maxsize=200_000)
def _carried(word: str, lang: str) -> str | None:
    """The form of a word that carries a subject; "" where only the form carries none, and None
    where the word carries none either."""
    if is_stopword(word, lang) or len(word) < 3 or word in _NAMELESS.get(lang, ()):
        return None
    form = shown_form(word, lang)
    return "" if is_stopword(form, lang) else form


def _telling(spoken: Sequence[str], lang: str, ranked: Mapping[str, float]) -> float:
    """How much a sentence says of the theme; being in the first person helps."""
    carried = fsum(ranked.get(term, 0.0) for term in {shown_form(word, lang) for word in spoken})
    personal = 1.5 if any(word in _FIRST_PERSON[lang] for word in spoken) else 1.0
    return float(carried * personal / (3 + len(spoken)) ** 0.5)


def _may_be_label(said: str) -> bool:
    return not BANNED.search(said) and not re.search(r"\d{3}|@|https?:|[<>{}\[\]|]", said)


def _as_label(said: str) -> str:
    return said[0].upper() + said[1:]


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())


def _patterns(ranked: Mapping[str, Mapping[str, float]], lang: str) -> list[str]:
    """Labels made of keywords, for when nobody said it shortly in this language."""
    terms = list(ranked[lang])
    if len(terms) < 2:
        terms += [t for t in borrowed(ranked, lang) if t not in terms]
    if len(terms) < 2:
        terms += [f"”{term}”" for other in LANGUAGES for term in ranked[other] if other != lang]
    terms = [term for term in terms if not BANNED.search(term)]
    made = [
        _PATTERN[lang].format(f"{first} {_AND[lang]} {second}")
        for at, first in enumerate(terms)
        for second in terms[at + 1 : at + 4]
    ]
    return made[:200] + [_PATTERN[lang].format(term) for term in terms]


def borrowed(ranked: Mapping[str, Mapping[str, float]], lang: str) -> list[str]:
    """The other language's terms, each put into this one word by word."""
    found: dict[str, None] = {}
    for other in LANGUAGES:
        for term in list(ranked[other])[:24] if other != lang else ():
            words = [translated(word, other, lang) for word in term.split()]
            found |= dict.fromkeys(word for word in words if word)
    return list(found)


def _free(options: Sequence[str], taken: set[str]) -> str | None:
    return next((option for option in options if _plain(option) not in taken), None)


def _first_free(options: Sequence[str], taken: set[str], lang: str) -> str:
    found = _free(options, taken)
    if found is not None:
        return found
    numbered = (f"{_THEME[lang]} {number}" for number in range(1, len(taken) + 2))
    return next(label for label in numbered if _plain(label) not in taken)
