"""Dictionaries of word forms, looked up where they lie.

The dictionaries are simplemma's: sorted words, each written as what it shares with the word
before it, so that a word can only be read on from a place where everything before it is known.
simplemma finds such places by reading a dictionary to its end, which takes longer than reading
ten thousand stories leaves time for. They are shipped beside the engine instead, with the forms
of the common words; both are made by ``python -m analysis.text.dictionaries`` and are used with
exactly the dictionaries that they were made of, else simplemma does it all itself.
"""

from __future__ import annotations

import hashlib
import lzma
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import simplemma
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from analysis.text.embedding.distilled import table
from analysis.text.stories import LANGUAGES

FILE = Path(__file__).parent / "data" / "forms.npz"
APART = 64
"""Words from one place where reading may begin to the next."""
_SIMPLEMMA = Path(simplemma.__file__).parent / "strategies" / "dictionaries" / "data"
_HEAD = b"SMFC1\x00"
_AS_BEFORE, _SPELLED = 254, 255


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading may begin, with the word and the form that stand before it."""

    at: int
    word: bytes
    form: bytes


@dataclass(frozen=True, slots=True)
class Dictionary(Mapping[str, str]):
    """A dictionary by its written ``words``; ``firsts`` are the first words after ``places``."""

    words: bytes
    start: int
    count: int
    firsts: list[bytes]
    places: list[Place]

    def __getitem__(self, word: str) -> str:
        form = self._find(word)
        if form is None:
            raise KeyError(word)
        return form

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The dictionary form of a word, ``default`` for a word that is not there."""
        form = self._find(word)
        return default if form is None else form

    def __iter__(self) -> Iterator[str]:
        return (word.decode() for _, word, _ in records(self.words, Place(self.start, b"", b"")))

    def __len__(self) -> int:
        return self.count

    def _find(self, word: str) -> str | None:
        wanted = word.encode("utf-8", "replace")
        block = bisect_right(self.firsts, wanted) - 1
        if block < 0:
            return None
        for _, found, form in records(self.words, self.places[block]):
            if found >= wanted:
                return form.decode() if found == wanted else None
        return None


def records(written: bytes, place: Place) -> Iterator[tuple[int, bytes, bytes]]:
    """(position, word, form) of every word from ``place`` to the end."""
    at, word, form = place.at, place.word, place.form
    end = len(written)
    while at < end:
        position = at
        shared, size, at = written[at], written[at + 1], at + 2
        if shared >= 0x80 or size >= 0x80:
            shared, at = _number(written, position)
            size, at = _number(written, at)
        told, at = at, at + size
        word = word[:shared] + written[told:at]
        trimmed = written[at]
        if trimmed == _AS_BEFORE:
            at += 1
        else:
            size, told = written[at + 1], at + 2
            if size >= 0x80:
                size, told = _number(written, at + 1)
            at = told + size
            ending = written[told:at]
            form = ending if trimmed == _SPELLED else word[: len(word) - trimmed] + ending
        yield position, word, form


def _number(written: bytes, at: int) -> tuple[int, int]:
    """A number, seven bits a byte, and where what follows begins."""
    number, at, shift = written[at], at + 1, 7
    if number < 0x80:
        return number, at
    number &= 0x7F
    while True:
        byte, at = written[at], at + 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


@dataclass(frozen=True, slots=True)
class Factory:
    """Finds the dictionary of a language, as simplemma asks for it."""

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """The shipped places with simplemma's words; all of simplemma where they do not fit."""
        return _dictionary(lang)


@cache
def _dictionary(lang: str) -> Mapping[str, str]:
    held = _shipped()
    if f"{lang}_places" not in held or not fits(lang):
        return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(lang)
    written = written_words(lang)
    count, start = _head(written)
    firsts, words, forms = (held[f"{lang}_{part}"].tobytes().split(b"\n") for part in _PARTS)
    at = np.cumsum(held[f"{lang}_places"], dtype=np.int64).tolist()
    return Dictionary(written, start, count, firsts, list(map(Place, at, words, forms)))


_PARTS = ("firsts", "words", "forms")


@cache
def common_forms(lang: str) -> Mapping[str, str]:
    """The dictionary forms of the distilled table's words; none when they do not fit."""
    held = _shipped()
    if f"{lang}_common" not in held or not all(map(fits, LANGUAGES)):
        return {}
    forms = held[f"{lang}_common"].tobytes().decode().split("\n")
    words = table().words[lang]
    return {word: form or word for word, form in zip(words, forms, strict=True)}


@cache
def _shipped() -> Mapping[str, np.ndarray]:  # type: ignore[type-arg]
    if not FILE.exists():
        return {}
    with np.load(FILE) as held:
        return {name: held[name] for name in held.files}


@cache
def fits(lang: str) -> bool:
    """Whether what is shipped was made of the dictionary that is installed."""
    made_of = _shipped().get(f"{lang}_mark")
    return made_of is not None and made_of.tobytes() == _mark(lang)


def _mark(lang: str) -> bytes:
    return hashlib.blake2b((_SIMPLEMMA / f"{lang}.plzma").read_bytes(), digest_size=16).digest()


def written_words(lang: str) -> bytes:
    """simplemma's dictionary of a language, as it is written."""
    with lzma.open(_SIMPLEMMA / f"{lang}.plzma", "rb") as file:
        return file.read()


def _head(written: bytes) -> tuple[int, int]:
    """How many words there are and where the first one begins. Raises ValueError for another
    way of writing."""
    if not written.startswith(_HEAD):
        raise ValueError("The dictionary is written in another way.")
    return _number(written, len(_HEAD))


def _made(lang: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """What is shipped of one language."""
    written = written_words(lang)
    count, start = _head(written)
    places, firsts, before = [], [], Place(start, b"", b"")
    number = -1
    for number, (at, word, form) in enumerate(records(written, before)):
        if number % APART == 0:
            places.append(Place(at, before.word, before.form))
            firsts.append(word)
        before = Place(at, word, form)
    if number + 1 != count:
        raise ValueError(f"The dictionary has {number + 1} words and speaks of {count}.")
    simple = Lemmatizer(lemmatization_strategy=DefaultStrategy(low_memory=True))
    common = [(word, simple.lemmatize(word, lang).lower()) for word in table().words[lang]]
    lines = {
        "firsts": firsts,
        "words": [place.word for place in places],
        "forms": [place.form for place in places],
        "common": [b"" if form == word else form.encode() for word, form in common],
    }
    held = {f"{lang}_{part}": _bytes(b"\n".join(told)) for part, told in lines.items()}
    steps = np.diff([place.at for place in places], prepend=0).astype(np.uint16)
    return held | {f"{lang}_places": steps, f"{lang}_mark": _bytes(_mark(lang))}


def _bytes(told: bytes) -> np.ndarray:  # type: ignore[type-arg]
    return np.frombuffer(told, dtype=np.uint8)


def main() -> None:
    """Write what is shipped beside the engine's other data."""
    held: dict[str, np.ndarray] = {}  # type: ignore[type-arg]
    for lang in LANGUAGES:
        held |= _made(lang)
    np.savez_compressed(FILE, **held)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
