"""Reaching people: forms and posters to print, one-time codes, opening hours, the host's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import StaffForm
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.voices.qr import receipt_address
from dialogue.voices.receipts import receipts
from surveys.answering.asking import document_of
from surveys.answering.screens import variants_of
from surveys.codes import MOST, invitations_of, make_codes
from surveys.hours import hours_of, lines_of, written_hours
from surveys.models import Survey
from surveys.opening import Opening
from surveys.paper.numbers import PaperNumbers
from surveys.paper.printing import MOST_COPIES, Copy, form_pdf, poster_pdf
from surveys.paper.transcripts import transcripts_of
from surveys.questions.document import Document
from surveys.versions import survey_of

outreach = Blueprint(
    "outreach", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/utskick"
)
BUILDERS = Holding(Right.BUILD_SURVEY)


class CodesForm(StaffForm):
    """How many codes to make, and what to call them."""

    number = IntegerField(
        lazy_gettext("How many codes"), validators=[InputRequired(), NumberRange(1, MOST)]
    )
    label = StringField(lazy_gettext("What are they for?"))


class HoursForm(StaffForm):
    """Opening hours as text, and the host's own words in both languages."""

    opens = StringField(lazy_gettext("Opens"))
    closes = StringField(lazy_gettext("Closes"))
    pauses = TextAreaField(lazy_gettext("Pauses, a line each"))
    grace = IntegerField(
        lazy_gettext("Minutes of grace"), validators=[InputRequired(), NumberRange(0, 10_080)]
    )
    thanks_sv = TextAreaField(lazy_gettext("Thanks, in Swedish"))
    thanks_en = TextAreaField(lazy_gettext("Thanks, in English"))
    closed_sv = TextAreaField(lazy_gettext("When it is closed, in Swedish"))
    closed_en = TextAreaField(lazy_gettext("When it is closed, in English"))
    invited_only = BooleanField(lazy_gettext("Only people with a code may answer"))


@outreach.get("/")
@open_to(BUILDERS)
def index(dialogue: str) -> str:
    """Everything to print and hand out, and how far it has come."""
    found, survey, document = reached(dialogue)
    return render_template(
        "outreach/index.html",
        dialogue=found,
        survey=survey,
        opening=Opening.of(survey.opening or {}),
        standing=Opening.of(survey.opening or {}).at(now()),
        variants=variants_of(document) or ("standard",),
        most=MOST_COPIES,
        invitations=invitations_of(session(), survey),
        transcripts=transcripts_of(session(), found),
        may_enter=may(signed_in(), Right.ENTER_ANSWERS, found),
    )


@outreach.get("/blankett.pdf")
@open_to(BUILDERS)
def form(dialogue: str) -> Response:
    """The form on paper: a number and a receipt code on each copy."""
    found, survey, document = reached(dialogue)
    language, variant = _chosen("lang", LANGUAGES), _chosen("variant", ("standard", "easy"))
    asked = request.args.get("copies", "1")
    count = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    numbers = PaperNumbers(receipts(), str(survey.id))
    copies = [_copy(numbers, found) for _number in range(max(1, min(count, MOST_COPIES)))]
    return _pdf(form_pdf(found, document, language, variant, copies), f"{found.slug}-{language}")


@outreach.get("/affisch.pdf")
@open_to(BUILDERS)
def poster(dialogue: str) -> Response:
    """A poster that leads to the questions."""
    found, _survey, _document = reached(dialogue)
    language = _chosen("lang", LANGUAGES)
    way = _base() + url_for("pages.show", dialogue=found.slug, language=language)
    made = poster_pdf(found, language, way, _chosen("paper", ("a4", "a3")))
    return _pdf(made, f"{found.slug}-affisch-{language}")


@outreach.route("/koder", methods=["GET", "POST"])
@open_to(BUILDERS)
def codes(dialogue: str) -> Any:
    """Make one-time codes; they are shown once, to be printed and handed out."""
    found, survey, _document = reached(dialogue)
    asked = CodesForm.of_request()
    made: Sequence[str] = ()
    if asked.accepted():
        made = make_codes(
            session(),
            survey,
            asked.number.data or 0,
            (asked.label.data or "")[:120],
            receipts(),
            by=signed_in(),
            on=today(),
        )
    page = render_template(
        "outreach/codes.html",
        dialogue=found,
        form=asked,
        made=made,
        address=_base() + url_for("surveys.answer", dialogue=found.slug),
        invitations=invitations_of(session(), survey),
        opening=Opening.of(survey.opening or {}),
    )
    return page, 422 if asked.errors else 200


@outreach.route("/oppettider", methods=["GET", "POST"])
@open_to(BUILDERS)
def hours(dialogue: str) -> Any:
    """When the survey takes answers, and with which words it opens and closes."""
    found, survey, _document = reached(dialogue)
    opening = Opening.of(survey.opening or {})
    written = HoursForm.of_request(**lines_of(opening))
    saved = False
    if written.accepted():
        try:
            survey.opening = hours_of(written.data).as_dict()
            opening, saved = Opening.of(survey.opening), True
            audit.record(session(), "opening hours set", found.id, signed_in().id)
        except Refusal as refusal:
            written.opens.errors = [*written.opens.errors, refusal.sentence]
    page = render_template(
        "outreach/hours.html",
        dialogue=found,
        form=written,
        saved=saved,
        hours=written_hours(opening),
        standing=opening.at(now()),
    )
    return page, 422 if written.errors else 200


def reached(slug: str) -> tuple[Dialogue, Survey, Document]:
    """The dialogue, its survey and the newest version's document, or 404."""
    found = dialogue_named(slug)
    survey = survey_of(session(), found) or abort(404)
    version = survey.current or (survey.versions[-1] if survey.versions else abort(404))
    return found, survey, document_of(version)


def _copy(numbers: PaperNumbers, found: Dialogue) -> Copy:
    number = numbers.new()
    key = numbers.key_of(number)
    if key is None:
        raise RuntimeError("a number that was just made must be readable")
    code = receipts().code_for(key)
    entry = _base() + url_for("entering.enter", dialogue=found.slug)
    return Copy(number, code, f"{entry}#{number}", receipt_address(code))


def _chosen(name: str, known: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    return value if value in known else known[0]


def _base() -> str:
    return str(current_app.extensions["settings"].public_url)


def _pdf(made: bytes, name: str) -> Response:
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
