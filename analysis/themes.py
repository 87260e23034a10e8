"""What the reading room shows of a theme: numbers, points and ties, ready to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from analysis.models import AnalysisRun, StoryOutcome, Theme, ThemeQuote, ThemeStory
from analysis.signing import lone_voices
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue
from dialogue.voices.models import DeskState, Story

T = ("trygghet", "tillgänglighet", "tillsammans")


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme on the board. ``told`` are the tellers' points and ``tied`` the machine's ties."""

    theme: Theme
    size: int
    languages: dict[str, int]
    told: tuple[float, float, float]
    tied: tuple[float, float, float]
    few: bool

    @property
    def name(self) -> Localized:
        return self.theme.name


@dataclass(frozen=True, slots=True)
class Board:
    """A dialogue in the reading room."""

    rows: tuple[ThemeRow, ...]
    stories: int
    waiting: int
    lone: tuple[Story, ...]
    run: AnalysisRun | None
    newer: int
    aside: dict[str, int]


def board_of(session: Session, dialogue: Dialogue, smallest: int) -> Board:
    """Everything the board shows, in a fixed number of queries."""
    whole = (
        select(Theme)
        .where(Theme.dialogue_id == dialogue.id)
        .options(
            selectinload(Theme.assignments).selectinload(ThemeStory.story),
            selectinload(Theme.quotes).selectinload(ThemeQuote.story),
        )
    )
    rows = [row_of(theme, smallest) for theme in session.scalars(whole)]
    rows.sort(key=lambda row: (-row.size, row.name.sv))
    by_desk = dict(
        session.execute(
            select(Story.desk, func.count())
            .where(Story.dialogue_id == dialogue.id)
            .group_by(Story.desk)
        ).all()
    )
    aside = dict(
        session.execute(
            select(StoryOutcome.aside, func.count())
            .join(Story, Story.id == StoryOutcome.story_id)
            .where(Story.dialogue_id == dialogue.id)
            .group_by(StoryOutcome.aside)
        ).all()
    )
    told, held = sum(by_desk.values()), by_desk.get(DeskState.HELD, 0)
    return Board(
        rows=tuple(rows),
        stories=told,
        waiting=by_desk.get(DeskState.WAITING, 0),
        lone=tuple(lone_voices(session, dialogue)),
        run=last_run(session, dialogue),
        newer=max(0, told - held - sum(aside.values())),
        aside={why: count for why, count in aside.items() if why},
    )


def last_run(session: Session, dialogue: Dialogue) -> AnalysisRun | None:
    of_dialogue = select(AnalysisRun).where(AnalysisRun.dialogue_id == dialogue.id)
    return session.scalars(of_dialogue.order_by(AnalysisRun.finished_at.desc()).limit(1)).first()


def row_of(theme: Theme, smallest: int) -> ThemeRow:
    """A theme's numbers. Size counts the stories that say this before anything else."""
    stories = [placed.story for placed in theme.assignments if placed.strongest]
    ties = theme.ties.get("framtidsbild", {})
    return ThemeRow(
        theme=theme,
        size=len(stories),
        languages=dict(Counter(story.lang for story in stories).most_common()),
        told=shared_points(stories),
        tied=(ties.get(T[0], 0.0), ties.get(T[1], 0.0), ties.get(T[2], 0.0)),
        few=len(stories) < smallest,
    )


def shared_points(stories: Sequence[Story]) -> tuple[float, float, float]:
    """The tellers' points, added up; (0, 0, 0) when none gave any."""
    sums = [sum(float(story.points.get(node, 0)) for story in stories) for node in T]
    return (sums[0], sums[1], sums[2])
