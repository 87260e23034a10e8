"""Ids for things that another tool called by names that ours cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from surveys.questions.reading import CHOICE_ID, ID

LONGEST = 40


def question_id(name: str, taken: Collection[str]) -> str:
    """The name itself where it is an id that is free, otherwise the nearest one that is."""
    if ID.fullmatch(name) and name not in taken:
        return name
    plain = re.sub(r"[^a-z0-9_]+", "_", _without_marks(name).lower()).strip("_")
    if not plain[:1].isalpha():
        plain = f"q_{plain}".rstrip("_")
    return _free(plain, taken)


def choice_id(name: str, taken: Collection[str]) -> str:
    """The same for one of the answers of a question."""
    if CHOICE_ID.fullmatch(name) and name not in taken:
        return name
    plain = re.sub(r"[^A-Za-z0-9_+-]+", "_", _without_marks(name)).strip("_+-")
    return _free(plain or "x", taken)


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _free(plain: str, taken: Collection[str]) -> str:
    name, number = plain[:LONGEST], 2
    while name in taken:
        tail = f"_{number}"
        name, number = plain[: LONGEST - len(tail)] + tail, number + 1
    return name
