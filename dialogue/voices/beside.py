"""What else the voice behind a story said: its other stories, and what it chose in the same answer.

Only what may stand beside a story is told: never background that was kept apart, which no key
leads to, never words that nobody has looked through, and never a place, which would point at
people where few live.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground.localized import Localized
from dialogue.voices.models import Contribution, Story


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question, and what was chosen: a line each."""

    question: Localized
    lines: tuple[str, ...]


_tellers: list[Callable[[Session, Contribution], Sequence[Chosen]]] = []


def also_chosen(
    tell: Callable[[Session, Contribution], Sequence[Chosen]],
) -> Callable[[Session, Contribution], Sequence[Chosen]]:
    """Let another part tell what was chosen in an answer."""
    _tellers.append(tell)
    return tell


def chosen_in(session: Session, contribution: Contribution) -> tuple[Chosen, ...]:
    """What was chosen in the same answer, as far as it may stand beside a story."""
    return tuple(each for tell in _tellers for each in tell(session, contribution))


def other_stories(session: Session, story: Story) -> Sequence[Story]:
    """The other stories of the same answer that the reader may see."""
    same = Story.contribution_id == story.contribution_id, Story.id != story.id
    return session.scalars(select(Story).where(*same).order_by(Story.question, Story.id)).all()
