"""The codebook of an export: what every column means, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from dialogue.ground.localized import Localized
from surveys.exchange.layout import ABOUT_THE_ANSWER, Variable, Versioned, layout_of
from surveys.exchange.rows import Row, Rows
from surveys.exchange.spss import codes_of, variables_of
from surveys.questions.kinds import Column

HEADS = (
    "variable", "label_sv", "label_en", "type", "value", "value_sv", "value_en", "spss_variable",
    "spss_value", "versions", "table",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a column may hold. ``spss`` is its number in a .sav file."""

    id: str
    label: Localized
    spss: int
    missing: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one column means. ``spss`` is its name in a .sav file, empty where it has none.

    ``table`` is ``answers`` or ``background``; ``question`` the kind of question, if any.
    """

    name: str
    label: Localized
    type: str
    values: tuple[Value, ...]
    spss: str
    versions: tuple[int, ...]
    table: str
    question: str = ""


def entries_of(versions: list[Versioned]) -> tuple[Entry, ...]:
    """Every column of the two tables that a survey is exported as."""
    every = tuple(sorted(version.number for version in versions))
    about = [Variable(column, None, every) for column in ABOUT_THE_ANSWER]
    answers = [*about, *layout_of(versions).variables]
    apart = layout_of(versions, apart=True).variables
    return (*_entries(answers, "answers"), *_entries(apart, "background"))


def _entries(variables: list[Variable] | tuple[Variable, ...], table: str) -> Iterator[Entry]:
    columns = [variable.column for variable in variables]
    names = {each.place: each.name for each in variables_of(columns, "sv")}
    for place, variable in enumerate(variables):
        column = variable.column
        yield Entry(
            name=column.name,
            label=column.label,
            type=column.type,
            values=_values(column),
            spss=names.get(place, ""),
            versions=variable.versions,
            table=table,
            question=variable.question.kind if variable.question else "",
        )


def _values(column: Column) -> tuple[Value, ...]:
    codes, missing = codes_of(column.choices)
    return tuple(
        Value(each.id, each.text, codes[each.id], codes[each.id] in missing)
        for each in column.choices
    )


def codebook_rows(entries: tuple[Entry, ...]) -> Rows:
    """The codebook as a table: a row for each column, or for each value that it may hold."""
    columns = tuple(Column(head, Localized(head, head), "text") for head in HEADS)

    def rows() -> Iterator[Row]:
        for entry in entries:
            numbers = " ".join(str(number) for number in entry.versions)
            for value in entry.values or (None,):
                yield (
                    entry.name,
                    entry.label.sv,
                    entry.label.en,
                    entry.type,
                    value.id if value else None,
                    value.label.sv if value else None,
                    value.label.en if value else None,
                    entry.spss,
                    value.spss if value else None,
                    numbers,
                    entry.table,
                )

    return Rows(columns, rows)


def type_in_words(entry: Entry) -> str:
    """What a column holds, in the reader's language."""
    words: dict[str, str] = {
        "text": _("free text"),
        "choice": _("one of these values"),
        "number": _("whole number"),
        "points": _("points, 0 to 10"),
    }
    return words[entry.type]
