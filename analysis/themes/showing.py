"""What the reading room shows of a theme: numbers, points and ties, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import (
    ON_THE_BOARD,
    AnalysisRun,
    StoryOutcome,
    Theme,
    ThemeAct,
    ThemeState,
)
from analysis.stories.lone import FEW, FEWEST, first_lone, lone_counts
from analysis.themes.figures import Sizes, figures_of, sizes_as_of, stale
from analysis.themes.hooking import Resting, resting_on_people
from analysis.themes.invested import invested_in
from analysis.themes.moods import ThemeMood, mood_of
from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count, shown_cells
from dialogue.hosts.models import Dialogue
from dialogue.vision.frames import load_frames
from dialogue.voices.erasure import taken_back
from dialogue.voices.models import DeskState, Story
from dialogue.voices.screening import holds_cover

T = ("trygghet", "tillgänglighet", "tillsammans")
LONE_SHOWN = 12
COUNTED_LIVE = 2_000
"""A theme with so many stories or fewer is counted again when its figures are old."""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme on the board. ``told`` are the points that ``tellers`` of its stories gave, and
    ``tied`` the machine's ties; ``also`` counts the stories that touch on it without saying it
    first. ``invested`` is whether people have put something into a theme that holds no story."""

    theme: Theme
    size: int
    also: int
    languages: dict[str, int]
    months: dict[str, int]
    areas: dict[str, int]
    told: tuple[float, float, float]
    tellers: int
    tied: tuple[float, float, float]
    few: bool
    mood: ThemeMood | None
    invested: bool = False

    @property
    def name(self) -> Localized:
        return self.theme.name

    @property
    def covered(self) -> bool:
        """Whether words in its name were covered, so that it needs another one."""
        return holds_cover(self.name.sv) or holds_cover(self.name.en)

    @property
    def lost(self) -> bool:
        """Whether people have put something into it and no story is left in it."""
        return self.size == 0 and (self.invested or self.theme.by_hand)


@dataclass(frozen=True, slots=True)
class Board:
    """A dialogue in the reading room.

    ``rows`` are the themes with stories, the largest first; ``lost`` those that people put
    something into and that no story is in now; ``dropped`` those that people dropped. ``read``
    counts the stories that the machine has read, ``newer`` those that came after.
    """

    rows: tuple[ThemeRow, ...]
    lost: tuple[ThemeRow, ...]
    dropped: tuple[ThemeRow, ...]
    stories: int
    waiting: int
    read: int
    newer: int
    aside: dict[str, int]
    lone: int
    unopened: int
    lone_shown: tuple[tuple[Story, bool], ...]
    listed: tuple[Story, ...]
    run: AnalysisRun | None
    resting: Resting

    @property
    def too_few(self) -> bool:
        """Whether people read a sorted list instead of themes."""
        return self.run is not None and self.read < FEWEST

    @property
    def few_voices(self) -> bool:
        return self.run is not None and FEWEST <= self.read < FEW


def board_of(session: Session, dialogue: Dialogue, smallest: int) -> Board:
    """Everything the board shows, in a fixed number of queries."""
    aside, run = _by_aside(session, dialogue), last_run(session, dialogue)
    rows = rows_of(session, dialogue, smallest, aside)
    on_board = [row for row in rows if row.theme.state in ON_THE_BOARD]
    by_desk = _by_desk(session, dialogue)
    told, held = sum(by_desk.values()), by_desk.get(DeskState.HELD, 0)
    read = aside.get("", 0)
    lone, unopened = lone_counts(session, dialogue.id) if read >= FEWEST else (0, 0)
    return Board(
        rows=tuple(row for row in on_board if row.size),
        lost=tuple(row for row in on_board if row.lost),
        dropped=tuple(row for row in rows if row.theme.state == ThemeState.DROPPED),
        stories=told,
        waiting=by_desk.get(DeskState.WAITING, 0),
        read=read,
        newer=max(0, told - held - sum(aside.values())),
        aside={why: count for why, count in aside.items() if why},
        lone=lone,
        unopened=unopened,
        lone_shown=tuple(first_lone(session, dialogue.id, LONE_SHOWN)) if lone else (),
        listed=tuple(reading_list(session, dialogue)) if run and read < FEWEST else (),
        run=run,
        resting=resting_on_people(session, dialogue.id, read),
    )


def _by_desk(session: Session, dialogue: Dialogue) -> dict[str, int]:
    count = select(Story.desk, func.count()).where(Story.dialogue_id == dialogue.id)
    return dict(session.execute(count.group_by(Story.desk)).all())


def _by_aside(session: Session, dialogue: Dialogue) -> dict[str, int]:
    mine = StoryOutcome.dialogue_id == dialogue.id
    count = select(StoryOutcome.aside, func.count()).where(mine).group_by(StoryOutcome.aside)
    return dict(session.execute(count).all())


