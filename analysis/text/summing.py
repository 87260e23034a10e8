"""Summing up: placed rows become themes with names, quotes, ties and a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from analysis.text.continuity import Lineage
from analysis.text.guidance import Codebook, Frame
from analysis.text.naming import Named, Sample
from analysis.text.placing import NOBODY, Placed
from analysis.text.preparing import Prepared
from analysis.text.quoting import Quoter, Voice
from analysis.text.themes import Origin, StoryReading, Theme

SHOWN_TIES = 0.05
"""Ties weaker than this are left out of a story's reading (frames' top nodes never are)."""


@dataclass(frozen=True, slots=True)
class StoryReadings(Sequence[StoryReading]):
    """The readings of all stories in the order given, each made when it is looked at."""

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
        strengths = self.placed.ties[frame.key][row] if row >= 0 else np.zeros(len(frame.nodes))
        ranked = sorted(zip(strengths, frame.nodes, strict=True), key=lambda pair: -pair[0])
        return {
            node.key: round(float(strength), 4)
            for strength, node in ranked
            if node.parent is None or strength >= SHOWN_TIES
        }

    def _unsure(self, frame: Frame, row: int) -> bool:
        if row < 0:
            return True
        tops = [at for at, node in enumerate(frame.nodes) if node.parent is None]
        ranked = np.sort(self.placed.ties[frame.key][row][tops])[::-1]
        return bool(len(ranked) > 1 and ranked[0] - ranked[1] < 0.05)


def samples_of(
    prepared: Prepared, placed: Placed, theme: int, most: int
) -> list[tuple[int, float]]:
    """(story number, closeness) of the closest ``most`` stories of a theme."""
    member = np.flatnonzero(placed.themes[:, 0] == theme)
    nearest = member[np.argsort(-placed.closeness[member], kind="stable")][:most]
    return [(int(prepared.order[row]), float(placed.closeness[row])) for row in nearest]


def as_samples(prepared: Prepared, chosen: Sequence[tuple[int, float]]) -> list[Sample]:
    """Stories as a namer sees them."""
    return [Sample(prepared.langs[n], prepared.texts[n], closeness) for n, closeness in chosen]


def theme_of(
    number: int,
    key: str,
    named: Named,
    lineage: Lineage,
    known: bool,
    readings: StoryReadings,
    voices: Sequence[Voice],
    telling: Mapping[str, Mapping[str, float]],
    quoter: Quoter,
    few_voices: int,
) -> Theme:
    """One theme of the result."""
    placed, prepared = readings.placed, readings.prepared
    members = np.flatnonzero(placed.themes[:, 0] == number)
    copies = Counter(prepared.copy_of.values())
    numbers = prepared.order[members]
    mentioned = prepared.order[(placed.themes == number).any(axis=1)]
    settled = lineage.continues if lineage.continues and lineage.continues.settled else None
    return Theme(
        key=key,
        label=settled.label if settled else named.label,
        origin=Origin.CODEBOOK if known else Origin.DISCOVERED,
        keywords=named.keywords,
        size=len(numbers) + sum(copies[int(n)] for n in numbers),
        mentions=len(mentioned) + sum(copies[int(n)] for n in mentioned),
        voices=len(numbers),
        ties={frame.key: _mean_ties(frame, placed, members) for frame in readings.frames},
        quotes=quoter.quotes(voices, telling),
        few_voices=len(numbers) < few_voices,
        languages=dict(sorted(Counter(prepared.langs[int(n)] for n in numbers).items())),
        change=lineage.change,
        earlier=lineage.earlier,
    )


def _mean_ties(frame: Frame, placed: Placed, members: npt.NDArray[np.intp]) -> dict[str, float]:
    strengths = placed.ties[frame.key][members].astype(np.float32)
    means = strengths.mean(axis=0) if len(strengths) else np.zeros(len(frame.nodes))
    ranked = sorted(zip(means, frame.nodes, strict=True), key=lambda pair: -pair[0])
    return {
        node.key: round(float(mean), 4)
        for mean, node in ranked
        if node.parent is None or mean >= SHOWN_TIES
    }


def key_of(codebook: Codebook | None, number: int) -> str | None:
    """The codebook's key of theme ``number``, None for a discovered one."""
    if codebook is None or number >= len(codebook.themes):
        return None
    return codebook.themes[number].key
