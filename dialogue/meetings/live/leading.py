"""Leading a live room: reading what comes in, showing it, and choosing what joins the dialogue.

Two doors lead to the same page: staff who may hold the dialogue's meetings, and a facilitator with
the meeting's table code, during its hours. The facilitator's way in stands sealed in the address;
it dies with the hours, and when new codes are made.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form, seal, unseal
from dialogue.ground.i18n import current_language
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.meetings.live.known import forget_room
from dialogue.meetings.live.models import LiveRoom, RoomState, SayingKind, SayingState
from dialogue.meetings.live.pages import live, public_url
from dialogue.meetings.live.rooms import (
    LONGEST,
    bring_in,
    forget_votes,
    hide,
    open_room,
    propose,
    room_of,
    saying_in,
    sayings_of,
    set_state,
    show,
    take_up,
)
from dialogue.meetings.live.voting import seats_that_voted, show_result
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.door import ShutDoor, opened_by_code
from dialogue.meetings.table.marking import pieces
from dialogue.meetings.table.noting import tables_open
from dialogue.voices.receipts import new_answer_key, receipts

live_desk = Blueprint(
    "live_desk", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/moten/<meeting>"
)


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads: the name that the audit trail gets, the page's own address, and whether staff."""

    name: uuid.UUID | str
    way: str
    staff: bool


@live_desk.get("/rummet")
@open_to(Holding(Right.BUILD_SURVEY))
def lead(dialogue: str, meeting: str) -> Any:
    """The room of one meeting, as staff lead it."""
    found = _meeting_named(dialogue, meeting)
    return _page(found, _staff(found))


@live_desk.post("/rummet")
@open_to(Holding(Right.BUILD_SURVEY))
def act(dialogue: str, meeting: str) -> Any:
    """One press on the staff's page."""
    found = _meeting_named(dialogue, meeting)
    return _act(found, _staff(found))


@live.get("/leda")
@open_to(Access.ANYONE)
def enter() -> Any:
    """The form that takes a meeting's table code."""
    return _asked_for_code("")


@live.post("/leda")
@open_to(Access.ANYONE)
def entered() -> Any:
    """In to the room of the meeting that the code opens, during its hours."""
    try:
        found = opened_by_code()
    except ShutDoor as shut:
        return _asked_for_code(shut.sentence, shut.status)
    return redirect(leaders_way(found), 303)


@live.get("/leda/<uuid:key>/<ticket>")
@open_to(Access.ANYONE)
def led(key: uuid.UUID, ticket: str) -> Any:
    """The room, as a facilitator leads it."""
    found = _meeting_of(key, ticket)
    return _page(found, Leader("table code", leaders_way(found), staff=False))


@live.post("/leda/<uuid:key>/<ticket>")
@open_to(Access.ANYONE)
def led_act(key: uuid.UUID, ticket: str) -> Any:
    """One press on the facilitator's page."""
    found = _meeting_of(key, ticket)
    return _act(found, Leader("table code", leaders_way(found), staff=False))


def leaders_way(meeting: Meeting) -> str:
    """The address at which somebody who has shown the table code leads the room."""
    ticket = seal(_purpose(meeting), "lead", _keys()[0])
    return url_for("live.led", key=meeting.id, ticket=ticket)


def _meeting_named(dialogue: str, slug: str) -> Meeting:
    wanted = dialogue_named(dialogue).id
    found = session().scalars(
        select(Meeting).where(Meeting.dialogue_id == wanted, Meeting.slug == slug)
    )
    return found.first() or abort(404)


def _meeting_of(key: uuid.UUID, ticket: str) -> Meeting:
    """The meeting behind a facilitator's ticket, during its hours; 404 otherwise."""
    found = session().get(Meeting, key)
    if found is None or unseal(_purpose(found), ticket[:200], _keys()) != "lead":
        abort(404)
    if not tables_open(found, now()):
        abort(404)
    return found


