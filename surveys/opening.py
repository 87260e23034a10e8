"""When a survey takes answers, and with which words it opens and closes.

Times are written as a clock in Sweden shows them and compared in UTC. In the hour that comes
twice in autumn a survey opens at the first and closes at the second of the two; a time that is
skipped in spring means the moment the clocks are moved. Text that was typed before the doors
closed is accepted during the grace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from dialogue.ground.clock import HERE, local
from dialogue.ground.localized import Localized

LONGEST_GRACE = 7 * 24 * 60
MOST_PAUSES = 20


class BrokenHours(ValueError):
    """Opening hours that cannot be read; the message says why."""


class Door(StrEnum):
    """Whether answers are taken at a moment."""

    OPEN = "open"
    NOT_YET = "not_yet"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the door stands. ``until`` is when it opens again or for the first time, in UTC.

    ``in_grace`` is set when the door is shut to newcomers, but what was typed before is taken.
    """

    door: Door
    until: datetime | None = None
    in_grace: bool = False

    @property
    def takes_new(self) -> bool:
        return self.door == Door.OPEN

    @property
    def takes_typed(self) -> bool:
        return self.door == Door.OPEN or self.in_grace


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of a survey, in Swedish local time without a zone, and the host's own pages.

    Attributes:
        opens: the first minute, or None for as soon as the dialogue is open.
        closes: the first minute that is too late, or None for as long as the dialogue is open.
        pauses: pairs of a first minute and a first minute after, in order, apart.
        grace: minutes after closing or the start of a pause in which typed text is accepted.
        thanks: what the host says on the receipt.
        closed: what the host says when the survey takes no answers.
        invited_only: whether a code is needed to answer.
    """

    opens: datetime | None = None
    closes: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    grace: int = 30
    thanks: Localized = Localized("", "")
    closed: Localized = Localized("", "")
    invited_only: bool = False
    _pause_instants: tuple[tuple[datetime, datetime], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.grace <= LONGEST_GRACE:
            raise BrokenHours(f"the grace is between 0 and {LONGEST_GRACE} minutes")
        if len(self.pauses) > MOST_PAUSES:
            raise BrokenHours(f"there are at most {MOST_PAUSES} pauses")
        if self.opens and self.closes and self.opens >= self.closes:
            raise BrokenHours("it closes before it opens")
        if any(start >= end for start, end in self.pauses):
            raise BrokenHours("a pause ends before it starts")
        instants = sorted((last_instant(start), instant(end)) for start, end in self.pauses)
        object.__setattr__(self, "_pause_instants", tuple(instants))

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Opening:
        """Read opening hours from JSON.

        Raises:
            BrokenHours: when a part cannot be read, or the times contradict each other.
        """
        try:
            return cls(
                opens=_time(data.get("opens")),
                closes=_time(data.get("closes")),
                pauses=tuple(
                    (datetime.fromisoformat(start), datetime.fromisoformat(end))
                    for start, end in data.get("pauses", [])
                ),
                grace=int(data.get("grace", 30)),
                thanks=Localized.of(data.get("thanks", {})),
                closed=Localized.of(data.get("closed", {})),
                invited_only=bool(data.get("invited_only", False)),
            )
        except (TypeError, ValueError) as error:
            raise BrokenHours(str(error)) from error

    def as_dict(self) -> dict[str, Any]:
        """The opening hours as JSON; :meth:`of` reads the same back."""
        return {
            "opens": self.opens.isoformat(timespec="minutes") if self.opens else None,
            "closes": self.closes.isoformat(timespec="minutes") if self.closes else None,
            "pauses": [
                [start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes")]
                for start, end in self.pauses
            ],
            "grace": self.grace,
            "thanks": self.thanks.as_dict(),
            "closed": self.closed.as_dict(),
            "invited_only": self.invited_only,
        }

    def at(self, moment: datetime) -> Standing:
        """How the door stands at ``moment``, in UTC without a zone."""
        grace = timedelta(minutes=self.grace)
        closes = last_instant(self.closes) if self.closes else None
        opens = instant(self.opens) if self.opens else None
        if closes is not None and moment >= closes:
            return Standing(Door.CLOSED, None, moment < closes + grace)
        if opens is not None and moment < opens:
            return Standing(Door.NOT_YET, opens)
        for start, end in self._pause_instants:
            if start <= moment < end:
                return Standing(Door.PAUSED, end, moment < start + grace)
        return Standing(Door.OPEN)


def instant(wall: datetime) -> datetime:
    """The moment a Swedish clock first shows ``wall``, in UTC without a zone."""
    return _utc(wall, 0)


def last_instant(wall: datetime) -> datetime:
    """The moment a Swedish clock last shows ``wall``, in UTC without a zone."""
    return _utc(wall, 1)


def _utc(wall: datetime, fold: int) -> datetime:
    """A skipped time becomes the moment the clocks are moved."""
    found = wall.replace(tzinfo=HERE, fold=fold).astimezone(UTC)
    shown = found.astimezone(HERE).replace(tzinfo=None, fold=0)
    if shown != wall:
        before = wall.replace(tzinfo=HERE, fold=1).astimezone(UTC)
        after = wall.replace(tzinfo=HERE, fold=0).astimezone(UTC)
        found = _moved_between(before, after)
    return found.replace(tzinfo=None)


def _moved_between(before: datetime, after: datetime) -> datetime:
    """The moment between two others at which the clocks are moved, to the minute."""
    offset = before.astimezone(HERE).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(HERE).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def shown(moment: datetime) -> datetime:
    """A moment in UTC as a clock in Sweden shows it."""
    return local(moment)
