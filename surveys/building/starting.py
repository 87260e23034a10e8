"""The pages around a survey's life: a new dialogue, its promise, its opening, its corrections."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Coordinating, Holding, Right, coordinated_by, signed_in
from surveys import versions
from surveys.bridges import Change, differences
from surveys.building import launching
from surveys.building.authoring import hindrances
from surveys.building.editing import BUILDERS, building, editing, outline_page
from surveys.building.editing_forms import PromiseForm
from surveys.building.launching import LINES, Promise
from surveys.building.ready_made import ready_made, ready_made_named
from surveys.questions.document import Document

starting = Blueprint("starting", __name__, url_prefix="/<language:language>/arbetsrum")


@starting.route("/ny-dialog", methods=["GET", "POST"])
@open_to(Coordinating())
def new() -> Any:
    """A new dialogue: what it starts from, what it promises, and who answers."""
    form = PromiseForm.of_request(template=request.args.get("template", "arets_fem"))
    _offer(form)
    if request.method == "GET":
        return _promise_page(form)
    chosen = ready_made_named(form.template.data or "")
    if chosen is None:
        form.template.errors = [_("Choose what to start from.")]
        return _promise_page(form, status=422)
    if not form.accepted() or not _titled(form):
        return _promise_page(form, status=422)
    organisations = {str(each.id): each for each in coordinated_by(signed_in())}
    try:
        made = launching.new_dialogue(
            session(),
            organisations[form.organisation.data],
            promise_of(form),
            chosen.document,
            by=signed_in(),
        )
    except Refusal as refusal:
        session().rollback()
        return _promise_page(form, refused=refusal.sentence, status=422)
    return redirect(url_for("editing.outline", dialogue=made.slug), 303)


@editing.route("/dialog", methods=["GET", "POST"])
@open_to(Holding(Right.PUBLISH))
def promise(dialogue: str) -> Any:
    """What the dialogue promises, while it is not open."""
    found, survey = building(dialogue)
    form = PromiseForm.of_request(**_data_of(found))
    _offer(form, found)
    if request.method == "GET":
        return _promise_page(form, found)
    if not form.accepted() or not _titled(form):
        return _promise_page(form, found, status=422)
    try:
        launching.keep_promise(found, promise_of(form), _newest(survey))
    except Refusal as refusal:
        session().rollback()
        return _promise_page(form, found, refusal.sentence, 422)
    return redirect(url_for("editing.opening", dialogue=dialogue), 303)


@editing.route("/oppna", methods=["GET", "POST"])
@open_to(Holding(Right.PUBLISH))
def opening(dialogue: str) -> Any:
    """The last look before the survey opens, or before a correction takes over."""
    found, survey = building(dialogue)
    if versions.draft_of(survey) is None:
        return redirect(url_for("editing.outline", dialogue=dialogue), 303)
    if request.method == "GET":
        return _opening_page(found, survey)
    try:
        launching.open_survey(
            session(),
            found,
            survey,
            by=signed_in(),
            apart=request.form.getlist("apart"),
            moves=_moves(),
            english_known="english_known" in request.form,
        )
    except Refusal as refusal:
        session().rollback()
        return _opening_page(found, survey, refusal.sentence, 422)
    return redirect(url_for("editing.outline", dialogue=dialogue), 303)


@editing.post("/klar")
@open_to(BUILDERS)
def ready(dialogue: str) -> Any:
    """The host is done: the dialogue goes to the coordinator for approval."""
    found, survey = building(dialogue)
    try:
        launching.send_for_approval(session(), found, survey, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return outline_page(dialogue, refusal.sentence), 409
    return redirect(url_for("editing.outline", dialogue=dialogue), 303)


@editing.post("/ratta")
@open_to(BUILDERS)
def correct(dialogue: str) -> Any:
    """Begin a correction of the open version."""
    _found, survey = building(dialogue)
    versions.begin_correction(session(), survey, by=signed_in())
    return redirect(url_for("editing.outline", dialogue=dialogue), 303)


@editing.post("/slang")
@open_to(BUILDERS)
def drop(dialogue: str) -> Any:
    """Throw a correction away."""
    _found, survey = building(dialogue)
    versions.drop_correction(session(), survey, by=signed_in())
    return redirect(url_for("editing.outline", dialogue=dialogue), 303)


def _moves() -> dict[tuple[str, str, str], str]:
    """What became of each choice, as the page of a correction has it: ``moved.<its place>``."""
    found: dict[tuple[str, str, str], str] = {}
    for field, now in request.form.items():
        word, *place = field.split(".")
        if word == "moved" and len(place) == 3:
            question, part, name = place
            found[question, part, name] = now
    return found


def _opening_page(found: Dialogue, survey: Any, refused: str = "", status: int = 200) -> Any:
    draft = versions.draft_of(survey) or abort(404)
    document, before = versions.document_of(draft), survey.current
    changes = differences(versions.document_of(before), document) if before else []
    page = render_template(
        "editing/opening.html",
        dialogue=found,
        version=draft,
        first=before is None,
        unchanged=before is not None and before.document == draft.document,
        stops=[
            *(launching.lacking(session(), found) if before is None else ()),
            *hindrances(document),
        ],
        gaps=launching.english_gaps(found, document),
        minutes=launching.minutes_for(document),
        questions=sum(1 for _each in document.questions),
        changes=[each for each in changes if each.change != Change.SAME],
        change_words={
            Change.WORDS: _("The words have changed."),
            Change.CHOICES: _("The choices or settings have changed."),
            Change.KIND: _("It is another kind of question. Its answers are told apart."),
            Change.NEW: _("It is new."),
            Change.GONE: _("It has gone. The answers to it stay with the version before."),
        },
        refused=refused,
        moved=request.form,
    )
    return page, status


def _promise_page(
    form: PromiseForm, found: Dialogue | None = None, refused: str = "", status: int = 200
) -> Any:
    page = render_template(
        "editing/promise.html",
        dialogue=found,
        form=form,
        templates=ready_made(),
        lines=LINES,
        refused=refused,
    )
    return page, status


def _offer(form: PromiseForm, found: Dialogue | None = None) -> None:
    language = current_language()
    asks = [found.organisation] if found else coordinated_by(signed_in())
    form.organisation.choices = [(str(each.id), each.name.text(language)) for each in asks]
    everyone = [
        (str(each.id), each.name.text(language))
        for each in launching.possible_responders(session())
    ]
    form.responder.choices = [("", _("Not decided yet")), *everyone]
    form.host.choices = [("", _("Nobody else")), *everyone]
    form.template.choices = [
        (each.name, each.document.title.text(language)) for each in ready_made()
    ]


def _titled(form: PromiseForm) -> bool:
    if form.title_sv.data or form.title_en.data:
        return True
    form.title_sv.errors = [_("Write the title.")]
    return False


def promise_of(form: PromiseForm) -> Promise:
    """The promise as the form has it."""
    return Promise(
        title=form.both("title"),
        lines={name: form.both(name) for name in LINES},
        responder=_chosen(form.responder),
        host=_chosen(form.host),
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
        answer_by=form.answer_by.data,
    )


def _chosen(field: Any) -> uuid.UUID | None:
    """The organisation that a list offers and somebody chose."""
    offered = {value for value, _label in field.choices if value}
    return uuid.UUID(field.data) if field.data in offered else None


def _data_of(found: Dialogue) -> dict[str, Any]:
    data: dict[str, Any] = {
        "organisation": str(found.organisation_id),
        "responder": str(found.responder_id or ""),
        "host": str(found.host_id or ""),
        "opens_on": found.opens_on,
        "closes_on": found.closes_on,
        "answer_by": found.answer_by,
    }
    for name in ("title", *LINES):
        text = found.said(name)
        data |= {f"{name}_sv": text.sv, f"{name}_en": text.en}
    return data


def _newest(survey: Any) -> Document:
    version = versions.draft_of(survey) or survey.current or abort(404)
    return versions.document_of(version)
