"""Choices and statements as lists with one on each line, the languages side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.questions.document import NOTHING, Choice
from surveys.questions.pictures import PICTURES
from surveys.shaping import new_id

MOST_CHOICES = 40
MISSING = ("–", "-", "—")


def choices_from_lines(
    old: tuple[Choice, ...],
    sv: str,
    en: str,
    easy_sv: str,
    easy_en: str,
    taken: Collection[str] = (),
) -> tuple[Choice, ...]:
    """Choices from texts with one on each line, side by side; line 1 keeps the id of choice 1.

    A dash stands for words that are missing. A line that moves takes its id along when its Swedish
    text is the same, so answers keep their meaning when choices change places. An id in ``taken``
    is never given to another choice.

    Raises:
        Refusal: when the lists have different numbers of lines, or too many.
    """
    columns = [_lines(text) for text in (sv, en, easy_sv, easy_en)]
    count = max(len(column) for column in columns)
    if any(column and len(column) != count for column in columns):
        raise Refusal(
            _(
                "The lists have different numbers of lines, so that the lines do not match. "
                "Write – on a line where the words are missing."
            )
        )
    rows = list(zip(*(column or [""] * count for column in columns), strict=True))
    rows = [row for row in rows if any(row)]
    if len(rows) > MOST_CHOICES:
        raise Refusal(_("A question has at most %(num)d choices.", num=MOST_CHOICES))
    kept = {choice.text.sv: choice for choice in old if choice.text.sv}
    still = {row[0] for row in rows}
    made: list[Choice] = []
    used = {choice.id for choice in old} | set(taken)
    for place, row in enumerate(rows):
        before = kept.get(row[0])
        if before is None and place < len(old) and old[place].text.sv not in still:
            before = old[place]
        if before is None or before.id in {each.id for each in made}:
            before = Choice(new_id("val", used), NOTHING)
            used.add(before.id)
        made.append(replace(before, text=Localized(row[0], row[1]), easy=Localized(row[2], row[3])))
    return tuple(made)


def with_pictures(choices: tuple[Choice, ...], named: Mapping[str, str]) -> tuple[Choice, ...]:
    """The choices with the drawings that a form names by the choice's id; others keep theirs."""
    return tuple(
        replace(each, picture=named[each.id]) if named.get(each.id) in ("", *PICTURES) else each
        for each in choices
    )


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return ["" if line in MISSING else line for line in lines]
