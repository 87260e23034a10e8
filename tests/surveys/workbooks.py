"""Workbooks written cell by cell, sound and unsound."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import xlsxwriter


def workbook(**sheets: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return buffer.getvalue()


def book_with(sheet: bytes) -> bytes:
    """A workbook whose first sheet is this XML."""
    made = io.BytesIO(workbook(survey=[["type", "name"], ["text", "a"]]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            own = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, sheet if own else old.read(part))
    return buffer.getvalue()
