"""Turning a question into another kind: texts that can stay stay, and what is lost is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from surveys import shaping
from surveys.building.kind_names import kind_names
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.frozen import Frozen
from surveys.questions.pictures import PICTURES
from surveys.rules.askable import operators_for
from surveys.rules.conditions import conditions, rule_of

DRAWINGS = 8


@dataclass(frozen=True, slots=True)
class Turned:
    """A question as another kind, with a sentence for everything that does not come along."""

    question: Question
    lost: tuple[str, ...]


def turned(document: Document, name: str, kind: str) -> Turned:
    """The question of a document as another kind.

    Raises:
        Refusal: when the question is gone.
    """
    old = shaping.question_named(document, name)
    if old.kind == kind:
        return Turned(old, ())
    new = replace(old, kind=kind, settings=_settings(old, kind))
    lost: list[str] = []
    if old.choices and not _fits(new, "choices"):
        new = replace(new, choices=())
        lost.append(_("The answers to choose from: %(words)s.", words=_listed(old.choices)))
    if old.statements and not _fits(new, "statements"):
        new = replace(new, statements=())
        lost.append(_("The lines: %(words)s.", words=_listed(old.statements)))
    if set(old.settings) - set(new.settings):
        lost.append(_("The settings of “%(kind)s”.", kind=kind_names()[old.kind]))
    if old.analysed and not KINDS[kind].analysed:
        new = replace(new, analysed=False)
        lost.append(_("The words are no longer read as a story."))
    if old.required and not KINDS[kind].names(new):
        new = replace(new, required=False)
    return Turned(furnished(new), (*lost, *_broken_rules(document, new)))


def furnished(question: Question) -> Question:
    """A question with what its kind always has: picture sorting has the drawings of care."""
    if question.kind != "sortpic" or question.choices:
        return question
    drawn = tuple(Choice(name, text, picture=name) for name, text in PICTURES.items())
    return replace(question, choices=drawn[:DRAWINGS])


def _settings(old: Question, kind: str) -> Frozen:
    """The settings that both kinds mean alike: whether own words are offered, and a drawing."""
    alike = {"other", "picture"} & set(KINDS[kind].settings)
    return Frozen({name: value for name, value in old.settings.items() if name in alike})


def _fits(question: Question, part: str) -> bool:
    """Whether a kind shows choices or statements, as many as there are; fewer can be filled up."""
    kind = KINDS[question.kind]
    emptied = {"choices": replace(question, choices=())}
    without = emptied.get(part) or replace(question, statements=())
    wrong = {fault.control for fault in kind.faults(question)}
    wanting = part in {fault.control for fault in kind.faults(without)}
    return wanting or not any(each.partition(".")[0] == part for each in wrong)


def _listed(parts: tuple[Choice, ...]) -> str:
    return ", ".join(f"“{part.text.sv or part.text.en or part.id}”" for part in parts)


def _broken_rules(document: Document, new: Question) -> Iterator[str]:
    """Rules of others that ask for what the new kind does not have."""
    possible = operators_for(new)
    owners: list[Section | Question] = [*document.sections, *document.questions]
    for owner in owners:
        asked = [each for each in conditions(rule_of(owner)) if each.question == new.id]
        if any(each.operator not in possible for each in asked):
            said = owner.text if isinstance(owner, Question) else owner.title
            yield _(
                "The rule of “%(other)s” asks for an answer that is not there any more. "
                "Change that rule afterwards.",
                other=said.sv or said.en or owner.id,
            )
