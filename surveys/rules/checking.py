"""Finds display rules that cannot work: loops, dead ends, and questions nobody can reach.

The check is exact for what the kinds of question can answer: a question is called unreachable
when, and only when, no answers that can be sent show it. Rules that are too entangled to be looked
through to the end are called ``tangled``, and nothing is guessed about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.i18n import current_language
from surveys.questions.document import Document, Question, Section
from surveys.rules.askable import POINTS, UNASKABLE, answers_of, operators_for
from surveys.rules.conditions import (
    BrokenRule,
    Condition,
    Operator,
    conditions,
    read_rule,
    visible_questions,
)
from surveys.rules.search import Ruled, Search, Tangled, said


@dataclass(frozen=True, slots=True)
class RuleFault:
    """What is wrong with a rule. ``stops``: the survey cannot be opened until it is mended.

    ``code`` is one of ``unreadable``, ``unknown``, ``apart``, ``loop``, ``forward``,
    ``unreachable``, ``dead_end`` and ``tangled``; ``where`` is the id of the question or the
    section.
    """

    where: str
    code: str
    sentence: str
    stops: bool = True


def faults_of_rules(document: Document) -> tuple[RuleFault, ...]:
    """Everything that is wrong with the rules of a document, the gravest of each place first."""
    found = [fault for owner, rule in _owned(document) for fault in _reading(document, owner, rule)]
    if found:
        return tuple(found)
    survey = Ruled(document)
    found = [*_privacy(survey), *_order(survey)]
    lost = {fault.where for fault in found}
    search = Search(survey)
    try:
        found += [each for each in _unreachable(survey, search) if each.where not in lost]
        return tuple(found + (_dead_ends(survey, search) if not found else []))
    except Tangled:
        return (*found, _tangled(survey))


def _tangled(survey: Ruled) -> RuleFault:
    """The question with the longest rule, as the place to begin."""
    longest = max(survey.questions, key=lambda name: len(list(conditions(survey.rule(name)))))
    sentence = _(
        "The rules hang together in so many ways that we cannot check them all. Begin with "
        "“%(question)s”: make its rule shorter, or divide the survey.",
        question=survey.said(longest),
    )
    return RuleFault(longest, "tangled", sentence)


def _owned(document: Document) -> Iterator[tuple[Section | Question, Any]]:
    for section in document.sections:
        yield section, section.show_if
        for question in section.questions:
            yield question, question.show_if


def _reading(document: Document, owner: Section | Question, data: Any) -> Iterator[RuleFault]:
    """Faults in the rule itself: unreadable, or about something that is not there."""
    try:
        rule = read_rule(data)
    except BrokenRule as broken:
        sentence = _("The rule cannot be read: %(why)s.", why=str(broken))
        yield RuleFault(owner.id, "unreadable", sentence)
        return
    questions = {each.id: each for each in document.questions}
    for condition in conditions(rule):
        asked = questions.get(condition.question)
        if asked is None:
            sentence = _(
                "The rule asks about the question “%(id)s”, which does not exist.",
                id=condition.question,
            )
            yield RuleFault(owner.id, "unknown", sentence)
        elif condition.operator not in operators_for(asked):
            sentence = _("The rule cannot ask this about “%(question)s”.", question=said(asked))
            yield RuleFault(owner.id, "unknown", sentence)
        elif condition.value and all(name != condition.value for name, _text in answers_of(asked)):
            sentence = _(
                "The rule asks for the answer “%(value)s”, which “%(question)s” does not have.",
                value=condition.value,
                question=said(asked),
            )
            yield RuleFault(owner.id, "unknown", sentence)


def _privacy(survey: Ruled) -> Iterator[RuleFault]:
    """Rules across the wall between an answer and the background that is kept apart from it."""
    for name in survey.questions:
        apart = survey.section[name].kept_apart
        if apart and survey.questions[name].show_if:
            sentence = _(
                "“%(question)s” stands in a part that is kept apart and shown as one page. "
                "It cannot have a rule of its own.",
                question=survey.said(name),
            )
            yield RuleFault(name, "apart", sentence)
        for asked in survey.asked_by(name):
            if survey.section[asked].kept_apart or apart:
                sentence = _(
                    "The rule ties “%(question)s” to “%(asked)s”. One of them is kept apart, "
                    "so that nobody can join the answers. A rule would join them.",
                    question=survey.said(name),
                    asked=survey.said(asked),
                )
                yield RuleFault(name, "apart", sentence)


def _order(survey: Ruled) -> Iterator[RuleFault]:
    """Loops, and rules about questions that come later."""
    for name in survey.questions:
        circle = _circle(survey, name)
        if circle == [name]:
            sentence = _(
                "“%(question)s” waits for an answer to itself, so nobody can ever meet it.",
                question=survey.said(name),
            )
            yield RuleFault(name, "loop", sentence)
        elif circle:
            sentence = _(
                "These questions wait for each other in a circle: %(questions)s. "
                "Take away one of the rules.",
                questions=" → ".join(f"“{survey.said(each)}”" for each in [*circle, name]),
            )
            yield RuleFault(name, "loop", sentence)
        else:
            yield from _forward(survey, name)


def _forward(survey: Ruled, name: str) -> Iterator[RuleFault]:
    for asked in survey.asked_by(name):
        if survey.place[asked] > survey.place[name]:
            sentence = _(
                "“%(question)s” asks about “%(asked)s”, which comes later. "
                "Move one of them, or change the rule.",
                question=survey.said(name),
                asked=survey.said(asked),
            )
            yield RuleFault(name, "forward", sentence)


def _circle(survey: Ruled, start: str) -> list[str]:
    """The shortest way from a question back to itself through the rules, or nothing."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        for asked in survey.asked_by(way[-1]):
            if asked == start:
                return way
            if asked not in seen:
                seen.add(asked)
                ways.append([*way, asked])
    return []


def _unreachable(survey: Ruled, search: Search) -> Iterator[RuleFault]:
    for name in survey.questions:
        if not search.finds(name):
            sentence = _(
                "Nobody can meet “%(question)s”: no answers make its rule true.",
                question=survey.said(name),
            )
            yield RuleFault(name, "unreachable", sentence)


def _dead_ends(survey: Ruled, search: Search) -> list[RuleFault]:
    """Answers after which nothing more is asked, and surveys that can be empty."""
    asking = [
        name
        for name, question in survey.questions.items()
        if question.kind not in UNASKABLE and not survey.section[name].kept_apart
    ]
    found = []
    if asking and not set(asking) & set(visible_questions(survey.document, {})):
        sentence = _(
            "The survey can be empty: every question has a rule. Let everybody meet at least one."
        )
        found.append(RuleFault(asking[0], "dead_end", sentence))
    ruled = {asked for name in asking for asked in survey.asked_by(name)}
    for name in [each for each in asking if each in ruled]:
        later = [each for each in asking if survey.place[each] > survey.place[name]]
        for value, text in answers_of(survey.questions[name]):
            given = _answer(survey.questions[name], value)
            if not later or not search.finds(name, given):
                continue
            if not any(search.finds(each, given) for each in later):
                sentence = _(
                    "Dead end: whoever answers “%(value)s” to “%(question)s” is asked nothing "
                    "more.",
                    value=text.text(current_language()),
                    question=survey.said(name),
                )
                found.append(RuleFault(name, "dead_end", sentence, stops=False))
    return found


def _answer(question: Question, value: str) -> Condition:
    if question.kind in POINTS:
        return Condition(question.id, Operator.MOST, value)
    return Condition(question.id, Operator.IS, value)
