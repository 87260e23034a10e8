"""Somebody who spoke at a meeting changes their note with their code."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.followup.receipts import (
    code_form,
    gone_or_unknown,
    opened,
    receipts_pages,
    sealed_page,
    with_code,
)
from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session, truncate_wal
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.meetings.models import Meeting, TableNote
from dialogue.meetings.table.marking import asked, asks, cleared, pointing
from dialogue.meetings.table.noting import LONGEST_NOTE
from dialogue.meetings.table.restating import note_behind, restate
from dialogue.voices.models import Contribution, Use
from dialogue.voices.receipts import receipts


@receipts_pages.post("/lapp", endpoint="note")
@open_to(Access.ANYONE)
@with_code
def own_note(code: str) -> Response:
    """The note's words in a form; keeps them when its teller says so."""
    form = clean_form(request.form).to_dict()
    note = note_behind(session(), code, receipts())
    if note is None:
        return _no_note(code)
    if "text" not in form:
        quote = "yes" if note.contribution.allows(Use.QUOTE) else ""
        return _form(code, note, {"text": note.contribution.stories[0].text, "quote": quote})
    text = form["text"]
    if (left := cleared(form, text)) is not None:
        return _form(code, note, form | {"text": left}, ask=True)
    if asks(form, text):
        return _form(code, note, form, ask=True)
    try:
        restate(
            session(), code, text, quotable=form.get("quote") == "yes", receipts=receipts(),
            on=today(),
        )  # fmt: skip
    except Refusal as refusal:
        session().rollback()
        return _form(code, note, form, fault=refusal.sentence)
    session().commit()
    truncate_wal()
    return opened()


def _no_note(code: str) -> Response:
    same = Contribution.receipt_hash == receipts().hash_of(code)
    if session().scalar(select(Contribution.id).where(same)) is None:
        return gone_or_unknown(code)
    return code_form(code, _("This code opens an answer, not a note from a meeting."), 404)


def _form(
    code: str, note: TableNote, given: dict[str, str], *, ask: bool = False, fault: str = ""
) -> Response:
    text = given.get("text", "")
    return sealed_page(
        "receipts/note.html",
        422 if fault else 200,
        code=code,
        meeting=session().get_one(Meeting, note.meeting_id),
        text=text,
        quote=given.get("quote", ""),
        marked=pointing(text) if ask else (),
        asked=asked(text) if ask else given.get("asked", ""),
        most=LONGEST_NOTE,
        faults=[("text", fault)] if fault else [],
    )
