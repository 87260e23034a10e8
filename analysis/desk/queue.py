"""The desk's queue: what waits, with marks and without, what is held and what was released."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from analysis.desk.screened import screen_missing
from analysis.stories.stretch import stretch
from dialogue.voices.desk_models import StoryScreening
from dialogue.voices.models import DeskState, Story

MARKED, CLEAN, HELD, RELEASED = "marked", "clean", "held", "released"
SHOWS = (MARKED, CLEAN, HELD, RELEASED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One story in the queue, and how many of its marks nobody has decided on."""

    story: Story
    open: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue; ``counts`` by what is shown."""

    show: str
    counts: dict[str, int]
    items: tuple[Waiting, ...]
    page: int
    pages: int

    @property
    def total(self) -> int:
        return self.counts[self.show]


def counts_of(session: Session, dialogue: uuid.UUID) -> dict[str, int]:
    """How many stories wait with marks and without, are held, and are released."""
    count = select(Story.desk, func.count()).where(Story.dialogue_id == dialogue)
    by_desk = dict(session.execute(count.group_by(Story.desk)).all())
    marked = session.scalar(
        select(func.count()).select_from(Story).where(*_shown(dialogue, MARKED))
    )
    waiting = by_desk.get(DeskState.WAITING, 0)
    return {
        MARKED: marked or 0, CLEAN: waiting - (marked or 0),
        HELD: by_desk.get(DeskState.HELD, 0), RELEASED: by_desk.get(DeskState.READ, 0),
    }  # fmt: skip


def queue_of(session: Session, dialogue: uuid.UUID, show: str, page: int, a_page: int) -> Queue:
    """A page of the queue, the newest stories screened first."""
    screen_newest_of(session, dialogue)
    counts = counts_of(session, dialogue)
    pages = max(1, -(-counts[show] // a_page))
    page = min(max(1, page), pages)
    mine = select(Story.id).where(*_shown(dialogue, show))
    keys = stretch(session, mine, [Story.id], (page - 1) * a_page, a_page, counts[show])
    return Queue(show, counts, _loaded(session, keys), page, pages)


def _loaded(session: Session, keys: Sequence[uuid.UUID]) -> tuple[Waiting, ...]:
    """The stories with these keys, in this order, and how many of their marks are open."""
    rows = session.execute(
        select(Story, StoryScreening.open)
        .outerjoin(StoryScreening, StoryScreening.story_id == Story.id)
        .where(Story.id.in_(keys))
    )
    found = {story.id: Waiting(story, marks or 0) for story, marks in rows}
    return tuple(found[key] for key in keys if key in found)


def screen_newest_of(session: Session, dialogue: uuid.UUID) -> None:
    """Screen what a dialogue's newest stories lack; two counts tell when it is nothing."""
    told = select(func.count()).select_from(Story).where(Story.dialogue_id == dialogue)
    done = select(func.count()).select_from(StoryScreening)
    done = done.where(StoryScreening.dialogue_id == dialogue)
    if session.scalar(told) != session.scalar(done):
        screen_missing(session, dialogue)


def neighbours(
    session: Session, dialogue: uuid.UUID, show: str, story: Story
) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The stories before and after one in the part of the queue that is shown."""
    mine = select(Story.id).where(*_shown(dialogue, show))
    before = mine.where(Story.id < story.id).order_by(Story.id.desc()).limit(1)
    after = mine.where(Story.id > story.id).order_by(Story.id).limit(1)
    return session.scalar(before), session.scalar(after)


def next_in(session: Session, dialogue: uuid.UUID, show: str, story: Story) -> uuid.UUID | None:
    """The next story to decide on: after this one, or the first that is left."""
    _before, after = neighbours(session, dialogue, show, story)
    if after is not None:
        return after
    mine = select(Story.id).where(*_shown(dialogue, show), Story.id != story.id)
    return session.scalar(mine.order_by(Story.id).limit(1))


def _shown(dialogue: uuid.UUID, show: str) -> Sequence[ColumnElement[bool]]:
    mine = Story.dialogue_id == dialogue
    if show in (HELD, RELEASED):
        state = DeskState.HELD if show == HELD else DeskState.READ
        return mine, Story.desk == state
    marked = (
        exists()
        .where(
            StoryScreening.story_id == Story.id,
            StoryScreening.dialogue_id == dialogue,
            StoryScreening.open > 0,
        )
        .correlate(Story)
    )
    return mine, Story.desk == DeskState.WAITING, marked if show == MARKED else ~marked
