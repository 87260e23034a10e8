"""What a signed theme is made of today: as it was signed, less what its tellers took back.

Looking at it takes all its stories, so it is remembered for each state of the theme. The page
that shows what would be published may lean on that; publishing never does.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeStory
from analysis.themes.signatures import AT_ONCE, STORIES, SignOff, newer_than
from dialogue.followup.signed import SignedTheme
from dialogue.ground.memory import Memory, State
from dialogue.voices.models import Story
from dialogue.voices.releasing import EVERY_STORY


@dataclass(frozen=True, slots=True)
class Members:
    """The stories of a signed theme that are still there.

    ``same`` when none of those that were signed has left it; ``newer`` are those that came after,
    which count for nothing else here. ``words`` is what was signed besides stories; ``size`` how
    many of the signed there are; ``points`` what their tellers gave together, by node, and
    ``tellers`` how many of them gave any.
    """

    same: bool
    newer: frozenset[uuid.UUID]
    words: dict[str, Any]
    size: int
    points: dict[str, float]
    tellers: int


_known: Memory[Members] = Memory(500)


def members_as_of(
    session: Session, theme: Theme, signed: SignOff, state: State, *, look: bool
) -> Members:
    """As :func:`members_of`; with ``look``, as last seen in the same state of the theme.

    ``state`` is the dialogue's (:func:`analysis.themes.showing.state_now`). Its first part, the
    last act, is left out: an act that changes the stories of a theme gives it a new version.
    """
    state = (signed.id, theme.version, *state[1:])

    def seen() -> Members:
        return members_of(session, theme, signed)

    return _known.of(state, seen) if look else _known.keep(state, seen())


def members_of(session: Session, theme: Theme, signed: SignOff) -> Members:
    """A signed theme's stories as they stand now, counted in the database."""
    content = signed.content
    found = newer_than(session, theme, content[STORIES])
    newer = frozenset(map(uuid.UUID, found or ()))
    given, size, tellers = points_given(session, theme, newer)
    return Members(
        same=found is not None, newer=newer,
        words={name: part for name, part in content.items() if name != STORIES},
        size=size, points=given, tellers=tellers,
    )  # fmt: skip


def points_given(
    session: Session, theme: Theme, without: Iterable[uuid.UUID] = ()
) -> tuple[dict[str, float], int, int]:
    """What the tellers of a theme gave each node together, how many stories there are, and how
    many of them gave any points; the stories in ``without`` left aside."""
    written = cast(Story.points, Text)
    mine = (
        select(written, func.count())
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id == theme.id, ThemeStory.strongest)
        .group_by(written)
    )
    counts: Counter[str] = Counter(dict(session.execute(mine, execution_options=EVERY_STORY).all()))
    aside = sorted(without)
    for start in range(0, len(aside), AT_ONCE):
        some = mine.where(Story.id.in_(aside[start : start + AT_ONCE]))
        counts.subtract(dict(session.execute(some, execution_options=EVERY_STORY).all()))
    totals: dict[str, float] = {}
    size = tellers = 0
    for text, count in counts.items():
        points: dict[str, float] = json.loads(text)
        size += count
        if count and any(points.values()):
            tellers += count
            for node, value in points.items():
                totals[node] = totals.get(node, 0) + value * count
    return dict(sorted(totals.items())), size, tellers


def placed_in(session: Session, themes: Sequence[SignedTheme]) -> dict[uuid.UUID, uuid.UUID]:
    """The theme under which each story was signed, the first theme winning."""
    rows: Iterable[tuple[uuid.UUID, uuid.UUID]] = session.execute(
        select(Story.id, ThemeStory.theme_id)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id.in_([each.key for each in themes]), ThemeStory.strongest),
        execution_options=EVERY_STORY,
    )
    order = {theme.key: place for place, theme in enumerate(themes)}
    newer = {theme.key: theme.newer for theme in themes}
    found: dict[uuid.UUID, uuid.UUID] = {}
    for story, theme in rows:
        if story in newer[theme]:
            continue
        if story not in found or order[theme] < order[found[story]]:
            found[story] = theme
    return found
