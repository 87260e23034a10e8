"""Who has registered: for those who may see it, until the day on which it is deleted."""

from __future__ import annotations

from flask import render_template

from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.hosts.rights import signed_in
from dialogue.meetings.arranging.guests import GuestState
from dialogue.meetings.arranging.registering import forget_on, registrations_of, seats_of
from dialogue.meetings.arranging.room import GUESTS, hosting, meeting_here


@hosting.get("/<meeting>/anmalda")
@open_to(GUESTS)
@leaves_trace
def registered(dialogue: str, meeting: str) -> str:
    """Names, contacts and needs as people wrote them; each look is noted in the audit trail."""
    found = meeting_here(dialogue, meeting)
    audit.record(session(), "registrations seen", found.id, signed_in().id)
    return render_template(
        "meetings/registered.html",
        dialogue=found.dialogue,
        meeting=found,
        seats=seats_of(session(), found),
        booked=registrations_of(session(), found, GuestState.BOOKED),
        waiting=registrations_of(session(), found, GuestState.WAITING),
        forget_on=forget_on(found),
    )
