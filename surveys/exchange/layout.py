"""The columns of an export: one for every stable question id, over all versions of a survey.

A question keeps its columns for as long as it keeps its id and its kind. Where a version asked
something of another kind under the same id, that version's columns get its number: ``litar.v1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialogue.ground.i18n import NAMES
from dialogue.ground.localized import Localized
from dialogue.voices.models import Channel, Use
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question
from surveys.questions.kinds import Cell, Column
from surveys.questions.several import TICKED

CHANNEL_NAMES = {
    Channel.WEB: Localized("Webben", "The web"),
    Channel.PHONE: Localized("Telefon", "Telephone"),
    Channel.PAPER: Localized("Papper", "Paper"),
    Channel.TABLE: Localized("Samtal vid ett bord", "Talk around a table"),
    Channel.MEETING: Localized("Skärmen i ett möte", "The screen in a meeting"),
    Channel.INTERVIEW: Localized("Intervju", "Interview"),
    Channel.IMPORT: Localized("Hämtat från annat håll", "Brought in from elsewhere"),
}
USE_NAMES = {
    Use.QUOTE: Localized("Ord får publiceras", "Words may be published"),
    Use.LIBRARY: Localized("Får läsas på möten", "May be read in meetings"),
    Use.RESEARCH: Localized("Forskare får läsa", "Researchers may read"),
    Use.OPEN_DATA: Localized("Får ingå i öppna data", "May be part of open data"),
}
ABOUT_THE_ANSWER = (
    Column(
        "lang",
        Localized("Formulärets språk", "Language of the form"),
        "choice",
        tuple(Choice(code, Localized(name, name)) for code, name in NAMES.items()),
    ),
    Column("version", Localized("Enkätens version", "Version of the survey"), "number"),
    Column(
        "channel",
        Localized("Hur svaret kom", "How the answer came"),
        "choice",
        tuple(Choice(each.value, text) for each, text in CHANNEL_NAMES.items()),
    ),
    *(Column(f"use_{use.value}", text, "choice", TICKED) for use, text in USE_NAMES.items()),
)


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version as far as an export needs it."""

    number: int
    document: Document


@dataclass(frozen=True, slots=True)
class Variable:
    """A column with the question it belongs to and the numbers of the versions that fill it."""

    column: Column
    question: Question | None
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns in order, and where each version's answers go.

    ``places``: version number to question id to the places of the question's cells.
    """

    variables: tuple[Variable, ...]
    places: Mapping[int, Mapping[str, tuple[int, ...]]]
    documents: Mapping[int, Mapping[str, Question]]

    def cells(self, version: int, values: Mapping[str, Any]) -> list[Cell]:
        """The cells of one answer, by the version it was given to."""
        row: list[Cell] = [None] * len(self.variables)
        for name, places in self.places[version].items():
            if name in values:
                question = self.documents[version][name]
                found = KINDS[question.kind].cells(question, values[name])
                for place, cell in zip(places, found, strict=True):
                    row[place] = cell
        return row


def layout_of(versions: Sequence[Versioned], *, apart: bool = False) -> Layout:
    """The columns for all versions, the newest version's order first.

    ``apart``: those that are kept apart from the answers, or (False) all others.
    """
    columns: dict[str, Variable] = {}
    kinds: dict[str, str] = {}
    named: dict[int, dict[str, tuple[str, ...]]] = {}
    documents: dict[int, dict[str, Question]] = {}
    for version in sorted(versions, key=lambda each: -each.number):
        asked = _questions(version.document, apart)
        documents[version.number] = {question.id: question for question in asked}
        named[version.number] = {}
        for question in asked:
            same = kinds.setdefault(question.id, question.kind) == question.kind
            names = []
            for column in KINDS[question.kind].columns(question):
                name = column.name if same else f"{column.name}.v{version.number}"
                _widen(columns, replace(column, name=name), question, version.number)
                names.append(name)
            named[version.number][question.id] = tuple(names)
    place = {name: at for at, name in enumerate(columns)}
    places = {
        number: {each: tuple(place[name] for name in names) for each, names in questions.items()}
        for number, questions in named.items()
    }
    return Layout(tuple(columns.values()), places, documents)


def _questions(document: Document, apart: bool) -> list[Question]:
    return [
        question
        for section in document.sections
        if section.kept_apart == apart
        for question in section.questions
    ]


def _widen(columns: dict[str, Variable], column: Column, question: Question, version: int) -> None:
    """Add a column, or to a newer version's column the choices that only this one had."""
    found = columns.get(column.name)
    if found is None:
        columns[column.name] = Variable(column, question, (version,))
        return
    known = {choice.id for choice in found.column.choices}
    more = tuple(choice for choice in column.choices if choice.id not in known)
    wider = replace(found.column, choices=found.column.choices + more)
    columns[column.name] = replace(found, column=wider, versions=(version, *found.versions))
