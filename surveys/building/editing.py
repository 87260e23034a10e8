"""The pages on which a survey is built: its outline, its parts, one question at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.hosts.shapes import shape_of
from surveys import shaping, versions
from surveys.building import authoring, ready_made
from surveys.building.choice_lines import with_pictures
from surveys.building.completeness import meters
from surveys.building.editing_aids import advice_on, gaps_in, lix_of, names_in, rule_words
from surveys.building.editing_forms import (
    LONGEST,
    QuestionForm,
    SectionForm,
    data_of_question,
    data_of_section,
)
from surveys.building.kind_names import kind_names
from surveys.building.launching import hindrances_to_sending
from surveys.building.plain_language import advise, lix
from surveys.models import Survey
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question
from surveys.rules.checking import faults_of_rules
from surveys.rules.conditions import rule_of
from surveys.rules.words import in_words

editing = Blueprint(
    "editing", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/enkat"
)
BUILDERS = Holding(Right.BUILD_SURVEY)


def building(slug: str) -> tuple[Dialogue, Survey]:
    """The dialogue and its survey, or 404."""
    dialogue = dialogue_named(slug)
    survey = versions.survey_of(session(), dialogue)
    return dialogue, survey or abort(404)


@editing.get("/")
@open_to(BUILDERS)
def outline(dialogue: str) -> str:
    """The survey as a list: its parts and questions, what is missing and what is wrong."""
    return outline_page(dialogue)


def outline_page(slug: str, refused: str = "") -> str:
    """The outline, with a sentence about what was refused."""
    found = dialogue_named(slug)
    survey = versions.survey_of(session(), found)
    if survey is None:
        return render_template(
            "editing/start.html",
            dialogue=found,
            templates=ready_made.ready_made(),
            suggested=shape_of(found.kind).survey,
            refused=refused,
        )
    draft = versions.draft_of(survey)
    version = draft or survey.current or abort(404)
    document = versions.document_of(version)
    return render_template(
        "editing/outline.html",
        dialogue=found,
        survey=survey,
        version=version,
        document=document,
        answers=versions.answers_to(session(), version),
        meters=meters(document),
        hindrances=authoring.hindrances(document) if draft else (),
        advice=[each for each in faults_of_rules(document) if not each.stops],
        kinds=kind_names(),
        bank=ready_made.question_bank(),
        named=names_in(document),
        rule_in_words=rule_words(document),
        gaps=gaps_in(document),
        lix=lix_of(document),
        may_open=may(signed_in(), Right.PUBLISH, found),
        sends=found.state == DialogueState.DRAFT and draft is not None,
        before_sending=hindrances_to_sending(session(), found, document) if draft else (),
        refused=refused,
    )


@editing.post("/borja")
@open_to(BUILDERS)
def start(dialogue: str) -> Any:
    """Begin the dialogue's survey from a ready-made one."""
    chosen = ready_made.ready_made_named(request.form.get("template", ""))
    found = dialogue_named(dialogue)
    if chosen is None:
        return outline_page(dialogue, _("Choose what to start from.")), 422
    versions.begin(session(), found, ready_made.bare(chosen.document), by=signed_in())
    return _to_outline(dialogue)


@editing.post("/ordna")
@open_to(BUILDERS)
def arrange(dialogue: str) -> Any:
    """Move, drag or add: everything that is done from the outline."""
    _found, survey = building(dialogue)
    form = request.form
    try:
        if "move" in form:
            name, _colon, way = form["move"].partition(":")
            authoring.move(session(), survey, name, authoring.UP if way == "up" else authoring.DOWN)
        elif "dragged" in form:
            at = form.get("at", "")
            if not (at.isascii() and at.isdecimal() and len(at) < 4):
                abort(400)
            authoring.place(session(), survey, form["dragged"], form.get("section", ""), int(at))
            return "", 204
        elif "add_part" in form:
            made = authoring.add_section(session(), survey)
            return redirect(url_for("editing.section", dialogue=dialogue, section=made.id), 303)
        else:
            return _added(dialogue, survey)
    except Refusal as refusal:
        session().rollback()
        return outline_page(dialogue, refusal.sentence), 409
    return _to_outline(dialogue)


def _added(slug: str, survey: Survey) -> Any:
    section, what = request.form.get("section", ""), request.form.get("what", "")
    if what.startswith("bank."):
        question = authoring.add_from_bank(session(), survey, section, what.removeprefix("bank."))
    else:
        question = authoring.add_question(session(), survey, section, what)
    return redirect(url_for("editing.question", dialogue=slug, question=question.id), 303)


