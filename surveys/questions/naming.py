"""Names for the columns of a question that has several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surveys.questions.document import Question


def parts(question: Question, ids: Sequence[str]) -> tuple[str, ...]:
    """A column name for each part: ``kontakt.telefon``; all different, 64 characters at most.

    Signs that statistics programs refuse in a name become an underscore; when two parts
    would then be called the same, every part gets its number in the list.
    """
    plain = [re.sub(r"[^A-Za-z0-9_]", "_", each)[:20].rstrip("_") or "x" for each in ids]
    if len({name.lower() for name in plain}) < len(plain):
        plain = [f"{name}_{number}" for number, name in enumerate(plain, start=1)]
    return tuple(f"{question.id}.{name}" for name in plain)
