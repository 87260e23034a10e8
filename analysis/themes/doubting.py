"""Doubting: the stories whose theme the machine is least sure of, spread over the themes.

A person who places one of them teaches the next reading more than with a story taken by chance.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session, selectinload

from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.stories.lone import FEWEST, read_count
from dialogue.voices.models import DeskState, Story

SHOWN = 12
"""Stories in the list at a time; a placed one leaves it, and the next comes up."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A story that the machine put in ``theme``; ``other`` is what it would say otherwise."""

    story: Story
    theme: Theme
    other: Theme | None


def least_sure(session: Session, dialogue: uuid.UUID, most: int = SHOWN) -> list[Doubt]:
    """The least certain stories that nobody has placed: the weakest of every theme, then the
    next weakest of every theme, as many as ``most``.

    None where there are too few stories for themes; stories that the desk holds are left out.
    """
    if read_count(session, dialogue) < FEWEST:
        return []
    on_board = select(Theme.id).where(
        Theme.dialogue_id == dialogue, Theme.state.in_([str(state) for state in ON_THE_BOARD])
    )
    themes = session.scalars(on_board.order_by(Theme.id)).all()
    if not themes:
        return []
    weakest = union_all(*(_weakest_of(theme, most) for theme in themes)).subquery()
    place = func.row_number().over(
        partition_by=weakest.c.theme_id, order_by=(weakest.c.strength, weakest.c.story_id)
    )
    rows = session.execute(
        select(weakest.c.story_id, weakest.c.theme_id)
        .order_by(place, weakest.c.strength, weakest.c.story_id)
        .limit(most)
    ).all()
    return _told(session, [(row.story_id, row.theme_id) for row in rows])


def _weakest_of(theme: uuid.UUID, most: int) -> Select[tuple[uuid.UUID, uuid.UUID, float]]:
    """The theme's weakest stories that nobody has placed, read off the index.

    ``act`` is empty in all of them; it stands first in the order because PostgreSQL reads rows
    in an index's order only when every column before them is named.
    """
    found = (
        select(ThemeStory.story_id, ThemeStory.theme_id, ThemeStory.strength)
        .join(Story, Story.id == ThemeStory.story_id)
        .where(
            ThemeStory.theme_id == theme,
            ThemeStory.strongest,
            ThemeStory.act.is_(None),
            Story.desk != DeskState.HELD,
        )
        .order_by(ThemeStory.act, ThemeStory.strength, ThemeStory.story_id)
        .limit(most)
        .subquery()
    )
    return select(found.c.story_id, found.c.theme_id, found.c.strength)


def _told(session: Session, pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> list[Doubt]:
    """The stories and themes of (story, theme) keys, in this order."""
    keys = [story for story, _theme in pairs]
    mine = select(Story).where(Story.id.in_(keys)).options(selectinload(Story.contribution))
    stories = {story.id: story for story in session.scalars(mine)}
    also = (
        select(ThemeStory.story_id, ThemeStory.theme_id)
        .where(ThemeStory.story_id.in_(keys), ~ThemeStory.strongest)
        .order_by(ThemeStory.strength)
    )
    others: dict[uuid.UUID, uuid.UUID] = dict(session.execute(also).all())
    wanted = {theme for _story, theme in pairs} | set(others.values())
    themes = {one.id: one for one in session.scalars(select(Theme).where(Theme.id.in_(wanted)))}
    return [
        Doubt(stories[story], themes[theme], _open(themes.get(others.get(story, theme)), theme))
        for story, theme in pairs
        if story in stories
    ]


def _open(other: Theme | None, than: uuid.UUID) -> Theme | None:
    """Another theme that stories can be put in, if it is one."""
    return other if other and other.id != than and other.state in ON_THE_BOARD else None
