"""Words: tokens, stems, and the words that carry no subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from analysis.text.stories import LANGUAGES

TOKEN = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?\n…]+(?:[.!?…]+[\"”’)]*|\n|$)")

_DATA = Path(__file__).parent / "data"
STOPWORDS: dict[str, frozenset[str]] = {
    lang: frozenset((_DATA / f"stopwords.{lang}.txt").read_text(encoding="utf-8").split())
    for lang in LANGUAGES
}
"""Words that carry no subject, in stories about care."""


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, without numbers."""
    return TOKEN.findall(text.lower())


@lru_cache(maxsize=200_000)
def stem(word: str, lang: str) -> str:
    """The Snowball stem of a small-letter word; the word itself in other languages."""
    if lang not in LANGUAGES:
        return word
    stemmed: str = _stemmers()[lang].stem(word)
    return stemmed


@cache
def _stemmers() -> dict[str, Any]:
    """The stemmers, loaded when a word is first stemmed: a command that reads stories needs none,
    and loading them takes as long as reading a few stories does."""
    from nltk.stem.snowball import SnowballStemmer

    return {"sv": SnowballStemmer("swedish"), "en": SnowballStemmer("english")}


def is_stopword(word: str, lang: str) -> bool:
    """True for words that carry no subject, and for single letters."""
    return len(word) < 2 or word in STOPWORDS.get(lang, frozenset())


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a text, without surrounding blanks."""
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            yield start, end