def rows_of(
    session: Session, dialogue: Dialogue, smallest: int, aside: dict[str, int] | None = None
) -> list[ThemeRow]:
    """Every theme of a dialogue with its numbers, the largest first.

    ``aside`` counts the stories that were read by why they were set aside, where it is known.
    """
    sizes = sizes_now(session, dialogue, aside)
    themes = session.scalars(select(Theme).where(Theme.dialogue_id == dialogue.id)).all()
    on_board = [theme.id for theme in themes if theme.state in ON_THE_BOARD]
    empty = [key for key in on_board if not sizes.get(key, (0, 0))[0]]
    invested = invested_in(session, empty)
    rows = [row_of(session, theme, sizes, smallest, theme.id in invested) for theme in themes]
    return sorted(rows, key=lambda row: (-row.size, row.name.sv, str(row.theme.id)))


def sizes_now(session: Session, dialogue: Dialogue, aside: dict[str, int] | None = None) -> Sizes:
    """How many stories each theme holds today, counted once for each state of the dialogue."""
    return sizes_as_of(session, dialogue.id, *state_now(session, dialogue, aside))


def state_now(
    session: Session, dialogue: Dialogue, aside: dict[str, int] | None = None
) -> tuple[object, ...]:
    """What tells one state of a dialogue's themes from another: the last act, the last reading,
    what was taken back, and how many stories were read, by why they were set aside (``aside``,
    where it is known)."""
    aside = _by_aside(session, dialogue) if aside is None else aside
    act = select(func.max(ThemeAct.number)).where(ThemeAct.dialogue_id == dialogue.id)
    run = last_run(session, dialogue)
    read = run.id if run else None
    return session.scalar(act), read, *taken_back(session), *sorted(aside.items())


def areas_shown(row: ThemeRow, smallest: int) -> list[tuple[str, int | None]]:
    """The areas that a theme's stories were told from, rounded; the size stands beside them, so
    those that would give a small one away are left out with it."""
    untold = max(0, row.size - sum(row.areas.values()))
    shown = shown_cells(row.areas, smallest, untold)
    return [(area, public_count(row.areas[area], smallest).shown) for area in sorted(shown)]


def row_of(
    session: Session,
    theme: Theme,
    sizes: Sizes,
    smallest: int,
    invested: bool | None = None,
) -> ThemeRow:
    """A theme's numbers. Size counts the stories that say this before anything else.

    ``invested`` is whether people have put something into it, where that is known.
    """
    size, also = sizes.get(theme.id, (0, 0))
    if invested is None:
        invested = not size and bool(invested_in(session, [theme.id]))
    figures = theme.figures
    if size and ((stale(theme, sizes) and size <= COUNTED_LIVE) or not figures):
        figures = figures_of(session, theme.id, moods=size <= COUNTED_LIVE)
    told = figures.get("told", (0.0, 0.0, 0.0))
    ties = theme.ties.get("framtidsbild", {})
    return ThemeRow(
        theme=theme,
        size=size,
        also=also,
        languages=figures.get("languages", {}),
        months=figures.get("months", {}),
        areas=figures.get("areas", {}),
        told=(told[0], told[1], told[2]),
        tellers=int(figures.get("tellers", 0)),
        tied=(ties.get(T[0], 0.0), ties.get(T[1], 0.0), ties.get(T[2], 0.0)),
        few=size < smallest,
        mood=mood_of(figures.get("moods", {}), smallest),
        invested=invested,
    )


def last_run(session: Session, dialogue: Dialogue) -> AnalysisRun | None:
    of_dialogue = select(AnalysisRun).where(AnalysisRun.dialogue_id == dialogue.id)
    return session.scalars(of_dialogue.order_by(AnalysisRun.finished_at.desc()).limit(1)).first()


def reading_list(session: Session, dialogue: Dialogue) -> Sequence[Story]:
    """The few stories there are, those that the machine ties to the same T beside each other."""
    rows = session.execute(
        select(Story, StoryOutcome.ties)
        .join(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(Story.dialogue_id == dialogue.id, StoryOutcome.aside == "")
        .limit(FEWEST)
    ).all()

    def order(row: tuple[Story, dict[str, dict[str, float]]]) -> tuple[int, float, str]:
        nodes = row[1].get("framtidsbild", {})
        strengths = [nodes.get(node, 0.0) for node in T]
        leading = max(range(3), key=lambda at: strengths[at])
        return leading, -strengths[leading], str(row[0].id)

    return [story for story, _ties in sorted(((s, t) for s, t in rows), key=order)]


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly a theme is tied to a node, 0 to 1."""

    text: Localized
    strength: float


def ties_of(theme: Theme, most: int = 3) -> list[tuple[Localized, list[Tie]]]:
    """The strongest nodes of every frame that a theme is tied to."""
    found = []
    for key, frame in load_frames().items():
        nodes = {node.key: node for node in frame.nodes}
        strongest = sorted(theme.ties.get(key, {}).items(), key=lambda tie: (-tie[1], tie[0]))
        ties = [Tie(nodes[node].text, value) for node, value in strongest if node in nodes]
        if ties:
            found.append((frame.text, ties[:most]))
    return found
