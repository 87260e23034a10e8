"""Theming: placed rows become themes with a key, a name, quotes, ties and a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.continuity import Continuity, Lineage
from analysis.text.found import Found, Placed
from analysis.text.guidance import Codebook, Frame, Previous
from analysis.text.naming import Named, Namer, Sample
from analysis.text.preparing import Prepared, fresh_key
from analysis.text.quoting import Quoter, Voice
from analysis.text.starting import Starts
from analysis.text.stories import Bilingual
from analysis.text.summing import ranked_ties
from analysis.text.themes import Change, Origin, Theme

NAMED_BY = 240
"""A theme is named by so many of its most typical stories."""
QUOTED_FROM = 60
"""Quotes are looked for in so many of them."""
AGREEMENT_FROM = 5
"""So many tellers must have given points before their agreement says something."""


@dataclass(frozen=True, slots=True)
class Group:
    """A theme before it has a name: its number, its rows, its fixed key and its lineage."""

    number: int
    rows: npt.NDArray[np.intp]
    fixed: str | None
    lineage: Lineage
    label: Bilingual | None


def groups_of(
    prepared: Prepared,
    placed: Placed,
    found: Found,
    codebook: Codebook | None,
    starts: Starts,
    previous: Previous | None,
    continuity: Continuity,
) -> list[Group]:
    """The themes that hold a story, with where each comes from."""
    strongest = placed.themes[:, 0]
    numbers = [n for n in range(found.count) if (strongest == n).any()]
    rows = [np.flatnonzero(strongest == number) for number in numbers]
    ids = [frozenset(prepared.stories[int(prepared.order[r])].id for r in some) for some in rows]
    labels = {n: theme.label for n, theme in enumerate(codebook.themes if codebook else ())}
    keys = {n: theme.key for n, theme in enumerate(codebook.themes if codebook else ())}
    for at, key in enumerate(starts.all_keys):
        keys[int(found.themes[at])] = key
    fixed = [keys.get(number) for number in numbers]
    lineages = continuity.lineages(ids, fixed, previous)
    return [
        Group(number, some, key, lineage, labels.get(number) or _earlier_label(lineage))
        for number, some, key, lineage in zip(numbers, rows, fixed, lineages, strict=True)
    ]


def _earlier_label(lineage: Lineage) -> Bilingual | None:
    """The name a theme had, unless it is no longer the same theme."""
    if lineage.continues is None:
        return None
    kept = lineage.continues.settled or lineage.change not in (Change.SPLIT, Change.MERGED)
    return lineage.continues.label if kept else None


def keys_of(prepared: Prepared, groups: Sequence[Group], count: int) -> tuple[str | None, ...]:
    """The key of every theme number; None for a number that holds no story."""
    keys: list[str | None] = [None] * max(1, count)
    for group in groups:
        carried = group.lineage.continues.key if group.lineage.continues else None
        keys[group.number] = (
            group.fixed or carried or fresh_key(prepared, prepared.order[group.rows])
        )
    return tuple(keys)


@dataclass(frozen=True, slots=True)
class Themer:
    """Makes themes of groups."""

    prepared: Prepared
    placed: Placed
    frames: Sequence[Frame]
    namer: Namer
    quoter: Quoter
    few_voices: int

    def themes(
        self, groups: Sequence[Group], keys: Sequence[str | None], known: int
    ) -> list[tuple[int, Theme]]:
        """(number, theme) of every group, the largest first."""
        typical = [self._typical(group) for group in groups]
        samples = [
            [Sample(self.prepared.langs[n], self.prepared.texts[n], near) for n, near in some]
            for some in typical
        ]
        named = self.namer.name(samples, [group.label for group in groups])
        copies = Counter(self.prepared.copy_of.values())
        made = [
            (group.number, self._theme(group, keys[group.number] or "", name, some, copies, known))
            for group, name, some in zip(groups, named, typical, strict=True)
        ]
        return sorted(made, key=lambda one: (-one[1].size, one[1].key))

    def _typical(self, group: Group) -> list[tuple[int, float]]:
        """(story number, closeness) of the most typical stories."""
        closeness = self.placed.closeness[group.rows]
        nearest = group.rows[np.argsort(-closeness, kind="stable")][:NAMED_BY]
        return [(int(self.prepared.order[r]), float(self.placed.closeness[r])) for r in nearest]

    def _theme(
        self,
        group: Group,
        key: str,
        named: Named,
        typical: Sequence[tuple[int, float]],
        copies: Counter[int],
        known: int,
    ) -> Theme:
        numbers = self.prepared.order[group.rows]
        mentioned = self.prepared.order[(self.placed.themes == group.number).any(axis=1)]
        settled = group.lineage.continues
        ties = {frame.key: self._ties(frame, group.rows) for frame in self.frames}
        voices = [
            Voice(self.prepared.stories[n], self.prepared.langs[n], near)
            for n, near in typical[:QUOTED_FROM]
        ]
        return Theme(
            key=key,
            label=settled.label if settled and settled.settled else named.label,
            origin=Origin.CODEBOOK if group.number < known else Origin.DISCOVERED,
            keywords=named.keywords,
            size=len(numbers) + sum(copies[int(n)] for n in numbers),
            mentions=len(mentioned) + sum(copies[int(n)] for n in mentioned),
            voices=len(numbers),
            ties=ties,
            quotes=self.quoter.quotes(voices, named.telling),
            few_voices=len(numbers) < self.few_voices,
            languages=dict(sorted(Counter(self.prepared.langs[int(n)] for n in numbers).items())),
            agreement=self._agreement(numbers, ties),
            change=group.lineage.change,
            earlier=group.lineage.earlier,
        )

    def _ties(self, frame: Frame, rows: npt.NDArray[np.intp]) -> dict[str, float]:
        strengths = self.placed.ties[frame.key][rows].astype(np.float32)
        width = len(frame.nodes)
        return ranked_ties(
            frame, strengths.mean(axis=0) if len(rows) else np.zeros(width, dtype=np.float32)
        )

    def _agreement(
        self, numbers: npt.NDArray[np.intp], ties: dict[str, dict[str, float]]
    ) -> float | None:
        """How many of the tellers who gave points gave most to the theme's strongest node."""
        agreed = [
            max(points, key=lambda node: points[node]) == next(iter(ties[frame]))
            for n in numbers
            for frame, points in self.prepared.stories[int(n)].own_ties.items()
            if points and ties.get(frame)
        ]
        return round(sum(agreed) / len(agreed), 3) if len(agreed) >= AGREEMENT_FROM else None
