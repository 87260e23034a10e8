"""Stories that were told elsewhere: every file comes in whole, or says why it does not."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.bringing_in import bring_in, preview, read_table
from dialogue.voices.models import Channel, Contribution, DeskState, Story, Voice
from tests.conftest import Cast

ROWS = (
    ("Jag ringde i tre veckor – till slut svarade Siv.", "sv"),
    ("The bus only runs twice a day, “if it comes”.", "en"),
    ('Hon sa: "Välkommen";\noch då grät jag.', "sv"),
)


def csv_of(separator: str, rows: Sequence[Sequence[str]] = ROWS, ending: str = "\r\n") -> str:
    lines = [("text", "lang"), *rows]
    return ending.join(
        separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    )


def xlsx_of(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def jsonl_of(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    return "\n".join(
        json.dumps({"text": text, "lang": lang}, ensure_ascii=False) for text, lang in rows
    ).encode()


FILES: Mapping[str, tuple[str, bytes]] = {
    "semicolons": ("a.csv", csv_of(";").encode()),
    "commas": ("a.csv", csv_of(",").encode()),
    "tabs": ("a.tsv", csv_of("\t").encode()),
    "tabs in txt": ("a.TXT", csv_of("\t").encode()),
    "mark": ("a.csv", csv_of(";").encode("utf-8-sig")),
    "cp1252": ("a.csv", csv_of(";").encode("cp1252")),
    "utf-16": ("a.csv", csv_of(";").encode("utf-16")),
    "utf-16-be with a mark": ("a.csv", b"\xfe\xff" + csv_of(";").encode("utf-16-be")),
    "utf-16-le without a mark": ("a.csv", csv_of(";").encode("utf-16-le")),
    "utf-16-be without a mark": ("a.csv", csv_of(";").encode("utf-16-be")),
    "line feeds": ("a.csv", csv_of(";", ending="\n").encode()),
    "xlsx": ("a.xlsx", xlsx_of([("text", "lang"), *ROWS])),
    "jsonl": ("a.jsonl", jsonl_of()),
    "jsonl with a mark and empty lines": ("a.jsonl", b"\xef\xbb\xbf" + jsonl_of() + b"\r\n\r\n"),
}


def stories_in(application: Application) -> set[tuple[str, str]]:
    with application.app_context():
        return {(story.text, story.lang) for story in session().scalars(select(Story))}


def import_file(
    application: Application, file: Path, *options: str, slug: str = "vad-ar-viktigt"
) -> Any:
    return application.test_cli_runner().invoke(
        args=["stories", "import", str(file), "--dialogue", slug, *options]
    )


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write(name: str, content: bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(content)
        return file

    return write


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_says_the_same(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path], kind: str
) -> None:
    """H12."""
    done = import_file(app, written(*FILES[kind]))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("3 ")
    assert stories_in(app) == set(ROWS)


def test_what_comes_in_waits_to_be_read_on_both_databases(
    app_on_both: Application, cast_on_both: Cast, written: Callable[[str, bytes], Path]
) -> None:
    rows = [
        ("comment", "who", "way", "day", "may"),
        ("Papperslappen i väntrummet.", "relative", "paper", "2026-03-04", "quote,open_data"),
        ("Bara detta.", "", "", "", ""),
    ]
    mapping = ("text=comment", "voice=who", "channel=way", "date=day", "uses=may")
    options = [part for each in mapping for part in ("--map", each)]
    done = import_file(app_on_both, written("a.xlsx", xlsx_of(rows)), *options)
    assert done.exit_code == 0, done.output
    with app_on_both.app_context():
        by_text = {each.stories[0].text: each for each in session().scalars(select(Contribution))}
        paper = by_text["Papperslappen i väntrummet."]
        assert paper.voice == Voice.RELATIVE
        assert paper.channel == Channel.PAPER
        assert paper.received_on == date(2026, 3, 4)
        assert paper.uses == ["analysis", "quote", "open_data"]
        bare = by_text["Bara detta."]
        assert (bare.channel, bare.voice, bare.uses) == (
            Channel.IMPORT, Voice.UNSAID, ["analysis"],
        )  # fmt: skip
        assert {story.desk for each in by_text.values() for story in each.stories} == {
            DeskState.WAITING
        }


def test_a_preview_changes_nothing(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    file = written("a.csv", csv_of(";").replace('"text"', '"kommentar"').encode())
    seen = import_file(app, file, "--map", "text=kommentar", "--preview")
    assert seen.exit_code == 0
    assert "kommentar" in seen.output
    assert "Siv" in seen.output
    assert "\x1b" not in seen.output
    assert stories_in(app) == set()
    missing = import_file(app, file, "--preview")
    assert missing.exit_code == 1
    assert "--map text=kommentar" in missing.output


def test_all_come_in_or_none(
    app_on_both: Application, cast_on_both: Cast, written: Callable[[str, bytes], Path]
) -> None:
    """Every wrong row is named by the number that the file counts it by."""
    rows = [
        ("text", "lang", "date", "voice"),
        ("Bra.", "sv", "2026-01-02", "self"),
        ("", "sv", "", "self"),
        ("Fel dag.", "sv", "igår", "self"),
        ("Fel röst.", "sv", "", "kung"),
        ("Fel språk.", "svenska!", "", "self"),
        ("x" * 20_001, "sv", "", "self"),
    ]
    done = import_file(app_on_both, written("a.xlsx", xlsx_of(rows)))
    assert done.exit_code == 1
    for number in (3, 4, 5, 6, 7):
        assert f"{number}:" in done.output, done.output
    assert "2:" not in done.output
    assert stories_in(app_on_both) == set()
    with app_on_both.app_context():
        assert session().scalar(select(func.count()).select_from(Contribution)) == 0


def test_a_hundred_wrong_rows_are_told_as_ten_and_the_rest(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    rows = [("text", "date"), *((f"Rad {n}", "igår") for n in range(100))]
    done = import_file(app, written("a.xlsx", xlsx_of(rows)))
    assert done.exit_code == 1
    assert "90" in done.output
    assert len(done.output) < 2000


def test_the_same_rows_twice_are_refused(
    app_on_both: Application, cast_on_both: Cast, written: Callable[[str, bytes], Path]
) -> None:
    assert import_file(app_on_both, written("a.csv", csv_of(";").encode())).exit_code == 0
    again = import_file(app_on_both, written("b.jsonl", jsonl_of(ROWS[::-1])))
    assert again.exit_code == 1
    assert len(stories_in(app_on_both)) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("more cells.csv", b"text;lang\nett;sv;tre\n"),
        ("no names.csv", b";;\nett;sv;\n"),
        ("names twice.csv", b"text;text\nett;sv\n"),
        ("empty.csv", b""),
        ("only names.csv", b"text;lang\n"),
        ("only blanks.csv", b"text;lang\n;\n   ;\n"),
        ("no text column.csv", b"ord;lang\nett;sv\n"),
        ("broken letters.csv", b"text\n\x81\x8d\x8f\n"),
        ("odd.csv", b"\xff\xfet\x00e\x00x\x00t\x00\n\x00\xd8"),
        ("list.jsonl", b"[1, 2]\n"),
        ("broken.jsonl", b'{"text": "ett"}\n{"text": \n'),
        ("deep.jsonl", b"[" * 100_000),
        ("digits.jsonl", b'{"text": ' + b"9" * 5000 + b"}\n"),
        ("picture.png", b"\x89PNG"),
        ("noending", b"text\nett\n"),
        ("not a book.xlsx", b"PK\x03\x04 nothing"),
        ("text as book.xlsx", b"text;lang\nett;sv\n"),
        ("large.csv", b"text\n" + b"x" * 5_300_000),
        ("<script>alert(1)</script>.csv", b"ord\nett\n"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_a_sentence(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path], name: str, content: bytes
) -> None:
    """B03, H12."""
    done = import_file(app, written(name.replace("/", "_"), content))
    assert done.exit_code == 1, done.output
    assert done.output.strip().endswith((".", ")"))
    assert "Traceback" not in done.output
    assert isinstance(done.exception, SystemExit)
    assert stories_in(app) == set()


def test_short_rows_and_empty_cells_at_the_end_are_fine(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    """H12: as spreadsheets write them."""
    done = import_file(app, written("a.csv", b"text;lang\nett\ntv\xc3\xa5;en;;;\n\n;;;\ntre;\n"))
    assert done.exit_code == 0, done.output
    assert stories_in(app) == {("ett", "sv"), ("två", "en"), ("tre", "sv")}


def test_the_last_rows_of_a_book_with_gaps_come_in_too(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A60000"] = "text", "Den första.", "Den sista."
    packed = io.BytesIO()
    book.save(packed)
    done = import_file(app, written("a.xlsx", packed.getvalue()))
    assert done.exit_code == 0, done.output
    assert {text for text, _lang in stories_in(app)} == {"Den första.", "Den sista."}


def test_formulas_are_text(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    """B06: kept word for word; nothing works them out."""
    told = ["=1+1", "+46 70 123", "-5 grader", "@SUM(A1)", "＝HYPERLINK(1)", "\t=cmd|' /C calc'!A0"]
    rows = [(text, "sv") for text in told]
    assert import_file(app, written("a.csv", csv_of(";", rows).encode())).exit_code == 0
    assert {text for text, _lang in stories_in(app)} == {text.strip() for text in told}


def test_half_letters_and_controls_are_cleaned(
    app_on_both: Application, cast_on_both: Cast, written: Callable[[str, bytes], Path]
) -> None:
    """H01."""
    line = b'{"text": "f\\u00f6re\\u0000\\ud800efter\\u0007", "\\ud800lang": "sv"}\n'
    raw = '{"text": "rad ett\u2028rad två", "lang": "sv"}\n'.encode()
    done = import_file(app_on_both, written("a.jsonl", line + raw))
    assert done.exit_code == 0, done.output
    assert stories_in(app_on_both) == {("föreefter", "sv"), ("rad ett\nrad två", "sv")}


def test_a_column_with_half_a_letter_can_be_named_in_an_error(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    done = import_file(app, written("a.jsonl", b'{"\\ud800ord": "x"}\n'))
    assert done.exit_code == 1
    done.output.encode()


def bomb(size: int) -> bytes:
    """A workbook whose only sheet unpacks to ``size`` bytes of nothing."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of([("text",), ("ett",)]))) as book,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in book.namelist():
            body = book.read(part)
            if part.endswith("sheet1.xml"):
                body = body.replace(b"<sheetData>", b"<sheetData>" + b" " * size)
            made.writestr(part, body)
    return packed.getvalue()


