"""What time it is, in the two ways the platform needs to know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The time in UTC, without a zone, as every table keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The day in Sweden."""
    return datetime.now(HERE).date()


def local(at: datetime) -> datetime:
    """A time from a table, as a clock in Sweden shows it."""
    return at.replace(tzinfo=UTC).astimezone(HERE)