@editing.route("/del/<section>", methods=["GET", "POST"])
@open_to(BUILDERS)
def section(dialogue: str, section: str) -> Any:
    """One part of the survey."""
    found, survey = building(dialogue)
    document = authoring.draft_document(survey)
    part = shaping.section_named(document, section)
    form = SectionForm.of_request(**data_of_section(part))
    form.offer(document, part)
    refused, status = "", 200
    if request.method == "POST":
        try:
            if request.form.get("go") == "remove":
                authoring.remove_section(session(), survey, section)
                return _to_outline(dialogue)
            if form.accepted():
                authoring.save_section(session(), survey, form.section(part))
                if request.form.get("go") == "duplicate":
                    authoring.duplicate_section(session(), survey, section)
                return _to_outline(dialogue)
        except Refusal as refusal:
            session().rollback()
            refused = refusal.sentence
        status = 422
    page = render_template(
        "editing/section.html",
        dialogue=found,
        part=part,
        form=form,
        rule=in_words(rule_of(part), document) if part.show_if else "",
        advice=advice_on(form, ("intro_sv", "intro_en")),
        refused=refused,
    )
    return page, status


@editing.route("/fraga/<question>", methods=["GET", "POST"])
@open_to(BUILDERS)
def question(dialogue: str, question: str) -> Any:
    """One question: its words side by side, with advice and a look at what residents meet."""
    found, survey = building(dialogue)
    document = authoring.draft_document(survey)
    old = shaping.question_named(document, question)
    form = QuestionForm.of_request(**data_of_question(old, authoring.mark_of(old)))
    form.prepare(document, old)
    if request.method == "GET":
        return _question_page(found, survey, old, form, saved="saved" in request.args)
    try:
        return _pressed(dialogue, survey, old, form) or _question_page(
            found, survey, old, form, status=422
        )
    except authoring.Overtaken as refusal:
        session().rollback()
        form.seen.process_data(authoring.mark_of(old))
        return _question_page(found, survey, old, form, refusal.sentence, 409)
    except Refusal as refusal:
        session().rollback()
        return _question_page(found, survey, old, form, refusal.sentence, 422)


def _pressed(slug: str, survey: Survey, old: Question, form: QuestionForm) -> Any:
    """What a button of the question's page does; None when the form has faults."""
    go = request.form.get("go", "save")
    if go == "remove":
        authoring.remove_question(session(), survey, old.id)
        return _to_outline(slug)
    if not form.accepted():
        return None
    new = form.question(old, versions.taken_choices(survey, old.id))
    new = replace(new, choices=with_pictures(new.choices, _drawings()))
    authoring.save_question(session(), survey, new, form.seen.data or "")
    if go == "duplicate":
        copy = authoring.duplicate_question(session(), survey, old.id)
        return redirect(url_for("editing.question", dialogue=slug, question=copy.id), 303)
    if go == "outline":
        return _to_outline(slug)
    return redirect(url_for("editing.question", dialogue=slug, question=old.id, saved=1), 303)


def _drawings() -> dict[str, str]:
    """The drawing of each choice, as the form has it: ``drawing.<choice>``."""
    start = "drawing."
    return {
        name.removeprefix(start): value
        for name, value in request.form.items()
        if name.startswith(start)
    }


def _question_page(
    found: Dialogue,
    survey: Survey,
    old: Question,
    form: QuestionForm,
    refused: str = "",
    status: int = 200,
    saved: bool = False,
) -> tuple[str, int]:
    document = authoring.draft_document(survey)
    current = next((each for each in document.questions if each.id == old.id), old)
    kind = KINDS[old.kind]
    page = render_template(
        "editing/question.html",
        dialogue=found,
        document=document,
        question=current,
        kind=kind,
        kind_name=kind_names()[old.kind],
        kinds=KINDS,
        drawings=[(each.value, each.label) for each in form.setting_picture.choices],
        form=form,
        place=[each.id for each in document.questions].index(old.id) + 1,
        apart=shaping.section_of(document, old.id).kept_apart,
        rule=in_words(rule_of(current), document) if current.show_if else "",
        rule_faults=[each for each in faults_of_rules(document) if each.where == old.id],
        faults_now=kind.faults(current) if status == 200 else (),
        missing_now=gaps_in(document).get(old.id, ""),
        advice=advice_on(
            form,
            ("text_sv", "text_en", "easy_sv", "easy_en", "hint_sv", "hint_en", "easy_hint_sv"),
        ),
        refused=refused,
        saved=saved,
    )
    return page, status


@editing.post("/rad")
@open_to(BUILDERS)
def advice(dialogue: str) -> Response:
    """Advice on a text while it is being written; nothing is kept."""
    text = clean_text(request.form.get("text"), LONGEST)
    language = request.form.get("in", "")
    found = advise(text, language, easy=request.form.get("easy") == "1")
    return jsonify(advice=[each.sentence for each in found], lix=lix(text))


def _to_outline(slug: str) -> Any:
    return redirect(url_for("editing.outline", dialogue=slug), 303)
