"""Which groups of people a list of stories may be narrowed to.

A filter names a group: those who told on paper, those from one municipality. A group with fewer
stories than the smallest is not listed. Neither is one that would leave fewer beside it: whoever
reads forty stories and then the thirty-five that came by web knows which five did not
(:func:`dialogue.ground.privacy.shown_cells`). With several filters at once this holds for each of
them among what the others leave.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import StoryIndex
from dialogue.ground.memory import Memory, State
from dialogue.ground.privacy import shown_cells
from dialogue.hosts.rights import ONLY_LET_THROUGH
from dialogue.voices.desk_models import DeskDecision
from dialogue.voices.erasure import taken_back
from dialogue.voices.models import Story

GROUPS = ("channel", "voice", "lang", "mark", "area")
FEW, REST = "few", "rest"
"""Why a group is not shown: it is too small itself, or what is left beside it is."""

Choice = frozenset[tuple[str, str]]
"""The filters that are set, and to what."""
Row = tuple[tuple[str, ...], int]
"""The value of each of :data:`GROUPS`, and how many stories have just these."""


class Groups:
    """How many stories stand behind each combination of values, and which of them are shown."""

    def __init__(self, rows: Iterable[Row], smallest: int) -> None:
        self._among: dict[Choice, tuple[Row, ...]] = {frozenset(): tuple(rows)}
        self.smallest = smallest
        self._shown: dict[tuple[str, Choice], frozenset[str]] = {}
        self._refused: dict[Choice, str] = {}

    def choices(self) -> dict[str, list[str]]:
        """The values of each filter that may be asked for alone."""
        return {name: sorted(self.shown(name, {})) for name in GROUPS}

    def refused(self, chosen: Mapping[str, str]) -> str:
        """Why the stories of a choice may not be listed; empty when they may."""
        key = frozenset(chosen.items())
        if key not in self._refused:
            self._refused[key] = self._look(chosen)
        return self._refused[key]

    def _look(self, chosen: Mapping[str, str]) -> str:
        for name, value in chosen.items():
            others = {each: said for each, said in chosen.items() if each != name}
            if why := self.refused(others):
                return why
            told = self._counts(name, others)[value]
            if told and value not in self.shown(name, others):
                return FEW if told < self.smallest else REST
        return ""

    def shown(self, name: str, within: Mapping[str, str]) -> frozenset[str]:
        """The values of one filter that may be asked for among the stories of a choice.

        Stories without an area cannot be asked for, so they count among the hidden ones.
        """
        key = name, frozenset(within.items())
        if key not in self._shown:
            counts = self._counts(name, within)
            unasked = counts.pop("", 0) if name == "area" else 0
            self._shown[key] = shown_cells(counts, self.smallest, unasked)
        return self._shown[key]

    def _counts(self, name: str, within: Mapping[str, str]) -> Counter[str]:
        at = GROUPS.index(name)
        counts: Counter[str] = Counter()
        for values, count in self._rows(frozenset(within.items())):
            counts[values[at]] += count
        return counts

    def _rows(self, within: Choice) -> tuple[Row, ...]:
        """The rows of a choice, taken from those of the choice with one filter less."""
        if within not in self._among:
            name, value = max(within)
            at = GROUPS.index(name)
            wider = self._rows(within - {(name, value)})
            self._among[within] = tuple(row for row in wider if row[0][at] == value)
        return self._among[within]


_groups: Memory[Groups] = Memory(50)


def groups_of(session: Session, dialogue: uuid.UUID, smallest: int) -> Groups:
    """The groups among the stories that the reader may see.

    Counted once for each state of the index: how many stories it holds, and how many answers were
    ever withdrawn or corrected. Where a host lets stories through one by one also for each
    decision at the desk. A list counts its own group anew each time.
    """
    held = select(func.count()).select_from(StoryIndex).where(StoryIndex.dialogue_id == dialogue)
    state: State = (dialogue, smallest, session.scalar(held), *taken_back(session))
    if not sees_all(session, dialogue):
        last = select(func.max(DeskDecision.number)).where(DeskDecision.dialogue_id == dialogue)
        state = (*state, "let through", session.scalar(last))
    return _groups.of(state, lambda: Groups(_counted(session, dialogue), smallest))


def sees_all(session: Session, dialogue: uuid.UUID) -> bool:
    """Whether the reader may see every story of a dialogue, and not only those let through."""
    return session.info.get(ONLY_LET_THROUGH) != dialogue


def _counted(session: Session, dialogue: uuid.UUID) -> list[Row]:
    columns = [getattr(StoryIndex, name) for name in GROUPS]
    counted = select(*columns, func.count()).where(StoryIndex.dialogue_id == dialogue)
    if not sees_all(session, dialogue):
        counted = counted.join(Story, Story.id == StoryIndex.story_id)
    rows = session.execute(counted.group_by(*columns))
    return [(tuple(str(value) for value in values), count) for *values, count in rows]
