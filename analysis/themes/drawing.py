"""The map of a dialogue's stories, drawn once for each state of its themes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import AnalysisRun, StoryIndex, StoryOutcome, Theme, ThemeAct, ThemeStory
from dialogue.ground.islands import MapStory, StoryMap, draw_map
from dialogue.ground.memory import Memory
from dialogue.voices.models import DeskState, Story

MOST = 1_500
"""Stories that are drawn. Their keys are random, so the first by key are an even sample."""
ISLANDS = 40
"""Themes that are islands on the map; the stories of smaller ones are marks without an island."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The map, how many stories could be on it, and for each numbered theme the number of the
    theme that lies nearest."""

    map: StoryMap
    of: int
    nearest: dict[int, int]

    @property
    def marks(self) -> int:
        """How many stories are marks on the map."""
        return len(self.map.dots) + len(self.map.lone)

    @property
    def islands(self) -> frozenset[int]:
        """The numbers of the themes that are islands."""
        return frozenset(island.theme for island in self.map.islands)


_drawn: Memory[Drawn | None] = Memory(24)


def drawn_map(
    session: Session, dialogue: uuid.UUID, themes: Sequence[uuid.UUID], read: int
) -> Drawn | None:
    """The map with ``themes`` numbered from 1; None when no story has a place on it.

    ``read`` counts the stories that have been read: one that is withdrawn leaves the map.
    """
    key = (dialogue, read, *themes, *_state(session, dialogue))
    return _drawn.of(key, lambda: _draw(session, dialogue, themes))


def _state(session: Session, dialogue: uuid.UUID) -> tuple[object, ...]:
    """Changes whenever the map might look different."""
    run = session.scalar(
        select(func.max(AnalysisRun.finished_at)).where(AnalysisRun.dialogue_id == dialogue)
    )
    act = session.scalar(select(func.max(ThemeAct.number)).where(ThemeAct.dialogue_id == dialogue))
    return run, act


def _draw(session: Session, dialogue: uuid.UUID, themes: Sequence[uuid.UUID]) -> Drawn | None:
    numbers = {theme: number for number, theme in enumerate(themes, start=1)}
    of_dialogue = select(Theme.id).where(Theme.dialogue_id == dialogue)
    strongest = (
        select(ThemeStory.story_id, ThemeStory.theme_id)
        .where(ThemeStory.strongest, ThemeStory.theme_id.in_(of_dialogue))
        .subquery()
    )
    placed = (
        Story.dialogue_id == dialogue,
        Story.desk != DeskState.HELD,
        StoryOutcome.aside == "",
        StoryOutcome.x.is_not(None),
    )
    rows = session.execute(
        select(StoryOutcome.x, StoryOutcome.y, StoryIndex.mark, strongest.c.theme_id)
        .join(Story, Story.id == StoryOutcome.story_id)
        .outerjoin(StoryIndex, StoryIndex.story_id == StoryOutcome.story_id)
        .outerjoin(strongest, strongest.c.story_id == StoryOutcome.story_id)
        .where(*placed)
        .order_by(StoryOutcome.story_id)
        .limit(MOST)
    ).all()
    if not rows:
        return None
    every = len(rows)
    if every == MOST:
        counted = select(func.count()).select_from(StoryOutcome)
        every = session.scalar(counted.join(Story).where(*placed)) or every
    stories = [
        MapStory(x, y, mark or 0, numbers.get(theme))
        for x, y, mark, theme in rows
        if theme is None or theme in numbers
    ]
    if not stories:
        return None
    return Drawn(draw_map(stories, ISLANDS), every, nearest_of(stories))


def nearest_of(stories: Sequence[MapStory]) -> dict[int, int]:
    """For each theme on the map the one whose middle lies nearest."""
    inside: dict[int, list[MapStory]] = {}
    for story in stories:
        if story.theme is not None:
            inside.setdefault(story.theme, []).append(story)
    middles = {
        theme: (sum(s.x for s in some) / len(some), sum(s.y for s in some) / len(some))
        for theme, some in inside.items()
    }
    return {
        theme: min(
            (other for other in middles if other != theme),
            key=lambda other: (
                (middles[other][0] - x) ** 2 + (middles[other][1] - y) ** 2,
                other,
            ),
        )
        for theme, (x, y) in middles.items()
        if len(middles) > 1
    }
