"""Whom the answers have come from, beside how many live where: who has not been heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Organisation
from dialogue.voices.population import ages, living, people_called
from surveys.results.shown import Cell, Results, Table

MOST_SUGGESTIONS = 6
YOUNG, OLD = 30, 65
""""Young" ends before this age, "old" begins with it, when a way to people is suggested."""


@dataclass(frozen=True, slots=True)
class People:
    """How many live in one group, and how many of those who answered say that they belong to it.

    ``shown`` is rounded; None when they are fewer than the smallest group. ``rate`` is the rounded
    number for each thousand people, ``share`` the group's part of all people in per cent.
    """

    label: Localized
    shown: int | None
    people: int
    rate: float | None
    share: int

    def unheard(self, answered: int, smallest: int) -> float:
        """How many answers are wanting before the group is half as heard as it is large."""
        expected = answered * self.share / 100
        heard = smallest - 1 if self.shown is None else self.shown
        return expected / 2 - heard if expected >= smallest else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One background question beside the population. ``by`` is ``place`` or ``age``."""

    by: str
    table: Table
    groups: tuple[People, ...]


def comparisons(
    session: Session, organisation: Organisation, results: Results
) -> tuple[Comparison, ...]:
    """The released background beside the population, where the two speak of the same groups."""
    found = []
    for by in ("place", "age"):
        people = living(session, organisation, by)
        for table in (*results.background, *results.tables):
            if len(table.groups) == 1 and (groups := _beside(table, people)):
                found.append(Comparison(by, table, groups))
                break
    return tuple(found)


def _beside(table: Table, people: Mapping[str, int]) -> tuple[People, ...]:
    """The cells of a table that the population has figures for; none when fewer than two."""
    matched = {cell.id: _people_of(cell, people) for cell in table.groups[0].cells}
    if sum(number > 0 for number in matched.values()) < 2:
        return ()
    living = sum(matched.values())
    return tuple(
        People(
            cell.label,
            cell.shown,
            matched[cell.id],
            round(1000 * cell.shown / matched[cell.id], 1) if cell.shown else None,
            round(100 * matched[cell.id] / living),
        )
        for cell in table.groups[0].cells
        if matched[cell.id]
    )


def _people_of(cell: Cell, people: Mapping[str, int]) -> int:
    """How many live in the group that a cell is about."""
    return people_called((cell.id, cell.label.sv, cell.label.en), people)


def suggestions(results: Results, compared: Iterable[Comparison]) -> tuple[str, ...]:
    """What to do about those who have not been heard, a sentence each, the largest gap first."""
    said = sorted(_gaps(results.smallest, compared), key=lambda each: -each[0])
    sentences = [sentence for _gap, sentence in said[:MOST_SUGGESTIONS]]
    shown = {name: number for name, number in results.channels.items() if number}
    if shown.get("web") and 10 * shown["web"] >= 9 * sum(shown.values()):
        sentences.append(
            _(
                "Nearly all answers have come over the web. Lay out paper forms or let people "
                "tell by telephone, to reach those who do not use it."
            )
        )
    return tuple(str(sentence) for sentence in sentences)


def _gaps(smallest: int, compared: Iterable[Comparison]) -> Iterator[tuple[float, str]]:
    for each in compared:
        for group in each.groups:
            gap = group.unheard(each.table.answered or 0, smallest)
            if gap > 0:
                yield gap, _sentence(each.by, group, smallest)


def _sentence(by: str, group: People, smallest: int) -> str:
    told: dict[str, str | int] = {
        "group": group.label.text(current_language()),
        "share": group.share,
        "answers": group.shown or 0,
        "smallest": smallest,
    }
    if by == "place" and group.shown is None:
        sentence = _(
            "%(group)s has %(share)d per cent of the people, but fewer than %(smallest)d "
            "answers. Ask somebody there to spread the invitation.",
            **told,
        )
    elif by == "place":
        sentence = _(
            "%(group)s has %(share)d per cent of the people, but only about %(answers)d answers. "
            "Ask somebody there to spread the invitation.",
            **told,
        )
    elif group.shown is None:
        sentence = _(
            "The group %(group)s is %(share)d per cent of the people, but fewer than "
            "%(smallest)d have answered.",
            **told,
        )
    else:
        sentence = _(
            "The group %(group)s is %(share)d per cent of the people, but only about "
            "%(answers)d have answered.",
            **told,
        )
    return str(sentence) if by == "place" else f"{sentence} {_where(group)}"


def _where(group: People) -> str:
    """Where people of an age already meet."""
    band = ages(group.label.sv) or ages(group.label.en)
    if band is not None and band[1] < YOUNG:
        return str(_("A school visit or a youth centre reaches them."))
    if band is not None and band[0] >= OLD:
        return str(_("Be where they already meet, for example at Äldredagen."))
    return str(_("Go where they already meet."))
