"""Answers on their way out: one row each, safe to open, in no order, and only for those who may."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.voices.bringing_in import read_table
from dialogue.voices.models import Contribution
from surveys.answering.leaving import stream
from surveys.building.ready_made import question_bank
from surveys.exchange.codebook import entries_of
from surveys.exchange.files import ANSWER_FORMS, answer_bytes
from surveys.exchange.layout import ABOUT_THE_ANSWER, Versioned, layout_of
from surveys.exchange.rows import Row, Rows, answers_of, versions_of
from surveys.exchange.spss import codes_of, write_sav
from surveys.exchange.tables import csv_bytes, json_lines, neutral, write_xlsx
from surveys.models import Survey
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.kinds import Column
from tests.conftest import Cast, signed_in
from tests.surveys.answers import BASE, pressed, told

UNSEEN = ["", " ", "\ufeff", "\u200b", "\u00a0", "\u2060", "\u00ad", "\ufeff \u200b"]
SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠"]


def column(name: str) -> Column:
    return Column(name, Localized(name, name), "text")


def table(*rows: Row, columns: tuple[Column, ...] = (column("a"),)) -> Rows:
    return Rows(columns, lambda: iter(rows))


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_like_a_formula(unseen: str, sign: str) -> None:
    text = f"{unseen}{sign}cmd|' /C calc'!A0"
    content = b"".join(csv_bytes(table([text])))
    [[_head], [cell]] = list(
        csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    )
    assert cell == f"'{text}"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_a_neutral_text_is_itself_with_an_apostrophe_at_most(text: str) -> None:
    made = neutral(text)
    assert made in (text, f"'{text}")
    first = made.lstrip("".join(UNSEEN))[:1]
    assert first not in SIGNS or not first


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1, max_size=40)
        .filter(lambda text: text.strip())
        .filter(lambda text: not text.startswith("'")),
        min_size=1,
        max_size=5,
    )
)
def test_csv_is_read_back_as_it_was(texts: list[str]) -> None:
    content = b"".join(csv_bytes(table(*[[text] for text in texts])))
    assert content.startswith(b"\xef\xbb\xbf")
    back = read_table("svar.csv", content)
    assert [row["a"] for row in back.rows] == [neutral(text) for text in texts]


def test_every_cell_of_a_workbook_is_text(tmp_path: Path) -> None:
    texts = [f"{sign}1+1" for sign in SIGNS] + ["http://a.example", "007", "ja " * 20_000]
    file = tmp_path / "svar.xlsx"
    with file.open("w+b") as out:
        write_xlsx(table(*[[text] for text in texts]), out)
    sheet = openpyxl.load_workbook(file).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.hyperlink for cell in cells] == [None] * len(cells)
    assert cells[0].value == "=1+1"
    assert str(cells[-1].value).endswith("…")


def bank() -> Document:
    """A survey with every kind of question there is."""
    more = (Question("extra", "confirm", Localized("Stämmer det?", "Is it right?"),
                     statements=(Choice("ett", Localized("Ett", "One")),)),)  # fmt: skip
    return Document((Section("alla", Localized("Alla", "All"), questions=question_bank() + more),))


def answered(question: Question) -> Any:
    """An answer to a question: what its first fields give."""
    kind: Any = KINDS[question.kind]
    own = list(kind.choices(question)) if hasattr(kind, "choices") else []
    first = own[0].id if own else "4"
    fields = {name: [first] for name in kind.names(question)}
    if question.kind == "selfcode3":
        fields = dict(zip(kind.names(question), (["5"], ["3"], ["2"]), strict=False))
    if question.kind in ("matrix", "sortpic"):
        fields = {name: [kind.choices(question)[0].id] for name in kind.names(question)}
    if question.kind == "rank":
        fields = {question.id: [choice.id for choice in question.choices]}
    if question.kind in ("single", "multi", "consent"):
        fields = {question.id: [first]}
    return kind.read(question, fields)


def test_every_kind_has_columns_cells_and_a_place_in_the_codebook(tmp_path: Path) -> None:
    document = bank()
    versions = [Versioned(1, document)]
    layout = layout_of(versions)
    values = {each.id: answered(each) for each in document.questions if each.kind != "info"}
    cells = layout.cells(1, {name: value for name, value in values.items() if value is not None})
    assert len(cells) == len(layout.variables)
    filled = {v.question.id for v, c in zip(layout.variables, cells, strict=True)
              if c is not None and v.question}  # fmt: skip
    assert filled == {name for name, value in values.items() if value is not None}
    entries = entries_of(versions)
    names = [each.column.name for each in layout.variables]
    assert [each.name for each in entries] == [c.name for c in ABOUT_THE_ANSWER] + names
    for entry in entries:
        assert bool(entry.values) == (entry.type == "choice")
    rows = Rows(tuple(each.column for each in layout.variables), lambda: iter([cells]))
    file = tmp_path / "alla.sav"
    with file.open("w+b") as out:
        write_sav(rows, out, "en", "Alla", datetime(2026, 11, 22, 12, 0))
    data, meta = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    spss = {each.spss for each in entries_of(versions) if each.spss and each.name in names}
    assert set(meta.column_names) == spss
    for variable, cell in zip(layout.variables, cells, strict=True):
        entry = next(each for each in entries if each.name == variable.column.name)
        if entry.spss and cell is not None:
            [number] = data[entry.spss]
            codes = {value.id: value.spss for value in entry.values}
            assert number == codes.get(str(cell), cell)
            assert meta.column_names_to_labels[entry.spss]
            for value in entry.values:
                assert meta.variable_value_labels[entry.spss][value.spss] == value.label.en


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-200_000, 200_000)),
            st.one_of(st.none(), st.sampled_from(["1", "2", "5", "vet_inte"])),
        ),
        max_size=60,
    )
)
def test_an_spss_file_is_read_back_number_for_number(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]]
) -> None:
    choices = tuple(Choice(each, Localized(f"Å{each}", "")) for each in ("1", "2", "5", "vet_inte"))
    columns = (
        Column("to", Localized("Tal, " + "å" * 300, ""), "number"),
        Column("svar", Localized("Svar", ""), "choice", choices),
    )
    file = tmp_path_factory.mktemp("sav") / "t.sav"
    with file.open("w+b") as out:
        write_sav(Rows(columns, lambda: iter(rows)), out, "sv", "å" * 80, datetime.now())
    data, meta = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    codes, missing = codes_of(choices)
    assert missing == (91,)
    assert [None if n is None else int(n) for n in data["v_to"]] == [row[0] for row in rows]
    assert list(data["svar"]) == [codes.get(row[1]) for row in rows]
    assert meta.number_rows == len(rows)
    assert meta.missing_ranges == {"svar": [{"lo": 91.0, "hi": 91.0}]}


def test_a_question_keeps_its_column_over_versions_and_another_kind_gets_its_own() -> None:
    def version(number: int, *questions: Question) -> Versioned:
        section = Section("s", Localized("S", ""), questions=questions)
        return Versioned(number, Document((section,)))

    a, b, c = (Choice(each, Localized(each.upper(), "")) for each in "abc")
    text = Localized("Fråga", "Question")
    first = Question("q", "single", text, choices=(a, b))
    second = Question("q", "single", Localized("Andra ord", "Other words"), choices=(b, c))
    gone, other = Question("old", "short", text), Question("k", "number", text)
    layout = layout_of(
        [version(1, first, gone, Question("k", "short", text)), version(2, second, other)]
    )
    assert [each.column.name for each in layout.variables] == ["q", "k", "old", "k.v1"]
    assert [choice.id for choice in layout.variables[0].column.choices] == ["b", "c", "a"]
    assert layout.variables[0].versions == (1, 2)
    assert layout.cells(1, {"q": "a", "old": "x", "k": "y"}) == ["a", None, "x", "y"]
    assert layout.cells(2, {"q": "c", "k": 3}) == ["c", 3, None, None]


def taken(client: FlaskClient, table: str = "answers", form: str = "csv", **more: str) -> Any:
    path = f"{BASE}/filer"
    return pressed(client, path, f"{path}/ut", table=table, form=form, **more)


def rows_of(client: FlaskClient, **which: str) -> list[dict[str, str]]:
    led = taken(client, **which)
    assert led.status_code == 303, led.text[-500:]
    content = client.get(led.location).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))


def test_one_row_for_each_answer_and_background_never_beside_it(
    app: Application, cast: Cast
) -> None:
    told(app, 9, litar="4", story="=HYPERLINK()", kommun="umea", alder="80+")
    told(app, 1, lang="en", litar="vet_inte", poang={"trygghet": 5, "tillgänglighet": 3,
                                                     "tillsammans": 2})  # fmt: skip
    eva = signed_in(app, cast.coordinator)
    rows = rows_of(eva)
    assert len(rows) == 10
    assert {row["lang"] for row in rows} == {"sv", "en"}
    assert {row["version"] for row in rows} == {"1"}
    assert not {"kommun", "alder"} & set(rows[0])
    assert sum(row["berattelse"] == "'=HYPERLINK()" for row in rows) == 9
    english = next(row for row in rows if row["lang"] == "en")
    assert (english["litar"], english["poang.trygghet"]) == ("vet_inte", "5")
    apart = rows_of(eva, table="background")
    assert [set(row) for row in apart] == [{"kommun", "alder"}] * 9
    words = rows_of(eva, words="yes")
    assert {row["litar"] for row in words} == {"Stämmer bra", "Vet inte"}


def test_the_order_of_the_rows_is_drawn_by_lot(app: Application, cast: Cast) -> None:
    for number in range(30):
        told(app, 1, story=f"{number}", litar="4")
    eva = signed_in(app, cast.coordinator)
    orders = [[row["berattelse"] for row in rows_of(eva)] for _ in range(3)]
    assert all(sorted(order, key=int) == [str(n) for n in range(30)] for order in orders)
    assert orders[0] != orders[1] or orders[1] != orders[2]
    assert [str(n) for n in range(30)] not in orders


@pytest.mark.parametrize("form", ANSWER_FORMS)
def test_withdrawn_answers_are_in_no_file(app: Application, cast: Cast, form: str) -> None:
    told(app, 9, litar="4", story="Kvar i Ånäset")
    told(app, 1, litar="1", story="Borttagen i Röbäck")
    with app.app_context():
        gone = select(Contribution.id).where(Contribution.stories.any(text="Borttagen i Röbäck"))
        found = session().scalars(gone).all()
        session().execute(delete(Contribution).where(Contribution.id.in_(found)))
        session().commit()
    eva = signed_in(app, cast.coordinator)
    content = eva.get(taken(eva, form=form).location).data
    assert "Röbäck".encode() not in content
    if form == "jsonl":
        lines = [json.loads(line) for line in content.decode().splitlines()]
        assert len(lines) == 9
        assert all(line["berattelse"] == "Kvar i Ånäset" for line in lines)
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert len(list(sheet.iter_rows(min_row=2))) == 9
    if form == "sav":
        assert "Ånäset".encode() not in content


def test_taking_out_is_written_down_and_the_way_to_the_file_is_short_and_personal(
    app: Application, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(app, 9, litar="4")
    eva = signed_in(app, cast.coordinator)
    led = taken(eva)
    with app.app_context():
        event = (
            session().scalars(select(AuditEvent).where(AuditEvent.act == "answers taken out")).one()
        )
        assert event.facts == {"table": "answers", "form": "csv"}
    assert eva.get(led.location).status_code == 200
    assert eva.get(led.location[:-3] + "xyz").status_code == 404
    for other in (cast.host, cast.responder, cast.foreign_coordinator):
        client = signed_in(app, other)
        assert client.get(led.location).status_code == 404
        assert client.post(f"{BASE}/filer/ut", data={}).status_code in (400, 403, 404)
    import surveys.results.pages

    later = surveys.results.pages.time.time() + 301
    monkeypatch.setattr(surveys.results.pages.time, "time", lambda: later)
    assert eva.get(led.location).status_code == 404


def test_two_background_files_never_differ_by_a_few_people(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    told(app, 7, litar="4", kommun="umea")
    assert taken(eva, "background").status_code == 409
    told(app, 1, litar="4", kommun="umea")
    assert taken(eva, "background").status_code == 303
    assert taken(eva, "background", "xlsx").status_code == 303
    told(app, 7, litar="4", kommun="sorsele")
    assert taken(eva, "background").status_code == 409
    told(app, 1, litar="4", kommun="sorsele")
    assert taken(eva, "background").status_code == 303


def test_the_codebook_is_told_in_both_languages(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    content = eva.get(f"{BASE}/kodbok.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    litar = [row for row in rows if row["variable"] == "litar"]
    assert [row["value"] for row in litar] == ["1", "2", "3", "4", "5", "vet_inte", "galler_inte"]
    assert litar[0]["value_en"] == "Does not fit at all"
    assert litar[0]["label_sv"].startswith("Jag litar på")
    assert {row["table"] for row in rows if row["variable"] == "kommun"} == {"background"}
    page = eva.get(f"{BASE}/kodbok.html").text
    assert '<td lang="en">I trust that I will get help' in page
    assert not re.search(r"<script|style=", page)


def test_taking_out_many_answers_keeps_few_of_them_in_memory(app: Application, cast: Cast) -> None:
    """Every piece of a stream is let go before the next is made."""
    made = 20_000
    texts = (column("text"), *ABOUT_THE_ANSWER)

    def rows() -> Iterator[Row]:
        for number in range(made):
            yield (f"{number} " + "lång text " * 40, "sv", 1, "web", "yes", "no", "no", "no")

    for form in ANSWER_FORMS:
        tracemalloc.start()
        size = sum(len(part) for part in answer_bytes(Rows(texts, rows), form, "sv", "Prov"))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 100_000
        assert peak < 4_000_000, form


def test_a_stream_holds_no_transaction_open(app_on_both: Application, cast_on_both: Cast) -> None:
    told(app_on_both, 20, litar="4", story="Hej")
    with app_on_both.app_context():
        survey = (
            session()
            .scalars(
                select(Survey)
                .join(Survey.dialogue)
                .where(Survey.dialogue.has(slug="vad-ar-viktigt"))
            )
            .one()
        )
        assert len(versions_of(survey)) == 1
        rows = iter(answers_of(session(), survey).rows())
        next(rows)
        assert not session().in_transaction()
        assert len(list(rows)) == 19
        lines = b"".join(stream(session(), survey, "answers", "jsonl", "sv")).splitlines()
        assert len(lines) == 20
        assert b"".join(json_lines(table(["x"]))) == b'{"a": "x"}\n'
