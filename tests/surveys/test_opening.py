"""A survey opens, rests and closes when a clock in Sweden says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.ground.clock import HERE
from dialogue.ground.localized import Localized
from surveys.opening import BrokenHours, Door, Opening, instant, last_instant

WINTER = datetime(2026, 12, 1, 8, 0)
SUMMER = datetime(2026, 7, 1, 8, 0)


def test_a_swedish_clock_is_one_hour_ahead_in_winter_and_two_in_summer() -> None:
    assert instant(WINTER) == datetime(2026, 12, 1, 7, 0)
    assert instant(SUMMER) == datetime(2026, 7, 1, 6, 0)


def test_an_hour_that_comes_twice_opens_at_the_first_and_closes_at_the_second() -> None:
    twice = datetime(2026, 10, 25, 2, 30)
    assert instant(twice) == datetime(2026, 10, 25, 0, 30)
    assert last_instant(twice) == datetime(2026, 10, 25, 1, 30)
    assert Opening(opens=twice).at(datetime(2026, 10, 25, 0, 30)).door == Door.OPEN
    assert Opening(closes=twice).at(datetime(2026, 10, 25, 1, 29)).door == Door.OPEN
    assert Opening(closes=twice).at(datetime(2026, 10, 25, 1, 30)).door == Door.CLOSED


def test_a_skipped_time_is_the_moment_the_clocks_are_moved() -> None:
    skipped = datetime(2026, 3, 29, 2, 30)
    assert instant(skipped) == last_instant(skipped) == datetime(2026, 3, 29, 1, 0)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))
def test_a_clock_shows_the_time_that_was_written_unless_it_is_skipped(wall: datetime) -> None:
    wall = wall.replace(second=0, microsecond=0)
    back = instant(wall).replace(tzinfo=UTC).astimezone(HERE).replace(tzinfo=None)
    assert timedelta(0) <= back - wall <= timedelta(hours=1) or back == wall
    assert timedelta(0) <= last_instant(wall) - instant(wall) <= timedelta(hours=1)


def test_the_door_opens_rests_and_closes_at_the_minute() -> None:
    hours = Opening(
        opens=datetime(2026, 12, 1, 8, 0),
        closes=datetime(2026, 12, 31, 16, 0),
        pauses=((datetime(2026, 12, 24, 12, 0), datetime(2026, 12, 27, 7, 0)),),
        grace=20,
    )
    early = hours.at(datetime(2026, 12, 1, 6, 59))
    assert (early.door, early.until) == (Door.NOT_YET, datetime(2026, 12, 1, 7, 0))
    assert not early.takes_typed
    assert hours.at(datetime(2026, 12, 1, 7, 0)).takes_new
    resting = hours.at(datetime(2026, 12, 24, 11, 0))
    assert (resting.door, resting.until) == (Door.PAUSED, datetime(2026, 12, 27, 6, 0))
    assert resting.takes_typed
    assert not resting.takes_new
    assert not hours.at(datetime(2026, 12, 24, 11, 20)).takes_typed
    assert hours.at(datetime(2026, 12, 27, 6, 0)).takes_new
    assert hours.at(datetime(2026, 12, 31, 14, 59)).takes_new
    assert hours.at(datetime(2026, 12, 31, 15, 19)).takes_typed
    assert not hours.at(datetime(2026, 12, 31, 15, 19)).takes_new
    assert not hours.at(datetime(2026, 12, 31, 15, 20)).takes_typed


def test_without_hours_the_door_is_open() -> None:
    assert Opening.of({}).at(datetime(2026, 1, 1)).door == Door.OPEN


def test_hours_are_read_back_as_they_were_written() -> None:
    hours = Opening(
        opens=WINTER,
        pauses=((WINTER, WINTER + timedelta(days=1)),),
        grace=5,
        thanks=Localized("Tack!", "Thank you!"),
        invited_only=True,
    )
    assert Opening.of(hours.as_dict()) == hours


@pytest.mark.parametrize(
    "broken",
    [
        {"opens": "2026-12-02T08:00", "closes": "2026-12-01T08:00"},
        {"opens": "i morgon"},
        {"pauses": [["2026-12-02T08:00", "2026-12-01T08:00"]]},
        {"pauses": [["2026-12-02T08:00"]]},
        {"grace": -1},
        {"grace": "länge"},
        {"thanks": {"sv": 1}},
    ],
)
def test_hours_that_contradict_themselves_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BrokenHours):
        Opening.of(broken)
