"""How many people live where, and of what age: what reach is measured against.

An administrator loads the figures of an organisation from a file; they are about places, never
about anybody who has answered.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground import audit
from dialogue.ground.db import Base, new_key
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Organisation
from dialogue.voices.bringing_in import Table

COLUMNS = ("place", "age", "population")
MOST_PEOPLE = 20_000_000
OLDEST = 150
_BAND = re.compile(r"(\d{1,3})(?:\s*[-–—]\s*(\d{1,3})|\s*(\+|år eller äldre|years or older))?")


class Population(Base):
    """How many people of an age live in a place, as an administrator loaded it."""

    __tablename__ = "survey_population"
    __table_args__ = (UniqueConstraint("organisation_id", "place", "age"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    place: Mapped[str] = mapped_column(String(80))
    age: Mapped[str] = mapped_column(String(40))
    people: Mapped[int]


def load_population(session: Session, organisation: Organisation, table: Table, *, by: str) -> int:
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
    mine = Population.organisation_id == organisation.id
    session.execute(delete(Population).where(mine))
    session.add_all(
        Population(organisation_id=organisation.id, place=place, age=age, people=people)
        for (place, age), people in rows.items()
    )
    session.flush()
    audit.record(session, "population loaded", organisation.id, by, rows=len(rows))
    return len(rows)


def living(session: Session, organisation: Organisation, by: str) -> dict[str, int]:
    """How many people live in each place, or are of each age; ``by`` is ``place`` or ``age``."""
    mine = Population.organisation_id == organisation.id
    people: dict[str, int] = {}
    for row in session.scalars(select(Population).where(mine)):
        name = row.place if by == "place" else row.age
        people[name] = people.get(name, 0) + row.people
    return people


def people_called(names: Iterable[str], people: Mapping[str, int]) -> int:
    """How many live in a group: by one of its names, or by the ages that one of them tells."""
    names = [name for name in names if name]
    folded = {folded_name(name) for name in names} - {""}
    exact = [number for name, number in people.items() if folded_name(name) in folded]
    if exact:
        return sum(exact)
    band = next(filter(None, map(ages, names)), None)
    if band is None:
        return 0
    told = {name: ages(name) for name in people}
    return sum(
        people[name]
        for name, found in told.items()
        if found is not None and band[0] <= found[0] and found[1] <= band[1]
    )


def folded_name(name: str) -> str:
    """A place's or an age's name without what different files write differently."""
    words = re.sub(r"\b(kommun|municipality|år|years?)\b", "", name.casefold())
    return re.sub(r"\s+", "", words.replace("–", "-"))


def ages(text: str) -> tuple[int, int] | None:
    """``18-29``, ``80+`` or ``37`` as the first and the last age; None for other texts."""
    plain = re.sub(r"\b(år|years?)\b\s*$", "", text.strip().casefold()).strip()
    found = _BAND.fullmatch(plain)
    if found is None:
        return None
    low = int(found[1])
    return low, (int(found[2]) if found[2] else OLDEST if found[3] else low)
