"""At the tables: the script, one note for each voice, reading back, and closing the room."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from flask import (
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.meetings.arranging.planning import add_table
from dialogue.meetings.models import Manner, Meeting, MeetingState, MeetingTable
from dialogue.meetings.table import more_pages  # noqa: F401
from dialogue.meetings.table.door import ROOM, AtTable, here, table, way_in
from dialogue.meetings.table.noting import (
    KeptNote,
    Note,
    close_room,
    counts_of,
    hours_of,
    keep_note,
    note_of,
    notes_of,
    rewrite,
    tick_read_back,
)
from dialogue.meetings.table.script import script_of
from dialogue.voices.models import Voice
from dialogue.voices.receipts import new_answer_key, receipts

__all__ = ["table"]
WORKER_FILES = ("table.js", "table-worker.js")
VOICES = (Voice.SELF, Voice.WITH_SUPPORT, Voice.RELATIVE, Voice.STAFF)
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
def script(key: uuid.UUID, ticket: str) -> str:
    """Minutes, purpose and the words to read aloud; and the timer for equal turns."""
    steps = script_of(here())
    return _shown("table_script.html", steps=steps, minutes=sum(step.minutes for step in steps))


@table.get(f"{ROOM}/anteckna")
@open_to(AT_TABLE)
def noting(key: uuid.UUID, ticket: str) -> Any:
    """An empty note."""
    return _note({"table": request.args.get("bord", "")}, new_answer_key())


@table.post(f"{ROOM}/anteckna")
@open_to(AT_TABLE)
def noted(key: uuid.UUID, ticket: str) -> Any:
    """Keep a note, once; the device that sends what waited asks for JSON."""
    form = clean_form(request.form).to_dict()
    as_json = request.accept_mimetypes.best == "application/json"
    try:
        kept = _kept(here(), form)
    except Refusal as refusal:
        session().rollback()
        if as_json:
            return jsonify(sentence=refusal.sentence), 422
        return _note(form, form.get("key", ""), refusal.sentence)
    if as_json:
        return jsonify(code=kept.code)
    return _note({"table": form.get("table", "")}, new_answer_key(), code=kept.code)


@table.get(f"{ROOM}/lappar")
@open_to(AT_TABLE)
def notes(key: uuid.UUID, ticket: str) -> Any:
    """The meeting's notes, to read back and tick."""
    return _notes()


@table.post(f"{ROOM}/lappar")
@open_to(AT_TABLE)
def note_changed(key: uuid.UUID, ticket: str) -> Any:
    """Tick a note that was read back, or write down what was meant."""
    form = clean_form(request.form).to_dict()
    verb, _dot, subject = form.get("go", "").partition(".")
    try:
        try:
            found = note_of(session(), here(), uuid.UUID(subject))
        except ValueError:
            found = None
        if found is None:
            raise Refusal(_("The note is gone: whoever said it has taken it back."))
        if verb == "rewrite":
            rewrite(session(), found, form.get(f"text.{subject}", ""), receipts(), today())
        else:
            tick_read_back(session(), found)
    except Refusal as refusal:
        session().rollback()
        return _notes(refusal.sentence)
    return redirect(url_for("table.notes", **way_in(here())) + f"#n-{subject}", 303)


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


def _kept(meeting: Meeting, form: dict[str, str]) -> KeptNote:
    at = table_called(meeting, form.get("table", ""))
    if form.get("manner") not in list(Manner):
        raise Refusal(_("Say whether the note is word for word or shorter."))
    note = Note(
        text=form.get("text", ""),
        manner=Manner(form["manner"]),
        voice=Voice(form["voice"]) if form.get("voice") in VOICES else Voice.SELF,
        lang=form["lang"] if form.get("lang") in LANGUAGES else current_language(),
        read_back=form.get("read_back") == "y",
        quotable=form.get("quotable") == "y",
    )
    return keep_note(
        session(), meeting, at, note, key=form.get("key", ""), receipts=receipts(), on=today()
    )


def table_called(meeting: Meeting, key: str) -> MeetingTable:
    """The meeting's table with this key.

    Raises:
        Refusal: when it has none.
    """
    found = next((each for each in meeting.tables if str(each.id) == key), None)
    if found is None:
        raise Refusal(_("Choose the table."))
    return found


def _room(fault: str = "") -> Any:
    meeting = here()
    opens, closes = hours_of(meeting)
    page = _shown(
        "table_room.html",
        counts=counts_of(session(), meeting),
        opens=opens,
        closes=closes,
        over=meeting.state == MeetingState.HELD,
        faults=[(None, fault)] if fault else [],
    )
    return make_response(page, 422 if fault else 200)


def _note(given: dict[str, str], key: str, fault: str = "", code: str = "") -> Any:
    if not given.get("table") and len(here().tables) == 1:
        given = given | {"table": str(here().tables[0].id)}
    field = "text" if not given.get("text") else None
    page = _shown(
        "table_note.html",
        given=given,
        note_key=key,
        voices=VOICES,
        code=code,
        faults=[(field, fault)] if fault else [],
    )
    return make_response(page, 422 if fault else 200)


def _notes(fault: str = "") -> Any:
    names = {each.id: each.name for each in here().tables}
    page = _shown(
        "table_notes.html",
        notes=sorted(notes_of(session(), here()), key=lambda each: each.read_back),
        names=names,
        faults=[(None, fault)] if fault else [],
    )
    return make_response(page, 409 if fault else 200)


def _closing(told: dict[str, str], fault: str = "") -> Any:
    page = _shown("table_close.html", told=told, faults=[("people", fault)] if fault else [])
    return make_response(page, 422 if fault else 200)


def _shown(template: str, **values: Any) -> str:
    meeting = here()
    return render_template(f"meetings/{template}", meeting=meeting, way=way_in(meeting), **values)
