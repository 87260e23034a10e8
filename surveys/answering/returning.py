"""Coming back with a receipt code: the answer to change, and the answer to take home as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, g, jsonify
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.followup.kept import as_data
from dialogue.followup.receipts import code_form, gone_or_unknown, with_code
from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue
from dialogue.meetings.models import Meeting, TableNote
from dialogue.voices.models import Contribution
from dialogue.voices.receipts import new_answer_key, receipts
from surveys.answering.asking import asking, document_of
from surveys.answering.blueprint import surveys
from surveys.answering.collecting import Answered, answered
from surveys.answering.screens import CHECK, Answering, screen
from surveys.answering.sheets import Manner
from surveys.questions.catalogue import KINDS


@surveys.post("/svara/ratta")
@open_to(Access.ANYONE)
@with_code
def correcting(dialogue: str, code: str) -> Response:
    """The answer in the form it was given in, to be changed."""
    found = answered(session(), code, receipts())
    asked = asking(dialogue)
    if found is None or found.version.survey_id != asked.survey.id:
        return _not_here(code)
    asked = replace(asked, version=found.version, document=document_of(found.version))
    sheet = found.sheet().mannered(Manner(receipt=code))
    return screen(Answering(asked, sheet, new_answer_key()), CHECK)


@surveys.post("/svara/hamta")
@open_to(Access.ANYONE)
@with_code
def download(dialogue: str, code: str) -> Response:
    """Everything that is kept of a contribution, as a file of JSON; however it came in."""
    contribution = _contribution(code)
    if contribution is None:
        return gone_or_unknown(code)
    found = answered(session(), code, receipts())
    g.private = True
    response = jsonify(everything_kept(contribution, found))
    response.headers["Content-Disposition"] = 'attachment; filename="mitt-svar.json"'
    return response


def _contribution(code: str) -> Contribution | None:
    same = Contribution.receipt_hash == receipts().hash_of(code)
    return session().scalars(select(Contribution).where(same)).first()


def _not_here(code: str) -> Response:
    if _contribution(code) is None:
        return gone_or_unknown(code)
    return code_form(code, _("This answer did not come through this survey."), 404)


def everything_kept(contribution: Contribution, found: Answered | None) -> dict[str, Any]:
    """A contribution as data: what was answered, what was told, and what became of it.

    The background answers are among them; they are kept apart and were found by the code. A
    covered story says both what others read and, as long as it is kept, what its teller wrote.
    """
    dialogue = session().get_one(Dialogue, contribution.dialogue_id)
    kept = as_data(session(), dialogue, contribution)
    kept |= {"survey_version": None, "answers": [], "meeting": _meeting(contribution)}
    if found is None:
        return kept
    own = {each["question"]: each["as_you_wrote_it"] for each in kept["stories"]}
    values = found.values | {name: words for name, words in own.items() if words is not None}
    kept["survey_version"] = found.version.number
    kept["answers"] = [
        {
            "id": question.id,
            "question": question.text.as_dict(),
            "answer": values[question.id],
            "words": KINDS[question.kind].words(question, values[question.id]),
        }
        for question in found.sheet().document.questions
        if question.id in values
    ]
    return kept


def _meeting(contribution: Contribution) -> dict[str, Any] | None:
    """Where it was said and how it was written, when it was said at a meeting."""
    note = session().get(TableNote, contribution.id)
    if note is None:
        return None
    meeting = session().get_one(Meeting, note.meeting_id)
    return {
        "title": meeting.title.as_dict(),
        "table": note.table.name if note.table else None,
        "written": str(note.manner),
        "read_back": note.read_back,
    }
