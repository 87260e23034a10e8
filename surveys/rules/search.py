"""Whether any answers at all lead to a question: a complete search through what rules ask for.

The answers to a question are told apart only as far as rules can tell them apart, so there are
finitely many ways to look through. A choice that leads nowhere is taken back, and with it every
choice that had no part in the failure (conflict-directed backjumping, P. Prosser, *Hybrid
algorithms for the constraint satisfaction problem*, 1993).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dialogue.ground.i18n import current_language
from surveys.questions.document import Document, Question
from surveys.rules.askable import possible_answers
from surveys.rules.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Operator,
    Rule,
    conditions,
    read_rule,
)

MOST_EFFORT = 80_000
DEEPEST_SEARCH = 300

Reasons = frozenset[int]
NOTHING: Reasons = frozenset()


class Tangled(Exception):
    """The rules are so many and so entangled that they were not looked through to the end."""


class Ruled:
    """A document whose rules can be read, with what the checks ask for again and again."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions = {each.id: each for each in document.questions}
        self.place = {name: place for place, name in enumerate(self.questions)}
        self.section = {
            each.id: section for section in document.sections for each in section.questions
        }
        self._rules = {name: self._read(name) for name in self.questions}

    def _read(self, name: str) -> Rule:
        parts = (
            read_rule(self.section[name].show_if),
            read_rule(self.questions[name].show_if),
        )
        return All(tuple(part for part in parts if part != ALWAYS))

    def rule(self, name: str) -> Rule:
        """The whole condition for meeting a question: its section's rule and its own."""
        return self._rules[name]

    def asked_by(self, name: str) -> list[str]:
        return list(dict.fromkeys(each.question for each in conditions(self.rule(name))))

    def said(self, name: str) -> str:
        return said(self.questions[name])


def said(question: Question) -> str:
    return question.text.text(current_language()) or question.id


@dataclass(frozen=True, slots=True)
class Otherwise:
    """There is an answer, and it is not what the condition says."""

    condition: Condition

    def holds(self, values: Mapping[str, Any]) -> bool:
        answered = values.get(self.condition.question) is not None
        return answered and not self.condition.holds(values)


class Claim(NamedTuple):
    """What one answer has to be. ``because`` are the choices, by number, that led to it."""

    says: Condition | Otherwise
    because: Reasons

    @property
    def condition(self) -> Condition:
        return self.says.condition if isinstance(self.says, Otherwise) else self.says


class Goal(NamedTuple):
    """A rule that has to hold at a place in the document; not ``wanted``: has to fail there."""

    rule: Rule | Otherwise
    wanted: bool
    place: int
    because: Reasons

    @property
    def joint(self) -> bool:
        """Whether all parts are needed, not just one of them."""
        return isinstance(self.rule, All if self.wanted else AnyOf)

    @property
    def ways(self) -> list[tuple[Rule | Otherwise, bool]] | None:
        """The parts, each with whether it is wanted; None for a claim about one answer."""
        if isinstance(self.rule, All | AnyOf):
            return [(part, self.wanted) for part in self.rule.parts]
        if isinstance(self.rule, Otherwise) or self.wanted:
            return None
        asked = self.rule.question
        open_, answered = Operator.NOT_ANSWERED, Operator.ANSWERED
        match self.rule.operator:
            case Operator.ANSWERED:
                return [(Condition(asked, open_), True)]
            case Operator.NOT_ANSWERED:
                return [(Condition(asked, answered), True)]
            case _:
                return [(Condition(asked, open_), True), (Otherwise(self.rule), True)]


Claims = dict[str, tuple[Claim, ...]]


