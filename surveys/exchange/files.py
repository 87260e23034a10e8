"""Which reader a file goes to, and which forms a survey and its answers leave in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from flask_babel import gettext as _

from dialogue.ground.clock import local, now
from dialogue.ground.errors import Refusal
from surveys.exchange import jsonform, lss, xlsform_in, xlsform_out
from surveys.exchange.losses import Imported, Loss
from surveys.exchange.rows import Rows
from surveys.exchange.spss import write_sav
from surveys.exchange.tables import csv_bytes, json_lines, through_a_file, write_xlsx
from surveys.questions.document import Document

READERS: dict[str, Callable[[bytes], Imported]] = {
    "json": jsonform.read,
    "xlsx": xlsform_in.read,
    "lss": lss.read,
}
ANSWER_FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
    "sav": "application/x-spss-sav",
}
SURVEY_FORMS = {"json": "application/json", "xlsx": ANSWER_FORMS["xlsx"]}


def read_survey(name: str, content: bytes) -> Imported:
    """A survey from a file, by its name's ending: .json, .xlsx (XLSForm) or .lss.

    Raises:
        Refusal: when it is of another kind, too large or broken.
    """
    reader = READERS.get(name.rpartition(".")[2].lower())
    if reader is None:
        raise Refusal(_("The file must end in .json, .xlsx or .lss."))
    return reader(content)


def write_survey(document: Document, form: str) -> tuple[bytes, tuple[Loss, ...]]:
    """A survey as a file, and what the form cannot carry."""
    if form == "xlsx":
        return xlsform_out.write(document)
    return jsonform.write(document), ()


def answer_bytes(rows: Rows, form: str, language: str, title: str) -> Iterator[bytes]:
    """A table of answers in one of :data:`ANSWER_FORMS`, a piece at a time."""
    if form == "csv":
        return csv_bytes(rows)
    if form == "jsonl":
        return json_lines(rows)
    if form == "xlsx":
        return through_a_file(partial(write_xlsx, rows))
    at = local(now())
    return through_a_file(lambda file: write_sav(rows, file, language, title, at))
