"""What a host has let through: the one place where a request is kept from the other stories.

A request that may see released stories only (:data:`dialogue.hosts.rights.ONLY_LET_THROUGH`) finds
no other story of that dialogue, whatever it asks: lists, searches, counts, single ones. A number
that must be the same for everybody asks with :data:`EVERY_STORY`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, event, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from dialogue.hosts.models import Dialogue, ReleaseRule, User
from dialogue.hosts.rights import ONLY_LET_THROUGH, reads_everything
from dialogue.voices.models import DeskState, Story

EVERY_STORY: dict[str, Any] = {"every_story": True}
"""Execution options of a question that is about every story, and shows none."""


def may_see(user: User, dialogue: Dialogue, story: Story) -> bool:
    """Whether somebody who may read a dialogue's stories may see this one now."""
    return story.desk == DeskState.READ or reads_everything(user, dialogue)


def to_be_read() -> ColumnElement[bool]:
    """A condition on :class:`Story`: what the machine reads and places in themes.

    Everything that the desk does not hold, and where the host lets stories through one by one,
    what it has let through: themes, quotes and pictures are made of these alone.
    """
    one_by_one = select(Dialogue.id).where(
        Dialogue.release == ReleaseRule.REDACTED_STORIES,
        Dialogue.host_id.is_not(None),
        Dialogue.host_id != Dialogue.organisation_id,
    )
    waits = and_(Story.desk == DeskState.WAITING, Story.dialogue_id.not_in(one_by_one))
    return or_(Story.desk == DeskState.READ, waits)


@event.listens_for(Session, "do_orm_execute")
def _only_let_through(asked: ORMExecuteState) -> None:
    dialogue = asked.session.info.get(ONLY_LET_THROUGH)
    if dialogue is None or not asked.is_select or asked.execution_options.get("every_story"):
        return
    if asked.is_relationship_load or asked.is_column_load:
        return
    seen = or_(Story.dialogue_id != dialogue, Story.desk == DeskState.READ)
    asked.statement = asked.statement.options(
        with_loader_criteria(Story, seen, propagate_to_loaders=False)
    )
