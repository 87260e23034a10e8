"""Saving an answer for later, and coming back to it on any device."""

from __future__ import annotations

from flask import Response, abort, g, make_response, render_template, request
from flask_babel import gettext as _

from dialogue.followup.receipts import wrong_codes
from dialogue.ground.access import Access, open_to
from dialogue.ground.charts import modules_path
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import seal, unseal, wrong_token_sentence
from dialogue.hosts.models import Dialogue
from dialogue.voices.receipts import is_code, receipts
from surveys.answering.asking import Asking, asking, document_of, secret_keys
from surveys.answering.blueprint import surveys
from surveys.answering.drafts import Draft, draft_of, save_draft
from surveys.answering.screens import Answering, closed, page, public_address, screen
from surveys.answering.sheets import Sheet
from surveys.models import SurveyVersion
from surveys.questions.kinds import Fault

PURPOSE = "draft form"


def keep_draft(here: Answering, at: str) -> Response:
    """Keep what was typed under a code, and show the code."""
    fields = here.sheet.form() | {"at": [at]}
    key = request.form.get("key", "")
    try:
        code, last_day = save_draft(
            session(), here.asking.version.id, key, fields, receipts(), today()
        )
    except Refusal as refusal:
        return screen(here, at, [Fault("", refusal.sentence)], 422)
    g.private = True
    address = public_address("surveys.going_on", dialogue=here.asking.dialogue.slug)
    return page(
        "surveys/saved.html",
        here,
        at,
        code=code,
        last_day=last_day,
        way=address,
        qr=_qr(f"{address}#{code}"),
    )


@surveys.get("/svara/fortsatt")
@open_to(Access.ANYONE)
def going_on(dialogue: str) -> Response:
    """The form that takes the code of a saved answer."""
    return _form(asking(dialogue).dialogue)


@surveys.post("/svara/fortsatt")
@open_to(Access.ANYONE)
def resume(dialogue: str) -> Response:
    """The form as it was saved, on any device."""
    found = asking(dialogue)
    code, caller = request.form.get("code", ""), request.remote_addr or ""
    if wrong_codes.too_many(caller):
        sentence = _("Too many codes were wrong. Wait a minute and try again.")
        return _form(found.dialogue, code, sentence, 429)
    if unseal(PURPOSE, request.form.get("token", ""), secret_keys()) is None:
        return _form(found.dialogue, code, wrong_token_sentence(), 403)
    draft = draft_of(session(), code, receipts(), today()) if is_code(code) else None
    version = session().get(SurveyVersion, draft.version_id) if draft else None
    if draft is None or version is None or version.survey_id != found.survey.id:
        wrong_codes.wrong(caller)
        sentence = _("No saved answer has this code. It may have been sent, or be too old.")
        return _form(found.dialogue, code, sentence, 404)
    return _as_saved(found, draft, version)


def _as_saved(found: Asking, draft: Draft, version: SurveyVersion) -> Response:
    document = document_of(version)
    then = Asking(found.dialogue, found.survey, version, document, found.opening, found.standing)
    key, at = (draft.fields.get(name, [""])[0] for name in ("key", "at"))
    here = Answering(then, Sheet.read(document, draft.fields), key)
    g.private = True
    if not found.standing.takes_typed:
        return closed(here, at, 409)
    return screen(here, at)


def _form(dialogue: Dialogue, code: str = "", fault: str = "", status: int = 200) -> Response:
    g.private = True
    if not dialogue.is_public:
        abort(404)
    html = render_template(
        "surveys/going_on.html",
        dialogue=dialogue,
        code=code,
        fault=fault,
        token=seal(PURPOSE, "code", secret_keys()[0]),
    )
    return make_response(html, status)


def _qr(address: str) -> tuple[int, str]:
    import segno

    return modules_path(segno.make(address, error="m").matrix)
