"""At the tables: the meeting and its tables, the script, and closing the room."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.meetings.arranging.planning import add_table
from dialogue.meetings.models import MeetingState
from dialogue.meetings.table import more_pages, notes_pages  # noqa: F401
from dialogue.meetings.table.door import ROOM, AtTable, here, table, way_in
from dialogue.meetings.table.frame import shown
from dialogue.meetings.table.noting import close_room, counts_of, hours_of
from dialogue.meetings.table.script import script_of

__all__ = ["table"]
WORKER_FILES = ("table.js", "table-worker.js")
AT_TABLE = AtTable()


@table.get(f"{ROOM}/")
@open_to(AT_TABLE)
def room(key: uuid.UUID, ticket: str) -> Any:
    """The meeting, its tables, and the ways on."""
    return _room()


@table.post(f"{ROOM}/")
@open_to(AT_TABLE)
def room_changed(key: uuid.UUID, ticket: str) -> Any:
    """One more table, or how many sit at each."""
    form = clean_form(request.form)
    try:
        if form.get("go") == "add":
            add_table(
                session(), here(), form.get("name", "")[:80], remote=form.get("remote") == "y"
            )
        for each in here().tables:
            people = form.get(f"people.{each.id}", str(each.people))
            if not (people.isascii() and people.isdecimal() and len(people) < 4):
                raise Refusal(_("Write how many sit at each table, as a number."))
            each.people = int(people)
    except Refusal as refusal:
        session().rollback()
        return _room(refusal.sentence)
    return redirect(url_for("table.room", **way_in(here())), 303)


@table.get(f"{ROOM}/manus")
@open_to(AT_TABLE)
def script(key: uuid.UUID, ticket: str) -> Any:
    """Minutes, purpose and the words to read aloud; and the timer for equal turns."""
    steps = script_of(here())
    return shown("table_script.html", steps=steps, minutes=sum(step.minutes for step in steps))


@table.get(f"{ROOM}/avsluta")
@open_to(AT_TABLE)
def closing(key: uuid.UUID, ticket: str) -> Any:
    """How many came, what stood in the way, and how it was."""
    told = {name: str(value) for name, value in here().closing.items()}
    if not told:
        people = sum(each.people for each in here().tables)
        told = {"people": str(people) if people else ""}
    return _closing(told)


@table.post(f"{ROOM}/avsluta")
@open_to(AT_TABLE)
def closed(key: uuid.UUID, ticket: str) -> Any:
    """The meeting is over."""
    form = clean_form(request.form).to_dict()
    people = form.get("people", "")
    number = int(people) if people.isascii() and people.isdecimal() and len(people) < 6 else -1
    try:
        close_room(
            session(),
            here(),
            people=number,
            barriers=form.get("barriers", ""),
            mood=form.get("mood", ""),
        )
    except Refusal as refusal:
        session().rollback()
        return _closing(form, refusal.sentence)
    return redirect(url_for("table.room", **way_in(here())), 303)


@table.get(f"{ROOM}/utan-signal.js")
@open_to(AT_TABLE)
def worker(key: uuid.UUID, ticket: str) -> Response:
    """The service worker of this meeting's tables; it sees no other page."""
    folder = Path(current_app.static_folder or "")
    body = "\n".join((folder / name).read_text("utf-8") for name in WORKER_FILES)
    response = Response(body, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("table.room", **way_in(here()))
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


def _room(fault: str = "") -> Any:
    meeting = here()
    opens, closes = hours_of(meeting)
    return shown(
        "table_room.html",
        fault,
        counts=counts_of(session(), meeting),
        opens=opens,
        closes=closes,
        over=meeting.state == MeetingState.HELD,
    )


def _closing(told: dict[str, str], fault: str = "") -> Any:
    return shown("table_close.html", fault, "people", told=told)
