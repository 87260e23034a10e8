"""Results that stand still: figures are released, and released again only when enough has come.

Figures that followed every answer could be subtracted from each other until one person is left.
What hosts and the public see is therefore the last release. A new one needs as many new answers
as the smallest group, and a table in it changes only when that many have answered its question
since the table was last changed.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from surveys.models import Survey
from surveys.results.comparing import compared, counted_parts
from surveys.results.gathering import Gathered, gather
from surveys.results.shown import Comparison, Table, published
from surveys.results.tallies import background_tallies, tallied


class SurveyRelease(Base):
    """The figures of a survey as they were released: rounded, and nothing else.

    ``counted`` holds the true number of answers behind each table when it was last changed, by
    the table's key, and behind the whole under the empty key. It is never shown.
    """

    __tablename__ = "survey_release"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    counted: Mapped[dict[str, Any]]
    released_at: Mapped[datetime] = mapped_column(default=now)
    released_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )


def newest_release(session: Session, survey: Survey) -> SurveyRelease | None:
    """The figures that everybody but the coordinators sees."""
    mine = select(SurveyRelease).where(SurveyRelease.survey_id == survey.id)
    return session.scalars(mine.order_by(SurveyRelease.number.desc()).limit(1)).first()


def release(session: Session, survey: Survey, *, by: User, smallest: int) -> SurveyRelease:
    """Let the figures of today stand until the next release.

    Raises:
        Refusal: when there are too few answers, or too few new ones since the last release.
    """
    last = newest_release(session, survey)
    gathered = gather(session, survey, sides=True)
    told, apart = tallied(survey, gathered), background_tallies(session, survey)
    before = last.counted if last else {}
    wanting = smallest - (told.answers - before.get("", 0))
    if wanting > 0:
        raise Refusal(_too_few(wanting, last is None))
    old = Frozen.of(last)
    fresh = published(told, smallest)
    tables = [old.kept(table, told.answered(table.key), smallest) for table in fresh.tables]
    behind = [
        old.kept(table, apart.answered(table.key), smallest, "background.")
        for table in published(apart, smallest).tables
    ]
    comparisons, sides = _compared(survey, gathered, old, smallest)
    snapshot = fresh.as_dict() | {
        "tables": [table.as_dict() for table, _n in tables],
        "background": [table.as_dict() for table, _n in behind],
        "comparisons": [each.as_dict() for each in comparisons],
    }
    counted = {"": told.answers} | sides
    counted |= {table.key: number for table, number in tables}
    counted |= {f"background.{table.key}": number for table, number in behind}
    made = SurveyRelease(
        survey_id=survey.id,
        number=(last.number if last else 0) + 1,
        snapshot=snapshot,
        counted=counted,
        released_by=by.id,
    )
    session.add(made)
    session.flush()
    audit.record(session, "results released", survey.id, by.id, number=made.number)
    return made


def _compared(
    survey: Survey, gathered: Gathered, old: Frozen, smallest: int
) -> tuple[list[Comparison], dict[str, int]]:
    """The comparisons, and the true numbers behind their tables by the tables' long keys."""
    made: list[Comparison] = []
    numbers: dict[str, int] = {}
    for dimension, parts in counted_parts(survey, gathered, smallest).items():
        shown = []
        for behind, part in zip(parts, compared(parts, smallest), strict=True):
            start = f"{dimension}.{part.name}."
            kept = [
                old.kept(table, behind.tallies.answered(table.key), smallest, start)
                for table in part.tables
            ]
            numbers |= {start + table.key: number for table, number in kept}
            shown.append(replace(part, tables=tuple(table for table, _n in kept)))
        made.append(Comparison(dimension, tuple(shown)))
    return made, numbers


def _too_few(wanting: int, first: bool) -> str:
    if first:
        return str(
            ngettext(
                "%(num)d more answer must come before there are figures to release.",
                "%(num)d more answers must come before there are figures to release.",
                wanting,
            )
        )
    return str(
        ngettext(
            "%(num)d more new answer must come before the figures can be released again. "
            "Otherwise somebody could subtract the old figures from the new and see one person.",
            "%(num)d more new answers must come before the figures can be released again. "
            "Otherwise somebody could subtract the old figures from the new and see one person.",
            wanting,
        )
    )


class Frozen:
    """The tables of the last release, by key."""

    def __init__(self, tables: dict[str, Table], counted: dict[str, Any]) -> None:
        self.tables = tables
        self.counted = counted

    @classmethod
    def of(cls, last: SurveyRelease | None) -> Frozen:
        if last is None:
            return cls({}, {})
        told = {each["key"]: Table.of(each) for each in last.snapshot["tables"]}
        apart = {
            f"background.{each['key']}": Table.of(each) for each in last.snapshot["background"]
        }
        sides = {
            f"{each['by']}.{part.name}.{table.key}": table
            for each in last.snapshot.get("comparisons", ())
            for part in Comparison.of(each).parts
            for table in part.tables
        }
        return cls(told | apart | sides, last.counted)

    def kept(self, table: Table, number: int, smallest: int, prefix: str = "") -> tuple[Table, int]:
        """The new table, or the old one when too few have answered since; and its true number."""
        old = self.tables.get(prefix + table.key)
        before = int(self.counted.get(prefix + table.key, 0))
        if old is not None and number - before < smallest and not old.empty:
            return old, before
        return table, number
