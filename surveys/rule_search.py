"""Whether any answers at all lead to a question, found by trying one way and turning back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.ground.i18n import current_language
from surveys.askable import MANY, POINTS, answers_of, operators_for
from surveys.questions.document import Document, Question
from surveys.rules import ALWAYS, All, Condition, Operator, Rule, conditions, read_rule

MOST_EFFORT = 20_000


class Ruled:
    """A document whose rules can be read, with what the checks ask for again and again."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions = {each.id: each for each in document.questions}
        self.place = {name: place for place, name in enumerate(self.questions)}
        self.section = {
            each.id: section for section in document.sections for each in section.questions
        }

    def rule(self, name: str) -> Rule:
        """The whole condition for meeting a question: its section's rule and its own."""
        parts = (
            read_rule(self.section[name].show_if),
            read_rule(self.questions[name].show_if),
        )
        return All(tuple(part for part in parts if part != ALWAYS))

    def asked_by(self, name: str) -> list[str]:
        return list(dict.fromkeys(each.question for each in conditions(self.rule(name))))

    def said(self, name: str) -> str:
        return said(self.questions[name])


def said(question: Question) -> str:
    return question.text.text(current_language()) or question.id


@dataclass
class Search:
    """Looks for answers that show a question, by trying one way at a time and turning back."""

    survey: Ruled
    effort: int = field(default=MOST_EFFORT)

    def finds(self, name: str, given: Condition | None = None) -> bool:
        """Whether some answers show the question; yes when the search grows too long."""
        pending: list[tuple[Rule, int]] = [(self.survey.rule(name), self.survey.place[name])]
        if given is not None:
            pending.insert(0, (given, len(self.survey.place)))
        return self._solve(pending, {})

    def _solve(
        self, pending: Sequence[tuple[Rule, int]], known: Mapping[str, tuple[Condition, ...]]
    ) -> bool:
        self.effort -= 1
        if not pending or self.effort < 0:
            return True
        (rule, place), *rest = pending
        if isinstance(rule, All):
            return self._solve([*((part, place) for part in rule.parts), *rest], known)
        if not isinstance(rule, Condition):
            return any(self._solve([(part, place), *rest], known) for part in rule.parts)
        asked, open_ = rule.question, rule.operator == Operator.NOT_ANSWERED
        if self.survey.place[asked] >= place:
            return open_ and self._solve(rest, known)
        both = (*known.get(asked, ()), rule)
        if not _consistent(self.survey.questions[asked], both):
            return False
        if not open_ and asked not in known:
            rest = [(self.survey.rule(asked), self.survey.place[asked]), *rest]
        return self._solve(rest, {**known, asked: both})


def _consistent(question: Question, wanted: tuple[Condition, ...]) -> bool:
    """Whether one answer to a question can meet all conditions at once."""
    return any(
        all(condition.holds({question.id: value}) for condition in wanted)
        for value in _possible_answers(question, wanted)
    )


def _possible_answers(question: Question, wanted: tuple[Condition, ...]) -> list[Any]:
    """Answers that stand for all others, as far as these conditions can tell them apart."""
    names = [name for name, _text in answers_of(question)]
    if question.kind in POINTS:
        return [
            None,
            *({name: 10 if name in top else 0 for name in names} for top in [[], *_tops(names)]),
        ]
    if question.kind in MANY:
        both = [each.value for each in wanted if each.operator == Operator.INCLUDES]
        union = [name for name in names if name in both]
        wider = [[*union, name] for name in names if name not in union]
        most = question.settings.get("most") or len(names)
        every = [each for each in (union, *wider, *([name] for name in names)) if each]
        return [None, *({"chosen": each} for each in every if len(each) <= most)]
    if Operator.IS in operators_for(question):
        return [None, *names]
    return [None, "…"]


def _tops(names: list[str]) -> list[list[str]]:
    """Every set of parts that can be the heaviest together."""
    pairs = [[one, two] for place, one in enumerate(names) for two in names[place + 1 :]]
    return [[name] for name in names] + pairs + [names]
