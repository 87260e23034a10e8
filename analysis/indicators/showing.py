"""Saying an indicator's figures in words, and choosing which of them stand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, format_decimal, ngettext

from analysis.indicator_models import IndicatorValue
from dialogue.vision.indicators import Unit

SHOWN_TREND = 12
"""A chart shows the latest periods, as many as can be told apart on a phone."""
_SWEDISH_LAST = str.maketrans("åäö", "{|}")


@dataclass(frozen=True, slots=True)
class Latest:
    """What is shown first: the latest value of the whole, and those of the latest period that any
    place has one for, the lowest first."""

    whole: IndicatorValue | None
    places: tuple[IndicatorValue, ...]


def latest_of(values: Sequence[IndicatorValue]) -> Latest:
    """The latest values of the whole and of its places."""
    whole = [each for each in values if not each.place]
    placed = [each for each in values if each.place]
    last = max((in_time(each.period) for each in placed), default=None)
    newest = [each for each in placed if in_time(each.period) == last]
    return Latest(
        max(whole, key=lambda each: in_time(each.period), default=None),
        tuple(sorted(newest, key=lambda each: (each.value, by_name(each.place)))),
    )


def trend_of(values: Sequence[IndicatorValue]) -> list[IndicatorValue]:
    """The latest values of the whole, or of the only place there is; the oldest first.

    Years or months, never both beside each other: those of the latest value.
    """
    places = {each.place for each in values}
    shown = "" if "" in places else next(iter(places), "")
    if shown and len(places) > 1:
        return []
    mine = sorted((each for each in values if each.place == shown), key=_when)
    return [each for each in mine if len(each.period) == len(mine[-1].period)][-SHOWN_TREND:]


def _when(value: IndicatorValue) -> tuple[str, str]:
    return in_time(value.period)


def in_time(period: str) -> tuple[str, str]:
    """What periods are sorted by: a year stands after its months."""
    return period[:4], period[5:] or "13"


def by_name(place: str) -> str:
    """What places are sorted by: å, ä and ö stand last."""
    return place.casefold().translate(_SWEDISH_LAST)


def period_said(period: str, *, short: bool = False) -> str:
    """``2025``, or the month with its year: ``april 2026``, in short ``apr. 2026``."""
    if len(period) == 4:
        return period
    first = date(int(period[:4]), int(period[5:]), 1)
    return str(format_date(first, "LLL yyyy" if short else "LLLL yyyy"))


def figure_said(value: float, unit: Unit) -> str:
    """``20 %``, ``0,42``, ``12 days``."""
    said = str(format_decimal(value, "#,##0.##" if unit != Unit.INDEX else "0.00"))
    if unit == Unit.PERCENT:
        return f"{said}\u00a0%"
    if unit == Unit.DAYS:
        return str(ngettext("%(said)s day", "%(said)s days", 1 if value == 1 else 2, said=said))
    return said
