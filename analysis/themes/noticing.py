"""Noticing that somebody else was first with one story: where it stood, and what it was tied to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.models import ThemeAct, ThemeStory
from analysis.themes.deciding import TIED
from dialogue.ground.errors import Refusal
from dialogue.voices.models import Story
from dialogue.voices.releasing import EVERY_STORY


class OvertakenStory(Refusal):
    """The story was moved, or its ties confirmed, since the form was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else was before you with this story. Nothing was done."))


def places_seen(session: Session, stories: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where each story stands first and by which act, for a page's forms to carry."""
    keys = list(stories)
    mine = select(ThemeStory.story_id, ThemeStory.theme_id, ThemeStory.act)
    mine = mine.where(ThemeStory.story_id.in_(keys), ThemeStory.strongest)
    found = {story: f"{theme.hex}.{act or 0}" for story, theme, act in session.execute(mine)}
    return {key: found.get(key, "nowhere") for key in keys}


def ties_seen(session: Session, story: Story) -> str:
    """By which act a story's ties were last confirmed, for a page's form to carry."""
    last = last_ties(session, story)
    return str(last.number) if last else "0"


def last_ties(session: Session, story: Story) -> ThemeAct | None:
    """The last standing act that said what a story is about."""
    return session.scalars(
        select(ThemeAct)
        .where(
            ThemeAct.dialogue_id == story.dialogue_id,
            ThemeAct.kind == TIED,
            ThemeAct.undone_by.is_(None),
            ThemeAct.after["story"].as_string() == str(story.id),
        )
        .order_by(ThemeAct.number.desc())
        .limit(1)
    ).first()


def refuse_moved(session: Session, story: Story, seen: str | None) -> None:
    """Make sure that a story stands where a page showed it; None asks for no such check.

    Raises:
        OvertakenStory: when it does not.
    """
    if seen is None:
        return
    _lock(session, story)
    if places_seen(session, [story.id])[story.id] != seen:
        raise OvertakenStory


def refuse_retied(session: Session, story: Story, seen: str | None) -> None:
    """Make sure that nobody has confirmed other ties since a page was shown.

    Raises:
        OvertakenStory: when somebody has.
    """
    if seen is None:
        return
    _lock(session, story)
    if ties_seen(session, story) != seen:
        raise OvertakenStory


def _lock(session: Session, story: Story) -> None:
    """Until the transaction ends nobody else says anything about the story."""
    row = select(Story.id).where(Story.id == story.id).with_for_update()
    session.execute(row, execution_options=EVERY_STORY)
