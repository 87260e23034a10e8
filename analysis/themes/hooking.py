"""What people corrected, as the next reading uses it, and how much of a proposal rests on it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeAct, ThemeStory
from analysis.text.guidance import Hooks
from analysis.themes.deciding import PROPOSED, Decisions, Key

APART = 3
"""With how many stories of the theme it left a moved story is told not to belong."""


def hooks_of(
    themes: Sequence[Theme], decided: Decisions, proposed: dict[Key, str], present: set[Key]
) -> Hooks:
    """People's corrections as hooks.

    ``proposed`` is the machine's strongest theme key of each story, ``present`` the stories that
    will be read. A story that a person placed is a seed of its theme; those placed in one theme
    are linked in a chain; a moved story is kept apart from some that stayed where it was.
    """
    keys = {theme.id: theme.machine_key for theme in themes}
    seeds: dict[str, list[str]] = defaultdict(list)
    stayed: dict[str, list[Key]] = defaultdict(list)
    for story in sorted(present, key=str):
        choice = decided.choice_for(story)
        if choice is not None and choice.theme in keys:
            seeds[keys[choice.theme]].append(str(story))
        elif choice is None and len(stayed[proposed.get(story, "")]) < APART:
            stayed[proposed.get(story, "")].append(story)
    apart = [
        (moved, str(other))
        for key, stories in sorted(seeds.items())
        for moved in stories
        if proposed.get(uuid.UUID(moved), key) not in (key, "")
        for other in stayed.get(proposed[uuid.UUID(moved)], ())
    ]
    confirmed = {str(story): ties for story, ties in decided.ties.items() if story in present}
    return Hooks(
        must_link=tuple(
            pair for _key, stories in sorted(seeds.items()) for pair in pairwise(stories)
        ),
        cannot_link=tuple(apart),
        seeds={key: tuple(stories) for key, stories in sorted(seeds.items())},
        confirmed=confirmed,
    )


@dataclass(frozen=True, slots=True)
class Resting:
    """How many of the stories read stand where people put them, or have ties they confirmed."""

    stories: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.stories / self.of) if self.of else 0


def resting_on_people(session: Session, dialogue: uuid.UUID, read: int) -> Resting:
    """How much of today's proposal rests on people's corrections."""
    by_people = select(ThemeAct.number).where(
        ThemeAct.dialogue_id == dialogue, ThemeAct.kind != PROPOSED
    )
    if session.scalar(by_people.limit(1)) is None:
        return Resting(0, read)
    mine = select(Theme.id).where(Theme.dialogue_id == dialogue)
    placed = session.scalar(
        select(func.count(func.distinct(ThemeStory.story_id))).where(
            ThemeStory.theme_id.in_(mine), ThemeStory.act.is_not(None)
        )
    )
    tied = session.scalars(
        select(ThemeAct.after).where(
            ThemeAct.dialogue_id == dialogue,
            ThemeAct.kind == "tied",
            ThemeAct.undone_by.is_(None),
        )
    ).all()
    stories = {uuid.UUID(told["story"]) for told in tied}
    also = stories and session.scalar(
        select(func.count(func.distinct(ThemeStory.story_id))).where(
            ThemeStory.story_id.in_(stories), ThemeStory.act.is_not(None)
        )
    )
    return Resting(min(read, (placed or 0) + len(stories) - (also or 0)), read)
