"""What each reader has read: opening a story marks it, and the reader may take the mark away.

The mark is the reader's own and says nothing of the desk: a story that somebody has read may
still wait there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from analysis.models import StoryOpening
from dialogue.ground.clock import today
from dialogue.hosts.models import User
from dialogue.voices.models import Story


def note_opening(session: Session, story: Story, by: User) -> None:
    """Note that somebody has opened a story."""
    if session.get(StoryOpening, (story.id, by.id)) is None:
        session.add(StoryOpening(story_id=story.id, user_id=by.id, opened_on=today()))


def forget_opening(session: Session, story: Story, by: User) -> None:
    """Take somebody's mark away: to them the story is unread.

    A lone voice that nobody else has opened has to be opened again before anything is signed.
    """
    mine = StoryOpening.story_id == story.id, StoryOpening.user_id == by.id
    session.execute(delete(StoryOpening).where(*mine))


def unread_by(reader: uuid.UUID) -> ColumnElement[bool]:
    """A condition on :class:`Story`: this reader has not opened it."""
    mine = StoryOpening.story_id == Story.id, StoryOpening.user_id == reader
    return ~exists().where(*mine).correlate(Story)


def read_among(
    session: Session, reader: uuid.UUID, stories: Collection[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Those of the stories that a reader has opened."""
    mine = StoryOpening.user_id == reader, StoryOpening.story_id.in_(stories)
    return frozenset(session.scalars(select(StoryOpening.story_id).where(*mine)))
