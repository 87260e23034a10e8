"""Display rules: which questions somebody meets, given what they have answered.

A rule is kept in the document as JSON, in a language without code, numbers or names of its own:

``{"question": "contact", "op": "is", "value": "no"}``
    one condition; the operators are those of :class:`Operator`.
``{"all": [rule, …]}``, ``{"any": [rule, …]}``
    all of them, or at least one.

A rule may ask about earlier questions only, so one pass through the document decides everything,
whatever the rules say. An answer to a question that is not shown counts as not given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from surveys.questions.document import Document, Question, Section, Step

DEEPEST = 4
MOST_CONDITIONS = 24


class BrokenRule(ValueError):
    """A rule that cannot be read; the message says why."""


class Operator(StrEnum):
    """What a condition may claim about the answer to a question.

    ``IS_NOT`` needs an answer: a question that was skipped is neither this nor that.
    ``MOST`` holds for the part that got the most points, and for every part of a tie.
    """

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    MOST = "most"


VALUELESS = frozenset({Operator.ANSWERED, Operator.NOT_ANSWERED})


@dataclass(frozen=True, slots=True)
class Condition:
    """A claim about one earlier answer."""

    question: str
    operator: Operator
    value: str = ""

    def holds(self, values: Mapping[str, Any]) -> bool:
        value = values.get(self.question)
        match self.operator:
            case Operator.ANSWERED:
                return value is not None
            case Operator.NOT_ANSWERED:
                return value is None
            case Operator.IS:
                return chosen(value) == (self.value,)
            case Operator.IS_NOT:
                return value is not None and chosen(value) != (self.value,)
            case Operator.INCLUDES:
                return self.value in chosen(value)
            case Operator.MOST:
                return self.value in heaviest(value)

    def as_dict(self) -> dict[str, Any]:
        data = {"question": self.question, "op": str(self.operator)}
        return data if self.operator in VALUELESS else data | {"value": self.value}


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts: always."""

    parts: tuple[Rule, ...] = ()

    def holds(self, values: Mapping[str, Any]) -> bool:
        return all(part.holds(values) for part in self.parts)

    def as_dict(self) -> dict[str, Any]:
        return {"all": [part.as_dict() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Rule, ...]

    def holds(self, values: Mapping[str, Any]) -> bool:
        return any(part.holds(values) for part in self.parts)

    def as_dict(self) -> dict[str, Any]:
        return {"any": [part.as_dict() for part in self.parts]}


Rule = Condition | All | AnyOf
ALWAYS = All()


def read_rule(data: Any) -> Rule:
    """Read a rule from JSON; an empty one always holds.

    Raises:
        BrokenRule: when it is no rule, too deep or too long.
    """
    if data is None or data == {}:
        return ALWAYS
    rule = _read(data, DEEPEST)
    if sum(1 for _each in conditions(rule)) > MOST_CONDITIONS:
        raise BrokenRule(f"a rule has at most {MOST_CONDITIONS} conditions")
    return rule


def _read(data: Any, depth: int) -> Rule:
    if not isinstance(data, Mapping):
        raise BrokenRule("a rule is an object")
    if depth == 0:
        raise BrokenRule(f"a rule has at most {DEEPEST} levels")
    for word in ("all", "any"):
        if word in data:
            listed = data[word]
            if set(data) != {word} or not isinstance(listed, list | tuple) or not listed:
                raise BrokenRule(f"{word!r} stands alone and lists at least one rule")
            parts = tuple(_read(part, depth - 1) for part in listed)
            return All(parts) if word == "all" else AnyOf(parts)
    return _read_condition(data)


def _read_condition(data: Mapping[str, Any]) -> Condition:
    question, value = data.get("question"), data.get("value", "")
    if not isinstance(question, str) or not isinstance(value, str) or not question:
        raise BrokenRule("a condition names a question and a value")
    try:
        operator = Operator(str(data.get("op")))
    except ValueError:
        raise BrokenRule(f"the operator {data.get('op')!r} is unknown") from None
    if bool(value) == (operator in VALUELESS):
        raise BrokenRule(f"the operator {operator!s} has the wrong value")
    return Condition(question, operator, value)


def conditions(rule: Rule) -> Iterator[Condition]:
    """Every condition in a rule, from left to right."""
    if isinstance(rule, Condition):
        yield rule
    else:
        for part in rule.parts:
            yield from conditions(part)


def renamed(rule: Rule, names: Mapping[str, str]) -> Rule:
    """The rule with other questions in place of those that ``names`` holds."""
    if isinstance(rule, Condition):
        return replace(rule, question=names.get(rule.question, rule.question))
    return replace(rule, parts=tuple(renamed(part, names) for part in rule.parts))


def rule_of(part: Question | Section) -> Rule:
    """The rule of a question or a section; one that cannot be read hides nothing."""
    try:
        return read_rule(part.show_if)
    except BrokenRule:
        return ALWAYS


def has_rules(document: Document) -> bool:
    """Whether anything in the document is shown to some only."""
    return any(
        section.show_if or any(question.show_if for question in section.questions)
        for section in document.sections
    )


def chosen(value: Any) -> tuple[str, ...]:
    """The ids that an answer picked: one for a single choice, any number for several."""
    if isinstance(value, Mapping):
        if "chosen" in value:
            return tuple(value["chosen"])
        return ("other",) if set(value) == {"other"} else ()
    return (value,) if isinstance(value, str) else ()


def heaviest(value: Any) -> tuple[str, ...]:
    """The parts of a shared ten that got the most points; none when no point was given."""
    if not isinstance(value, Mapping):
        return ()
    points = {name: each for name, each in value.items() if isinstance(each, int) and each > 0}
    return tuple(name for name, each in points.items() if each == max(points.values()))


def visible_questions(document: Document, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the questions that somebody with these answers meets, in order.

    The same for one question at a time and for all on one page: it depends on the answers only.
    """
    if not has_rules(document):
        return tuple(question.id for question in document.questions)
    seen: dict[str, Any] = {}
    shown: list[str] = []
    for section in document.sections:
        for question in section.questions:
            if rule_of(section).holds(seen) and rule_of(question).holds(seen):
                shown.append(question.id)
                if values.get(question.id) is not None:
                    seen[question.id] = values[question.id]
    return tuple(shown)


def visible_steps(document: Document, values: Mapping[str, Any]) -> tuple[Step, ...]:
    """The screens that somebody with these answers meets, in order."""
    if not has_rules(document):
        return document.steps
    shown = set(visible_questions(document, values))
    steps = []
    for step in document.steps:
        questions = tuple(each for each in step.questions if each.id in shown)
        if questions:
            steps.append(Step(step.id, questions, step.section))
    return tuple(steps)


def only_visible(document: Document, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to questions that are shown; the others were given on a road not taken."""
    shown = set(visible_questions(document, values))
    return {name: value for name, value in values.items() if name in shown}
