"""Three codings side by side: the teller's points, the machine's ties, and people's own."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.coding_models import Coding, CodingFigures
from analysis.models import StoryOutcome, Theme
from analysis.together.agreement import confusion, interval, krippendorff, leading, nominal
from dialogue.ground.charts import share_of_ten
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import DeskState, Story

FRAME = "framtidsbild"
NODES = ("trygghet", "tillgänglighet", "tillsammans")
NONE = "none"
"""The mark of somebody who says that a story is about none of the three."""
MARKS = (*NODES, NONE)
SOURCES = ("teller", "machine", "people")
PAIRS = (("teller", "machine"), ("teller", "people"), ("machine", "people"))
COUNTED_LIVE = 2_000
"""With more stories the figures are those that a worker counted last."""
AT_ONCE = 5_000


def code_story(
    session: Session,
    story: Story,
    mark: str,
    points: Mapping[str, int],
    themes: Sequence[Theme] = (),
    *,
    by: User,
) -> Coding:
    """Keep what a person says a story is about; it replaces what they said before.

    Raises:
        Refusal: when the mark is unknown or missing, or the points are not ten.
    """
    checked_mark(mark, points)
    if any(theme.dialogue_id != story.dialogue_id for theme in themes):
        raise Refusal(_("Choose a theme."))
    session.execute(select(Story.id).where(Story.id == story.id).with_for_update())
    found = session.get(Coding, (story.id, by.id))
    if found is None:
        found = Coding(story_id=story.id, user_id=by.id)
        session.add(found)
    found.mark, found.points = mark, dict(points)
    found.themes, found.coded_at = [str(theme.id) for theme in themes], now()
    session.flush()
    return found


def checked_mark(mark: str, points: Mapping[str, int]) -> None:
    """A mark is one of the three T or none; points are ten together, or not given.

    Raises:
        Refusal: says which is wrong.
    """
    if mark not in MARKS:
        raise Refusal(_("Choose what the story is most about."))
    if points and (sum(points.values()) != 10 or min(points.values()) < 0):
        raise Refusal(_("Share exactly ten points, or none at all."))


@dataclass(frozen=True, slots=True)
class ThreeWords:
    """What is said of one story: a mark and points by source, None where nothing is."""

    story: uuid.UUID
    marks: dict[str, str | None]
    points: dict[str, tuple[int, int, int] | None]


def three_words(session: Session, dialogue: uuid.UUID) -> Iterator[ThreeWords]:
    """What tellers, machine and people say of every story that was read by the machine."""
    people = _people(session, dialogue)
    rows = session.execute(
        select(Story.id, Story.points, StoryOutcome.ties)
        .join(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(
            Story.dialogue_id == dialogue, Story.desk != DeskState.HELD, StoryOutcome.aside == ""
        )
        .execution_options(yield_per=AT_ONCE)
    )
    for story, told, ties in rows:
        tied = ties.get(FRAME, {})
        mark, given = people.get(story, (None, None))
        yield ThreeWords(
            story,
            {"teller": leading(told, NODES), "machine": leading(tied, NODES), "people": mark},
            {"teller": _ten(told), "machine": _ten(tied), "people": given},
        )


def _ten(points: Mapping[str, Any]) -> tuple[int, int, int] | None:
    values = [float(points.get(node, 0) or 0) for node in NODES]
    if sum(values) <= 0:
        return None
    one, two, three = share_of_ten(values)
    return one, two, three


def _people(
    session: Session, dialogue: uuid.UUID
) -> dict[uuid.UUID, tuple[str | None, tuple[int, int, int] | None]]:
    """What people say of each story: the mark that all who coded it share, and mean points."""
    said: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    mine = select(Coding).join(Story, Story.id == Coding.story_id)
    for coding in session.scalars(mine.where(Story.dialogue_id == dialogue)):
        said[coding.story_id].append(coding)
    found = {}
    for story, codings in said.items():
        marks = {coding.mark for coding in codings}
        given = [coding.points for coding in codings if coding.points]
        summed = {node: sum(points.get(node, 0) for points in given) for node in NODES}
        found[story] = (marks.pop() if len(marks) == 1 else None, _ten(summed))
    return found


def figures_of(session: Session, dialogue: uuid.UUID) -> dict[str, Any]:
    """How the three agree: ``stories``; by pair ``matrix``, ``alpha``, ``units`` and, for each T,
    the alpha of its points; the same for all three and for the people among themselves."""
    words = list(three_words(session, dialogue))
    found: dict[str, Any] = {"stories": len(words), "coded": _coded(session, dialogue)}
    for one, other in PAIRS:
        both = [each for each in words if each.marks[one] and each.marks[other]]
        pairs = [(each.marks[one], each.marks[other]) for each in both]
        agreed = krippendorff(pairs, nominal)
        found[f"{one}-{other}"] = {
            "matrix": confusion(pairs, MARKS), "alpha": agreed.alpha, "units": agreed.units,
            "points": [_of_points(words, place, one, other) for place in range(3)],
        }  # fmt: skip
    every = krippendorff([tuple(each.marks.values()) for each in words], nominal)
    found["all"] = {"alpha": every.alpha, "units": every.units}
    among = krippendorff(_by_people(session, dialogue), nominal)
    found["among"] = {"alpha": among.alpha, "units": among.units}
    return found


def _of_points(words: Sequence[ThreeWords], place: int, one: str, other: str) -> dict[str, Any]:
    """The alpha of the points that two sources gave one T, as an interval scale."""
    units = [
        (first[place], second[place])
        for each in words
        if (first := each.points[one]) is not None and (second := each.points[other]) is not None
    ]
    agreed = krippendorff(units, interval)
    return {"alpha": agreed.alpha, "units": agreed.units}


def _by_people(session: Session, dialogue: uuid.UUID) -> list[list[str]]:
    said: dict[uuid.UUID, list[str]] = defaultdict(list)
    mine = select(Coding.story_id, Coding.mark).join(Story, Story.id == Coding.story_id)
    for story, mark in session.execute(mine.where(Story.dialogue_id == dialogue)):
        said[story].append(mark)
    return list(said.values())


def _coded(session: Session, dialogue: uuid.UUID) -> int:
    mine = select(func.count(func.distinct(Coding.story_id))).join(
        Story, Story.id == Coding.story_id
    )
    return session.scalar(mine.where(Story.dialogue_id == dialogue)) or 0


def shown_figures(session: Session, dialogue: uuid.UUID) -> dict[str, Any]:
    """The figures: counted now when the stories are few, otherwise as a worker counted last."""
    read = select(func.count()).select_from(StoryOutcome)
    stories = session.scalar(read.where(StoryOutcome.dialogue_id == dialogue)) or 0
    kept = session.get(CodingFigures, dialogue)
    if stories <= COUNTED_LIVE or kept is None:
        return figures_of(session, dialogue) if stories <= COUNTED_LIVE else {}
    return dict(kept.figures)


def count_codings(session: Session, dialogue: uuid.UUID) -> None:
    """Keep the figures of a dialogue with many stories, for :func:`shown_figures`."""
    read = select(func.count()).select_from(StoryOutcome)
    stories = session.scalar(read.where(StoryOutcome.dialogue_id == dialogue)) or 0
    if stories <= COUNTED_LIVE:
        return
    kept = session.get(CodingFigures, dialogue) or CodingFigures(dialogue_id=dialogue)
    kept.figures, kept.counted_at = figures_of(session, dialogue), now()
    session.add(kept)
    session.flush()


def count_old_codings(session: Session) -> None:
    """Count again the figures that were kept more than an hour ago."""
    old = CodingFigures.counted_at < now() - timedelta(hours=1)
    for dialogue in session.scalars(select(CodingFigures.dialogue_id).where(old)).all():
        count_codings(session, dialogue)


@dataclass(frozen=True, slots=True)
class Finding:
    """That one source says one T in many stories where another says another."""

    pair: tuple[str, str]
    said: str
    other: str
    count: int
    of: int


def findings(figures: Mapping[str, Any], smallest: int, most: int = 3) -> list[Finding]:
    """The largest disagreements, each with at least the smallest group of stories behind it."""
    found = []
    for one, other in PAIRS:
        pair = figures.get(f"{one}-{other}")
        for said, row in (pair["matrix"] if pair else {}).items():
            total = sum(row.values())
            found += [
                Finding((one, other), said, different, count, total)
                for different, count in row.items()
                if different != said and count >= smallest
            ]
    return sorted(found, key=lambda each: (-each.count, each.pair, each.said))[:most]
