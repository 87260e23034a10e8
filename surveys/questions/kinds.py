"""What every kind of question can do: read its fields, and say an answer in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialogue.ground.errors import Refusal
from surveys.questions.document import Question

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about an answer that cannot be kept, and the control it belongs to."""

    control: str
    sentence: str


class Kind(Protocol):
    """A kind of question. One small class each; a test runs the same claims on all of them."""

    code: str

    def names(self, question: Question) -> tuple[str, ...]:
        """The names of the form fields that carry the answer."""

    def read(self, question: Question, fields: Fields) -> Any:
        """The answer as it is kept, or None when the question was left open.

        Raises:
            BadAnswer: when the fields hold something that is no answer.
        """

    def words(self, question: Question, value: Any) -> list[str]:
        """An answer in words, a line each, for the page where the teller checks it."""


class BadAnswer(Refusal):
    """The fields of a question hold no answer; knows the control to go back to."""

    def __init__(self, control: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(control, sentence)


def first(fields: Fields, name: str) -> str:
    """The first value of a field, or an empty string."""
    values = fields.get(name, ())
    return values[0] if values else ""
