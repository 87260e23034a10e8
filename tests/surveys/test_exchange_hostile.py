"""Files that would harm are refused soon and cheaply."""

from __future__ import annotations

import io
import resource
import time
import zipfile

import pytest

from dialogue.app import Application
from dialogue.ground.errors import Refusal
from surveys.exchange import xlsform_in
from surveys.exchange.files import read_survey
from tests.surveys.workbooks import book_with


def bomb(size: int, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, b"0" * size)
    return buffer.getvalue()


def laughs(root: str) -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE d [{lines}]><{root}>&l9;</{root}>'.encode()


OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "bomb.xlsx": bomb(60 * 1024 * 1024),
    "ratio.xlsx": bomb(40 * 1024 * 1024),
    "large.xlsx": b"PK" + b"0" * (6 * 1024 * 1024),
    "large.json": b'"' + b"0" * (6 * 1024 * 1024) + b'"',
    "large.lss": b"<document>" + b" " * (6 * 1024 * 1024),
    "laughs.lss": laughs("document"),
    "outside.lss": OUTSIDE + b"<document>&x;</document>",
    "laughs.xlsx": book_with(laughs("worksheet")),
    "outside.xlsx": book_with(OUTSIDE + b"<worksheet>&x;</worksheet>"),
    "deep.json": b"[" * 200_000,
    "deep.lss": b"<document>" + b"<a>" * 100_000,
    "empty.json": b"",
    "empty.xlsx": b"",
    "empty.lss": b"",
    "letters.json": b"\xff\xfe{",
    "number.json": b'{"sections": ' + b"9" * 5000 + b"}",
    "other.lss": b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
    "form.json": b'{"form": "another tool", "survey": {}}',
    "survey.doc": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon_and_cheaply(name: str, app: Application) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with app.test_request_context("/sv/"), pytest.raises(Refusal) as refused:
        read_survey(name, HOSTILE[name])
    assert "root:" not in refused.value.sentence
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_million_rows_are_refused_at_once() -> None:
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = f"<worksheet xmlns='{MAIN}'><sheetData>{row * 600_000}</sheetData></worksheet>"
    began = time.process_time()
    with pytest.raises(Refusal):
        xlsform_in.read(book_with(sheet.encode()))
    assert time.process_time() - began < 2


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
