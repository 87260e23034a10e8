"""Cleaning: from a text as given to a text that the machine may read.

The text as given is never changed; quotes are cut from it. What is read is a cleaned copy:
composed (NFC), without control characters, markup and half characters, and bounded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

MAX_READ = 20_000
"""Characters of a text that are looked at; the rest is kept but not read."""

_MARKUP = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,300}|!--[^<>]{0,300}--)>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d{1,6});")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\ufeff\ufffe]")
_SPACE = re.compile(r"\s{2,}|[^\S ]")
_LONG_RUN = re.compile(r"(.)\1{7,}")
_WORDS = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")

NO_ANSWER = frozenset(
    {
        "vet ej", "vet inte", "ingen aning", "ingenting", "inget", "inget särskilt", "nej",
        "nej tack", "ja", "inga synpunkter", "ingen kommentar", "ingen åsikt", "kan inte svara",
        "kommer inte på något", "vet faktiskt inte", "jag vet inte", "jag vet ej", "vill ej svara",
        "vill inte svara", "inget att säga", "inget att tillägga", "har inget att säga",
        "don t know", "dont know", "i don t know", "i dont know", "dunno", "no idea", "nothing",
        "no comment", "no comments", "none", "no", "yes", "n a", "na", "not applicable",
        "not sure", "no answer", "nothing to add", "nothing comes to mind", "test", "asdf",
        "det vet jag inte", "vet inte riktigt", "jag har ingen åsikt", "i have no opinion",
        "no opinion", "prefer not to say", "inte aktuellt", "ej aktuellt", "okej", "ok",
    }
)  # fmt: skip
"""Whole answers, in letters only, that say that there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A readable copy of a text. ``answers`` is False when nothing was said in it."""

    text: str
    empty: bool
    answers: bool
    shortened: bool


class Cleaner(Protocol):
    """Makes a readable copy of a text."""

    def clean(self, text: str) -> Cleaned:
        """Never raises, whatever the text holds."""
        ...


@dataclass(frozen=True, slots=True)
class PlainCleaner:
    """The cleaner of the house. ``limit`` is the number of characters it looks at."""

    limit: int = MAX_READ

    def clean(self, text: str) -> Cleaned:
        """A composed, bounded copy without markup; at most ``limit`` characters of it."""
        kept = text[: self.limit]
        if not kept.isascii():
            kept = unicodedata.normalize("NFC", kept)
        if "<" in kept or "&" in kept:
            kept = _ENTITY.sub(" ", _MARKUP.sub(" ", kept))
        if "  " in kept or not kept.isprintable():  # else there is nothing to find
            kept = _SPACE.sub(" ", _UNREADABLE.sub(" ", kept))
        kept = kept.strip()
        if any(letter * 8 in kept for letter in set(kept)):
            kept = _LONG_RUN.sub(r"\1\1\1", kept)
        return Cleaned(
            text=kept,
            empty=_without_words(kept),
            answers=not (len(kept) < 60 and _says_nothing(kept)),
            shortened=len(text) > self.limit,
        )


def _without_words(text: str) -> bool:
    """True without a letter or figure, or with one alone, however often it is repeated."""
    said = filter(str.isalnum, text)
    first = next(said, None)
    return first is None or all(letter == first for letter in said)


def _says_nothing(text: str) -> bool:
    return " ".join(_LETTERS.findall(text.lower())) in NO_ANSWER


def fingerprint(text: str) -> str:
    """Letters and digits of a cleaned text in small letters: alike for copies of one text."""
    return " ".join(_WORDS.findall(text.lower()))
