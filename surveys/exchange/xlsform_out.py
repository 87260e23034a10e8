"""A survey as an XLSForm workbook, with the list of what the form cannot carry."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import xlsxwriter  # type: ignore[import-untyped]
from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.exchange.carrying import carried
from surveys.exchange.losses import Loss
from surveys.exchange.relevant import to_xpath
from surveys.exchange.workbook import LONGEST_CELL
from surveys.exchange.xlsform_shape import (
    APART,
    CHOICE_COLUMNS,
    HINTS,
    INTRO,
    KIND,
    LABELS,
    ONE,
    PART,
    SECTION,
    SEVERAL,
    SURVEY_COLUMNS,
    TEXTS,
    answers,
    is_grouped,
    list_name,
)
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question, Section
from surveys.rules.conditions import ALWAYS, read_rule

Row = dict[str, str]


@dataclass(slots=True)
class _Sheets:
    """The rows of the workbook as they grow."""

    survey: list[Row] = field(default_factory=list)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)


def write(document: Document) -> tuple[bytes, tuple[Loss, ...]]:
    """The workbook, and what it could not take.

    Raises:
        Refusal: when a text is longer than a cell can hold.
    """
    plain, losses = carried(document)
    sheets = _Sheets()
    for section in plain.sections:
        _section(sheets, section)
    settings = {"form_title": plain.title.sv, "default_language": "Svenska (sv)"}
    content = _workbook(
        ("survey", SURVEY_COLUMNS, sheets.survey),
        ("choices", CHOICE_COLUMNS, _choice_rows(sheets.lists)),
        ("settings", tuple(settings), [settings]),
    )
    return content, losses


def _relevant(owner: Section | Question) -> Row:
    """The cell for a display rule."""
    rule = read_rule(owner.show_if)
    return {} if rule == ALWAYS else {"relevant": to_xpath(rule, lambda _each: True) or ""}


def _section(sheets: _Sheets, section: Section) -> None:
    head = {
        "type": "begin_group",
        "name": section.id,
        KIND: APART if section.kept_apart else SECTION,
    }
    sheets.survey.append(head | _texts(LABELS, section.title) | _relevant(section))
    if section.intro.sv or section.intro.en:
        note = {"type": "note", "name": f"{section.id}.intro", KIND: INTRO}
        sheets.survey.append(note | _texts(LABELS, section.intro))
    for question in section.questions:
        _question(sheets, question)
    sheets.survey.append({"type": "end_group"})


def _question(sheets: _Sheets, question: Question) -> None:
    row = {"name": question.id, KIND: question.kind}
    row |= _texts(LABELS, question.text) | _texts(HINTS, question.hint)
    row |= _relevant(question)
    if question.required:
        row["required"] = "yes"
    if not is_grouped(question):
        sheets.survey.append(row | _one_row(sheets, question))
        return
    sheets.survey.append(row | {"type": "begin_group"})
    if question.choices:
        sheets.lists[question.id] = (
            question.choices if question.kind == "sortpic" else answers(question)
        )
    if question.statements:
        sheets.lists[f"{question.id}.statements"] = question.statements
    sheets.survey += _parts(sheets, question)
    sheets.survey.append({"type": "end_group"})


def _one_row(sheets: _Sheets, question: Question) -> Row:
    """The type of a question that is one row, and what its settings say."""
    if question.kind in TEXTS:
        return {"type": "text", "appearance": TEXTS[question.kind]}
    if question.kind in ONE | SEVERAL | {"rank"}:
        name = list_name(question)
        sheets.lists[name] = answers(question)
        word = "select_one" if question.kind in ONE else "select_multiple"
        word = "rank" if question.kind == "rank" else word
        return {"type": f"{word} {name}"} | _bounds(question, "count-selected(.)")
    if question.kind == "number":
        return {"type": "integer"} | _bounds(question, ".")
    return {"type": "note"}


def _bounds(question: Question, what: str) -> Row:
    """``least`` and ``most`` as a constraint."""
    if question.kind not in ("multi", "number"):
        return {}
    signs = {"least": ">=", "most": "<="}
    said = [
        f"{what} {sign} {question.settings[name]}"
        for name, sign in signs.items()
        if name in question.settings
    ]
    return {"constraint": " and ".join(said)} if said else {}


def _parts(sheets: _Sheets, question: Question) -> Iterator[Row]:
    """The rows within a question that is a group: one for each column that its answers fill."""
    if question.kind in TEXTS:
        steps = [Choice("text", question.text), *question.statements]
        for step in steps:
            row = {"type": "text", "name": f"{question.id}.{step.id}", KIND: PART}
            yield row | _texts(LABELS, step.text) | {"appearance": TEXTS[question.kind]}
        return
    for column in KINDS[question.kind].columns(question):
        kind = "text" if column.type == "text" else "integer"
        if column.type == "choice":
            name = question.id if question.kind == "matrix" else f"standard.{question.kind}"
            if question.kind == "matrix" and not question.choices:
                name = "standard.matrix"
            sheets.lists.setdefault(name, column.choices)
            kind = f"select_one {name}"
        name = f"{question.id}.answer" if column.name == question.id else column.name
        yield {"type": kind, "name": name, KIND: PART} | _texts(LABELS, column.label)


def _choice_rows(lists: dict[str, tuple[Choice, ...]]) -> list[Row]:
    return [
        {"list_name": name, "name": choice.id} | _texts(LABELS, choice.text)
        for name, choices in lists.items()
        for choice in choices
    ]


def _texts(columns: dict[str, str], text: Localized) -> Row:
    return {column: getattr(text, language) for language, column in columns.items()}


def _workbook(*sheets: tuple[str, Iterable[str], list[Row]]) -> bytes:
    """The sheets as a workbook in which every cell is text.

    Raises:
        Refusal: when a text is longer than a cell can hold.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for title, columns, rows in sheets:
        sheet = book.add_worksheet(title)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column)
            for number, row in enumerate(rows, start=1):
                if len(row.get(column, "")) > LONGEST_CELL:
                    raise Refusal(_("A text is longer than a cell of a workbook can be."))
                if row.get(column):
                    sheet.write_string(number, place, row[column])
    book.close()
    return buffer.getvalue()
