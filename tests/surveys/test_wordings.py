"""A survey's texts go out to a translator as a sheet and find their way back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys import shaping
from surveys.building import authoring
from surveys.building.completeness import missing
from surveys.exchange.tables import csv_bytes
from surveys.exchange.wordings import as_table, read_sheet, with_words, wordings
from surveys.questions.document import Document
from tests.conftest import Cast, signed_in
from tests.survey import DOCUMENT
from tests.surveys.answers import pressed
from tests.surveys.drafting import HERE, document
from tests.surveys.exchange_documents import documents
from tests.surveys.test_versions import ours
from tests.surveys.workbooks import workbook

BOTH = ("sv", "en")
SURVEY = Document.of(DOCUMENT)


def sheet(*lines: tuple[str, str, str]) -> bytes:
    """A translator's CSV: row, Swedish, English."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([("row", "sv", "en"), *lines])
    return text.getvalue().encode()


@settings(max_examples=60, deadline=None)
@given(documents())
def test_an_untouched_sheet_changes_nothing(found: Document) -> None:
    content = b"".join(csv_bytes(as_table(found)))
    back = with_words(found, read_sheet("a.csv", content), BOTH)
    assert (back.document, back.changes, back.strangers) == (found, (), ())


@settings(max_examples=60, deadline=None)
@given(documents())
def test_every_text_has_a_row_of_its_own_and_can_be_written(found: Document) -> None:
    rows = [each.row for each in wordings(found)]
    assert len(set(rows)) == len(rows)
    words = {row: {"sv": f"s {n}", "en": f"e {n}"} for n, row in enumerate(rows)}
    back = with_words(found, words, BOTH)
    assert [each.text for each in wordings(back.document)] == [
        Localized(f"s {n}", f"e {n}") for n in range(len(rows))
    ]
    assert len(back.changes) == 2 * len(rows)
    assert missing(back.document, "en", "easy") == ()


def test_only_the_chosen_language_is_taken_and_empty_cells_erase_nothing() -> None:
    words = read_sheet(
        "a.csv", sheet(("litar.text", "Ny svenska", "New English"), ("vart.text", "", ""))
    )
    back = with_words(SURVEY, words, ("en",))
    text = shaping.question_named(back.document, "litar").text
    assert text == Localized(shaping.question_named(SURVEY, "litar").text.sv, "New English")
    vart = shaping.question_named(SURVEY, "vart")
    assert shaping.question_named(back.document, "vart") == vart
    assert [(each.row, each.language) for each in back.changes] == [("litar.text", "en")]


def test_rows_that_are_not_in_the_survey_are_told() -> None:
    words = read_sheet("a.csv", sheet(("borta.text", "x", "y"), ("litar.choices.9.text", "x", "")))
    back = with_words(SURVEY, words, BOTH)
    assert back.document == SURVEY
    assert back.strangers == ("borta.text", "litar.choices.9.text")


def test_words_that_a_spreadsheet_would_run_come_back_as_they_were() -> None:
    found = with_words(SURVEY, {"litar.text": {"en": "=1+1"}}, BOTH).document
    content = b"".join(csv_bytes(as_table(found)))
    assert b'"\'=1+1"' in content
    assert read_sheet("a.csv", content)["litar.text"]["en"] == "=1+1"
    assert with_words(found, read_sheet("a.csv", content), BOTH).changes == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""), ("a.csv", b"\xff\xfe\x00"), ("a.csv", b"id;sv;en\n1;a;b\n"),
        ("a.csv", sheet(("a.text", "x", "y"), ("a.text", "x", "z"))),
        ("a.csv", sheet(("a.text", "x" * 5_001, ""))), ("a.xlsx", b"PK no workbook"),
        ("a.docx", b"x"), ("a.csv", b"row\na.text\n"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_read_is_refused_in_a_sentence(
    app: Application, name: str, content: bytes
) -> None:
    with app.test_request_context("/sv/"), pytest.raises(Refusal) as refused:
        read_sheet(name, content)
    assert refused.value.sentence.endswith(".")


def send(client: Any, content: bytes, name: str, go: str, *languages: str) -> TestResponse:
    file = (io.BytesIO(content), name)
    return pressed(
        client, f"{HERE}/texter", f"{HERE}/texter", go=go, file=file, languages=list(languages)
    )


def test_a_translator_fills_in_english_and_the_draft_has_it(app: Application, draft: Cast) -> None:
    eva = signed_in(app, draft.coordinator)
    out = eva.get(f"{HERE}/texter.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(out), delimiter=";"))
    for row in rows:
        if row["row"] == "litar.easy":
            row["en"] = "I trust that I get help."
    content = workbook(t=[["row", "sv", "en"], *[[r["row"], r["sv"], r["en"]] for r in rows]])
    before = document(app, draft)
    looked = send(eva, content, "a.xlsx", "look", "en")
    assert looked.status_code == 200
    assert "I trust that I get help." in looked.text
    assert document(app, draft) == before
    assert send(eva, content, "a.xlsx", "keep", "en").status_code == 200
    after = document(app, draft)
    assert shaping.question_named(after, "litar").easy.en == "I trust that I get help."
    changed = [a.row for a, b in zip(wordings(after), wordings(before), strict=True) if a != b]
    assert changed == ["litar.easy"]


def test_an_open_survey_takes_no_texts_and_says_so(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    assert "texter.xlsx" in eva.get(f"{HERE}/texter").text
    with app.app_context(), pytest.raises(Refusal):
        authoring.draft_document(ours(cast))
    token = eva.get(f"{HERE}/").text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = eva.post(
        f"{HERE}/texter",
        data={
            "csrf_token": token, "go": "keep", "languages": "en",
            "file": (io.BytesIO(sheet(("litar.text", "", "New"))), "a.csv"),
        },
    )  # fmt: skip
    assert sent.status_code == 422
    with app.app_context():
        session().rollback()
        versions = ours(cast).versions
        assert [each.state for each in versions] == ["open"]


@pytest.mark.parametrize("languages", [(), ("fi",)])
def test_no_language_chosen_is_said(
    app: Application, draft: Cast, languages: tuple[str, ...]
) -> None:
    eva = signed_in(app, draft.coordinator)
    content = sheet(("litar.text", "", "New"))
    assert send(eva, content, "a.csv", "keep", *languages).status_code == 422
