"""The second look at answers by telephone: there is no paper, so somebody else reads the words.

Whoever reads has the right to read stories anyway. Background is not shown: only the teller's code
can find it. Nothing is changed here; what the teller wants to change, the teller changes by code.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, reads_everything, signed_in
from dialogue.voices.identifying import pointers
from surveys.paper.entering import entering, second_look
from surveys.paper.outreach import reached
from surveys.paper.transcripts import Transcript, compare, open_by_phone, written_in
from surveys.questions.catalogue import KINDS


@entering.post("/jamfor/telefon")
@open_to(Holding(Right.READ_STORIES))
def listened(dialogue: str) -> Response:
    """Read one answer that somebody else wrote down from the telephone, or say that it stands."""
    found, _survey, _document = reached(dialogue)
    if not reads_everything(signed_in(), found):
        abort(404)
    try:
        transcript = open_by_phone(session(), found, _asked_for(), by=signed_in())
        if request.form.get("go", "") != "stands":
            return _page(found, transcript)
        compare(session(), transcript, by=signed_in(), on=today())
    except Refusal as refusal:
        session().rollback()
        return second_look(found, {}, fault=refusal.sentence)
    response: Any = redirect(url_for("entering.comparing", dialogue=dialogue), 303)
    return make_response(response)


def _asked_for() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("transcript", ""))
    except ValueError:
        return None


def _page(found: Dialogue, transcript: Transcript) -> Response:
    document, values = written_in(session(), transcript)
    said = [
        (question, [(line, pointers(line)) for line in KINDS[question.kind].words(question, value)])
        for question in document.questions
        if (value := values.get(question.id)) is not None
    ]
    html = render_template(
        "outreach/listened.html", dialogue=found, transcript=transcript, answers=said
    )
    return make_response(html)