def laughs() -> bytes:
    """A workbook whose shared words are a thousand million laughs."""
    packed = io.BytesIO()
    entities = b'<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of([("text",), ("ett",)]))) as book,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in book.namelist():
            body = book.read(part)
            if part.endswith(("sharedStrings.xml", "sheet1.xml")):
                head, _, rest = body.partition(b"?>")
                if not rest:
                    head, rest = b'<?xml version="1.0"', body
                root = b"sst" if b"sharedStrings" in part.encode() else b"worksheet"
                body = head + b"?><!DOCTYPE " + root + b" [" + entities + b"]>" + rest
                body = body.replace(b"<t>ett</t>", b"<t>&j;</t>")
            made.writestr(part, body)
    return packed.getvalue()


@pytest.mark.parametrize(
    "packed", [bomb(30_000_000), bomb(60_000_000), laughs()], ids=["30 MB", "60 MB", "laughs"]
)
def test_a_bomb_is_refused_at_once_and_takes_no_memory(packed: bytes) -> None:
    """B10."""
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(Refusal):
        with_words(packed)
    took = time.monotonic() - began
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 5
    assert peak < 100_000_000


def with_words(packed: bytes) -> None:
    from flask import Flask
    from flask_babel import Babel

    small = Flask("small")
    Babel(small)
    with small.test_request_context():
        read_table("a.xlsx", packed)


