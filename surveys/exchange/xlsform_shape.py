"""How our kinds of question stand in an XLSForm: the words both directions share.

Everything stands in columns that every XLSForm tool reads; one column more, ``dialogue_kind``,
which the others ignore, says what a row was here, so that it becomes that again.
"""

from __future__ import annotations

from typing import Any

from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Question
from surveys.questions.several import OTHER, has_other

KIND = "dialogue_kind"
SECTION, APART, INTRO, PART = "section", "apart", "intro", "part"
LABELS = {"sv": "label::Svenska (sv)", "en": "label::English (en)"}
HINTS = {"sv": "hint::Svenska (sv)", "en": "hint::English (en)"}
SURVEY_COLUMNS = (
    "type", "name", *LABELS.values(), *HINTS.values(), "required", "relevant", "constraint",
    "appearance", KIND,
)  # fmt: skip
CHOICE_COLUMNS = ("list_name", "name", *LABELS.values())

LARGEST_BOUND = 999_999
TEXTS = {"story": "multiline", "short": "", "ideaOne": ""}
ONE = frozenset({"single", "scale5", "yesno4", "place", "when", "who", "compare"})
SEVERAL = frozenset({"multi", "consent"})
GROUPED = frozenset({"selfcode3", "matrix", "sortpic", "confirm"})
SHOWS_CHOICES = ONE | SEVERAL | {"rank", "sortpic", "matrix"}
SHOWS_ROWS = frozenset({"story", "confirm", "matrix"})
CARRIED_SETTINGS = {
    "multi": frozenset({"most", "least", "other"}),
    "single": frozenset({"other"}),
    "number": frozenset({"most", "least"}),
    "sortpic": frozenset({"notes"}),
}


def is_bound(value: Any) -> bool:
    """Whether a least or greatest number is one that a constraint of ours can say."""
    return type(value) is int and abs(value) <= LARGEST_BOUND


def is_grouped(question: Question) -> bool:
    """Whether the question becomes a group of rows rather than one row."""
    return question.kind in GROUPED or bool(question.statements)


def can_be_asked_about(question: Question) -> bool:
    """Whether an expression can name the question: it is one row, and takes an answer."""
    return not is_grouped(question) and question.kind != "info"


def answers(question: Question) -> tuple[Choice, ...]:
    """Every answer that the question's own list shows, ways not to say included."""
    kind: Any = KINDS[question.kind]
    return tuple(kind.choices(question)) if hasattr(kind, "choices") else ()


def is_standard(question: Question) -> bool:
    """Whether the answers are the kind's own words and not the question's."""
    return not question.choices or question.kind in ("sortpic", "confirm")


def list_name(question: Question) -> str:
    """The list of the question's answers. A full stop is in no id, so no two lists are one."""
    if is_standard(question) and not has_other(question):
        return f"standard.{question.kind}"
    return question.id


def added(kind_code: str) -> frozenset[str]:
    """The ids of the answers that a kind adds to those that a question writes."""
    kind: Any = KINDS[kind_code]
    aside = {each.id for each in getattr(kind, "aside", ())}
    return frozenset(aside | ({OTHER.id} if kind_code in ("single", "multi") else set()))
