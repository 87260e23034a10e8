"""The pages of a survey's results: the figures, who has not been heard, and the files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask import Response as Page
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import StaffForm, clean_text, seal, unseal
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import (
    Holding,
    Right,
    dialogue_named,
    may,
    reads_everything,
    signed_in,
)
from dialogue.meetings.reach import reach_of
from dialogue.voices.bringing_in import LARGEST_FILE
from surveys.answering.leaving import allow, stream
from surveys.building.drafting import draft_from
from surveys.building.kind_names import kind_names
from surveys.exchange.codebook import codebook_rows, entries_of, type_in_words
from surveys.exchange.files import ANSWER_FORMS, SURVEY_FORMS, read_survey, write_survey
from surveys.exchange.losses import Imported
from surveys.exchange.rows import versions_of
from surveys.exchange.tables import csv_bytes
from surveys.models import Survey
from surveys.results.files import as_json, as_rows
from surveys.results.heard import comparisons, suggestions
from surveys.results.part_words import dimension_names, part_words
from surveys.results.releases import release
from surveys.results.showing import figures_of_today, public_results, released_figures
from surveys.versions import document_of, survey_of

results = Blueprint(
    "results", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/svar"
)

__all__ = ["public_results", "results"]
TICKET = "answers taken out"
TICKET_SECONDS = 300
FORM_ALLOWANCE = 20_000


@results.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A survey that is brought in may be larger than an ordinary form."""
    if endpoint == "results.bring_in":
        request.max_content_length = LARGEST_FILE + FORM_ALLOWANCE


@results.get("/")
@open_to(Holding(Right.SEE_DIALOGUE))
def show(dialogue: str) -> str:
    """The last release; coordinators also see where the figures stand today."""
    return _results_page(dialogue_named(dialogue))


@results.post("/slapp")
@open_to(Holding(Right.PUBLISH))
def let_go(dialogue: str) -> Any:
    """Release the figures of today."""
    found, survey = _survey(dialogue)
    try:
        release(session(), survey, by=signed_in(), smallest=_smallest())
    except Refusal as refusal:
        session().rollback()
        return _results_page(found, refusal.sentence), 409
    return redirect(url_for("results.show", dialogue=dialogue), 303)


@results.get("/vilka")
@open_to(Holding(Right.SEE_DIALOGUE))
def heard(dialogue: str) -> str:
    """Who has not been heard, by the last release."""
    found, survey = _survey(dialogue)
    released = released_figures(survey)
    compared = comparisons(session(), found.organisation, released) if released else ()
    return render_template(
        "results/heard.html",
        dialogue=found,
        results=released,
        compared=compared,
        suggestions=suggestions(released, compared) if released else (),
        reach=reach_of(session(), found),
        **_ways(found),
    )


@results.get("/tabeller.<form>")
@open_to(Holding(Right.SEE_DIALOGUE))
def tables(dialogue: str, form: str) -> Page:
    """The last release as a file."""
    released = released_figures(_survey(dialogue)[1])
    if released is None or form not in ("csv", "json"):
        abort(404)
    content = as_json(released) if form == "json" else b"".join(csv_bytes(as_rows(released)))
    kind = "application/json" if form == "json" else ANSWER_FORMS["csv"]
    return _file(content, kind, f"{dialogue}-resultat.{form}")


@results.get("/kodbok")
@open_to(Holding(Right.SEE_DIALOGUE))
def codebook(dialogue: str) -> str:
    """What every column of the files means."""
    found, survey = _survey(dialogue)
    entries = entries_of(versions_of(survey))
    return render_template(
        "results/codebook.html",
        dialogue=found,
        entries=entries,
        type_in_words=type_in_words,
        **_ways(found),
    )


@results.get("/kodbok.<form>")
@open_to(Holding(Right.SEE_DIALOGUE))
def codebook_file(dialogue: str, form: str) -> Page:
    """The codebook as a file that stands alone."""
    found, survey = _survey(dialogue)
    entries = entries_of(versions_of(survey))
    if form == "csv":
        return _file(
            b"".join(csv_bytes(codebook_rows(entries))),
            ANSWER_FORMS["csv"],
            f"{dialogue}-kodbok.csv",
        )
    if form != "html":
        abort(404)
    page = render_template("results/codebook_file.html", dialogue=found, entries=entries)
    return _file(page.encode(), "text/html; charset=utf-8", f"{dialogue}-kodbok.html")


@results.get("/filer")
@open_to(Holding(Right.BUILD_SURVEY))
def files(dialogue: str) -> str:
    """The files that the survey and its answers leave in, and the way in for a survey."""
    return _files_page(dialogue_named(dialogue))


@results.get("/enkat.<form>")
@open_to(Holding(Right.BUILD_SURVEY))
def survey_file(dialogue: str, form: str) -> Page:
    """The newest version of the survey as a file."""
    _found, survey = _survey(dialogue)
    if form not in SURVEY_FORMS or not survey.versions:
        abort(404)
    content, _losses = write_survey(document_of(survey.versions[-1]), form)
    return _file(content, SURVEY_FORMS[form], f"{dialogue}-enkat.{form}")


