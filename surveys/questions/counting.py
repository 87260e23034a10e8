"""A small number, with bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.localized import Localized
from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer, Cell, Column, Count, Fault, Fields, Plain, first
from surveys.questions.written import text_faults, unused_faults

WHOLE = re.compile(r"[-−]?[0-9]{1,6}")
LIMIT = 100_000
MOST_ROWS = 12


class Number(Plain):
    """A whole number from ``least`` (0) to ``most`` (100), in steps of ``step`` (1)."""

    code = "number"
    settings: Mapping[str, type] = MappingProxyType({"least": int, "most": int, "step": int})

    def bounds(self, question: Question) -> tuple[int, int]:
        """The smallest and the largest number that is taken."""
        return question.settings.get("least", 0), question.settings.get("most", 100)

    def step(self, question: Question) -> int:
        """The distance between numbers that are taken, counted from the smallest."""
        return max(1, int(question.settings.get("step", 1)))

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        text = first(fields, question.id).strip()
        if not text:
            if question.required:
                raise BadAnswer(question.id, _("Write a number, or skip the question."))
            return None
        least, most = self.bounds(question)
        number = int(text.replace("−", "-")) if WHOLE.fullmatch(text) else None
        if number is None or not least <= number <= most:
            raise BadAnswer(
                question.id,
                _("Write a whole number from %(least)d to %(most)d.", least=least, most=most),
            )
        if (number - least) % self.step(question):
            raise BadAnswer(
                question.id,
                _(
                    "Write a number in steps of %(step)d, from %(least)d.",
                    step=self.step(question),
                    least=least,
                ),
            )
        return number

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {question.id: [str(value)]}

    def words(self, question: Question, value: Any) -> list[str]:
        return [str(value)]

    def columns(self, question: Question) -> tuple[Column, ...]:
        return (Column(question.id, question.text, "number"),)

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return (value,)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """How many gave each number, or each equal part of the range when that is long."""
        given = list(values)
        return tuple(
            Count(
                f"{low}-{high}" if low != high else str(low),
                _range_label(low, high),
                sum(low <= value <= high for value in given),
            )
            for low, high in self._bands(question)
        )

    def _bands(self, question: Question) -> list[tuple[int, int]]:
        least, most = self.bounds(question)
        width = self.step(question)
        while (most - least) // width + 1 > MOST_ROWS:
            width = _rounder(width)
        if width == self.step(question):
            return [(low, low) for low in range(least, most + 1, width)]
        return [(low, min(low + width - 1, most)) for low in range(least, most + 1, width)]

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=False, statements=False),
            *self._setting_faults(question),
        )

    def _setting_faults(self, question: Question) -> Iterable[Fault]:
        least, most = self.bounds(question)
        if least >= most:
            yield Fault("settings.most", _("The largest number must be above the smallest."))
        if max(abs(least), abs(most)) > LIMIT:
            yield Fault("settings.most", _("Ask for a smaller number, 100,000 at most."))
        if question.settings.get("step", 1) < 1:
            yield Fault("settings.step", _("The step must be at least one."))


def _rounder(width: int) -> int:
    """The next wider band: 1, 2, 5, 10, 20, 50 …; any other width is doubled."""
    leading = int(str(width)[0])
    if width != leading * 10 ** (len(str(width)) - 1) or leading not in (1, 2, 5):
        return width * 2
    return width * 5 // 2 if leading == 2 else width * 2


def _range_label(low: int, high: int) -> Localized:
    text = str(low) if low == high else f"{low}–{high}"
    return Localized(text, text)
