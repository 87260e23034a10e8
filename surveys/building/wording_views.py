"""The page on which a survey's texts leave for translators and come back."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import StaffForm, clean_text
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts.rights import signed_in
from dialogue.voices.bringing_in import LARGEST_FILE
from surveys import versions
from surveys.building import authoring
from surveys.building.completeness import meters
from surveys.building.editing import BUILDERS, building, editing
from surveys.exchange.files import ANSWER_FORMS
from surveys.exchange.tables import csv_bytes, through_a_file, write_xlsx
from surveys.exchange.wordings import Brought, as_table, read_sheet, with_words
from surveys.models import Survey

FORM_ALLOWANCE = 20_000


@editing.url_value_preprocessor
def _room_for_a_sheet(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A sheet that comes back may be larger than an ordinary form."""
    if endpoint == "editing.wordings":
        request.max_content_length = LARGEST_FILE + FORM_ALLOWANCE


@editing.get("/texter.<form>")
@open_to(BUILDERS)
def wording_file(dialogue: str, form: str) -> Response:
    """Every text of the newest version, a row each, in Swedish and English."""
    _found, survey = building(dialogue)
    version = versions.draft_of(survey) or survey.current
    if version is None or form not in ("csv", "xlsx"):
        abort(404)
    table = as_table(versions.document_of(version))
    if form == "csv":
        content = b"".join(csv_bytes(table))
    else:
        content = b"".join(through_a_file(lambda file: write_xlsx(table, file, "texter")))
    response = Response(content, content_type=ANSWER_FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue}-texter.{form}"'
    return response


@editing.route("/texter", methods=["GET", "POST"])
@open_to(BUILDERS)
def wordings(dialogue: str) -> Any:
    """Bring translated texts into the draft; first what they would change."""
    found, survey = building(dialogue)
    brought: Brought | None = None
    fault, kept = "", request.form.get("go") == "keep"
    chosen = tuple(each for each in LANGUAGES if each in request.form.getlist("languages"))
    if request.method == "POST":
        try:
            brought = _read(survey, chosen)
            if kept:
                _keep(survey, brought)
        except Refusal as refusal:
            session().rollback()
            fault, brought = refusal.sentence, None
    version = versions.draft_of(survey) or survey.current or abort(404)
    page = render_template(
        "editing/wordings.html",
        dialogue=found,
        has_draft=versions.draft_of(survey) is not None,
        meters=meters(versions.document_of(version)),
        brought=brought,
        kept=kept and brought is not None,
        chosen=chosen or ("en",),
        refused=fault,
        back_to=url_for("editing.outline", dialogue=dialogue),
    )
    return page, 422 if fault else 200


def _keep(survey: Survey, brought: Brought) -> None:
    """Write the texts into the draft, and that it was done into the audit trail."""
    authoring.change(session(), survey, lambda _each: brought.document)
    number = len(brought.changes)
    audit.record(session(), "texts brought in", survey.id, signed_in().id, texts=number)


def _read(survey: Survey, languages: tuple[str, ...]) -> Brought:
    """What the sheet that was sent would make of the draft.

    Raises:
        Refusal: when there is no draft, no file or no language, or the sheet cannot be read.
    """
    document = authoring.draft_document(survey)
    sent = request.files.get("file")
    if not StaffForm.of_request().accepted() or sent is None or not sent.filename:
        raise Refusal(_("Choose a file."))
    if not languages:
        raise Refusal(_("Choose which language to take from the sheet."))
    words = read_sheet(clean_text(sent.filename, 200), sent.read(LARGEST_FILE + 1))
    return with_words(document, words, languages)
