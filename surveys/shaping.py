"""Changes to a survey's document, each a pure function: the old document in, the new one out.

An id is given once and never used again in the same survey: ``taken`` holds the ids of every
version, so that an answer can never come to mean another question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.questions.document import NOTHING, Document, Question, Section
from surveys.questions.frozen import frozen
from surveys.rules.conditions import (
    ALWAYS,
    All,
    AnyOf,
    BrokenRule,
    Condition,
    Rule,
    conditions,
    read_rule,
    renamed,
)

MOST_QUESTIONS = 60
MOST_SECTIONS = 20
APART_KINDS = frozenset({"single", "multi", "place", "who", "when", "number", "yesno4", "scale5"})


def ids_of(document: Document) -> set[str]:
    """The ids of all sections and questions."""
    return {section.id for section in document.sections} | {each.id for each in document.questions}


def new_id(stem: str, taken: Collection[str]) -> str:
    """The first id ``stem_1``, ``stem_2`` … that was never used."""
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def question_named(document: Document, name: str) -> Question:
    """The question with this id.

    Raises:
        Refusal: when somebody has removed it.
    """
    found = next((each for each in document.questions if each.id == name), None)
    if found is None:
        raise Refusal(_("The question is not there any more. Somebody may have removed it."))
    return found


def section_named(document: Document, name: str) -> Section:
    """The section with this id.

    Raises:
        Refusal: when somebody has removed it.
    """
    found = next((each for each in document.sections if each.id == name), None)
    if found is None:
        raise Refusal(_("The part is not there any more. Somebody may have removed it."))
    return found


def section_of(document: Document, name: str) -> Section:
    """The section that a question stands in."""
    question_named(document, name)
    return next(
        section for section in document.sections for each in section.questions if each.id == name
    )


def with_section(
    document: Document, taken: Collection[str], title: Localized = NOTHING
) -> Document:
    """A new, empty section: before the parts that are kept apart, at the end otherwise."""
    if len(document.sections) >= MOST_SECTIONS:
        raise Refusal(_("A survey has at most %(num)d parts.", num=MOST_SECTIONS))
    made = Section(new_id("del", {*taken, *ids_of(document)}), title)
    sections = list(document.sections)
    place = len(sections)
    while place and sections[place - 1].kept_apart:
        place -= 1
    sections.insert(place, made)
    return replace(document, sections=tuple(sections))


def changed_section(document: Document, name: str, **changes: Any) -> Document:
    """The document with one section changed."""
    section = replace(section_named(document, name), **changes)
    if section.kept_apart:
        for question in section.questions:
            _may_stand_apart(question)
    return _each_section(document, lambda each: section if each.id == name else each)


def without_section(document: Document, name: str) -> Document:
    """The document without a section and its questions.

    Raises:
        Refusal: when a rule elsewhere asks about one of its questions.
    """
    section = section_named(document, name)
    rest = tuple(each for each in document.sections if each.id != name)
    shorter = replace(document, sections=rest)
    for question in section.questions:
        _nobody_asks(shorter, question)
    return shorter


def moved_section(document: Document, name: str, way: int) -> Document:
    """The document with a section one place up (-1) or down (1)."""
    sections = list(document.sections)
    place = sections.index(section_named(document, name))
    other = min(max(place + way, 0), len(sections) - 1)
    sections[place], sections[other] = sections[other], sections[place]
    return replace(document, sections=tuple(sections))


def with_question(document: Document, section: str, question: Question, place: int) -> Document:
    """The document with a question put into a section at a place (from 0)."""
    if sum(1 for _each in document.questions) >= MOST_QUESTIONS:
        raise Refusal(_("A survey has at most %(num)d questions.", num=MOST_QUESTIONS))
    found = section_named(document, section)
    if found.kept_apart:
        _may_stand_apart(question)
    questions = [*found.questions[:place], question, *found.questions[place:]]
    return _with_questions(document, section, questions)


def changed_question(document: Document, question: Question) -> Document:
    """The document with the question of the same id in place of the old one."""
    section = section_of(document, question.id)
    if section.kept_apart:
        _may_stand_apart(question)
    questions = [question if each.id == question.id else each for each in section.questions]
    return _with_questions(document, section.id, questions)


def duplicated(document: Document, name: str, taken: Collection[str]) -> tuple[Document, Question]:
    """The document with a copy right after a question, and the copy."""
    section, question = section_of(document, name), question_named(document, name)
    copy = replace(question, id=new_id("fraga", {*taken, *ids_of(document)}))
    place = section.questions.index(question) + 1
    return with_question(document, section.id, copy, place), copy


def duplicated_section(
    document: Document, name: str, taken: Collection[str]
) -> tuple[Document, Section]:
    """The document with a copy right after a section, and the copy.

    Rules in the copy that ask about questions of the section ask about their copies.
    """
    section = section_named(document, name)
    used = {*taken, *ids_of(document)}
    names: dict[str, str] = {}
    for question in section.questions:
        names[question.id] = new_id("fraga", {*used, *names.values()})
    copies = tuple(
        replace(each, id=names[each.id], show_if=_pointed(each.show_if, names))
        for each in section.questions
    )
    copy = replace(section, id=new_id("del", used), questions=copies)
    if sum(1 for _each in document.questions) + len(copies) > MOST_QUESTIONS:
        raise Refusal(_("A survey has at most %(num)d questions.", num=MOST_QUESTIONS))
    if len(document.sections) >= MOST_SECTIONS:
        raise Refusal(_("A survey has at most %(num)d parts.", num=MOST_SECTIONS))
    place = document.sections.index(section) + 1
    sections = (*document.sections[:place], copy, *document.sections[place:])
    return replace(document, sections=sections), copy


def _pointed(data: Any, names: Mapping[str, str]) -> Any:
    rule = _rule(data)
    return frozen(renamed(rule, names).as_dict()) if data and rule != ALWAYS else data


def without_question(document: Document, name: str) -> Document:
    """The document without a question.

    Raises:
        Refusal: when a rule of another question asks about it.
    """
    section, question = section_of(document, name), question_named(document, name)
    rest = [each for each in section.questions if each.id != name]
    shorter = _with_questions(document, section.id, rest)
    _nobody_asks(shorter, question)
    return shorter


def moved_question(document: Document, name: str, way: int) -> Document:
    """The document with a question one place up (-1) or down (1), into the next section if need be.

    A question that cannot stand in a part that is kept apart stays where it is.
    """
    sections = document.sections
    section = section_of(document, name)
    place = [each.id for each in section.questions].index(name)
    if 0 <= place + way < len(section.questions):
        return placed(document, name, section.id, place + way)
    other = sections.index(section) + way
    if not 0 <= other < len(sections):
        return document
    return placed(document, name, sections[other].id, 0 if way > 0 else 10_000)


def placed(document: Document, name: str, section: str, place: int) -> Document:
    """The document with a question moved to a place (from 0) in a section."""
    question = question_named(document, name)
    if section_named(document, section).kept_apart:
        _may_stand_apart(question)
    emptied = _with_questions(
        document,
        section_of(document, name).id,
        [each for each in section_of(document, name).questions if each.id != name],
    )
    rest = section_named(emptied, section).questions
    at = min(max(place, 0), len(rest))
    return _with_questions(emptied, section, [*rest[:at], question, *rest[at:]])


def _each_section(document: Document, change: Callable[[Section], Section]) -> Document:
    return replace(document, sections=tuple(change(each) for each in document.sections))


def _with_questions(document: Document, name: str, questions: list[Question]) -> Document:
    return _each_section(
        document,
        lambda each: replace(each, questions=tuple(questions)) if each.id == name else each,
    )


def _may_stand_apart(question: Question) -> None:
    if question.kind not in APART_KINDS:
        raise Refusal(
            _(
                "A part that is kept apart is for background, such as age or municipality. "
                "Stories and texts cannot stand there."
            )
        )


def _nobody_asks(document: Document, question: Question) -> None:
    for owner in _ruled(document):
        if any(each.question == question.id for each in conditions(_rule(owner.show_if))):
            said = owner.text if isinstance(owner, Question) else owner.title
            raise Refusal(
                _(
                    "“%(other)s” has a rule that asks about this. Change that rule first.",
                    other=said.sv or said.en or owner.id,
                )
            )


def _ruled(document: Document) -> Iterator[Section | Question]:
    yield from document.sections
    yield from document.questions


def _rule(data: Any) -> Rule:
    try:
        return read_rule(data)
    except BrokenRule:
        return All()


def flat(rule: Rule) -> tuple[str, list[Condition]] | None:
    """A rule as ``("all" or "any", conditions)``, or None when it has more than one level."""
    if isinstance(rule, Condition):
        return "all", [rule]
    if all(isinstance(part, Condition) for part in rule.parts):
        return "any" if isinstance(rule, AnyOf) else "all", list(conditions(rule))
    return None
