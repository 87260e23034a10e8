"""What a display rule can name in the answer to a question."""

from __future__ import annotations

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS
from surveys.questions.choosing import OneOf
from surveys.questions.document import Question
from surveys.questions.several import Multi
from surveys.questions.sharing import NAMES, T
from surveys.rules import Operator

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


def name_of(question: Question, value: str) -> str:
    """What a resident reads for an answer that a rule names by its id."""
    return next(
        (text.text(current_language()) for name, text in answers_of(question) if name == value),
        value,
    )
