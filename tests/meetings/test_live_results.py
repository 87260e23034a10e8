"""What the screen shows of the votes: in fixed releases, rounded, and never of a few."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.meetings.live.results import Ballots, ballots_of, is_news, new_release
from dialogue.meetings.live.voting import cast, show_result
from tests.conftest import Cast
from tests.meetings.electorate import electorate
from tests.meetings.rooms import Phone, Stage, room_of, with_room

SMALLEST = 8


def ballots(votes: Any) -> Ballots:
    names = [uuid.UUID(int=number + 1) for number in range(votes.shape[1])]
    rows = [
        (bytes([voter // 256, voter % 256]), names[column], int(votes[voter, column]))
        for voter in range(votes.shape[0])
        for column in range(votes.shape[1])
        if not np.isnan(votes[voter, column])
    ]
    return ballots_of(rows)


def test_the_table_of_votes_holds_every_vote_once() -> None:
    votes, _camps = electorate(2, 30, statements=6, seed=1, missing=0.3)
    made = ballots(votes)
    assert int((~np.isnan(made.votes)).sum()) == int((~np.isnan(votes)).sum())
    assert np.nansum(made.votes) == np.nansum(votes)


def test_groups_are_shown_with_what_tells_them_and_what_all_share() -> None:
    votes, _camps = electorate(2, 48, statements=10, seed=8, noise=0.05)
    votes[:, 0] = 1
    release = new_release(ballots(votes), {}, SMALLEST)
    groups = release["groups"]
    assert groups["sizes"] == [25, 25]
    assert [len(told) for told in groups["telling"]] == [3, 3]
    assert {"statement": str(uuid.UUID(int=1)), "agrees": True} in groups["shared"]
    assert len(groups["islands"]) == 2
    assert all(island["shore"].count("z") == 1 for island in groups["islands"])
    assert release["voters"] == 50


def test_a_small_room_shows_no_groups_and_no_small_count() -> None:
    votes = np.ones((12, 2))
    votes[:3, 0] = -1
    release = new_release(ballots(votes), {}, SMALLEST)
    assert release["groups"]["sizes"] == []
    first = release["tallies"][str(uuid.UUID(int=1))]
    assert (first["agree"], first["disagree"], first["pass"]) == (10, None, None)
    assert first["at_least"]


@given(
    st.lists(
        st.tuples(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25)),
        min_size=1, max_size=4,
    ),
    st.integers(0, 25),
)  # fmt: skip
def test_no_figure_stands_for_fewer_than_the_smallest_group(
    counts: list[tuple[int, int, int]], more: int
) -> None:
    """E03, E05: neither a figure nor the difference between two releases is of a few people."""

    def votes(extra: int) -> Ballots:
        rows = []
        for number, (agree, disagree, passes) in enumerate(counts):
            choices = [1] * (agree + extra) + [-1] * disagree + [0] * passes
            rows += [
                (bytes([voter]), uuid.UUID(int=number + 1), choice)
                for voter, choice in enumerate(choices)
            ]
        return ballots_of(rows)

    first = new_release(votes(0), {}, SMALLEST)
    second = new_release(votes(more), first, SMALLEST)
    for release in (first, second):
        for tally in release["tallies"].values():
            for name in ("agree", "disagree", "pass", "total"):
                assert tally[name] is None or (tally[name] >= SMALLEST and tally[name] % 5 == 0)
    for name, tally in second["tallies"].items():
        if name in first["tallies"] and more < SMALLEST:
            assert tally == first["tallies"][name]
    if more < SMALLEST and sum(counts[0]):
        assert second["groups"] == first["groups"] or not first["groups"]


@pytest.fixture
def stage(app_on_both: Application, cast_on_both: Cast) -> Stage:
    return with_room(app_on_both, cast_on_both)


def test_a_result_waits_for_the_smallest_group_and_for_as_many_new_votes(
    app_on_both: Application, stage: Stage
) -> None:
    def voted(number: int) -> None:
        for _ in range(number):
            Phone.at(app_on_both, stage).vote(stage.statements[0], 1)

    def shown() -> Any:
        with app_on_both.app_context():
            room = room_of(stage)
            try:
                show_result(session(), room, SMALLEST, "test")
            except Refusal as refusal:
                return refusal.sentence
            session().commit()
            return room.release["tallies"][stage.statements[0]]["agree"]

    voted(7)
    assert "8" in str(shown())
    voted(1)
    assert shown() == 10
    voted(7)
    assert isinstance(shown(), str)
    voted(1)
    assert shown() == 15


def test_a_changed_vote_does_not_change_what_is_shown(
    app_on_both: Application, stage: Stage
) -> None:
    phones = [Phone.at(app_on_both, stage) for _ in range(9)]
    for phone in phones:
        phone.vote(stage.statements[0], 1)
    with app_on_both.app_context():
        show_result(session(), room_of(stage), SMALLEST, "test")
        session().commit()
        before = dict(room_of(stage).release)
    phones[0].vote(stage.statements[0], -1)
    with app_on_both.app_context():
        with pytest.raises(Refusal):
            show_result(session(), room_of(stage), SMALLEST, "test")
        assert room_of(stage).release == before


def test_a_hidden_statement_is_not_counted_and_not_told(
    app_on_both: Application, stage: Stage
) -> None:
    from dialogue.meetings.live.rooms import hide, saying_in

    with app_on_both.app_context():
        room = room_of(stage)
        keys = [uuid.UUID(each) for each in stage.statements]
        for voter in range(20):
            for key in keys:
                cast(session(), bytes([voter]) * 32, key, 1 if voter % 2 else -1)
        hidden = saying_in(session(), room, keys[0])
        assert hidden is not None
        hide(hidden)
        session().flush()
        show_result(session(), room, SMALLEST, "test")
        session().commit()
        release = room.release
    assert stage.statements[0] not in str(release)
    page = app_on_both.test_client().get(f"/sv/rum/{stage.code}/skarm").text
    assert "En och samma chef" not in page
    assert "Grupp A" in page or "Group A" in page


def test_news_is_told_from_a_new_number() -> None:
    votes, _camps = electorate(2, 40, statements=4, seed=2)
    first = new_release(ballots(votes), {}, SMALLEST)
    assert is_news(first, {})
    assert not is_news(new_release(ballots(votes), first, SMALLEST), first)
