"""Preparing: every story cleaned, its language found, and what cannot be read set aside.

The rows that will be read are put in a canonical order, by what they say and then by id, so
that the order in which stories arrive cannot change a reading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.cleaning import Cleaned, Cleaner, fingerprint
from analysis.text.language import UNKNOWN, LanguageFinder
from analysis.text.stories import Story
from analysis.text.themes import Aside, Note

CAMPAIGN_WORDS = 6
"""Shorter answers that are alike are separate voices, not copies of one text."""
CAMPAIGN_LETTERS = 60
"""A shorter sentence may be said by several people on their own."""
CAMPAIGN_VOICES = 3
"""So many stories around one long sentence are a campaign."""
_SENTENCE_END = re.compile(r"[.!?\n]+")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Stories ready to be read, all lists in the order in which the stories were given.

    ``order`` holds the row numbers to be read, in canonical order: neither set aside nor a
    copy. ``copy_of`` maps a copy's row to the row it repeats.
    """

    stories: Sequence[Story]
    texts: Sequence[str]
    langs: Sequence[str]
    aside: Mapping[int, Aside]
    copy_of: Mapping[int, int]
    order: npt.NDArray[np.intp]
    notes: tuple[Note, ...]


def prepare(stories: Sequence[Story], cleaner: Cleaner, finder: LanguageFinder) -> Prepared:
    """Clean, find languages, set aside and order ``stories``. Ids must be unique (ValueError)."""
    if len({story.id for story in stories}) != len(stories):
        raise ValueError("Two stories have the same id.")
    texts: list[str] = []
    langs: list[str] = []
    aside: dict[int, Aside] = {}
    shortened = 0
    for row, story in enumerate(stories):
        cleaned = cleaner.clean(story.text)
        shortened += cleaned.shortened
        reason = _reason(cleaned)
        if reason:
            aside[row] = reason
        texts.append(cleaned.text)
        langs.append(story.lang or (UNKNOWN if cleaned.empty else finder.find(cleaned.text)))
    rows = sorted(
        (row for row in range(len(stories)) if row not in aside),
        key=lambda row: (_digest(texts[row]), stories[row].id),
    )
    copy_of = _copies(rows, texts)
    aside |= dict.fromkeys(copy_of, Aside.COPY)
    order = np.array([row for row in rows if row not in copy_of], dtype=np.intp)
    notes = _notes(aside, shortened, langs)
    return Prepared(stories, texts, langs, aside, copy_of, order, notes)


def _reason(cleaned: Cleaned) -> Aside | None:
    if cleaned.empty:
        return Aside.EMPTY
    return None if cleaned.answers else Aside.NO_ANSWER


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


def _copies(rows: Sequence[int], texts: Sequence[str]) -> dict[int, int]:
    """Rows that repeat an earlier row and the row they repeat.

    A copy says the same words, or shares one long sentence with so many others that it is a
    campaign's and fills most of the story.
    """
    first: dict[int, int] = {}
    copies = {}
    sentences: dict[int, list[int]] = {}
    for row in rows:
        said = fingerprint(texts[row])
        if said.count(" ") + 1 < CAMPAIGN_WORDS:
            continue
        known = first.setdefault(hash(said), row)
        if known != row:
            copies[row] = known
            continue
        if len(texts[row]) < CAMPAIGN_LETTERS:
            continue
        longest = max(_SENTENCE_END.split(texts[row]), key=len)
        if len(longest) >= CAMPAIGN_LETTERS and 2 * len(longest) >= len(texts[row]):
            sentences.setdefault(hash(fingerprint(longest)), []).append(row)
    for alike in sentences.values():
        if len(alike) >= CAMPAIGN_VOICES:
            copies |= dict.fromkeys(alike[1:], alike[0])
    return {row: copies.get(known, known) for row, known in copies.items()}


def hash_of(mark: str) -> int:
    """A 64-bit number for a text, the same in every process."""
    return int.from_bytes(_digest(mark)[:8], "big")


def marks_of(prepared: Prepared, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.uint64]:
    """A number for what each story says, by story number."""
    return np.array([hash_of(prepared.texts[int(row)]) for row in rows], dtype=np.uint64)


def _notes(aside: Mapping[int, Aside], shortened: int, langs: Sequence[str]) -> tuple[Note, ...]:
    counts = {reason: sum(found is reason for found in aside.values()) for reason in Aside}
    other = sum(lang not in ("sv", "en", UNKNOWN) for lang in langs)
    said = [
        ("empty", counts[Aside.EMPTY], "without words: set aside."),
        ("no_answer", counts[Aside.NO_ANSWER], "saying only “don’t know” or the like: set aside."),
        ("copies", counts[Aside.COPY], "repeating another text: read once, every copy counted."),
        ("shortened", shortened, "too long to be read to the end: only the beginning was read."),
        ("other_languages", other, "in a language other than Swedish and English: kept and read."),
    ]
    return tuple(
        Note(code, count, f"{_stories(count)} {sentence}")
        for code, count, sentence in said
        if count
    )


def _stories(count: int) -> str:
    return "One story" if count == 1 else f"{count} stories"


def row_numbers(prepared: Prepared) -> npt.NDArray[np.intp]:
    """For every story its place in the order, −1 when it is not read itself."""
    rows = np.full(len(prepared.stories), -1, dtype=np.intp)
    rows[prepared.order] = np.arange(len(prepared.order))
    return rows


def fresh_key(prepared: Prepared, members: Sequence[int] | npt.NDArray[np.intp]) -> str:
    """A key for a theme that is new: it depends on what its stories say, not on their order."""
    marks = sorted(_digest(prepared.texts[int(number)]) for number in members)
    return "new-" + hashlib.blake2b(b"".join(marks), digest_size=4).hexdigest()
