"""Reading what people type as a period and a figure, and saying it again in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from analysis.indicator_models import IndicatorValue
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.vision.indicators import HIGHEST, PERIOD, Unit

LONGEST_PLACE = 60
MOST_LINES = 400
SHOWN_TREND = 12
"""A chart shows the latest periods, as many as can be told apart on a phone."""
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_FIGURE = re.compile(r"\d{1,13}(?:[.,]\d{1,6})?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """A value as somebody typed it, read: ``place`` is empty for the whole."""

    period: str
    place: str
    value: float


def told(period: str, place: str, figure: str, unit: Unit) -> Told:
    """One value out of three fields. Raises Refusal with what to write instead."""
    period = _SPACES.sub("", period)
    if not PERIOD.fullmatch(period):
        raise Refusal(_("Write the period as a year, 2025, or as a year and a month, 2026-04."))
    place = " ".join(place.split())
    if len(place) > LONGEST_PLACE:
        raise Refusal(_("Write a shorter place, at most %(num)d characters.", num=LONGEST_PLACE))
    return Told(period, place, figure_told(figure, unit))


def figure_told(text: str, unit: Unit) -> float:
    """``0,42``, ``0.42``, ``20 %`` or ``56 470`` as a number. Raises Refusal."""
    bare = _SPACES.sub("", text)
    if not _FIGURE.fullmatch(bare) or (bare.endswith("%") and unit != Unit.PERCENT):
        raise Refusal(_("Write the value in figures, for example 12 or 0,42."))
    value = float(bare.rstrip("%").replace(",", "."))
    if value > HIGHEST[unit]:
        if unit == Unit.INDEX:
            raise Refusal(_("An index is between 0 and 1."))
        if unit == Unit.PERCENT:
            raise Refusal(_("A share is between 0 and 100 per cent."))
        raise Refusal(_("The value is too large."))
    return value


def lines_told(text: str, unit: Unit) -> list[Told]:
    """Values one to a line, ``period; value`` or ``period; place; value``; tabs do as well.

    Raises Refusal, which names the first line that cannot be read.
    """
    lines = [line for line in clean_text(text).split("\n") if line.strip()]
    if not lines:
        raise Refusal(_("Write at least one line."))
    if len(lines) > MOST_LINES:
        raise Refusal(_("Write at most %(num)d lines at a time.", num=MOST_LINES))
    found = []
    for number, line in enumerate(lines, start=1):
        parts = [part.strip() for part in re.split(r"[;\t]", line)]
        try:
            if len(parts) not in (2, 3):
                raise Refusal(_("Write period; place; value, with a semicolon between."))
            place = parts[1] if len(parts) == 3 else ""
            found.append(told(parts[0], place, parts[-1], unit))
        except Refusal as refusal:
            sentence = _("Line %(number)d: %(what)s", number=number, what=refusal.sentence)
            raise Refusal(sentence) from None
    return found


def period_said(period: str) -> str:
    """``2025``, or the month with its year: ``april 2026``."""
    if len(period) == 4:
        return period
    return str(format_date(date(int(period[:4]), int(period[5:]), 1), "LLLL yyyy"))


def figure_said(value: float, unit: Unit) -> str:
    """``20 %``, ``0,42``, ``12 days``."""
    said = str(format_decimal(value, "#,##0.##" if unit != Unit.INDEX else "0.00"))
    if unit == Unit.PERCENT:
        return f"{said}\u00a0%"
    return str(_("%(num)s days", num=said)) if unit == Unit.DAYS else said


def in_time(period: str) -> tuple[str, str]:
    """What periods are sorted by: a year stands after its months."""
    return period[:4], period[5:] or "13"


def latest_of(values: Sequence[IndicatorValue]) -> list[IndicatorValue]:
    """What is shown first: the values of the latest period for the whole, or for each place."""
    whole = [each for each in values if not each.place]
    told_of = whole or list(values)
    last = max((in_time(each.period) for each in told_of), default=("", ""))
    return [each for each in told_of if in_time(each.period) == last]


def trend_of(values: Sequence[IndicatorValue]) -> list[IndicatorValue]:
    """The latest values of the whole, or of the only place there is; the oldest first."""
    places = {each.place for each in values}
    shown = "" if "" in places else next(iter(places), "")
    if shown and len(places) > 1:
        return []
    return [each for each in values if each.place == shown][-SHOWN_TREND:]
