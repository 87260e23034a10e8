"""Reading what people type as a period, a place and a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.vision.indicators import HIGHEST, PERIOD, Unit

LONGEST_PLACE = 60
LONGEST_LINE = 200
MOST_LINES = 400
LONGEST_LINES = MOST_LINES * LONGEST_LINE
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_FIGURE = re.compile(r"\d{1,13}(?:[.,]\d{1,6})?%?", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)


class Faulty(Refusal):
    """A refusal that belongs to one field: ``field`` is the name of its control."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Told:
    """A value as somebody typed it, read: ``place`` is empty for the whole."""

    period: str
    place: str
    value: float


def told(period: str, place: str, figure: str, unit: Unit) -> Told:
    """One value out of three fields. Raises Faulty with what to write instead."""
    period = _SPACES.sub("", period)
    if not PERIOD.fullmatch(period):
        sentence = _("Write the period as a year, 2025, or as a year and a month, 2026-04.")
        raise Faulty("period", sentence)
    place = " ".join(place.split())
    if len(place) > LONGEST_PLACE:
        sentence = _("Write the place in at most %(num)d characters.", num=LONGEST_PLACE)
        raise Faulty("place", sentence)
    return Told(period, place, figure_told(figure, unit))


def figure_told(text: str, unit: Unit) -> float:
    """``0,42``, ``0.42``, ``20 %`` or ``56 470`` as a number. Raises Faulty.

    ``56,470`` may be either, so it is refused where a figure can be that large.
    """
    bare = _SPACES.sub("", text)
    if unit in (Unit.NUMBER, Unit.DAYS) and _THOUSANDS.fullmatch(bare):
        sentence = _("Write thousands without a comma or full stop, for example 56 470.")
        raise Faulty("value", sentence)
    if not _FIGURE.fullmatch(bare) or (bare.endswith("%") and unit != Unit.PERCENT):
        raise Faulty("value", _("Write the value in figures, for example 12 or 0,42."))
    value = float(bare.rstrip("%").replace(",", "."))
    if value > HIGHEST[unit]:
        if unit == Unit.INDEX:
            raise Faulty("value", _("An index is between 0 and 1."))
        if unit == Unit.PERCENT:
            raise Faulty("value", _("A share is between 0 and 100 per cent."))
        raise Faulty("value", _("The value is too large."))
    return value


def lines_told(text: str, unit: Unit) -> list[Told]:
    """Values one to a line, ``period; value`` or ``period; place; value``; tabs do as well.

    ``text`` is what the field held, before it was cleaned, so that lines keep their numbers.
    Raises Faulty, which names the first line that cannot be read.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    written = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not written:
        raise Faulty("lines", _("Write at least one line."))
    if len(written) > MOST_LINES:
        raise Faulty("lines", _("Write at most %(num)d lines at a time.", num=MOST_LINES))
    found = []
    for number, line in written:
        parts = [clean_text(part, LONGEST_LINE) for part in re.split(r"[;\t]", line)]
        try:
            if len(parts) not in (2, 3) or len(line) > LONGEST_LINE:
                raise Refusal(_("Write period; place; value, with a semicolon between."))
            place = parts[1] if len(parts) == 3 else ""
            found.append(told(parts[0], place, parts[-1], unit))
        except Refusal as refusal:
            sentence = _("Line %(number)d: %(what)s", number=number, what=refusal.sentence)
            raise Faulty("lines", sentence) from None
    return found
