"""Which texts of a survey are written in which language, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from dialogue.ground.localized import LANGUAGES, Localized
from surveys.questions.document import STANDARD, Choice, Document, Question, Section

EASY = "easy"


@dataclass(frozen=True, slots=True)
class Slot:
    """A text that residents read: where it stands (a question's or section's id) and what it is.

    ``variant`` is ``standard`` or ``easy``.
    """

    where: str
    name: str
    variant: str
    text: Localized


@dataclass(frozen=True, slots=True)
class Meter:
    """How many texts of one language and variant are written."""

    language: str
    variant: str
    written: int
    total: int

    @property
    def full(self) -> bool:
        return self.written == self.total


def slots(document: Document) -> Iterator[Slot]:
    """Every text that must be there before the survey is complete."""
    for section in document.sections:
        yield from _section_slots(section)
        for question in section.questions:
            yield from _question_slots(question)


def _section_slots(section: Section) -> Iterator[Slot]:
    yield Slot(section.id, _("Heading"), STANDARD, section.title)
    if section.intro.sv or section.intro.en:
        yield Slot(section.id, _("Introduction"), STANDARD, section.intro)


def _question_slots(question: Question) -> Iterator[Slot]:
    yield Slot(question.id, _("The question"), STANDARD, question.text)
    yield Slot(question.id, _("The question"), EASY, question.easy)
    if question.hint.sv or question.hint.en:
        yield Slot(question.id, _("Hint"), STANDARD, question.hint)
        yield Slot(question.id, _("Hint"), EASY, question.easy_hint)
    for part in (*question.statements, *question.choices):
        yield Slot(question.id, _part_name(part), STANDARD, part.text)
    for part in question.statements:
        yield Slot(question.id, _part_name(part), EASY, part.easy)


def _part_name(part: Choice) -> str:
    return part.text.sv or part.text.en or part.id


def meters(document: Document) -> tuple[Meter, ...]:
    """A meter for each language, first of the standard texts, then of easy read."""
    every = list(slots(document))
    return tuple(
        Meter(language, variant, sum(each.text.has(language) for each in chosen), len(chosen))
        for variant in (STANDARD, EASY)
        for chosen in [[each for each in every if each.variant == variant]]
        for language in LANGUAGES
    )


def missing(document: Document, language: str, variant: str = STANDARD) -> tuple[Slot, ...]:
    """The texts of one language and variant that are not written."""
    return tuple(
        each for each in slots(document) if each.variant == variant and not each.text.has(language)
    )
