"""The door to a meeting's tables: a code opens one meeting, during its hours, and nothing else.

Whoever has typed the code goes on at an address that holds a sealed ticket: no cookie, and
nothing that stays. The ticket dies with the hours, and when the host makes new codes.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import seal, unseal
from dialogue.ground.throttle import Throttle
from dialogue.meetings.arranging.codes import Door, meeting_behind
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.noting import tables_open
from dialogue.voices.receipts import receipts

table = Blueprint("table", __name__, url_prefix="/<language:language>/bord")
wrong_codes = Throttle(most=20, seconds=60)
ROOM = "/<uuid:key>/<ticket>"


class AtTable:
    """Lets through whoever holds a ticket to the meeting that the address names, in its hours.

    Others get the page that a missing meeting gives.
    """

    def admit(self, arguments: dict[str, Any]) -> Any:
        found = session().get(Meeting, arguments["key"])
        if found is None or not _fits(found, str(arguments.get("ticket", ""))):
            abort(404)
        if not tables_open(found, now()):
            abort(404)
        g.meeting, g.private = found, True
        return None


class ShutDoor(Refusal):
    """A table code opened nothing. ``status`` is the HTTP status that says so."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def opened_by_code() -> Meeting:
    """The meeting of the table code in the form that was sent, during the meeting's hours.

    Raises:
        ShutDoor: when the code is wrong, too many were, or the meeting is not on.
    """
    caller = request.remote_addr or ""
    if wrong_codes.too_many(caller):
        raise ShutDoor(_("Too many codes were wrong. Wait a minute and try again."), 429)
    found = meeting_behind(session(), Door.TABLE, request.form.get("code", ""), receipts())
    if found is None:
        wrong_codes.wrong(caller)
        raise ShutDoor(_("No meeting has this code. Check it letter by letter."), 404)
    if not tables_open(found, now()):
        shut = _("The code opens the meeting only during its hours. Ask the host.")
        raise ShutDoor(shut, 409)
    return found


def here() -> Meeting:
    """The meeting of a page that the door let through."""
    found: Meeting = g.meeting
    return found


def way_in(meeting: Meeting) -> dict[str, Any]:
    """The arguments of every address within the meeting's tables."""
    return {"key": meeting.id, "ticket": seal(_purpose(meeting), "table", _keys()[0])}


@table.get("/")
@open_to(Access.ANYONE)
def door() -> Any:
    """The form that takes the code."""
    return _door()


@table.post("/")
@open_to(Access.ANYONE)
def entered() -> Any:
    """In to the tables of the meeting that the code opens."""
    try:
        found = opened_by_code()
    except ShutDoor as shut:
        return _door(shut.sentence, shut.status)
    return redirect(url_for("table.room", **way_in(found)), 303)


def _door(fault: str = "", status: int = 200) -> Any:
    g.private = True
    faults = [("code-field", fault)] if fault else []
    return render_template("meetings/table_door.html", faults=faults), status


def _fits(meeting: Meeting, ticket: str) -> bool:
    return unseal(_purpose(meeting), ticket[:200], _keys()) == "table"


def _purpose(meeting: Meeting) -> str:
    return f"meeting table {meeting.id} {meeting.codes_version}"


def _keys() -> tuple[str, ...]:
    settings = current_app.extensions["settings"]
    return (settings.secret_key, *settings.old_secret_keys)
