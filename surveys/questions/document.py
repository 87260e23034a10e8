"""A survey version as one immutable document: sections, questions, choices, texts.

A question's id is chosen once and never derived from its text, so answers, translations, paper
forms and exports mean the same question for as long as the survey lives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.ground.localized import Localized
from surveys.questions.frozen import Frozen

NOTHING = Localized("", "")
STANDARD = "standard"


class BrokenDocument(ValueError):
    """A document that cannot be read; the message names the place."""


def _worded(text: Localized, easy: Localized, variant: str) -> Localized:
    if variant == STANDARD or not (easy.sv or easy.en):
        return text
    return Localized(easy.sv or text.sv, easy.en or text.en)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from, or a statement to take a stand on.

    ``easy`` is the wording in easy read, ``picture`` the name of a drawing; both may be empty.
    """

    id: str
    text: Localized
    easy: Localized = NOTHING
    picture: str = ""

    def worded(self, variant: str) -> Localized:
        """The text for a variant: ``standard``, ``easy`` or ``pictures``."""
        return _worded(self.text, self.easy, variant)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``node`` says which part of a vision it asks about.

    ``statements`` are the rows of a matrix or the steps of a story, ``settings`` what the kind
    needs to know, ``show_if`` the rule for when it is shown (None: always), as JSON.
    """

    id: str
    kind: str
    text: Localized
    hint: Localized = NOTHING
    choices: tuple[Choice, ...] = ()
    required: bool = False
    node: str = ""
    easy: Localized = NOTHING
    easy_hint: Localized = NOTHING
    statements: tuple[Choice, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=Frozen)
    analysed: bool = False
    show_if: Any = None

    def choice(self, choice_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == choice_id), None)

    def worded(self, variant: str) -> Localized:
        """The text for a variant: ``standard``, ``easy`` or ``pictures``."""
        return _worded(self.text, self.easy, variant)

    def hinted(self, variant: str) -> Localized:
        """The hint for a variant."""
        return _worded(self.hint, self.easy_hint, variant)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together. One that is ``kept_apart`` is one page, stored apart."""

    id: str
    title: Localized
    intro: Localized = NOTHING
    kept_apart: bool = False
    questions: tuple[Question, ...] = ()
    show_if: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one screen asks: a question, or a whole section that is kept apart."""

    id: str
    questions: tuple[Question, ...]
    section: Section

    @property
    def alone(self) -> Question | None:
        """The question, when the screen asks just one."""
        return None if self.section.kept_apart else self.questions[0]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole of a survey version. ``title`` and ``about`` say what a shared file is for.

    ``steps`` are the screens in order: one question each, and one for a section that is kept apart.
    """

    sections: tuple[Section, ...] = ()
    title: Localized = NOTHING
    about: Localized = NOTHING
    steps: tuple[Step, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(_steps(self.sections)))

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Document:
        """Read a document from JSON.

        Raises:
            BrokenDocument: when a part is missing or unknown, an id is wrong or used twice.
        """
        from surveys.questions.reading import document_of

        return document_of(data)

    def as_dict(self) -> dict[str, Any]:
        """The document as JSON; :meth:`of` reads the same document back."""
        from surveys.questions.writing import document_dict

        return document_dict(self)


def _steps(sections: tuple[Section, ...]) -> Iterator[Step]:
    for section in sections:
        if section.kept_apart and section.questions:
            yield Step(section.id, section.questions, section)
        else:
            yield from (Step(question.id, (question,), section) for question in section.questions)
