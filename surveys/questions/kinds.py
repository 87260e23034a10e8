"""What every kind of question can do; ``docs/questions.md`` says it for those who use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Protocol

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.questions.document import NOTHING, Choice, Question

Fields = Mapping[str, Sequence[str]]
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about something that cannot be kept, and the control it belongs to."""

    control: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. For the type ``choice`` a cell holds the id of one of ``choices``."""

    name: str
    label: Localized
    type: Literal["text", "choice", "number", "points"]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many gave one answer. ``group`` names the statement, picture or item it is about.

    ``id`` is unique within the question; ``group`` is empty where the question has no parts.
    """

    id: str
    label: Localized
    n: int
    group: Localized = NOTHING


class Kind(Protocol):
    """A kind of question. One small class each; a test runs the same claims on all of them."""

    code: str
    analysed: bool
    script: str
    settings: Mapping[str, type]

    def names(self, question: Question) -> tuple[str, ...]:
        """The names of the form fields that carry the answer, in the order of the page."""

    def read(self, question: Question, fields: Fields) -> Any:
        """The answer as it is kept, in plain JSON, or None when the question was left open.

        Raises:
            BadAnswer: when the fields hold something that is no answer.
        """

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        """Fields that :meth:`read` gives this value for."""

    def words(self, question: Question, value: Any) -> list[str]:
        """An answer in words, a line each, for the page where the teller checks it."""

    def columns(self, question: Question) -> tuple[Column, ...]:
        """The columns of an export."""

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        """One cell for each column; all None for the value None."""

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """How the answers are spread, rows that nobody chose included."""

    def faults(self, question: Question) -> tuple[Fault, ...]:
        """What is wrong with the question as it is written, for the person who writes it."""

    def pressed(
        self, question: Question, fields: Fields, press: str
    ) -> dict[str, list[str]] | None:
        """The question's fields after a press on one of its buttons; None: not its button."""


class Plain:
    """A kind without settings, script or buttons, whose words become no story."""

    analysed: bool = False
    script: str = ""
    settings: Mapping[str, type] = MappingProxyType({})

    def pressed(
        self, question: Question, fields: Fields, press: str
    ) -> dict[str, list[str]] | None:
        return None


class BadAnswer(Refusal):
    """The fields of a question hold no answer; knows the control to go back to."""

    def __init__(self, control: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(control, sentence)


def first(fields: Fields, name: str) -> str:
    """The first value of a field, or an empty string."""
    values = fields.get(name, ())
    return values[0] if values else ""


def joined(whole: Localized, part: Localized) -> Localized:
    """``whole: part`` in both languages, each falling back on the other where it is missing."""
    return Localized(
        f"{whole.text('sv')}: {part.text('sv')}", f"{whole.text('en')}: {part.text('en')}"
    )
