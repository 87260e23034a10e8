"""Registering without an account: seats, the waiting list, checking in, and being forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground import clock
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import now
from dialogue.ground.db import Base, session
from dialogue.ground.errors import Refusal
from dialogue.meetings.arranging import forgetting
from dialogue.meetings.arranging.guests import GuestState, Registration
from dialogue.meetings.arranging.registering import (
    check_in,
    forget_on,
    give_up,
    register,
    registration_behind,
    seats_of,
)
from dialogue.meetings.models import Meeting
from dialogue.voices.models import Story
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast
from tests.meetings.stage import Booking, book, meeting_in, noted
from tests.stage import everything_in


def test_the_same_form_twice_is_one_registration(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, key = meeting_in(cast_on_both), new_answer_key()
        one, two = book(meeting, key=key), book(meeting, key=key, name="Någon annan")
        assert (one.code, one.again, two.again) == (two.code, False, True)
        assert two.registration.name == "Kim Ek"
        assert seats_of(session(), meeting).booked == 1
        assert registration_behind(session(), one.code.lower(), receipts()) is one.registration
        assert one.code.replace("-", "").encode() not in one.registration.code_hash


def test_the_waiting_list_moves_up_when_somebody_cannot_come(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both, capacity=4)
        first, second = book(meeting, seats=3), book(meeting, seats=1)
        large, small, late = book(meeting, seats=3), book(meeting, seats=1), book(meeting, seats=1)
        assert seats_of(session(), meeting).waiting == 5
        give_up(session(), second.registration)
        states = [each.registration.state for each in (large, small, late)]
        assert states == [GuestState.WAITING, GuestState.BOOKED, GuestState.WAITING]
        give_up(session(), first.registration)
        assert large.registration.state == GuestState.BOOKED
        assert late.registration.state == GuestState.WAITING
        assert seats_of(session(), meeting).free == 0
        gone = first.registration
        assert (gone.name, gone.contact, gone.needs) == ("", "", "")


def test_nobody_registers_for_what_is_not_open(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        planned = meeting_in(cast, opened=False)
        without = meeting_in(cast, registers=False)
        closed = meeting_in(cast, registers_until=now() - timedelta(minutes=1))
        for meeting in (planned, without, closed):
            with pytest.raises(Refusal):
                book(meeting)
        with pytest.raises(Refusal):
            book(meeting_in(cast), seats=9)
        with pytest.raises(Refusal):
            register(
                session(), meeting_in(cast), Booking(), key="kort", receipts=receipts(), at=now()
            )
        assert not session().scalar(select(func.count()).select_from(Registration))


def test_checking_in_takes_a_code_of_this_meeting_with_a_seat(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting, other = meeting_in(cast, capacity=1), meeting_in(cast)
        coming, waiting, elsewhere = book(meeting), book(meeting), book(other)
        assert check_in(session(), meeting, coming.code, receipts()).came
        for code in (waiting.code, elsewhere.code, "0000-0000-0000", ""):
            with pytest.raises(Refusal):
                check_in(session(), meeting, code, receipts())
        with pytest.raises(Refusal):
            give_up(session(), coming.registration)
        assert not elsewhere.registration.came


def days_later(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Move the clock of the worker that looks every minute."""
    monkeypatch.setattr(forgetting, "today", lambda: day)


def test_registrations_are_deleted_on_their_day_and_not_before(
    app_on_both: Application, cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the clock moved: the numbers of people stay, names and codes are nowhere."""
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both, capacity=None, forget_after=10)
        coming = book(meeting, seats=3, name="Fjällräven Öberg", needs="Tolk på samiska")
        book(meeting, seats=2)
        check_in(session(), meeting, coming.code, receipts())
        noted(meeting, "Bussen går inte på kvällen.")
        session().commit()
        day = forget_on(meeting)
        assert day == clock.local(meeting.ends_at).date() + timedelta(days=10)
        key = meeting.id
    with app_on_both.app_context():
        days_later(monkeypatch, day - timedelta(days=1))
        forgetting.forget_registrations()
        assert session().scalar(select(func.count()).select_from(Registration)) == 2
    with app_on_both.app_context():
        days_later(monkeypatch, day)
        forgetting.forget_registrations()
        forgetting.forget_registrations()
        assert session().scalar(select(func.count()).select_from(Registration)) == 0
        kept = session().get_one(Meeting, key)
        assert (kept.registered, kept.came, kept.forgotten_on) == (5, 3, day)
        assert session().scalar(select(func.count()).select_from(Story)) == 1
        told = (
            session()
            .scalars(select(AuditEvent).where(AuditEvent.act == "registrations deleted"))
            .one()
        )
        assert told.facts == {"count": 2}
    whole = repr(everything_in(app_on_both))
    for gone in ("Fjällräven", "kim@exempel.se", "samiska"):
        assert gone not in whole


def test_a_worker_calls_it_every_minute(app: Application) -> None:
    from dialogue.ground.jobs import _sweeps

    assert forgetting.forget_registrations in _sweeps


def test_nothing_leads_from_a_registration_to_what_was_said() -> None:
    """The tables of what is said have no key to registrations, nor the other way about."""
    tables = Base.metadata.tables
    said = {"contribution", "story", "table_note", "minutes_line", "minutes_answer", "response"}
    leads = {
        (name, key.column.table.name)
        for name, table in tables.items()
        for key in table.foreign_keys
    }
    assert ("registration", "meeting") in leads
    assert {there for here, there in leads if here == "registration"} == {"meeting"}
    assert not {here for here, there in leads if there == "registration"}
    assert said <= set(tables)
