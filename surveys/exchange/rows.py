"""The answers of a survey, row by row, in an order that says nothing about when they came."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.voices.models import Contribution, Story
from surveys.exchange.layout import ABOUT_THE_ANSWER, USE_NAMES, Versioned, layout_of
from surveys.models import BackgroundAnswer, Response, Survey
from surveys.questions.document import Document
from surveys.questions.kinds import Cell, Column

AT_A_TIME = 500
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table on its way out: its columns, and its rows when they are asked for."""

    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]


def versions_of(survey: Survey) -> list[Versioned]:
    """The versions that were opened for answers."""
    opened = [version for version in survey.versions if version.state != "draft"]
    return [Versioned(each.number, Document.of(each.document)) for each in opened]


def answers_of(session: Session, survey: Survey) -> Rows:
    """One row for each answer; what is kept apart is not among the columns.

    Rows are read a few hundred at a time, each time in a transaction of its own, so that a long
    download holds nobody up; an answer that is withdrawn on the way does not come.
    """
    layout = layout_of(versions_of(survey))
    numbers = {version.id: version.number for version in survey.versions}
    columns = (*ABOUT_THE_ANSWER, *(each.column for each in layout.variables))

    def rows() -> Iterator[Row]:
        wanted = select(Response.id).where(Response.version_id.in_(list(numbers)))
        for ids in _shuffled(session, wanted):
            for response in _responses(session, ids):
                number = numbers[response.version_id]
                yield (
                    response.lang,
                    number,
                    str(response.channel),
                    *("yes" if use in response.uses else "no" for use in USE_NAMES),
                    *layout.cells(number, response.values),
                )

    return Rows(columns, rows)


def background_of(session: Session, survey: Survey) -> Rows:
    """The background answers, in a table that nothing joins with the other."""
    versions = versions_of(survey)
    layout = layout_of(versions, apart=True)

    def rows() -> Iterator[Row]:
        mine = BackgroundAnswer.survey_id == survey.id
        for ids in _shuffled(session, select(BackgroundAnswer.id).where(mine)):
            found = select(BackgroundAnswer.id, BackgroundAnswer.answers)
            some = session.execute(found.where(BackgroundAnswer.id.in_(ids)))
            kept: dict[uuid.UUID, dict[str, Any]] = {row.id: row.answers for row in some}
            session.rollback()
            for each in ids:
                if each in kept:
                    yield _by_any_version(versions, layout, kept[each])

    return Rows(tuple(each.column for each in layout.variables), rows)


def _by_any_version(versions: list[Versioned], layout: Any, values: dict[str, Any]) -> Row:
    """Background knows no version: each answer is read as the newest version that asks it."""
    row: list[Cell] = [None] * len(layout.variables)
    left = dict(values)
    for version in sorted(versions, key=lambda each: -each.number):
        asked = {name: left.pop(name) for name in layout.documents[version.number] if name in left}
        for place, cell in enumerate(layout.cells(version.number, asked)):
            row[place] = cell if cell is not None else row[place]
    return row


@dataclass(frozen=True, slots=True)
class _Answer:
    version_id: uuid.UUID
    lang: str
    channel: str
    uses: list[str]
    values: dict[str, Any]


def _responses(session: Session, ids: Sequence[uuid.UUID]) -> Iterator[_Answer]:
    """The answers with these keys, in this order, with their stories."""
    asked = (
        select(
            Response.id,
            Response.version_id,
            Response.answers,
            Contribution.id,
            Contribution.lang,
            Contribution.channel,
            Contribution.uses,
        )
        .join(Contribution, Contribution.id == Response.contribution_id)
        .where(Response.id.in_(ids))
    )
    found = {row[0]: row for row in session.execute(asked)}
    told: dict[uuid.UUID, dict[str, str]] = {}
    stories = select(Story.contribution_id, Story.question, Story.text)
    owners = [row[3] for row in found.values()]
    for owner, question, text in session.execute(stories.where(Story.contribution_id.in_(owners))):
        told.setdefault(owner, {})[question] = text
    session.rollback()
    for each in ids:
        if each in found:
            _id, version, answers, owner, lang, channel, uses = found[each]
            yield _Answer(version, lang, channel, uses, {**answers, **told.get(owner, {})})


def _shuffled(session: Session, keys: Any) -> Iterator[list[uuid.UUID]]:
    """Keys in an order drawn by lot, some at a time."""
    ids = list(session.scalars(keys))
    session.rollback()
    random.SystemRandom().shuffle(ids)
    for start in range(0, len(ids), AT_A_TIME):
        yield ids[start : start + AT_A_TIME]
