"""A survey's texts as a sheet for translators, a row each, and back into the draft.

A row's name is the way to the text (``fraga.easy``, ``kontakt.choices.ringa.text``): ids never
change, so a sheet finds its way back after questions were moved. An empty cell erases nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.voices.bringing_in import read_table
from surveys.exchange.rows import Rows
from surveys.exchange.tables import neutral
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.kinds import Column

COLUMNS = ("row", "what", "sv", "en")
SECTION_TEXTS = ("title", "intro")
QUESTION_TEXTS = ("text", "hint", "easy", "easy_hint")
CHOICE_TEXTS = ("text", "easy")
LISTS = ("choices", "statements")
LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Wording:
    """One text, where it stands, and the Swedish or English words that it belongs to."""

    row: str
    about: Localized
    text: Localized


@dataclass(frozen=True, slots=True)
class Change:
    """Words that a sheet brings: in which row and language, before and after."""

    row: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A document with the words of a sheet, what changed, and rows that are not in the survey."""

    document: Document
    changes: tuple[Change, ...]
    strangers: tuple[str, ...]


def wordings(document: Document) -> Iterator[Wording]:
    """Every text of a survey, also those that are not written yet."""
    for name in ("title", "about"):
        yield Wording(f"*.{name}", document.title, getattr(document, name))
    for section in document.sections:
        for name in SECTION_TEXTS:
            yield Wording(f"{section.id}.{name}", section.title, getattr(section, name))
        for question in section.questions:
            for name in QUESTION_TEXTS:
                yield Wording(f"{question.id}.{name}", question.text, getattr(question, name))
            for listed in LISTS:
                for choice in getattr(question, listed):
                    for name in CHOICE_TEXTS:
                        row = f"{question.id}.{listed}.{choice.id}.{name}"
                        yield Wording(row, question.text, getattr(choice, name))


def as_table(document: Document) -> Rows:
    """The sheet: the row's name, what it belongs to, the Swedish and the English words."""
    columns = tuple(Column(name, Localized(name, name), "text") for name in COLUMNS)

    def rows() -> Iterator[list[Any]]:
        for each in wordings(document):
            yield [each.row, each.about.text("sv"), each.text.sv, each.text.en]

    return Rows(columns, rows)


def read_sheet(name: str, content: bytes) -> dict[str, dict[str, str]]:
    """The words of a sheet by row and language; empty cells are not there.

    Raises:
        Refusal: when the file cannot be read, has other columns, or says a row twice.
    """
    table = read_table(name, content)
    if "row" not in table.columns or not set(LANGUAGES) & set(table.columns):
        raise Refusal(_("The first row must name the columns “row”, “sv” and “en”."))
    found: dict[str, dict[str, str]] = {}
    for number, line in zip(table.numbers, table.rows, strict=True):
        row = line.get("row", "").strip()
        words = {each: _plain(line.get(each, "")) for each in LANGUAGES}
        if any(len(text) > LONGEST for text in words.values()):
            raise Refusal(_("Row %(num)d: the text is too long.", num=number))
        if row in found:
            raise Refusal(_("Row %(num)d: “%(name)s” stands twice.", num=number, name=row))
        found[row] = {each: text for each, text in words.items() if text}
    return found


def _plain(cell: str) -> str:
    """A cell's words, without the apostrophe that keeps a spreadsheet from running them."""
    text = clean_text(cell)
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def with_words(
    document: Document, words: Mapping[str, Mapping[str, str]], languages: Sequence[str]
) -> Brought:
    """The document with the words of a sheet in some languages."""
    changes: list[Change] = []

    def reworded(row: str, text: Localized) -> Localized:
        said = text.as_dict()
        for language in languages:
            after = words.get(row, {}).get(language, "")
            before = str(getattr(text, language))
            if after and after not in (clean_text(before), _plain(before)):
                changes.append(Change(row, language, before, after))
                said = said | {language: after}
        return Localized.of(said)

    made = Document(
        tuple(_section(each, reworded) for each in document.sections),
        title=reworded("*.title", document.title),
        about=reworded("*.about", document.about),
    )
    known = {each.row for each in wordings(document)}
    return Brought(made, tuple(changes), tuple(row for row in words if row not in known))


def _section(section: Section, reworded: Any) -> Section:
    texts = {each: reworded(f"{section.id}.{each}", getattr(section, each))
             for each in SECTION_TEXTS}  # fmt: skip
    questions = tuple(_question(each, reworded) for each in section.questions)
    return replace(section, questions=questions, **texts)


def _question(question: Question, reworded: Any) -> Question:
    changed: dict[str, Any] = {
        each: reworded(f"{question.id}.{each}", getattr(question, each)) for each in QUESTION_TEXTS
    }
    for listed in LISTS:
        changed[listed] = tuple(
            _choice(f"{question.id}.{listed}.{each.id}", each, reworded)
            for each in getattr(question, listed)
        )
    return replace(question, **changed)


def _choice(row: str, choice: Choice, reworded: Any) -> Choice:
    return replace(
        choice, **{each: reworded(f"{row}.{each}", getattr(choice, each)) for each in CHOICE_TEXTS}
    )
