"""Putting things in order, with the most important first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.localized import Localized
from surveys.questions.choosing import wording
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
from surveys.questions.written import choice_faults, text_faults, unused_faults


class Rank(Plain):
    """Three to six things in order. Kept as a list of ids, the most important first.

    The order travels as one repeated field. A list that nobody has touched is no answer: it
    becomes one with the first press of a button, or when ``<id>-as_is`` says that it is right as
    it stands. In easy read one thing is picked at a time (``<id>-pick``), so that a list may
    hold only the first few.
    """

    code = "rank"
    script = "arrange.js"

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id, f"{question.id}-pick", f"{question.id}-as_is")

    def read(self, question: Question, fields: Fields) -> Any:
        _order, pick, as_is = self.names(question)
        given = [value for value in fields.get(question.id, ()) if value]
        picked = first(fields, pick)
        if picked and picked not in given:
            given.append(picked)
        known = {choice.id for choice in question.choices}
        if not known.issuperset(given) or len(set(given)) < len(given):
            raise BadAnswer(question.id, _("Put each thing in the list once."))
        if not given and first(fields, as_is):
            given = [choice.id for choice in question.choices]
        if not given and question.required:
            raise BadAnswer(question.id, _("Put the list in order, or skip the question."))
        return given or None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {question.id: list(value)}

    def words(self, question: Question, value: Any) -> list[str]:
        return [
            f"{place}. {wording(question.choices, each)}" for place, each in enumerate(value, 1)
        ]

    def shown(self, question: Question, fields: Fields) -> list[Choice]:
        """Every thing in the order in which the page shows it: those in order first."""
        ranked = self.ranked(question, fields)
        return ranked + [choice for choice in question.choices if choice not in ranked]

    def ranked(self, question: Question, fields: Fields) -> list[Choice]:
        """The things that stand in order so far, one that is just picked among them."""
        found: dict[str, Choice] = {}
        picked = first(fields, f"{question.id}-pick")
        for value in (*fields.get(question.id, ()), picked):
            choice = question.choice(value)
            if choice is not None:
                found.setdefault(value, choice)
        return list(found.values())

    def columns(self, question: Question) -> tuple[Column, ...]:
        """The place of each thing, 1 for the most important; empty where it got none."""
        names = parts(question, [choice.id for choice in question.choices])
        return tuple(
            Column(name, joined(question.text, choice.text), "number")
            for name, choice in zip(names, question.choices, strict=True)
        )

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        places = {each: place for place, each in enumerate(value or (), start=1)}
        return tuple(places.get(choice.id) for choice in question.choices)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """The rank table: for each thing how many put it first, second and so on."""
        given = Counter(
            (each, place) for value in values for place, each in enumerate(value, start=1)
        )
        return tuple(
            Count(
                f"{choice.id}.{place}",
                Localized(f"Plats {place}", f"Place {place}"),
                given[choice.id, place],
                choice.text,
            )
            for choice in question.choices
            for place in range(1, len(question.choices) + 1)
        )

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=True, statements=False),
            *choice_faults(question.choices, 3, 6),
        )

    def pressed(
        self, question: Question, fields: Fields, press: str
    ) -> dict[str, list[str]] | None:
        """The order after ``<id>-<thing>:up``, ``…:down``, ``<id>:pick`` or ``<id>:again``.

        When picking leaves a single thing, its place is clear.
        """
        target, _colon, verb = press.rpartition(":")
        if target == question.id and verb == "again":
            return self._fields(question, [])
        ranked = [choice.id for choice in self.ranked(question, fields)]
        if target == question.id and verb == "pick":
            left = [choice.id for choice in question.choices if choice.id not in ranked]
            return self._fields(question, ranked + left if len(left) == 1 else ranked)
        thing = target.removeprefix(f"{question.id}-")
        if thing == target or question.choice(thing) is None or verb not in ("up", "down"):
            return None
        order = [choice.id for choice in self.shown(question, fields)]
        return self._fields(question, _moved(order, thing, -1 if verb == "up" else 1))

    def _fields(self, question: Question, order: list[str]) -> dict[str, list[str]]:
        _order, pick, as_is = self.names(question)
        return {question.id: order, pick: [], as_is: []}


def _moved(order: list[str], thing: str, by: int) -> list[str]:
    """The order with one thing moved one place; at either end it stays where it is."""
    here = order.index(thing)
    there = min(max(here + by, 0), len(order) - 1)
    rest = [each for each in order if each != thing]
    return [*rest[:there], thing, *rest[there:]]
