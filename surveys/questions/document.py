"""A survey version as one immutable document: sections, questions, choices, texts.

A question's id is chosen once and never derived from its text, so answers, translations, paper
forms and exports mean the same question for as long as the survey lives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.ground.localized import Localized

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BrokenDocument(ValueError):
    """A document that cannot be read; the message names the place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from."""

    id: str
    text: Localized


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``node`` says which part of a vision it asks about.

    ``show_if`` is a display rule as JSON, read by :mod:`surveys.rules`; empty: always shown.
    """

    id: str
    kind: str
    text: Localized
    hint: Localized = Localized("", "")
    choices: tuple[Choice, ...] = ()
    required: bool = False
    node: str = ""
    show_if: Mapping[str, Any] = field(default_factory=dict)

    def choice(self, choice_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together. One that is ``kept_apart`` is one page, stored apart."""

    id: str
    title: Localized
    intro: Localized = Localized("", "")
    kept_apart: bool = False
    questions: tuple[Question, ...] = ()


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
    """The whole of a survey version."""

    sections: tuple[Section, ...] = field(default=())

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    @property
    def steps(self) -> tuple[Step, ...]:
        """The screens in order: one question each, and one for a section that is kept apart."""
        steps: list[Step] = []
        for section in self.sections:
            if section.kept_apart and section.questions:
                steps.append(Step(section.id, section.questions, section))
            else:
                steps += [Step(question.id, (question,), section) for question in section.questions]
        return tuple(steps)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Document:
        """Read a document from JSON.

        Raises:
            BrokenDocument: when a part is missing, an id is wrong or used twice.
        """
        sections = tuple(_section(part) for part in data.get("sections", []))
        document = cls(sections)
        ids = [section.id for section in sections] + [each.id for each in document.questions]
        for name in ids:
            if not ID.fullmatch(name):
                raise BrokenDocument(f"{name!r} is no id: use a–z, 0–9 and _, a letter first")
            if ids.count(name) > 1:
                raise BrokenDocument(f"the id {name!r} is used twice")
        return document

    def as_dict(self) -> dict[str, Any]:
        """The document as JSON; :meth:`of` reads the same document back."""
        return {"sections": [_section_dict(section) for section in self.sections]}


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        id=str(data.get("id", "")),
        title=Localized.of(data.get("title", {})),
        intro=Localized.of(data.get("intro", {})),
        kept_apart=bool(data.get("kept_apart", False)),
        questions=tuple(_question(part) for part in data.get("questions", [])),
    )


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(
        Choice(str(part.get("id", "")), Localized.of(part.get("text", {})))
        for part in data.get("choices", [])
    )
    if len({choice.id for choice in choices}) < len(choices):
        raise BrokenDocument(f"two choices of {data.get('id')!r} have the same id")
    return Question(
        id=str(data.get("id", "")),
        kind=str(data.get("kind", "")),
        text=Localized.of(data.get("text", {})),
        hint=Localized.of(data.get("hint", {})),
        choices=choices,
        required=bool(data.get("required", False)),
        node=str(data.get("node", "")),
        show_if=dict(data.get("show_if") or {}),
    )


def _section_dict(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title.as_dict(),
        "intro": section.intro.as_dict(),
        "kept_apart": section.kept_apart,
        "questions": [
            {
                "id": question.id,
                "kind": question.kind,
                "text": question.text.as_dict(),
                "hint": question.hint.as_dict(),
                "choices": [
                    {"id": choice.id, "text": choice.text.as_dict()} for choice in question.choices
                ],
                "required": question.required,
                "node": question.node,
                **({"show_if": dict(question.show_if)} if question.show_if else {}),
            }
            for question in section.questions
        ],
    }