def _purpose(meeting: Meeting) -> str:
    return f"live lead {meeting.id} {meeting.codes_version}"


def _keys() -> tuple[str, ...]:
    settings = current_app.extensions["settings"]
    return (settings.secret_key, *settings.old_secret_keys)


def _staff(meeting: Meeting) -> Leader:
    way = url_for("live_desk.lead", dialogue=meeting.dialogue.slug, meeting=meeting.slug)
    return Leader(signed_in().id, way, staff=True)


def _asked_for_code(fault: str, status: int = 200) -> Any:
    g.private = True
    return render_template("live/enter.html", faults=[("code", fault)] if fault else []), status


def _act(meeting: Meeting, leader: Leader) -> Any:
    """Do what a button says, and show the page again; what cannot be done is told on it."""
    form = clean_form(request.form).to_dict()
    room = room_of(session(), meeting)
    try:
        if form.get("go") == "begin":
            open_room(session(), meeting, leader.name)
        elif room is None:
            raise Refusal(_("Open the room first."))
        else:
            _do(room, form, leader)
            forget_room(room.code)
    except Refusal as refusal:
        session().rollback()
        return _page(meeting, leader, refusal.sentence, form.get("text", "")), 422
    return redirect(leader.way, 303)


def _do(room: LiveRoom, form: dict[str, str], leader: Leader) -> None:
    verb, _dot, subject = form.get("go", "").partition(".")
    if verb == "state" and subject in list(RoomState):
        set_state(session(), room, RoomState(subject), leader.name)
    elif verb == "result":
        smallest = current_app.extensions["settings"].smallest_group
        show_result(session(), room, smallest, leader.name)
    elif verb == "forget" and leader.staff:
        forget_votes(session(), room, leader.name)
    elif verb == "say" and form.get("kind") in list(SayingKind):
        propose(
            session(),
            room,
            kind=SayingKind(form["kind"]),
            text=form.get("text", ""),
            lang=current_language(),
            key=form.get("key", ""),
            receipts=receipts(),
            from_room=False,
        )
    elif verb in ("show", "hide", "take", "bring"):
        _moderate(room, verb, subject, leader)
    else:
        abort(422)


def _moderate(room: LiveRoom, verb: str, subject: str, leader: Leader) -> None:
    try:
        saying = saying_in(session(), room, uuid.UUID(subject))
    except ValueError:
        saying = None
    if saying is None:
        raise Refusal(_("It is gone: whoever wrote it has taken it back."))
    if verb == "show":
        show(session(), saying)
    elif verb == "hide":
        hide(saying)
    elif verb == "take":
        take_up(saying)
    else:
        bring_in(session(), saying, leader.name)


def _page(meeting: Meeting, leader: Leader, fault: str = "", typed: str = "") -> Any:
    g.private = True
    room = room_of(session(), meeting)
    sayings = sayings_of(session(), room) if room else ()
    seats = seats_that_voted(session(), room) if room else 0
    told = [str((each.id, each.state)) for each in sayings]
    mark = hashlib.sha256("\n".join((str(seats), *told)).encode()).hexdigest()[:20]
    if request.args.get("lage") and request.method == "GET":
        return jsonify(mark=mark)
    return render_template(
        "live/lead.html",
        meeting=meeting,
        room=room,
        leader=leader,
        fault=fault,
        typed=typed,
        key=new_answer_key(),
        most=LONGEST,
        mark=mark,
        waiting=[each for each in sayings if each.state == SayingState.WAITING],
        shown=[each for each in sayings if each.state in (SayingState.SHOWN, SayingState.TAKEN_UP)],
        hidden=[each for each in sayings if each.state == SayingState.HIDDEN],
        pointed=pieces,
        seats=seats,
        people=sum(table.people for table in meeting.tables),
        screen=f"{public_url()}{url_for('live.screen', code=room.code)}" if room else "",
    )
