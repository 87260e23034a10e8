"""Starting: earlier themes and people's seeds as the first groups of a discovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.correcting import FEWEST_A_THEME
from analysis.text.embedding import Vectors, normalised
from analysis.text.guidance import Hooks, Previous
from analysis.text.guiding import Guide
from analysis.text.preparing import Prepared
from analysis.text.seeing import Seen

BY_HAND = 4
"""A small theme with fewer stories than so many times those that people put there is their own."""


@dataclass(frozen=True, slots=True)
class Starts:
    """A centre for each key that is not the codebook's and still has stories.

    ``heard`` marks the rows that an earlier theme holds: no new theme is looked for among them.
    ``silent`` are the keys of small themes that hold little but what people put there. They take
    no other story by their centre: beside a codebook a centre of a few stories would take in
    everything, and where there are many stories those like the corrected ones follow them anyhow
    (:mod:`analysis.text.correcting`). A theme that the machine found keeps its centre.
    """

    keys: tuple[str, ...]
    centres: Vectors
    heard: npt.NDArray[np.bool_]
    silent: tuple[str, ...] = ()

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Every key, in the order of the first centres that are found."""
        return self.keys + self.silent


def starts_for(
    prepared: Prepared,
    sample: npt.NDArray[np.intp],
    seen: Seen,
    previous: Previous | None,
    hooks: Hooks,
    guide: Guide | None,
) -> Starts:
    """Centres of earlier themes and of seeds, where at least two stories (one seed) remain.

    ``guide`` is given when the codebook guides: its own themes need no start.
    """
    row_of = {prepared.stories[int(number)].id: row for row, number in enumerate(sample)}
    taken = {theme.key for theme in guide.codebook.themes} if guide else set()
    members: dict[str, list[int]] = {}
    heard = np.zeros(len(sample), dtype=np.bool_)
    for theme in previous.themes if previous else ():
        rows = sorted(row_of[one] for one in theme.story_ids if one in row_of)
        heard[rows] = True
        if theme.key not in taken and len(rows) >= 2:
            members[theme.key] = rows
    _add_seeds(members, hooks, row_of, taken)
    many = guide is not None and len(sample) >= FEWEST_A_THEME * (len(taken) + len(members))
    silent = tuple(
        key
        for key, rows in sorted(members.items())
        if many and len(rows) < min(BY_HAND * len(hooks.seeds.get(key, ())), FEWEST_A_THEME)
    )
    keys = tuple(key for key in sorted(members) if key not in silent)
    sums = [seen.rows[members[key]].sum(axis=0) for key in keys]
    width = seen.rows.shape[1]
    centres = normalised(np.stack(sums)) if sums else np.zeros((0, width), dtype=np.float32)
    return Starts(keys, centres, heard, silent)


def _add_seeds(
    members: dict[str, list[int]], hooks: Hooks, row_of: Mapping[str, int], taken: set[str]
) -> None:
    for key, ids in hooks.seeds.items():
        rows = sorted(row_of[one] for one in ids if one in row_of)
        if key not in taken and rows:
            members[key] = sorted({*members.get(key, ()), *rows})
