"""Results as others may see them: every number has passed the one disclosure control.

Tables are made here and nowhere else. The page, the picture, the table beside it, the files and
the public page all draw the same :class:`Table`; none of them ever holds a true count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count, public_total
from surveys.questions.catalogue import KINDS
from surveys.questions.kinds import Count
from surveys.results.tallies import Tallies, Tally

DEGREES = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer and its rounded number; None when fewer than the smallest group gave it.

    ``aside`` marks the ways not to say.
    """

    id: str
    label: Localized
    shown: int | None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The cells about one statement, picture or thing; without a label where there is one only."""

    label: Localized
    cells: tuple[Cell, ...]

    @property
    def stair(self) -> tuple[int, ...] | None:
        """The five degrees of a scale, when every one of them may be shown."""
        steps = [cell for cell in self.cells if not cell.aside]
        shown = tuple(cell.shown for cell in steps if cell.shown is not None)
        graded = [cell.id.rpartition(".")[2] for cell in steps] == list("12345")
        return shown if graded and len(shown) == DEGREES else None


@dataclass(frozen=True, slots=True)
class Table:
    """How the answers to one question are spread, for everybody to see.

    ``answered`` is the rounded number of people who answered: None with ``few`` when they were
    fewer than the smallest group. With ``at_least`` it is the sum of the cells that are shown
    (None when there is none), because the whole number would give a small group away.
    """

    key: str
    kind: str
    text: Localized
    answered: int | None
    few: bool
    groups: tuple[Group, ...]
    at_least: bool = False
    version: int | None = None

    def percent(self, cell: Cell) -> int | None:
        """How many of a hundred who answered gave this answer, from the rounded numbers only.

        None where the answer or the number of people who answered is not shown, or is a least
        number: a share of it would say more than the table does.
        """
        if cell.shown is None or not self.answered or self.at_least:
            return None
        return min(100, (200 * cell.shown + self.answered) // (2 * self.answered))

    @property
    def empty(self) -> bool:
        """Whether it shows no number at all."""
        return self.answered is None and all(
            cell.shown is None for group in self.groups for cell in group.cells
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind,
            "text": self.text.as_dict(),
            "answered": self.answered,
            "few": self.few,
            "at_least": self.at_least,
            "version": self.version,
            "groups": [
                {
                    "label": group.label.as_dict(),
                    "cells": [
                        {
                            "id": cell.id,
                            "label": cell.label.as_dict(),
                            "shown": cell.shown,
                            "aside": cell.aside,
                        }
                        for cell in group.cells
                    ],
                }
                for group in self.groups
            ],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Table:
        groups = tuple(
            Group(
                Localized.of(group["label"]),
                tuple(
                    Cell(each["id"], Localized.of(each["label"]), each["shown"], each["aside"])
                    for each in group["cells"]
                ),
            )
            for group in data["groups"]
        )
        return cls(
            data["key"],
            data["kind"],
            Localized.of(data["text"]),
            data["answered"],
            data["few"],
            groups,
            data["at_least"],
            data["version"],
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Those who answered alike in one way: the values they have, and their tables."""

    values: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def name(self) -> str:
        return "+".join(self.values)

    def table(self, key: str) -> Table | None:
        """The part's table for a question."""
        return next((table for table in self.tables if table.key == key), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "values": list(self.values),
            "tables": [table.as_dict() for table in self.tables],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Part:
        tables = tuple(Table.of(each) for each in data["tables"])
        return cls(tuple(data["values"]), tables)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All answers, divided in one way: ``channel``, ``lang`` or ``voice``."""

    dimension: str
    parts: tuple[Part, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"by": self.dimension, "parts": [part.as_dict() for part in self.parts]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Comparison:
        return cls(data["by"], tuple(Part.of(each) for each in data["parts"]))


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a survey as others may see them. ``at`` is when they were released."""

    smallest: int
    answers: int | None
    few: bool
    tables: tuple[Table, ...]
    at_least: bool = False
    background: tuple[Table, ...] = ()
    channels: Mapping[str, int | None] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    at: datetime | None = None

    def comparison(self, dimension: str) -> Comparison | None:
        """The answers divided in one way, if they can be."""
        return next((each for each in self.comparisons if each.dimension == dimension), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "smallest": self.smallest,
            "answers": self.answers,
            "few": self.few,
            "at_least": self.at_least,
            "tables": [table.as_dict() for table in self.tables],
            "background": [table.as_dict() for table in self.background],
            "channels": dict(self.channels),
            "comparisons": [each.as_dict() for each in self.comparisons],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any], at: datetime | None = None) -> Results:
        return cls(
            data["smallest"],
            data["answers"],
            data["few"],
            tuple(Table.of(each) for each in data["tables"]),
            data["at_least"],
            tuple(Table.of(each) for each in data["background"]),
            data["channels"],
            tuple(Comparison.of(each) for each in data.get("comparisons", ())),
            at,
        )


def published(tallies: Tallies, smallest: int) -> Results:
    """Every table of a survey through disclosure control; none when too few have answered."""
    parts = [cells for tally in tallies.questions for cells in _adding_up(tally)]
    answers = public_total(tallies.answers, [*parts, list(tallies.channels.values())], smallest)
    few = answers.few
    tables = () if few else tuple(table_of(tally, smallest) for tally in tallies.questions)
    channels = {} if few else tallies.channels
    return Results(
        smallest,
        answers.shown,
        few,
        tables,
        answers.at_least,
        channels={name: public_count(n, smallest).shown for name, n in channels.items()},
    )


def table_of(tally: Tally, smallest: int) -> Table:
    """One question through disclosure control."""
    answered = public_total(tally.answered, _adding_up(tally), smallest)
    aside = {choice.id for choice in getattr(KINDS[tally.question.kind], "aside", ())}
    return Table(
        tally.key,
        tally.question.kind,
        tally.question.text,
        answered.shown,
        answered.few,
        tuple(
            Group(
                label,
                tuple(
                    Cell(
                        count.id,
                        count.label,
                        public_count(count.n, smallest).shown,
                        count.id.rpartition(".")[2] in aside,
                    )
                    for count in counts
                ),
            )
            for label, counts in _groups(tally).items()
        ),
        answered.at_least,
        tally.version,
    )


def _groups(tally: Tally) -> dict[Localized, list[Count]]:
    """The counts by what they are about, in the order of the question."""
    groups: dict[Localized, list[Count]] = {}
    for count in tally.counts:
        groups.setdefault(count.group, []).append(count)
    return groups


def _adding_up(tally: Tally) -> list[list[int]]:
    """The sets of counts that a reader may add up to the number of people who answered.

    Those are the groups, the groups with what stands alone ("none of them"), and, where every
    group has the same answers (a rank table), the same answer in all groups.
    """
    groups = [[count.n for count in counts] for counts in _groups(tally).values()]
    alone = [cells for cells in groups if len(cells) == 1]
    together = [cells + one for cells in groups for one in alone if cells is not one]
    long = [cells for cells in groups if len(cells) > 1]
    across = (
        [list(column) for column in zip(*long, strict=True)]
        if len(long) > 1 and len({len(cells) for cells in long}) == 1
        else []
    )
    return groups + together + across
