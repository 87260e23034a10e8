"""Notes at the tables: one for each voice, kept once, read back and ticked."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import jsonify, redirect, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.meetings.models import Manner
from dialogue.meetings.table.door import ROOM, AtTable, here, table, way_in
from dialogue.meetings.table.frame import shown, table_called, the_one
from dialogue.meetings.table.marking import asked, asks, cleared, pieces, pointing, taken_out
from dialogue.meetings.table.noting import (
    KeptNote,
    Note,
    keep_note,
    note_of,
    notes_of,
    tick_read_back,
)
from dialogue.meetings.table.restating import rewrite
from dialogue.voices.models import Voice
from dialogue.voices.receipts import new_answer_key, receipts

VOICES = (Voice.SELF, Voice.WITH_SUPPORT, Voice.RELATIVE, Voice.STAFF)
AT_TABLE = AtTable()


@table.get(f"{ROOM}/anteckna")
@open_to(AT_TABLE)
def noting(key: uuid.UUID, ticket: str) -> Any:
    """An empty note."""
    return _note({"table": request.args.get("bord", "")}, new_answer_key())


@table.post(f"{ROOM}/anteckna")
@open_to(AT_TABLE)
def noted(key: uuid.UUID, ticket: str) -> Any:
    """Keep a note, once. Possible names are asked about first, unless the device has done that:
    it sends what waited and asks for JSON."""
    form = clean_form(request.form).to_dict()
    as_json = request.accept_mimetypes.best == "application/json"
    text = form.get("text", "")
    left = cleared(form, text)
    if not as_json and (left is not None or asks(form, text)):
        return _note(form | {"text": text if left is None else left}, form.get("key", ""), ask=True)
    try:
        kept = _kept(form)
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
    """Tick a note that was read back, write down what was meant, or take a name out."""
    form = clean_form(request.form).to_dict()
    verb, _dot, named = form.get("go", "").partition(".")
    subject, _dot, words = named.partition(".")
    try:
        gone = _("The note is gone: whoever said it has taken it back.")
        found = the_one(partial(note_of, session()), subject, gone)
        if verb == "clear":
            text = taken_out(found.contribution.stories[0].text, words)
            rewrite(session(), found, text, receipts(), today(), read=False)
        elif verb == "rewrite":
            rewrite(session(), found, form.get(f"text.{subject}", ""), receipts(), today())
        else:
            tick_read_back(session(), found)
    except Refusal as refusal:
        session().rollback()
        return _notes(refusal.sentence)
    return redirect(url_for("table.notes", **way_in(here())) + f"#n-{subject}", 303)


def _kept(form: dict[str, str]) -> KeptNote:
    at = table_called(form.get("table", ""))
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
        session(), here(), at, note, key=form.get("key", ""), receipts=receipts(), on=today()
    )


def _note(
    given: dict[str, str], key: str, fault: str = "", code: str = "", *, ask: bool = False
) -> Any:
    if not given.get("table") and len(here().tables) == 1:
        given = given | {"table": str(here().tables[0].id)}
    field = "text" if not given.get("text") else None
    return shown(
        "table_note.html",
        fault,
        field,
        given=given,
        note_key=key,
        voices=VOICES,
        code=code,
        marked=pointing(given["text"]) if ask else (),
        asked=asked(given["text"]) if ask else given.get("asked", ""),
    )


def _notes(fault: str = "") -> Any:
    names = {each.id: each.name for each in here().tables}
    return shown(
        "table_notes.html",
        fault,
        status=409,
        notes=sorted(notes_of(session(), here()), key=lambda each: each.read_back),
        names=names,
        pieces=pieces,
        pointing=pointing,
    )
