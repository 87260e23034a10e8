"""Reading a workbook of several sheets into rows of text, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.voices.bringing_in import UNREADABLE, open_workbook

MOST_ROWS = 5_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
"""What a cell of a workbook can hold; no text that fits is cut."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns as they are written, and its rows by the number that a reader sees."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def sheets_of(content: bytes) -> dict[str, Sheet]:
    """The sheets of an .xlsx file by their names in small letters.

    Raises:
        Refusal: when the file is too large, unpacks to too much, is no workbook or has too many
            rows.
    """
    book = open_workbook(content)
    found = {}
    try:
        for sheet in book.worksheets:
            found[sheet.title.strip().lower()] = _sheet(sheet)
    except UNREADABLE:
        raise Refusal(_("The file is not an Excel workbook that can be read.")) from None
    return found


def _sheet(sheet: Any) -> Sheet:
    lines = _lines(sheet)
    head = next(lines, (0, []))[1]
    columns = [name.strip() for name in head]
    named = [name for name in columns if name]
    if len(set(named)) < len(named):
        raise Refusal(_("A column stands twice in the sheet “%(name)s”.", name=sheet.title))
    rows = []
    for number, cells in lines:
        row = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
        if row:
            rows.append((number, row))
    return Sheet(sheet.title, tuple(named), tuple(rows))


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS:
            raise Refusal(
                _(
                    "There are more than %(num)d rows in the sheet “%(name)s”.",
                    num=MOST_ROWS,
                    name=sheet.title,
                )
            )
        if any(cell is not None for cell in cells[MOST_COLUMNS:]):
            raise Refusal(
                _(
                    "There are more than %(num)d columns in the sheet “%(name)s”.",
                    num=MOST_COLUMNS,
                    name=sheet.title,
                )
            )
        yield number, [_text(cell) for cell in cells[:MOST_COLUMNS]]


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without decimals, truth as ``yes`` and ``no``."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return as_kept(str(cell))


def as_kept(text: str) -> str:
    """A text as it is read from a cell."""
    return clean_text(text, LONGEST_CELL)
