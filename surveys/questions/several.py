"""Choices where there may be an answer that nobody thought of, or more than one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.ground.localized import Localized
from surveys.questions.choosing import OneOf, chosen, wording
from surveys.questions.document import Choice, Question
from surveys.questions.kinds import (
    BadAnswer,
    Cell,
    Column,
    Count,
    Fault,
    Fields,
    Plain,
    first,
    joined,
)
from surveys.questions.naming import parts
from surveys.questions.texts import own_words
from surveys.questions.written import choice_faults, reserved_faults, text_faults, unused_faults

OTHER = Choice("other", Localized("Annat", "Something else"))
TICKED = (
    Choice("yes", Localized("Vald", "Chosen")),
    Choice("no", Localized("Inte vald", "Not chosen")),
)
LONGEST_OTHER = 300


def other_text(question: Question, fields: Fields) -> str:
    """What was written beside "something else"; nothing where the question offers no such text.

    Raises:
        BadAnswer: when it is too long.
    """
    if not has_other(question):
        return ""
    return own_words(fields, f"{question.id}-{OTHER.id}", LONGEST_OTHER)


def has_other(question: Question) -> bool:
    return bool(question.settings.get("other"))


class Single(OneOf):
    """One choice among several; with the setting ``other`` also one that is written.

    Kept as the choice's id, or as ``{"other": "the words"}``. Words that are written without a
    choice are an answer too; words beside another choice are kept by nobody, so they are asked
    about.
    """

    code = "single"
    settings: Mapping[str, type] = MappingProxyType({"other": bool})

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices + ((OTHER,) if has_other(question) else ())

    def names(self, question: Question) -> tuple[str, ...]:
        if has_other(question):
            return (question.id, f"{question.id}-{OTHER.id}")
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        text = other_text(question, fields)
        value = first(fields, question.id) or (OTHER.id if text else "")
        if not value:
            return super().read(question, fields)
        chosen(self.choices(question), question.id, value)
        if text and value != OTHER.id:
            raise BadAnswer(
                f"{question.id}-{OTHER.id}",
                _("Choose “Something else” to keep your words, or take them away."),
            )
        return {OTHER.id: text} if text else value

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        if isinstance(value, Mapping):
            return {question.id: [OTHER.id], f"{question.id}-{OTHER.id}": [value[OTHER.id]]}
        return super().filled(question, value)

    def words(self, question: Question, value: Any) -> list[str]:
        if isinstance(value, Mapping):
            return [str(value[OTHER.id])]
        return super().words(question, value)

    def columns(self, question: Question) -> tuple[Column, ...]:
        found = super().columns(question)
        return (*found, _other_column(question)) if has_other(question) else found

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        if not has_other(question):
            return (value,)
        return (OTHER.id, value[OTHER.id]) if isinstance(value, Mapping) else (value, None)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        ids = (OTHER.id if isinstance(value, Mapping) else value for value in values)
        return super().counts(question, ids)

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (*super().faults(question), *reserved_faults(question.choices, [OTHER.id]))


class Multi(Plain):
    """Several choices, at most ``most`` of them, at least ``least``; ``other`` opens a text.

    Kept as ``{"chosen": ["telefon", …], "other": "the words"}``, the choices in the order of the
    question and ``other`` only where there are words.
    """

    code = "multi"
    settings: Mapping[str, type] = MappingProxyType({"least": int, "most": int, "other": bool})

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices + ((OTHER,) if has_other(question) else ())

    def most(self, question: Question) -> int:
        """How many may be chosen; all of them where the question sets no maximum."""
        return int(question.settings.get("most") or len(self.choices(question)))

    def names(self, question: Question) -> tuple[str, ...]:
        if has_other(question):
            return (question.id, f"{question.id}-{OTHER.id}")
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        given = frozenset(value for value in fields.get(question.id, ()) if value)
        for value in given:
            chosen(self.choices(question), question.id, value)
        text = other_text(question, fields)
        if text:
            given |= {OTHER.id}
        ids = [each.id for each in self.choices(question) if each.id in given]
        self._refuse_number(question, len(ids))
        if not ids:
            return None
        return {"chosen": ids} | ({OTHER.id: text} if text else {})

    def _refuse_number(self, question: Question, number: int) -> None:
        most, least = self.most(question), int(question.settings.get("least", 0))
        if number > most:
            raise BadAnswer(
                question.id,
                ngettext(
                    "Choose at most %(num)d answer. Take away the others.",
                    "Choose at most %(num)d answers. Take away the others.",
                    most,
                ),
            )
        if not number and question.required:
            raise BadAnswer(question.id, _("Choose one of the answers, or skip the question."))
        if 0 < number < least:
            raise BadAnswer(
                question.id,
                ngettext(
                    "Choose at least %(num)d answer, or skip the question.",
                    "Choose at least %(num)d answers, or skip the question.",
                    least,
                ),
            )

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        fields = {question.id: list(value["chosen"])}
        if OTHER.id in value:
            fields[f"{question.id}-{OTHER.id}"] = [value[OTHER.id]]
        return fields

    def words(self, question: Question, value: Any) -> list[str]:
        ids = [each for each in value["chosen"] if each != OTHER.id or OTHER.id not in value]
        said = [wording(self.choices(question), each) for each in ids]
        return [*said, *([str(value[OTHER.id])] if OTHER.id in value else [])]

    def columns(self, question: Question) -> tuple[Column, ...]:
        """A column for each choice: ``yes`` where it was chosen, ``no`` where it was not."""
        names = parts(question, [each.id for each in self.choices(question)])
        found = tuple(
            Column(name, joined(question.text, each.text), "choice", TICKED)
            for name, each in zip(names, self.choices(question), strict=True)
        )
        return (*found, _other_column(question)) if has_other(question) else found

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        if value is None:
            return (None,) * len(self.columns(question))
        ticks = tuple(
            "yes" if each.id in value["chosen"] else "no" for each in self.choices(question)
        )
        return (*ticks, value.get(OTHER.id)) if has_other(question) else ticks

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """How many chose each. One person may stand in several rows."""
        given = Counter(each for value in values for each in value["chosen"])
        return tuple(Count(each.id, each.text, given[each.id]) for each in self.choices(question))

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=True, statements=False),
            *choice_faults(question.choices, 2, 40),
            *reserved_faults(question.choices, [OTHER.id]),
            *self._setting_faults(question),
        )

    def _setting_faults(self, question: Question) -> Iterable[Fault]:
        most = question.settings.get("most")
        if most is not None and not 1 <= most <= len(self.choices(question)):
            yield Fault(
                "settings.most",
                _("The maximum must be at least one and at most the number of choices."),
            )
        if not 0 <= question.settings.get("least", 0) <= self.most(question):
            yield Fault("settings.least", _("The minimum must not be above the maximum."))


def _other_column(question: Question) -> Column:
    label = joined(question.text, Localized("Annat, med egna ord", "Something else, in words"))
    return Column(f"{question.id}.{OTHER.id}.text", label, "text")
