"""What a resident sees of a meeting: its page, the calendar file, and registering.

No account and no cookie. A code is typed into a form and never stands in an address.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import wrong_token_sentence
from dialogue.ground.i18n import current_language
from dialogue.meetings.arranging.calendar_file import calendar_file
from dialogue.meetings.arranging.guests import Registration
from dialogue.meetings.arranging.registering import (
    MOST_SEATS,
    Booking,
    check_in,
    forget_on,
    give_up,
    register,
    registration_behind,
    seats_of,
    takes_registrations,
)
from dialogue.meetings.arranging.residents import (
    meetings,
    page,
    public_meeting,
    token_is_wrong,
    typed_text,
    wait_sentence,
    wrong_codes,
)
from dialogue.meetings.minuting import confirming_pages  # noqa: F401
from dialogue.meetings.minuting.minutes import confirmed, out_now, published, withdrawn_since
from dialogue.meetings.models import Meeting, MeetingState
from dialogue.meetings.table.noting import tables_open
from dialogue.voices.receipts import new_answer_key, receipts

__all__ = ["meetings"]


@meetings.get("/dialog/<dialogue>/moten/<meeting>")
@open_to(Access.ANYONE)
def show(dialogue: str, meeting: str) -> str:
    """When and where, how it is possible to come, and the way to register."""
    found = public_meeting(dialogue, meeting)
    return render_template(
        "meetings/show.html",
        meeting=found,
        dialogue=found.dialogue,
        seats=seats_of(session(), found),
        registers=takes_registrations(found, now()),
        minutes=published(session(), found),
        out=out_now(session(), found, today()),
    )


@meetings.get("/dialog/<dialogue>/moten/<meeting>/kalender.ics")
@open_to(Access.ANYONE)
def calendar(dialogue: str, meeting: str) -> Response:
    """The meeting for a calendar; a cancelled one takes itself out."""
    found = public_meeting(dialogue, meeting)
    base = str(current_app.extensions["settings"].public_url)
    address = base + url_for("meetings.show", dialogue=dialogue, meeting=meeting)
    body = calendar_file(found, current_language(), address, urlsplit(base).hostname or "localhost")
    method = "CANCEL" if found.state == MeetingState.CANCELLED else "PUBLISH"
    response = Response(body, content_type=f"text/calendar; charset=utf-8; method={method}")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    return response


@meetings.get("/dialog/<dialogue>/moten/<meeting>/protokoll")
@open_to(Access.ANYONE)
def minutes(dialogue: str, meeting: str) -> str:
    """The minutes, once they are locked and published."""
    found = public_meeting(dialogue, meeting)
    kept = published(session(), found) or abort(404)
    return render_template(
        "meetings/minutes_published.html",
        meeting=found,
        dialogue=found.dialogue,
        minutes=kept,
        counted=confirmed(session(), kept),
        withdrawn=withdrawn_since(kept),
    )


@meetings.get("/dialog/<dialogue>/moten/<meeting>/anmalan")
@open_to(Access.ANYONE)
def registering(dialogue: str, meeting: str) -> Response:
    """The form to register; it asks for no account."""
    return _registration_form(public_meeting(dialogue, meeting), {"seats": "1"}, new_answer_key())


@meetings.post("/dialog/<dialogue>/moten/<meeting>/anmalan")
@open_to(Access.ANYONE)
def registered(dialogue: str, meeting: str) -> Response:
    """Keep the registration and show its code."""
    found = public_meeting(dialogue, meeting)
    given = {name: typed_text(name) for name in ("name", "contact", "seats", "needs")}
    key = request.form.get("key", "")
    if token_is_wrong():
        return _registration_form(found, given, key, [(None, wrong_token_sentence())], 403)
    seats = given["seats"]
    number = int(seats) if seats.isascii() and seats.isdecimal() and len(seats) < 4 else 0
    booking = Booking(given["name"], given["contact"], number, given["needs"])
    try:
        kept = register(session(), found, booking, key=key, receipts=receipts(), at=now())
    except Refusal as refusal:
        session().rollback()
        wrong = "seats" if not 1 <= number <= MOST_SEATS else None
        return _registration_form(found, given, key, [(wrong, refusal.sentence)], 422)
    return page("meetings/registration.html", **_of(kept.registration, kept.code))


@meetings.get("/mote/kod")
@open_to(Access.ANYONE)
def code() -> Response:
    """The form that takes the code of a registration."""
    return _code_form()


@meetings.post("/mote/kod")
@open_to(Access.ANYONE)
def opened() -> Response:
    """What the code opens: the seat, the waiting list or the cancellation; and what was chosen."""
    typed = typed_text("code")
    found, turned_away = _registration(typed)
    if found is None:
        return turned_away
    fault = ""
    try:
        if request.form.get("act") == "give up":
            give_up(session(), found)
        elif request.form.get("act") == "here":
            _here(found, typed)
    except Refusal as refusal:
        session().rollback()
        fault = refusal.sentence
    status = 409 if fault else 200
    return page("meetings/registration.html", status, **_of(found, typed, fault))


def _here(registration: Registration, typed: str) -> None:
    if not tables_open(registration.meeting, now()):
        raise Refusal(_("You can check in when the meeting is about to begin."))
    check_in(session(), registration.meeting, typed, receipts())


def _registration(typed: str) -> tuple[Registration | None, Response]:
    """What a code opens, or the page that turns it away."""
    caller = request.remote_addr or ""
    if wrong_codes.too_many(caller):
        return None, _code_form(typed, wait_sentence(), 429)
    if token_is_wrong():
        return None, _code_form(typed, wrong_token_sentence(), 403)
    found = registration_behind(session(), typed, receipts())
    if found is None:
        wrong_codes.wrong(caller)
        unknown = _("No registration has this code. It may be deleted, some time after a meeting.")
        return None, _code_form(typed, unknown, 404)
    return found, Response()


def _of(registration: Registration, code: str, fault: str = "") -> dict[str, Any]:
    meeting = registration.meeting
    return {
        "registration": registration,
        "meeting": meeting,
        "dialogue": meeting.dialogue,
        "code": code,
        "forget_on": forget_on(meeting),
        "open_now": tables_open(meeting, now()),
        "fault": fault,
    }


def _registration_form(
    meeting: Meeting,
    given: dict[str, str],
    key: str,
    faults: list[tuple[str | None, str]] | None = None,
    status: int = 200,
) -> Response:
    return page(
        "meetings/register.html",
        status,
        meeting=meeting,
        dialogue=meeting.dialogue,
        given={"name": "", "contact": "", "seats": "1", "needs": ""} | given,
        key=key,
        seats=seats_of(session(), meeting),
        takes=takes_registrations(meeting, now()),
        forget_on=forget_on(meeting),
        most=MOST_SEATS,
        faults=faults or [],
    )


def _code_form(typed: str = "", fault: str = "", status: int = 200) -> Response:
    return page("meetings/code.html", status, typed=typed, fault=fault)
