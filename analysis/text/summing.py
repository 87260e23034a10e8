"""Summing up: the reading of each story, made when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from analysis.text.found import NOBODY, Placed
from analysis.text.guidance import Frame
from analysis.text.preparing import Prepared
from analysis.text.themes import StoryReading

SHOWN_TIES = 0.05
"""Ties weaker than this are left out (those to a frame's top nodes never are)."""
SURE_BY = 0.2
"""How far the strongest top node must stand before the next to be called sure."""


@dataclass(frozen=True, slots=True)
class StoryReadings(Sequence[StoryReading]):
    """The readings of all stories in the order given. ``row_of`` has −1 for rows not read."""

    prepared: Prepared
    placed: Placed
    keys: tuple[str | None, ...]
    frames: tuple[Frame, ...]
    row_of: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.prepared.stories)

    @overload
    def __getitem__(self, at: int) -> StoryReading: ...
    @overload
    def __getitem__(self, at: slice) -> list[StoryReading]: ...
    def __getitem__(self, at: int | slice) -> StoryReading | list[StoryReading]:
        if isinstance(at, slice):
            return [self._reading(n) for n in range(*at.indices(len(self)))]
        return self._reading(range(len(self))[at])

    def __iter__(self) -> Iterator[StoryReading]:
        return (self._reading(number) for number in range(len(self)))

    def _reading(self, number: int) -> StoryReading:
        story = self.prepared.stories[number]
        original = self.prepared.copy_of.get(number)
        row = int(self.row_of[number if original is None else original])
        themes = self._themes(row)
        return StoryReading(
            id=story.id,
            lang=self.prepared.langs[number],
            theme=themes[0][0] if themes else None,
            themes=themes,
            ties={frame.key: self._ties(frame, row) for frame in self.frames},
            unsure=tuple(f.key for f in self.frames if self._unsure(f, row)),
            aside=self.prepared.aside.get(number),
            copy_of=None if original is None else self.prepared.stories[original].id,
        )

    def _themes(self, row: int) -> tuple[tuple[str, float], ...]:
        if row < 0:
            return ()
        pairs = zip(self.placed.themes[row], self.placed.strengths[row], strict=True)
        found = ((self.keys[t], round(float(s), 4)) for t, s in pairs if t != NOBODY)
        return tuple((key, strength) for key, strength in found if key is not None)

    def _ties(self, frame: Frame, row: int) -> dict[str, float]:
        width = len(frame.nodes)
        return ranked_ties(
            frame,
            self.placed.ties[frame.key][row] if row >= 0 else np.zeros(width, dtype=np.float32),
        )

    def _unsure(self, frame: Frame, row: int) -> bool:
        if row < 0:
            return True
        tops = [at for at, node in enumerate(frame.nodes) if node.parent is None]
        ranked = np.sort(self.placed.ties[frame.key][row][tops])[::-1]
        return bool(len(ranked) > 1 and ranked[0] - ranked[1] < SURE_BY)


def ranked_ties(frame: Frame, strengths: npt.NDArray[np.float32]) -> dict[str, float]:
    """Strengths by node key, strongest first; weak ties to lower nodes are left out."""
    ranked = sorted(zip(strengths, frame.nodes, strict=True), key=lambda pair: -pair[0])
    return {
        node.key: round(float(strength), 4)
        for strength, node in ranked
        if node.parent is None or strength >= SHOWN_TIES
    }
