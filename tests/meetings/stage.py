"""Puts a meeting on stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.meetings.arranging.planning import Plan, open_meeting, plan_meeting
from dialogue.meetings.arranging.registering import Booking, Registered, register
from dialogue.meetings.models import Manner, Meeting, MeetingFormat
from dialogue.meetings.table.noting import KeptNote, Note, close_room, keep_note
from dialogue.voices.models import Voice
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast
from tests.stage import dialogue_of, user_of


def plan(**changes: Any) -> Plan:
    """A hybrid evening that is going on right now."""
    begins = now().replace(second=0, microsecond=0) - timedelta(minutes=30)
    made = Plan(
        format=MeetingFormat.HYBRID,
        texts={
            "title": Localized("Samtalskväll i bygdegården", "An evening of talk"),
            "about": Localized("Vad är viktigt för dig?", "What matters to you?"),
            "place": Localized("Bygdegården, Byavägen 1", "The village hall, Byavägen 1"),
        },
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        access=("step_free", "hearing_loop"),
        link="https://motet.example/rum",
        registers=True,
        capacity=4,
    )
    return replace(made, **changes)


def meeting_in(cast: Cast, *, opened: bool = True, **changes: Any) -> Meeting:
    """A meeting in the cast's dialogue, in the open session."""
    by = user_of(cast.host)
    made = plan_meeting(session(), dialogue_of(cast.dialogue), plan(**changes), receipts(), by=by)
    if opened:
        open_meeting(session(), made, by=by)
    session().flush()
    return made


def book(meeting: Meeting, **changes: Any) -> Registered:
    """Somebody registers."""
    key = changes.pop("key", new_answer_key())
    booking = replace(Booking(name="Kim Ek", contact="kim@exempel.se"), **changes)
    return register(session(), meeting, booking, key=key, receipts=receipts(), at=now())


def noted(meeting: Meeting, text: str, **changes: Any) -> KeptNote:
    """Somebody says something at the first table."""
    key = changes.pop("key", new_answer_key())
    note = replace(Note(text, Manner.VERBATIM, Voice.SELF, "sv", read_back=True), **changes)
    return keep_note(
        session(), meeting, meeting.tables[0], note, key=key, receipts=receipts(), on=today()
    )


def held(meeting: Meeting) -> Meeting:
    close_room(session(), meeting, people=12, barriers="Hörslingan brummade.", mood="Lugnt.")
    return meeting
