"""Several things to take a stand on, one after the other: statements, pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.questions.choosing import ASIDE, DONT_KNOW, Scale5, chosen, wording
from surveys.questions.document import Choice, Question
from surveys.questions.kinds import (
    BadAnswer,
    Cell,
    Column,
    Count,
    Fault,
    Fields,
    Plain,
    first,
    joined,
)
from surveys.questions.naming import parts
from surveys.questions.texts import own_words
from surveys.questions.written import choice_faults, reserved_faults, text_faults, unused_faults


class Matrix(Plain):
    """Statements in a list, each with its own radios: on a phone they stand one under the other.

    Kept as ``{"statement": "step"}`` for the statements that were answered. The steps are those
    of ``scale5``, or the question's own choices.
    """

    code = "matrix"
    standard: tuple[Choice, ...] = Scale5.standard
    aside: tuple[Choice, ...] = ASIDE

    def steps(self, question: Question) -> tuple[Choice, ...]:
        """The answers to each row, without those aside."""
        return question.choices or self.standard

    def choices(self, question: Question) -> tuple[Choice, ...]:
        """Every answer there is to a row."""
        return self.steps(question) + self.aside

    def rows(self, question: Question) -> tuple[Choice, ...]:
        """What is asked about, one row each."""
        return question.statements

    def control(self, question: Question, row: Choice) -> str:
        """The name of a row's field."""
        return f"{question.id}-{row.id}"

    def names(self, question: Question) -> tuple[str, ...]:
        return tuple(self.control(question, row) for row in self.rows(question))

    def read(self, question: Question, fields: Fields) -> Any:
        answers: dict[str, str] = {}
        for row in self.rows(question):
            control = self.control(question, row)
            value = first(fields, control)
            if value:
                answers[row.id] = chosen(self.choices(question), control, value)
        if not answers and question.required:
            controls = self.names(question) or (question.id,)
            raise BadAnswer(controls[0], _("Choose an answer, or skip the question."))
        return answers or None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {f"{question.id}-{row}": [step] for row, step in value.items()}

    def words(self, question: Question, value: Any) -> list[str]:
        return [
            _(
                "%(statement)s: %(answer)s",
                statement=row.text.text(current_language()),
                answer=wording(self.choices(question), value[row.id]),
            )
            for row in self.rows(question)
            if row.id in value
        ]

    def columns(self, question: Question) -> tuple[Column, ...]:
        rows = self.rows(question)
        names = parts(question, [row.id for row in rows])
        return tuple(
            Column(name, joined(question.text, row.text), "choice", self.choices(question))
            for name, row in zip(names, rows, strict=True)
        )

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return tuple((value or {}).get(row.id) for row in self.rows(question))

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        given = Counter(pair for value in values for pair in self._answers(value).items())
        return tuple(
            Count(f"{row.id}.{step.id}", step.text, given[row.id, step.id], row.text)
            for row in self.rows(question)
            for step in self.choices(question)
        )

    def _answers(self, value: Any) -> Mapping[str, str]:
        answers: Mapping[str, str] = value
        return answers

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *choice_faults(question.statements, 2, 12, "statements"),
            *(choice_faults(question.choices, 2, 7) if question.choices else ()),
            *reserved_faults(question.choices, [each.id for each in self.aside]),
        )


class SortPic(Matrix):
    """Pictures to sort: good, in between, not good. ``notes`` gives each a line to write on.

    The question's choices are the pictures. Kept as ``{"piles": {"phone": "good"}, "notes":
    {"phone": "the words"}}``, each part only where there is something in it.
    """

    code = "sortpic"
    settings: Mapping[str, type] = MappingProxyType({"notes": bool})
    standard = (
        Choice("good", Localized("Bra", "Good")),
        Choice("between", Localized("Mittemellan", "In between")),
        Choice("bad", Localized("Inte bra", "Not good")),
    )
    aside = (Choice(DONT_KNOW, Localized("Vet inte", "I do not know")),)
    longest_note = 300

    def steps(self, question: Question) -> tuple[Choice, ...]:
        return self.standard

    def rows(self, question: Question) -> tuple[Choice, ...]:
        return question.choices

    def notes(self, question: Question) -> tuple[str, ...]:
        """The names of the fields for words about each picture; none where it asks for none."""
        if not question.settings.get("notes"):
            return ()
        return tuple(f"{self.control(question, row)}.note" for row in self.rows(question))

    def names(self, question: Question) -> tuple[str, ...]:
        return (*super().names(question), *self.notes(question))

    def read(self, question: Question, fields: Fields) -> Any:
        notes = {
            row.id: text
            for row, control in zip(self.rows(question), self.notes(question), strict=False)
            if (text := own_words(fields, control, self.longest_note))
        }
        if notes and not any(first(fields, name) for name in super().names(question)):
            return {"notes": notes}
        piles = super().read(question, fields)
        if not piles:
            return None
        return {"piles": piles} | ({"notes": notes} if notes else {})

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        notes = {f"{question.id}-{row}.note": [text] for row, text in _notes(value).items()}
        return super().filled(question, self._answers(value)) | notes

    def words(self, question: Question, value: Any) -> list[str]:
        said = super().words(question, self._answers(value))
        notes = [
            _(
                "%(statement)s: %(answer)s",
                statement=row.text.text(current_language()),
                answer=_notes(value)[row.id],
            )
            for row in self.rows(question)
            if row.id in _notes(value)
        ]
        return said + notes

    def columns(self, question: Question) -> tuple[Column, ...]:
        found = super().columns(question)
        if not question.settings.get("notes"):
            return found
        return (*found, *(self._note_column(column) for column in found))

    def _note_column(self, column: Column) -> Column:
        label = joined(column.label, Localized("egna ord", "in words"))
        return Column(f"{column.name}.note", label, "text")

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        found = super().cells(question, self._answers(value or {}))
        if not question.settings.get("notes"):
            return found
        return (*found, *(_notes(value or {}).get(row.id) for row in self.rows(question)))

    def _answers(self, value: Any) -> Mapping[str, str]:
        piles: Mapping[str, str] = value.get("piles", {})
        return piles

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=True, statements=False),
            *choice_faults(question.choices, 2, 12),
        )


def _notes(value: Mapping[str, Any]) -> Mapping[str, str]:
    notes: Mapping[str, str] = value.get("notes", {})
    return notes
