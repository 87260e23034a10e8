"""Rows as CSV, Excel workbook and JSON lines: each a stream of bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]

from surveys.exchange.rows import Row, Rows
from surveys.questions.kinds import Cell

BOM = "\ufeff"
_UNSEEN = re.compile(
    "[ \u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_COMMANDS = frozenset("=+-@\t\r\n|%＝＋－＠｜−﹢﹣⁼﹦﹫")
LONGEST_CELL = 32_767
LINES_AT_A_TIME = 200


def neutral(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet might read it as a formula.

    Signs that nobody sees and that stand before the first real one are no cover for it.
    """
    first = _UNSEEN.sub("", text[:200])[:1]
    return f"'{text}" if first in _COMMANDS and first else text


def in_words(rows: Rows, language: str) -> Rows:
    """The same table with the words of a choice in place of its id."""
    words = [
        {choice.id: choice.text.text(language) for choice in column.choices}
        for column in rows.columns
    ]

    def said() -> Iterator[Row]:
        for row in rows.rows():
            yield [
                known.get(cell, cell) if isinstance(cell, str) and known else cell
                for cell, known in zip(row, words, strict=True)
            ]

    return Rows(rows.columns, said)


def csv_bytes(rows: Rows) -> Iterator[bytes]:
    """CSV for Swedish Excel: UTF-8 with a mark, semicolons, every cell in quotes."""
    yield BOM.encode()
    head = [neutral(column.name) for column in rows.columns]
    for part in _parts(chain([head], _csv_rows(rows))):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
            part
        )
        yield text.getvalue().encode()


def _csv_rows(rows: Rows) -> Iterator[list[str]]:
    for row in rows.rows():
        yield [_plain(cell) for cell in row]


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return neutral(cell) if isinstance(cell, str) else str(cell)


def json_lines(rows: Rows) -> Iterator[bytes]:
    """A JSON object a line, with every column in it."""
    names = [column.name for column in rows.columns]
    for part in _parts(rows.rows()):
        lines = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in part)
        yield "".join(f"{line}\n" for line in lines).encode()


def write_xlsx(rows: Rows, file: IO[bytes], title: str = "svar") -> None:
    """Write an Excel workbook in which every cell is text.

    Texts longer than a cell can hold are cut and end with ``…``.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(title)
    for place, column in enumerate(rows.columns):
        sheet.write_string(0, place, column.name)
    for number, row in enumerate(rows.rows(), start=1):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write_string(number, place, _fitting(str(cell)))
    sheet.freeze_panes(1, 0)
    book.close()


def _fitting(text: str) -> str:
    units = len(text.encode("utf-16-le")) // 2
    return text if units <= LONGEST_CELL else text[: LONGEST_CELL // 2 - 1] + "…"


def through_a_file(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """The bytes of what is written to a nameless file, which is gone when they have been read."""
    with tempfile.TemporaryFile() as file:
        write(file)
        file.seek(0)
        while part := file.read(65_536):
            yield part


def _parts(lines: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for line in lines:
        part.append(line)
        if len(part) == LINES_AT_A_TIME:
            yield part
            part = []
    if part:
        yield part
