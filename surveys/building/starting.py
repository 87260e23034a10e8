"""The pages around a survey's life: a new dialogue, its opening, its corrections."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.life_forms import promise_names
from dialogue.hosts.models import Dialogue, Organisation
from dialogue.hosts.rights import Coordinating, Holding, Right, coordinated_by, signed_in
from dialogue.hosts.shapes import begin_dialogue, shape_of, shapes
from surveys import versions
from surveys.bridges import Change, differences
from surveys.building import launching
from surveys.building.authoring import hindrances
from surveys.building.editing import BUILDERS, building, editing, outline_page
from surveys.building.ready_made import bare, ready_made
from surveys.building.starting_form import StartForm

starting = Blueprint("starting", __name__, url_prefix="/<language:language>/arbetsrum")


@starting.route("/ny", methods=["GET", "POST"])
@open_to(Coordinating())
def new() -> Any:
    """A new dialogue: its shape and its questions, its name and who holds it."""
    form = StartForm.of_request(kind=shapes()[0].kind.value, template="")
    asks = coordinated_by(signed_in())
    houses = session().scalars(select(Organisation).order_by(Organisation.name_sv)).all()
    form.offer(asks, houses)
    form.offer_questions()
    if request.method == "GET":
        return _start_page(form)
    if not form.accepted():
        return _start_page(form, status=422)
    chosen = form.questions() or abort(404)
    hosts = {str(each.id): each.id for each in houses}
    try:
        made = begin_dialogue(
            session(),
            next(each for each in asks if str(each.id) == form.organisation.data),
            shape_of(form.kind.data),
            form.both("title"),
            by=signed_in(),
            host=hosts.get(form.host.data),
        )
        versions.begin(session(), made, bare(chosen.document), by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _start_page(form, refusal.sentence, 422)
    return redirect(url_for("life.ground", dialogue=made.slug), 303)


@starting.get("/ny-dialog")
@open_to(Coordinating())
def by_the_old_address() -> Any:
    """Where a dialogue began before there was one page for it."""
    return redirect(url_for("starting.new"), 301)


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
        promises=promise_names(),
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


def _start_page(form: StartForm, refused: str = "", status: int = 200) -> Any:
    page = render_template(
        "hosts/begin.html", form=form, shapes=shapes(), surveys=ready_made(), refused=refused
    )
    return page, status
