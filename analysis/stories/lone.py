"""Lone voices: the stories that were read and resemble no other. All are opened before signing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from analysis.models import StoryOpening, StoryOutcome, ThemeStory
from dialogue.ground.errors import Refusal
from dialogue.voices.models import DeskState, Story

FEWEST = 20
"""With fewer stories the machine proposes no themes: people read a sorted list instead."""
FEW = 60
"""With fewer stories than this, what it proposes is marked as resting on few voices."""


def alone(dialogue: uuid.UUID) -> ColumnElement[bool]:
    """A condition on :class:`Story`: read by the machine, not held, and in no theme."""
    placed = exists().where(ThemeStory.story_id == StoryOutcome.story_id)
    lone = select(StoryOutcome.story_id).where(
        StoryOutcome.dialogue_id == dialogue,
        StoryOutcome.aside == "",
        StoryOutcome.unplaced,
        ~placed,
    )
    return and_(Story.id.in_(lone), Story.desk != DeskState.HELD)


def unopened() -> ColumnElement[bool]:
    """A condition on :class:`Story`: nobody has opened it or read it at the desk."""
    return and_(
        Story.desk == DeskState.WAITING,
        ~exists().where(StoryOpening.story_id == Story.id),
    )


def lone_counts(session: Session, dialogue: uuid.UUID) -> tuple[int, int]:
    """How many lone voices there are, and how many of them nobody has opened."""
    closed = func.sum(case((unopened(), 1), else_=0))
    counts = select(func.count(), closed).select_from(Story).where(alone(dialogue))
    lone, left = session.execute(counts).one()
    return lone, int(left or 0)


def first_lone(session: Session, dialogue: uuid.UUID, most: int) -> Sequence[tuple[Story, bool]]:
    """The first lone voices, those that nobody has opened before the others; whether opened."""
    opened = ~unopened()
    first = select(Story.id, opened).where(alone(dialogue)).order_by(opened, Story.id).limit(most)
    found = {key: bool(was) for key, was in session.execute(first)}
    stories = session.scalars(select(Story).where(Story.id.in_(found)))
    told = {story.id: story for story in stories}
    return [(told[key], was) for key, was in found.items()]


def next_unopened(session: Session, dialogue: uuid.UUID) -> uuid.UUID | None:
    """A lone voice that nobody has opened yet."""
    return session.scalar(
        select(Story.id).where(alone(dialogue), unopened()).order_by(Story.id).limit(1)
    )


def refuse_unopened(session: Session, dialogue: uuid.UUID) -> None:
    """Nothing is signed while a lone voice has not been opened.

    Raises:
        Refusal: says how many are left.
    """
    if read_count(session, dialogue) < FEWEST:
        return
    _lone, left = lone_counts(session, dialogue)
    if left:
        raise Refusal(
            ngettext(
                "%(num)d lone voice has not been opened. Open it before you sign.",
                "%(num)d lone voices have not been opened. Open them all before you sign.",
                left,
            )
        )


def read_count(session: Session, dialogue: uuid.UUID) -> int:
    """How many stories the machine has read, without those set aside."""
    read = select(func.count()).select_from(StoryOutcome)
    return (
        session.scalar(read.where(StoryOutcome.dialogue_id == dialogue, StoryOutcome.aside == ""))
        or 0
    )
