"""What a signed theme is made of today: as it was signed, less what its tellers took back.

Looking at it takes all its stories, so it is remembered for each state of the dialogue. The page
that shows what would be published may lean on that; publishing never does.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeStory
from analysis.themes.signatures import STORIES, SignOff, same_stories
from dialogue.ground.memory import Memory, State
from dialogue.voices.models import Story
from dialogue.voices.releasing import EVERY_STORY


@dataclass(frozen=True, slots=True)
class Members:
    """The stories of a signed theme that are still there.

    ``same`` when the theme holds no other stories than those that were signed; ``words`` is what
    was signed besides stories; ``size`` how many there are; ``points`` what their tellers gave
    together, by node, and ``tellers`` how many of them gave any.
    """

    same: bool
    words: dict[str, Any]
    size: int
    points: dict[str, float]
    tellers: int


_known: Memory[Members] = Memory(500)


def members_as_of(
    session: Session, theme: Theme, signed: SignOff, state: State, *, look: bool
) -> Members:
    """As :func:`members_of`; with ``look``, as last seen in the same state of the dialogue."""
    state = (signed.id, *state)

    def seen() -> Members:
        return members_of(session, theme, signed)

    return _known.of(state, seen) if look else _known.keep(state, seen())


def members_of(session: Session, theme: Theme, signed: SignOff) -> Members:
    """A signed theme's stories as they stand now, counted in the database."""
    content = signed.content
    given, size, tellers = points_given(session, theme)
    return Members(
        same=same_stories(session, theme, content[STORIES]),
        words={name: part for name, part in content.items() if name != STORIES},
        size=size, points=given, tellers=tellers,
    )  # fmt: skip


def points_given(session: Session, theme: Theme) -> tuple[dict[str, float], int, int]:
    """What the tellers of a theme gave each node together, how many stories there are, and how
    many of them gave any points."""
    written = cast(Story.points, Text)
    mine = (
        select(written, func.count())
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id == theme.id, ThemeStory.strongest)
        .group_by(written)
    )
    totals: dict[str, float] = {}
    size = tellers = 0
    for text, count in session.execute(mine, execution_options=EVERY_STORY):
        points: dict[str, float] = json.loads(text)
        size += count
        if any(points.values()):
            tellers += count
            for node, value in points.items():
                totals[node] = totals.get(node, 0) + value * count
    return dict(sorted(totals.items())), size, tellers


def placed_in(session: Session, themes: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The theme that each of the stories of some themes says first, the first theme winning."""
    rows: Iterable[tuple[uuid.UUID, uuid.UUID]] = session.execute(
        select(Story.id, ThemeStory.theme_id)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id.in_(themes), ThemeStory.strongest),
        execution_options=EVERY_STORY,
    ).tuples()
    order = {theme: place for place, theme in enumerate(themes)}
    found: dict[uuid.UUID, uuid.UUID] = {}
    for story, theme in rows:
        if story not in found or order[theme] < order[found[story]]:
            found[story] = theme
    return found
