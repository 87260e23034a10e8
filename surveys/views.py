"""The pages on which a resident answers.

Everything typed travels in the form itself: no cookie, no session, nothing on the server before
the answer is sent. Each press of a button posts the form and draws the next screen.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form, seal, unseal, wrong_token_sentence
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import dialogue_named
from dialogue.voices.qr import receipt_qr
from dialogue.voices.receipts import new_answer_key, receipts
from surveys.collecting import FREE_USES, AlreadySent, Sheet, submit
from surveys.models import Survey, SurveyVersion
from surveys.questions.catalogue import KINDS, checked
from surveys.questions.document import Document, Step
from surveys.questions.kinds import Fault
from surveys.questions.sharing import SelfCode3

log = logging.getLogger("dialogue.answers")

surveys = Blueprint("surveys", __name__, url_prefix="/<language:language>/dialog/<dialogue>")

PURPOSE = "answer form"
CHECK = "check"


@surveys.get("/svara")
@open_to(Access.ANYONE)
def answer(dialogue: str) -> Any:
    """The first question."""
    found, version, document = _open_survey(dialogue)
    if version is None:
        return _closed(found, Sheet(document, {})), 200
    return _screen(found, version, Sheet(document, {}), document.steps[0].id)


@surveys.post("/svara")
@open_to(Access.ANYONE)
def answering(dialogue: str) -> Any:
    """One press of a button on the answer form."""
    found, version, document = _open_survey(dialogue)
    sheet = Sheet.read(document, clean_form(request.form).to_dict(flat=False))
    if version is None:
        return _closed(found, sheet), 409
    at = request.form.get("at", "")
    if at not in [*(step.id for step in document.steps), CHECK]:
        at = document.steps[0].id
    if not _token_holds(version):
        return _screen(found, version, sheet, at, [Fault("", wrong_token_sentence())], 403)
    press = request.form.get("go", "next")
    if press.partition(".")[0] == "send":
        return _send(found, version, sheet, press.partition(".")[2])
    return _turn(found, version, sheet, at, press)


def _turn(found: Dialogue, version: SurveyVersion, sheet: Sheet, at: str, press: str) -> Response:
    """Draw the screen that a button leads to."""
    steps = sheet.document.steps
    places = [step.id for step in steps]
    here = places.index(at) if at in places else len(places)
    step = steps[here] if here < len(steps) else None
    if press == "stay":
        return _screen(found, version, sheet, at)
    if press == "back":
        return _screen(found, version, sheet, places[max(0, here - 1)])
    if press.startswith("edit."):
        wanted = press.removeprefix("edit.")
        return _screen(found, version, sheet, wanted if wanted in places else places[0])
    if step is not None and press[-1:] in ("+", "-"):
        return _screen(found, version, _stepped(sheet, step, press), at)
    if step is not None and press == "skip":
        sheet = sheet.without(step)
    elif step is not None and sheet.faults_of(step):
        return _screen(found, version, sheet, at, list(sheet.faults_of(step)), 422)
    return _screen(found, version, sheet, places[here + 1] if here + 1 < len(places) else CHECK)


def _stepped(sheet: Sheet, step: Step, press: str) -> Sheet:
    question = step.questions[0]
    kind = KINDS[question.kind]
    if not isinstance(kind, SelfCode3):
        return sheet
    points = kind.stepped(question, sheet.fields, press)
    fields = dict(sheet.fields) | {name: [value] for name, value in points.items()}
    return Sheet.read(sheet.document, fields | {"use": list(sheet.uses)})


def _send(found: Dialogue, version: SurveyVersion, sheet: Sheet, how: str) -> Response:
    """Keep the answer; acknowledge it only once it is safely on disk.

    ``how`` is ``replace`` or ``new`` when the same form was sent before with other words.
    """
    if sheet.faults:
        steps = sheet.document.steps
        where = next((step.id for step in steps if sheet.faults_of(step)), CHECK)
        return _screen(found, version, sheet, where, list(sheet.faults), 422)
    try:
        kept = submit(
            session(),
            version,
            sheet,
            key=request.form.get("new_key" if how == "new" else "key", ""),
            receipts=receipts(),
            language=current_language(),
            on=today(),
            replace=how == "replace",
        )
        session().commit()
    except AlreadySent as refusal:
        session().rollback()
        fault = Fault("", refusal.sentence)
        return _screen(found, version, sheet, CHECK, [fault], 409, changed=True)
    except Refusal as refusal:
        session().rollback()
        return _screen(found, version, sheet, CHECK, [Fault("", refusal.sentence)], 422)
    except SQLAlchemyError:
        session().rollback()
        log.exception("answer not kept")
        sentence = _("We could not save your answer just now. Your text is kept here: send again.")
        response = _screen(found, version, sheet, CHECK, [Fault("", sentence)], 503)
        response.headers["Retry-After"] = "10"
        return response
    return _receipt(found, kept.code, sheet)


def _receipt(found: Dialogue, code: str, sheet: Sheet) -> Response:
    g.private = True
    points = next(
        (
            sheet.values.get(each.id)
            for each in sheet.document.questions
            if each.kind == SelfCode3.code
        ),
        None,
    )
    page = render_template(
        "surveys/receipt.html",
        dialogue=found,
        code=code,
        qr=receipt_qr(code),
        points=points if points and any(points.values()) else None,
        today=today(),
    )
    return make_response(page)


def _screen(
    found: Dialogue,
    version: SurveyVersion,
    sheet: Sheet,
    at: str,
    faults: list[Fault] | None = None,
    status: int = 200,
    changed: bool = False,
) -> Response:
    """One screen of the form, with everything that was typed on the others hidden in it."""
    steps = sheet.document.steps
    step = next((each for each in steps if each.id == at), None)
    sent_on = request.method == "POST" and bool(request.form.get("key"))
    key = request.form.get("key", "") if sent_on else new_answer_key()
    page = render_template(
        "surveys/question.html" if step else "surveys/check.html",
        dialogue=found,
        document=sheet.document,
        steps=steps,
        step=step,
        place=steps.index(step) + 1 if step else len(steps),
        sheet=sheet,
        carried=sheet.carried(step),
        kinds=KINDS,
        free_uses=FREE_USES,
        faults=faults or [],
        changed=changed,
        key=key,
        new_key=new_answer_key(),
        token=seal(PURPOSE, f"{version.id}.{secrets.token_urlsafe(6)}", _secrets()[0]),
        at=at,
    )
    return make_response(page, status)


def _closed(found: Dialogue, sheet: Sheet) -> str:
    return render_template("surveys/closed.html", dialogue=found, sheet=sheet)


def _open_survey(slug: str) -> tuple[Dialogue, SurveyVersion | None, Document]:
    """The dialogue, its open survey version (None when it takes no answers) and its document."""
    found = dialogue_named(slug)
    survey = session().scalars(select(Survey).where(Survey.dialogue_id == found.id)).first()
    version = survey.current if survey else None
    if version is None or not found.is_public:
        abort(404)
    document = checked(Document.of(version.document))
    return found, version if found.is_open else None, document


def _token_holds(version: SurveyVersion) -> bool:
    value = unseal(PURPOSE, request.form.get("token", ""), _secrets())
    return value is not None and value.split(".")[0] == str(version.id)


def _secrets() -> tuple[str, ...]:
    settings = current_app.extensions["settings"]
    return (settings.secret_key, *settings.old_secret_keys)
