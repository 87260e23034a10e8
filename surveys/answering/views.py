"""The pages on which a resident answers.

Everything typed travels in the form itself: no cookie, no session, nothing on the server before
the answer is sent, unless the person asks to go on later. Each press of a button posts the form
and draws the next screen.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from dialogue.followup.receipts import wrong_codes
from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session, truncate_wal
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.voices.receipts import receipts
from surveys.answering import returning  # noqa: F401
from surveys.answering.asking import asking, version_of
from surveys.answering.blueprint import surveys
from surveys.answering.collecting import AlreadySent, Kept, UnknownCode, correct, submit
from surveys.answering.drafts import erase_draft
from surveys.answering.screens import (
    CHECK,
    WHOLE,
    Answering,
    closed,
    invited,
    receipt,
    screen,
    wrong_token,
)
from surveys.answering.sheets import ALL, VARIANTS, Manner, Sheet
from surveys.answering.waiting import keep_draft
from surveys.codes import BadInvitation, is_unused, unknown_code_sentence
from surveys.questions.catalogue import pressed
from surveys.questions.kinds import Fault

__all__ = ["surveys", "turn"]

log = logging.getLogger("dialogue.answers")

WORKER_FILES = ("answer.js", "offline-worker.js")


@surveys.get("/svara")
@open_to(Access.ANYONE)
def answer(dialogue: str) -> Response:
    """The first question."""
    return _begin(dialogue, Manner())


@surveys.get("/svara/alla")
@open_to(Access.ANYONE)
def whole(dialogue: str) -> Response:
    """All questions on one page."""
    return _begin(dialogue, Manner(layout=ALL))


@surveys.get("/svara/delad")
@open_to(Access.ANYONE)
def shared(dialogue: str) -> Response:
    """The first question on a device that several people use."""
    return _begin(dialogue, Manner(shared=True))


@surveys.get("/svara/utan-signal.js")
@open_to(Access.ANYONE)
def worker(dialogue: str) -> Response:
    """The service worker of one dialogue's answering pages; it sees no other page."""
    folder = Path(current_app.static_folder or "")
    body = "\n".join((folder / name).read_text("utf-8") for name in WORKER_FILES)
    response = Response(body, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("surveys.answer", dialogue=dialogue)
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@surveys.post("/svara")
@open_to(Access.ANYONE)
def answering(dialogue: str) -> Response:
    """One press of a button on the answer form."""
    found = asking(dialogue, request.form.get("token", ""))
    form = clean_form(request.form).to_dict(flat=False)
    here = Answering(found, Sheet.read(found.document, form), request.form.get("key", ""))
    at = request.form.get("at", "")
    if at not in here.places:
        at = here.places[0]
    manner = here.sheet.manner
    if not manner.receipt and not found.standing.takes_typed:
        return closed(here, at, 409)
    if version_of(found.survey, request.form.get("token", "")) is None:
        return wrong_token(here, at)
    press = request.form.get("go", "next")
    asks_for_code = found.opening.invited_only and not manner.receipt
    if asks_for_code and (press == "enter" or not manner.invitation):
        return _let_in(here, asked=press == "enter")
    if press.partition(".")[0] == "send":
        return _send(here, press.partition(".")[2])
    return turn(here, at, press)


def _begin(dialogue: str, manner: Manner) -> Response:
    variant = request.args.get("variant", "")
    if variant in VARIANTS:
        manner = replace(manner, variant=variant)
    found = asking(dialogue)
    here = Answering(found, Sheet(found.document, {}, manner=manner))
    if not found.standing.takes_new:
        return closed(here, "", 200)
    if found.opening.invited_only:
        return invited(here)
    return screen(here, here.places[0])


def _let_in(here: Answering, *, asked: bool) -> Response:
    """Past the page that asks for a code, with one that can be used."""
    caller = request.remote_addr or ""
    if wrong_codes.too_many(caller):
        return invited(here, _("Too many codes were wrong. Wait a minute and try again."), 429)
    code = here.sheet.manner.invitation
    if not asked or not is_unused(session(), here.asking.survey, code, receipts()):
        if asked:
            wrong_codes.wrong(caller)
        return invited(here, unknown_code_sentence(), 422)
    return screen(here, here.places[0])


def turn(here: Answering, at: str, press: str) -> Response:
    """Draw the screen that a button leads to."""
    sheet, places = here.sheet, here.places
    if press == "stay":
        return screen(here, at)
    if press == "back":
        return screen(here, places[max(0, places.index(at) - 1)])
    if press.startswith("edit."):
        return screen(here, WHOLE if WHOLE in places else press.removeprefix("edit."))
    if press == "save" and not sheet.manner.shared and not sheet.manner.receipt:
        return keep_draft(here, at)
    if press == "unsave":
        erase_draft(session(), receipts().code_for(here.key), receipts())
        session().commit()
        truncate_wal()
        return screen(here, at)
    manner = sheet.manner.pressed(press)
    if manner is not None:
        return _in_another_manner(here, at, manner)
    cleared = sheet.cleared(press)
    if cleared is not None:
        return screen(replace(here, sheet=cleared), CHECK)
    return _onward(here, at, press)


def _in_another_manner(here: Answering, at: str, manner: Manner) -> Response:
    """The same screen in another variant, or the same place in another layout."""
    moved = replace(here, sheet=here.sheet.mannered(manner))
    if at != CHECK and manner.layout != here.sheet.manner.layout:
        at = moved.places[0]
    return screen(moved, at)


def _onward(here: Answering, at: str, press: str) -> Response:
    sheet, steps = here.sheet, here.shown(at)
    questions = [each for step in steps for each in step.questions]
    changed = pressed(questions, sheet.fields, press)
    if changed is not None:
        return screen(replace(here, sheet=sheet.having(changed)), at)
    if press == "skip" and len(steps) == 1:
        sheet = sheet.without(steps[0])
    else:
        faults = [fault for step in steps for fault in sheet.faults_of(step)]
        if faults:
            return screen(here, at, faults, 422)
    moved = replace(here, sheet=sheet)
    places = moved.places
    following = places[places.index(at) + 1 :] if at in places else []
    return screen(moved, following[0] if following else CHECK)


def _send(here: Answering, how: str) -> Response:
    """Keep the answer; acknowledge it only once it is safely on disk.

    ``how`` is ``replace`` or ``new`` when the same form was sent before with other words.
    """
    sheet = here.sheet
    if sheet.faults:
        where = next((step.id for step in sheet.steps if sheet.faults_of(step)), CHECK)
        return screen(here, WHOLE if WHOLE in here.places else where, sheet.faults, 422)
    try:
        kept = _keep(here, how)
        session().commit()
    except AlreadySent as refusal:
        session().rollback()
        return screen(here, CHECK, [Fault("", refusal.sentence)], 409, changed=True)
    except BadInvitation as refusal:
        session().rollback()
        return invited(here, refusal.sentence, 422)
    except Refusal as refusal:
        session().rollback()
        if isinstance(refusal, UnknownCode):
            wrong_codes.wrong(request.remote_addr or "")
        return screen(here, CHECK, [Fault("", refusal.sentence)], 422)
    except SQLAlchemyError:
        session().rollback()
        log.exception("answer not kept")
        return _not_saved(here)
    if sheet.manner.receipt:
        truncate_wal()
    return receipt(here, kept.code, corrected=bool(sheet.manner.receipt))


def _keep(here: Answering, how: str) -> Kept:
    asked, sheet = here.asking, here.sheet
    if sheet.manner.receipt:
        if wrong_codes.too_many(request.remote_addr or ""):
            raise Refusal(_("Too many codes were wrong. Wait a minute and try again."))
        code = sheet.manner.receipt
        return correct(session(), sheet, code=code, receipts=receipts(), on=today())
    return submit(
        session(),
        asked.version,
        sheet,
        key=request.form.get("new_key" if how == "new" else "key", ""),
        receipts=receipts(),
        language=current_language(),
        on=today(),
        replace=how == "replace",
        invited_only=asked.opening.invited_only,
    )


def _not_saved(here: Answering) -> Response:
    sentence = _("We could not save your answer just now. Your text is kept here: send again.")
    response = screen(here, CHECK, [Fault("", sentence)], 503)
    response.headers["Retry-After"] = "10"
    return response
