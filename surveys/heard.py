"""Whom the answers have come from, beside how many live where: who has not been heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Organisation
from dialogue.voices.bringing_in import Table as FileTable
from surveys.releases import SurveyPopulation
from surveys.results import Cell, Results, Table

COLUMNS = ("place", "age", "population")
MOST_PEOPLE = 20_000_000
MOST_SUGGESTIONS = 6
_BAND = re.compile(r"(\d{1,3})(?:\s*[-–—]\s*(\d{1,3})|\s*(\+|år eller äldre|years or older))?")
OLDEST = 150


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


def load_population(
    session: Session, organisation: Organisation, table: FileTable, *, by: str
) -> int:
    """Replace an organisation's population figures; the number of rows.

    Raises:
        Refusal: when a column is missing, or names every row that is wrong. Nothing was changed
            then.
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise Refusal(_("The file has no column “%(name)s”.", name=missing[0]))
    rows: dict[tuple[str, str], int] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        place, age = row["place"].strip()[:80], row.get("age", "").strip()[:40]
        people = re.sub(r"[\s\u00a0.]", "", row.get("population", ""))
        if not (place and age and people.isascii() and people.isdecimal() and len(people) < 9):
            raise Refusal(
                _("Row %(num)d: write a place, an age and a whole number of people.", num=number)
            )
        if (place, age) in rows:
            raise Refusal(
                _("Row %(num)d: this place and age stand in the file before.", num=number)
            )
        rows[place, age] = min(int(people), MOST_PEOPLE)
    mine = SurveyPopulation.organisation_id == organisation.id
    session.execute(delete(SurveyPopulation).where(mine))
    session.add_all(
        SurveyPopulation(organisation_id=organisation.id, place=place, age=age, people=people)
        for (place, age), people in rows.items()
    )
    session.flush()
    audit.record(session, "population loaded", organisation.id, by, rows=len(rows))
    return len(rows)


def comparisons(
    session: Session, organisation: Organisation, results: Results
) -> tuple[Comparison, ...]:
    """The released background beside the population, where the two speak of the same groups."""
    mine = SurveyPopulation.organisation_id == organisation.id
    figures = list(session.scalars(select(SurveyPopulation).where(mine)))
    found = []
    for by in ("place", "age"):
        people: dict[str, int] = {}
        for row in figures:
            name = row.place if by == "place" else row.age
            people[name] = people.get(name, 0) + row.people
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
    """How many live in the group that a cell is about: by its name, or by the ages in it."""
    names = {_folded(cell.id), _folded(cell.label.sv), _folded(cell.label.en)} - {""}
    exact = [number for name, number in people.items() if _folded(name) in names]
    if exact:
        return sum(exact)
    band = _ages(cell.id) or _ages(cell.label.sv)
    if band is None:
        return 0
    ages = {name: _ages(name) for name in people}
    return sum(
        people[name]
        for name, found in ages.items()
        if found is not None and band[0] <= found[0] and found[1] <= band[1]
    )


def _folded(name: str) -> str:
    words = re.sub(r"\b(kommun|municipality|år|years?)\b", "", name.casefold())
    return re.sub(r"\s+", "", words.replace("–", "-"))


def _ages(text: str) -> tuple[int, int] | None:
    """``18-29``, ``80+`` or ``37`` as the first and the last age; None for other texts."""
    plain = re.sub(r"\b(år|years?)\b\s*$", "", text.strip().casefold()).strip()
    found = _BAND.fullmatch(plain)
    if found is None:
        return None
    low = int(found[1])
    return low, (int(found[2]) if found[2] else OLDEST if found[3] else low)


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
            "%(smallest)d have answered. Go where they already meet.",
            **told,
        )
    else:
        sentence = _(
            "The group %(group)s is %(share)d per cent of the people, but only about "
            "%(answers)d have answered. Go where they already meet.",
            **told,
        )
    return str(sentence)