def long_book() -> bytes:
    """A workbook of 50,001 rows under their name."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(50_002):
        sheet.append(["Rad" if number else "text"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_fifty_thousand_rows_are_the_most(app: Application, kind: str) -> None:
    files = {
        "csv": ("text\n" + "Rad\n" * 50_001).encode(),
        "jsonl": b'{"text": "Rad"}\n' * 50_001,
        "xlsx": long_book() if kind == "xlsx" else b"",
    }
    with app.test_request_context():
        with pytest.raises(Refusal, match=r"50.?000"):
            read_table(f"a.{kind}", files[kind])
        if kind == "csv":
            most = files[kind].rpartition(b"Rad\n")[0]
            assert len(read_table("a.csv", most).rows) == 50_000


def test_a_dialogue_that_is_not_there_and_a_field_that_is_none(
    app: Application, cast: Cast, written: Callable[[str, bytes], Path]
) -> None:
    file = written("a.csv", csv_of(";").encode())
    for options, slug in (
        ((), "finns-inte"),
        (("--map", "ras=lang"), "vad-ar-viktigt"),
        (("--map", "text=finns inte"), "vad-ar-viktigt"),
        (("--map", "text"), "vad-ar-viktigt"),
    ):
        done = import_file(app, file, *options, slug=slug)
        assert done.exit_code == 1, options
        assert done.output.strip()
    assert stories_in(app) == set()


def test_a_preview_of_a_table_is_what_comes_in(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        table = read_table(*FILES["jsonl"])
        told = preview(table, {})
        assert all(f"{number}: " in told for number in table.numbers)
        assert bring_in(session(), cast.dialogue, table, {}) == 3