@results.post("/filer/in")
@open_to(Holding(Right.BUILD_SURVEY))
def bring_in(dialogue: str) -> Any:
    """Make a draft of a survey from a file, or only tell what the file holds."""
    found = dialogue_named(dialogue)
    sent = request.files.get("file")
    if not StaffForm.of_request().accepted() or sent is None or not sent.filename:
        return _files_page(found, fault=_("Choose a file.")), 422
    try:
        imported = read_survey(clean_text(sent.filename, 200), sent.read(LARGEST_FILE + 1))
        if request.form.get("go") == "keep":
            source = sent.filename.rpartition(".")[2].lower()
            draft_from(session(), found, imported.document, by=signed_in(), source=source)
    except Refusal as refusal:
        session().rollback()
        return _files_page(found, fault=refusal.sentence), 422
    return _files_page(found, imported=imported, kept=request.form.get("go") == "keep")


@results.post("/filer/ut")
@open_to(Holding(Right.PUBLISH))
def take_out(dialogue: str) -> Any:
    """Write down that answers are taken out, and lead to the file."""
    found = dialogue_named(dialogue)
    table, form = request.form.get("table", ""), request.form.get("form", "")
    words = "words" if request.form.get("words") == "yes" else "ids"
    user = signed_in()
    try:
        _refuse_held_back(found, table)
        allow(session(), found, table, form, by=user.id, smallest=_smallest())
    except Refusal as refusal:
        session().rollback()
        return _files_page(found, fault=refusal.sentence), 409
    until = int(time.time()) + TICKET_SECONDS
    value = "~".join((str(user.id), str(found.id), table, form, words, str(until)))
    ticket = seal(TICKET, value, _secrets()[0])
    return redirect(url_for("results.taken_out", dialogue=dialogue, ticket=ticket), 303)


@results.get("/filer/ut/<ticket>")
@open_to(Holding(Right.PUBLISH))
def taken_out(dialogue: str, ticket: str) -> Page:
    """The file that a press of the button asked for, row by row.

    Asked with GET, so that reading a hundred thousand rows never holds up somebody who answers.
    """
    found, survey = _survey(dialogue)
    value = unseal(TICKET, ticket, _secrets()) or ""
    user, asked, table, form, words, until = (*value.split("~"), *[""] * 6)[:6]
    mine = user == str(signed_in().id) and asked == str(found.id)
    if not mine or int(until) < time.time() or not _takes(found, table):
        abort(404)
    parts = stream(session(), survey, table, form, current_language(), words=words == "words")
    response = Page(_in_this_request(parts), content_type=ANSWER_FORMS[form])
    name = "svar" if table == "answers" else "bakgrund"
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue}-{name}.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _takes(found: Dialogue, table: str) -> bool:
    """Whether the reader may take out a table: answers hold what people wrote in them."""
    return table != "answers" or reads_everything(signed_in(), found)


def _refuse_held_back(found: Dialogue, table: str) -> None:
    if not _takes(found, table):
        raise Refusal(_("The answers stay with the host, so they are not taken out as a file."))


def _in_this_request(parts: Iterator[bytes]) -> Iterator[bytes]:
    return stream_with_context(parts)


def _results_page(found: Dialogue, fault: str = "") -> str:
    survey = survey_of(session(), found)
    live = may(signed_in(), Right.PUBLISH, found)
    released = released_figures(survey) if survey else None
    now = None
    if survey is not None and live:
        now = figures_of_today(session(), survey, _smallest())
    return render_template(
        "results/show.html",
        dialogue=found,
        survey=survey,
        released=released,
        now=now,
        fault=fault,
        by=request.args.get("by", ""),
        dimensions=dimension_names(),
        part_words=part_words,
        **_ways(found),
    )


def _files_page(
    found: Dialogue, fault: str = "", imported: Imported | None = None, kept: bool = False
) -> str:
    survey = survey_of(session(), found)
    newest = survey.versions[-1] if survey and survey.versions else None
    losses = write_survey(document_of(newest), "xlsx")[1] if newest else ()
    return render_template(
        "results/files.html",
        dialogue=found,
        survey=survey,
        newest=newest,
        losses=losses,
        fault=fault,
        imported=imported,
        kept=kept,
        kinds=kind_names(),
        **_ways(found),
    )


def _ways(found: Dialogue) -> dict[str, bool]:
    """What the reader may do here."""
    user = signed_in()
    return {
        "builds": may(user, Right.BUILD_SURVEY, found),
        "takes_out": may(user, Right.PUBLISH, found),
        "takes_answers": reads_everything(user, found),
        "releases": may(user, Right.PUBLISH, found),
    }


def _survey(slug: str) -> tuple[Dialogue, Survey]:
    found = dialogue_named(slug)
    return found, survey_of(session(), found) or abort(404)


def _file(content: bytes, kind: str, name: str) -> Page:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _smallest() -> int:
    return int(current_app.extensions["settings"].smallest_group)


def _secrets() -> tuple[str, ...]:
    settings = current_app.extensions["settings"]
    return (settings.secret_key, *settings.old_secret_keys)
