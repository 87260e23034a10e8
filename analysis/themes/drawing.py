"""The map of a dialogue's stories, drawn once for as long as nothing on it moves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import AnalysisRun, StoryIndex, StoryOutcome, ThemeStory
from dialogue.ground.islands import MapStory, StoryMap, draw_map
from dialogue.ground.memory import Memory
from dialogue.voices.erasure import taken_back
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


Spot = tuple[uuid.UUID, float, float]
"""A story that may be on the map: its key and its two coordinates."""

_sampled: Memory[tuple[list[Spot], int]] = Memory(24)
_drawn: Memory[Drawn] = Memory(24)


def drawn_map(
    session: Session, dialogue: uuid.UUID, themes: Sequence[uuid.UUID], read: int
) -> Drawn | None:
    """The map with ``themes`` numbered from 1; None when no story has a place on it.

    ``read`` counts the stories that have been read: one that is withdrawn leaves the map. It is
    drawn anew only when one of its stories lies in another theme or is held.
    """
    run = session.scalar(
        select(func.max(AnalysisRun.finished_at)).where(AnalysisRun.dialogue_id == dialogue)
    )
    state = (dialogue, read, run, *taken_back(session))
    spots, every = _sampled.of(state, lambda: _sample(session, dialogue))
    numbers = {theme: number for number, theme in enumerate(themes, start=1)}
    lies = _themes_and_marks(session, [key for key, _x, _y in spots])
    stories = tuple(
        MapStory(x, y, mark, None if theme is None else numbers[theme])
        for key, x, y in spots
        for theme, mark in lies.get(key, ())
        if theme is None or theme in numbers
    )
    if not stories:
        return None
    return _drawn.of(
        (stories, every), lambda: Drawn(draw_map(stories, ISLANDS), every, nearest_of(stories))
    )


def _sample(session: Session, dialogue: uuid.UUID) -> tuple[list[Spot], int]:
    """An even sample of the stories with a place on the map, and how many there are."""
    placed = (
        Story.dialogue_id == dialogue,
        Story.desk != DeskState.HELD,
        StoryOutcome.aside == "",
        StoryOutcome.x.is_not(None),
    )
    rows = session.execute(
        select(StoryOutcome.story_id, StoryOutcome.x, StoryOutcome.y)
        .join(Story, Story.id == StoryOutcome.story_id)
        .where(*placed)
        .order_by(StoryOutcome.story_id)
        .limit(MOST)
    ).all()
    every = len(rows)
    if every == MOST:
        counted = select(func.count()).select_from(StoryOutcome)
        every = session.scalar(counted.join(Story).where(*placed)) or every
    return [(key, x, y) for key, x, y in rows if x is not None and y is not None], every


def _themes_and_marks(
    session: Session, stories: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID | None, int]]]:
    """The theme and the leading T (0–3) of these stories, without those that the desk holds."""
    strongest = (ThemeStory.story_id == Story.id) & ThemeStory.strongest
    rows = session.execute(
        select(Story.id, ThemeStory.theme_id, StoryIndex.mark)
        .outerjoin(ThemeStory, strongest)
        .outerjoin(StoryIndex, StoryIndex.story_id == Story.id)
        .where(Story.id.in_(stories), Story.desk != DeskState.HELD)
    )
    return {story: [(theme, mark or 0)] for story, theme, mark in rows}


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
