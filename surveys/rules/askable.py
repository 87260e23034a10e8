"""What a display rule can name in the answer to a question."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from typing import Any

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS
from surveys.questions.choosing import OneOf
from surveys.questions.document import Question
from surveys.questions.several import Multi
from surveys.questions.sharing import NAMES, T
from surveys.rules.conditions import Operator

UNASKABLE = frozenset({"info", "consent"})
MANY = frozenset({"multi"})
POINTS = frozenset({"selfcode3"})


def answers_of(question: Question) -> list[tuple[str, Localized]]:
    """The answers that a rule may name, by id, with what a resident reads."""
    if question.kind in POINTS:
        return [(name, NAMES[name]) for name in T]
    kind = KINDS.get(question.kind)
    if not isinstance(kind, OneOf | Multi):
        return []
    return [(choice.id, choice.text) for choice in kind.choices(question)]


def operators_for(question: Question) -> tuple[Operator, ...]:
    """What a rule may claim about the answer to a question; nothing where there is no answer."""
    if question.kind in UNASKABLE:
        return ()
    either = (Operator.ANSWERED, Operator.NOT_ANSWERED)
    if not answers_of(question):
        return either
    if question.kind in POINTS:
        return (Operator.MOST, *either)
    if question.kind in MANY:
        return (Operator.INCLUDES, Operator.IS, Operator.IS_NOT, *either)
    return (Operator.IS, Operator.IS_NOT, *either)


def possible_answers(
    question: Question, among: Collection[str], outside: Collection[str]
) -> list[Any]:
    """Answers that stand for all others, None included, as far as a rule can tell them apart.

    Where several may be chosen there are too many to list: of those, the answers given here stand
    for all that choose ``among`` and leave out ``outside``.
    """
    names = [name for name, _text in answers_of(question)]
    if question.kind in POINTS:
        tops = [top for many in range(len(names) + 1) for top in combinations(names, many)]
        return [None, *({name: 3 if name in top else 0 for name in names} for top in tops)]
    if question.kind in MANY:
        return [None, *({"chosen": each} for each in _selections(question, among, outside))]
    return [None, *(names or ["…"])]


def _selections(
    question: Question, among: Collection[str], outside: Collection[str]
) -> list[list[str]]:
    """Each choice alone, and the smallest numbers of choices that hold ``among``."""
    names = [name for name, _text in answers_of(question)]
    least = max(1, int(question.settings.get("least", 0)))
    most = int(question.settings.get("most") or len(names))
    wanted = [name for name in names if name in among]
    first = [*wanted, *(name for name in names if name not in among and name not in outside)]
    fewest = max(least, len(wanted))
    found = [*([name] for name in names), first[:fewest], first[: fewest + 1]]
    return [each for each in found if least <= len(each) <= most]


def name_of(question: Question, value: str) -> str:
    """What a resident reads for an answer that a rule names by its id."""
    return next(
        (text.text(current_language()) for name, text in answers_of(question) if name == value),
        value,
    )
