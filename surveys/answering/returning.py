"""Coming back with a receipt code: the answer to change, and the answer to take home as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, g, jsonify, request
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.followup.receipts import code_form, gone_or_unknown, refused
from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
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
def correcting(dialogue: str) -> Response:
    """The answer in the form it was given in, to be changed."""
    code = request.form.get("code", "")
    turned_away = refused(code)
    if turned_away is not None:
        return turned_away
    found = answered(session(), code, receipts())
    asked = asking(dialogue)
    if found is None or found.version.survey_id != asked.survey.id:
        return _not_here(code)
    asked = replace(asked, version=found.version, document=document_of(found.version))
    sheet = found.sheet().mannered(Manner(receipt=code))
    return screen(Answering(asked, sheet, new_answer_key()), CHECK)


@surveys.post("/svara/hamta")
@open_to(Access.ANYONE)
def download(dialogue: str) -> Response:
    """Everything that is kept of an answer, as a file of JSON."""
    code = request.form.get("code", "")
    turned_away = refused(code)
    if turned_away is not None:
        return turned_away
    found = answered(session(), code, receipts())
    if found is None:
        return _not_here(code)
    g.private = True
    response = jsonify(everything_kept(found, dialogue))
    response.headers["Content-Disposition"] = 'attachment; filename="mitt-svar.json"'
    return response


def _not_here(code: str) -> Response:
    same = Contribution.receipt_hash == receipts().hash_of(code)
    if session().scalar(select(Contribution.id).where(same)) is None:
        return gone_or_unknown(code)
    return code_form(code, _("This answer did not come through this survey."), 404)


def everything_kept(found: Answered, dialogue: str) -> dict[str, Any]:
    """An answer as data: each question with its texts, the answer as it is kept and in words.

    The background answers are among them; they are kept apart and were found by the code.
    """
    contribution, sheet = found.contribution, found.sheet()
    return {
        "dialogue": dialogue,
        "received_on": contribution.received_on.isoformat(),
        "language": contribution.lang,
        "channel": str(contribution.channel),
        "voice": str(contribution.voice),
        "uses": list(contribution.uses),
        "consent_version": contribution.consent_version,
        "survey_version": found.version.number,
        "answers": [
            {
                "id": question.id,
                "question": question.text.as_dict(),
                "answer": found.values[question.id],
                "words": KINDS[question.kind].words(question, found.values[question.id]),
            }
            for question in sheet.document.questions
            if question.id in found.values
        ],
    }
