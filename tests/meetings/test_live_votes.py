"""Votes in a live room: one of each phone, the last one sent, and nothing that was not asked."""

from __future__ import annotations

import threading
import uuid

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.live.known import Memory
from dialogue.meetings.live.models import LiveRoom, LiveSaying, LiveVote
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import (
    Phone,
    Stage,
    press,
    votes,
    with_room,
)


def test_a_phone_votes_on_one_statement_at_a_time(app_on_both: Application, stage: Stage) -> None:
    phone = Phone.at(app_on_both, stage)
    for number, statement in enumerate(stage.statements, start=1):
        page = phone.look().text
        assert f"{number} av {len(stage.statements)}" in page
        assert statement in page
        answer = phone.vote(statement, (1, -1, 0, 1)[number - 1])
        assert answer.status_code == 303
        assert answer.headers["Location"] == phone.way
        assert "Set-Cookie" not in answer.headers
    assert votes(app_on_both) == dict(zip(stage.statements, ([1], [-1], [0], [1]), strict=True))
    assert 'name="choice"' not in phone.look().text


def test_the_last_vote_counts_and_two_presses_are_one(
    app_on_both: Application, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    for choice in (1, 1, -1, -1):
        assert phone.vote(stage.statements[0], choice).status_code == 303
    assert votes(app_on_both) == {stage.statements[0]: [-1]}
    again = phone.look(om=stage.statements[0]).text
    assert 'value="-1" aria-pressed="true"' in again


def test_twenty_presses_at_once_leave_one_vote(app_on_both: Application, stage: Stage) -> None:
    """F07."""
    phone = Phone.at(app_on_both, stage)
    other = Phone.at(app_on_both, stage)
    codes: list[int] = []

    def push() -> None:
        client = app_on_both.test_client(use_cookies=False)
        for way in (phone.way, other.way):
            sent = client.post(way, data={"saying": stage.statements[1], "choice": "1"})
            codes.append(sent.status_code)

    threads = [threading.Thread(target=push) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 20
    assert votes(app_on_both) == {stage.statements[1]: [1, 1]}


@pytest.mark.parametrize(
    "data",
    [
        {}, {"saying": "x"}, {"saying": "../../etc"}, {"choice": "1"},
        {"saying": "00000000-0000-0000-0000-000000000000", "choice": "1"},
    ],
)  # fmt: skip
def test_a_vote_on_nothing_changes_nothing(
    app_on_both: Application, stage: Stage, data: dict[str, str]
) -> None:
    phone = Phone.at(app_on_both, stage)
    assert phone.client.post(phone.way, data=data).status_code == 303
    assert votes(app_on_both) == {}


@pytest.mark.parametrize("choice", ["2", "", "1.0", "١", "-1 ", "9" * 40, "\0"])
def test_a_choice_that_is_none_is_refused(
    app_on_both: Application, stage: Stage, choice: str
) -> None:
    phone = Phone.at(app_on_both, stage)
    assert phone.vote(stage.statements[0], choice).status_code == 422
    assert votes(app_on_both) == {}


@pytest.mark.parametrize("seat", ["x", "a.b", "..", "e" * 60, "abc.def-_ghi"])
def test_a_seat_that_the_room_did_not_give_is_no_seat(
    app_on_both: Application, stage: Stage, seat: str
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    way = f"/sv/rum/{stage.code}/{seat}"
    assert client.get(way).status_code == 404
    sent = client.post(way, data={"saying": stage.statements[0], "choice": "1"})
    assert sent.status_code == 404
    assert votes(app_on_both) == {}


def test_a_seat_holds_only_in_its_own_room(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    """A12."""
    other = with_room(app_on_both, cast_on_both)
    phone = Phone.at(app_on_both, stage)
    seat = phone.way.rpartition("/")[2]
    assert phone.client.get(f"/sv/rum/{other.code}/{seat}").status_code == 404


def test_a_vote_on_words_that_were_just_taken_back_is_no_fault(
    app_on_both: Application, stage: Stage
) -> None:
    app_on_both.extensions["live rooms"] = Memory(60.0)
    phone = Phone.at(app_on_both, stage)
    with app_on_both.app_context():
        session().delete(session().get_one(LiveSaying, uuid.UUID(stage.statements[0])))
        session().commit()
    assert phone.vote(stage.statements[0], 1).status_code == 303
    assert phone.vote(stage.statements[1], 1).status_code == 303
    assert votes(app_on_both) == {stage.statements[1]: [1]}


def test_nothing_stored_tells_when_or_joins_words_to_votes(
    app_on_both: Application, stage: Stage
) -> None:
    """E02."""
    columns = {
        column.name
        for table in (LiveRoom.__table__, LiveSaying.__table__, LiveVote.__table__)
        for column in table.columns  # type: ignore[attr-defined]
    }
    assert not {"ip", "user_agent", "created_at", "at", "session_id", "seat", "author"} & columns
    phone = Phone.at(app_on_both, stage)
    phone.write("Ett påstående från samma telefon.")
    phone.vote(stage.statements[0], 1)
    with app_on_both.app_context():
        voter = session().scalars(select(LiveVote.voter)).one()
        (saying,) = session().scalars(select(LiveSaying).where(LiveSaying.from_room))
        assert voter != saying.receipt_hash
        assert phone.way.rpartition("/")[2].encode() not in voter


def test_the_votes_can_be_removed_when_the_room_is_closed(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    leader = signed_in(app_on_both, cast_on_both.coordinator)
    Phone.at(app_on_both, stage).vote(stage.statements[0], 1)
    assert press(leader, app_on_both, stage, "forget").status_code == 422
    press(leader, app_on_both, stage, "state.closed")
    assert press(leader, app_on_both, stage, "forget").status_code == 303
    assert votes(app_on_both) == {}