@dataclass
class Search:
    """Looks for answers that can be sent and that show a question.

    ``effort`` is how many steps are left, for everything that is looked for together.
    """

    survey: Ruled
    effort: int = field(default=MOST_EFFORT)

    def finds(self, name: str, given: Condition | None = None) -> bool:
        """Whether some answers show the question; ``given`` has to hold among them.

        Raises:
            Tangled: when it cannot be told in reasonable time.
        """
        goals = [Goal(self.survey.rule(name), True, self.survey.place[name], NOTHING)]
        if given is not None:
            goals.append(Goal(given, True, len(self.survey.place), NOTHING))
        return self._clash(goals, [], {}, 0) is None

    def _clash(
        self, goals: Iterable[Goal], open_: Iterable[Goal], known: Claims, level: int
    ) -> Reasons | None:
        """The choices that together make the goals impossible; None when all can be met.

        ``open_`` are goals that can be met in several ways, seen before.
        """
        claims, waiting, either = dict(known), list(goals), list(open_)
        while waiting:
            self._tire(level)
            goal = waiting.pop()
            ways = goal.ways
            if ways is None:
                clash = self._claim(goal, claims, waiting)
                if clash is not None:
                    return clash
            elif goal.joint:
                waiting += [goal._replace(rule=rule, wanted=wanted) for rule, wanted in ways]
            else:
                either.append(goal)
                waiting += _certain(goal)
        return self._choose([goal for goal in either if not self._met(goal, claims)], claims, level)

    def _met(self, goal: Goal, claims: Claims) -> bool:
        """Whether one of the ways to meet a goal is claimed already."""
        for rule, _wanted in goal.ways or ():
            if isinstance(rule, Condition | Otherwise):
                asked = Claim(rule, NOTHING).condition.question
                earlier = self.survey.place[asked] < goal.place
                if earlier and any(claim.says == rule for claim in claims.get(asked, ())):
                    return True
        return False

    def _tire(self, level: int) -> None:
        self.effort -= 1
        if self.effort < 0 or level > DEEPEST_SEARCH:
            raise Tangled

    def _choose(self, either: list[Goal], claims: Claims, level: int) -> Reasons | None:
        """Try, one after the other, the ways to meet a goal that can be met in several."""
        if not either:
            return None
        goal = min(either, key=lambda each: len(each.ways or ()))
        others = [each for each in either if each is not goal]
        clash = goal.because
        for rule, wanted in goal.ways or ():
            tried = goal._replace(rule=rule, wanted=wanted, because=goal.because | {level})
            found = self._clash([tried], others, claims, level + 1)
            if found is None or level not in found:
                return found
            clash |= found - {level}
        return clash

    def _claim(self, goal: Goal, claims: Claims, waiting: list[Goal]) -> Reasons | None:
        """Note what a goal says of one answer, and what follows from it."""
        assert isinstance(goal.rule, Condition | Otherwise)
        claim = Claim(goal.rule, goal.because)
        asked, open_ = claim.condition.question, claim.condition.operator == Operator.NOT_ANSWERED
        if self.survey.place[asked] >= goal.place:
            return None if open_ else goal.because
        question, before = self.survey.questions[asked], claims.get(asked, ())
        if any(each.says == claim.says for each in before):
            return None
        claims[asked] = (*before, claim)
        if not _possible(question, claims[asked]):
            return NOTHING.union(*(each.because for each in claims[asked]))
        if not before and (question.required or not open_):
            rule, place = self.survey.rule(asked), self.survey.place[asked]
            waiting.append(Goal(rule, not open_, place, goal.because))
        return None


def _certain(goal: Goal) -> list[Goal]:
    """The questions that are answered whichever way the goal is met."""
    found = [_needed(rule) if wanted else frozenset() for rule, wanted in goal.ways or ()]
    return [
        goal._replace(rule=Condition(name, Operator.ANSWERED), wanted=True)
        for name in sorted(frozenset.intersection(*found) if found else ())
    ]


def _needed(rule: Rule | Otherwise) -> frozenset[str]:
    """The questions without whose answers a rule cannot hold."""
    if isinstance(rule, Otherwise):
        return frozenset({rule.condition.question})
    if isinstance(rule, Condition):
        open_ = rule.operator == Operator.NOT_ANSWERED
        return frozenset() if open_ else frozenset({rule.question})
    parts = [_needed(part) for part in rule.parts]
    if isinstance(rule, All):
        return frozenset().union(*parts)
    return frozenset.intersection(*parts)


def _possible(question: Question, claims: Sequence[Claim]) -> bool:
    """Whether one answer to a question can be all that is claimed of it."""
    among = [
        claim.condition.value
        for claim in claims
        if claim.condition.operator == Operator.INCLUDES and claim.says == claim.condition
    ]
    outside = [
        claim.condition.value
        for claim in claims
        if claim.condition.operator == Operator.INCLUDES and claim.says != claim.condition
    ]
    return any(
        all(claim.says.holds({question.id: value}) for claim in claims)
        for value in possible_answers(question, among, outside)
    )
