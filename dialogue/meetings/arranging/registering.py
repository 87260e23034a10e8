"""Registering for a meeting without an account: a code, a waiting list, and a date to forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import local
from dialogue.ground.errors import Refusal
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.arranging.guests import GuestState, Registration
from dialogue.meetings.models import Meeting, MeetingState
from dialogue.voices.receipts import KEY, Receipts

MOST_SEATS = 8


@dataclass(frozen=True, slots=True)
class Booking:
    """What somebody wrote when they registered. Name and contact may be empty."""

    name: str = ""
    contact: str = ""
    seats: int = 1
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration and the code that opens it; ``again`` when the same form came twice."""

    code: str
    registration: Registration
    again: bool


@dataclass(frozen=True, slots=True)
class Seats:
    """How many seats are taken, wait and are free; ``free`` is None without a limit."""

    booked: int
    waiting: int
    free: int | None


def register(
    session: Session, meeting: Meeting, booking: Booking, *, key: str, receipts: Receipts,
    at: datetime,
) -> Registered:  # fmt: skip
    """Keep a registration, once for each key; on the waiting list when the seats are taken.

    Raises:
        Refusal: when the meeting takes no registrations now, or the number of seats is wrong.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Send it again."))
    _line_up(session, meeting)
    codes = MeetingCodes(receipts)
    code = codes.code_for(Door.GUEST, key)
    kept = codes.hash_of(Door.GUEST, code)
    found = session.scalars(select(Registration).where(Registration.code_hash == kept)).first()
    if found is not None:
        return Registered(code, found, again=True)
    if not takes_registrations(meeting, at):
        raise Refusal(_("The meeting takes no registrations now."))
    if not 1 <= booking.seats <= MOST_SEATS:
        raise Refusal(_("Register between 1 and %(num)d people at a time.", num=MOST_SEATS))
    seats = seats_of(session, meeting)
    fits = seats.free is None or booking.seats <= seats.free
    last = select(func.max(Registration.turn)).where(Registration.meeting_id == meeting.id)
    made = Registration(
        meeting_id=meeting.id,
        turn=(session.scalar(last) or 0) + 1,
        code_hash=kept,
        state=GuestState.BOOKED if fits else GuestState.WAITING,
        name=booking.name[:120],
        contact=booking.contact[:200],
        seats=booking.seats,
        needs=booking.needs[:1000],
    )
    session.add(made)
    session.flush()
    return Registered(code, made, again=False)


def takes_registrations(meeting: Meeting, at: datetime) -> bool:
    """Whether somebody may register at this time (UTC)."""
    until = meeting.registers_until or meeting.ends_at
    return meeting.registers and meeting.state == MeetingState.OPEN and at < until


def registration_behind(session: Session, code: str, receipts: Receipts) -> Registration | None:
    """The registration that a code opens, or None."""
    if not Door.GUEST.fits(code):
        return None
    kept = MeetingCodes(receipts).hash_of(Door.GUEST, code)
    return session.scalars(select(Registration).where(Registration.code_hash == kept)).first()


def give_up(session: Session, registration: Registration) -> None:
    """Somebody cannot come: what they wrote goes at once, and their seats to those who wait."""
    if registration.came:
        raise Refusal(_("You have checked in, so there is nothing to cancel."))
    meeting = registration.meeting
    _line_up(session, meeting)
    registration.state = GuestState.CANCELLED
    registration.name = registration.contact = registration.needs = ""
    session.flush()
    move_up(session, meeting)


def move_up(session: Session, meeting: Meeting) -> int:
    """Give free seats to those who wait, the first in line that fits; how many moved up."""
    moved = 0
    free = seats_of(session, meeting).free
    for waiting in registrations_of(session, meeting, GuestState.WAITING):
        if free is None or waiting.seats <= free:
            waiting.state = GuestState.BOOKED
            free = None if free is None else free - waiting.seats
            moved += 1
    session.flush()
    return moved


def check_in(session: Session, meeting: Meeting, code: str, receipts: Receipts) -> Registration:
    """Note that those behind a code have come to this meeting.

    Raises:
        Refusal: when the code is not one of this meeting's, or has no seat.
    """
    found = registration_behind(session, code, receipts)
    if found is None or found.meeting_id != meeting.id:
        raise Refusal(_("No registration for this meeting has that code."))
    if found.state == GuestState.CANCELLED:
        raise Refusal(_("The registration was cancelled. Register again if there are seats."))
    if found.state == GuestState.WAITING:
        raise Refusal(_("The code is on the waiting list. Ask the host whether a seat is free."))
    found.came = True
    session.flush()
    return found


def seats_of(session: Session, meeting: Meeting) -> Seats:
    """How many seats are taken and how many people wait."""
    each_state = (
        select(Registration.state, func.sum(Registration.seats))
        .where(Registration.meeting_id == meeting.id)
        .group_by(Registration.state)
    )
    taken = dict(session.execute(each_state).all())
    booked = int(taken.get(GuestState.BOOKED, 0))
    free = None if meeting.capacity is None else max(0, meeting.capacity - booked)
    return Seats(booked, int(taken.get(GuestState.WAITING, 0)), free)


def registrations_of(
    session: Session, meeting: Meeting, *states: GuestState
) -> Sequence[Registration]:
    """The registrations in these states, in the order in which they came."""
    mine = select(Registration).where(
        Registration.meeting_id == meeting.id, Registration.state.in_(states)
    )
    return session.scalars(mine.order_by(Registration.turn)).all()


def forget_on(meeting: Meeting) -> date:
    """The day on which the meeting's registrations are deleted."""
    return local(meeting.ends_at).date() + timedelta(days=meeting.forget_after)


def forget(session: Session, on: date) -> int:
    """Delete the registrations whose day has come; how many. The numbers of people stay."""
    with_some = select(Registration.meeting_id).distinct()
    gone = 0
    for meeting in session.scalars(select(Meeting).where(Meeting.id.in_(with_some))):
        if forget_on(meeting) > on:
            continue
        mine = Registration.meeting_id == meeting.id
        came = select(func.sum(Registration.seats)).where(mine, Registration.came)
        meeting.registered = seats_of(session, meeting).booked
        meeting.came = int(session.scalar(came) or 0)
        meeting.forgotten_on = on
        number = session.scalar(select(func.count()).select_from(Registration).where(mine)) or 0
        session.execute(delete(Registration).where(mine))
        audit.record(session, "registrations deleted", meeting.id, by="clock", count=number)
        gone += number
    return gone


def _line_up(session: Session, meeting: Meeting) -> None:
    """One at a time for one meeting, so that no seat is given twice."""
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
