"""Ward's tree over a bounded sample, cut and then refined by spherical k-means.

The tree needs memory in the square of its rows, so it sees at most ``sample`` of them; the
rows come in a canonical order, so an even stride is a fair and repeatable sample.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.text.clustering import Grouping, Marks
from analysis.text.clustering.choosing import agreed_groups, cut, suggested_groups, ward_tree
from analysis.text.clustering.spherical import refine
from analysis.text.embedding import Vectors


@dataclass(frozen=True, slots=True)
class WardStarted:
    """Ward's groups as the start of k-means. ``groups`` fixes their number (None: chosen)."""

    groups: int | None = None
    sample: int = 2_500
    key: str = field(default="ward+spherical-k-means", init=False)

    def group(
        self,
        rows: Vectors,
        weights: npt.NDArray[np.float32],
        seed: int,
        marks: Marks | None = None,
    ) -> Grouping:
        """See :class:`analysis.text.clustering.Clusterer`."""
        if len(rows) < 2:
            return Grouping(np.zeros(len(rows), dtype=np.int32), rows.copy())
        even = even_sample(len(rows), self.sample)
        chosen = rows[even]
        told = None if marks is None else marks[even]
        count = self.groups or agreed_groups(chosen, seed, told) or suggested_groups(len(rows))
        tree = ward_tree(chosen)
        return refine(rows, weights, cut(chosen, tree, min(count, len(chosen))))


def even_sample(rows: int, most: int) -> npt.NDArray[np.intp]:
    """At most ``most`` row numbers, spread evenly."""
    if rows <= most:
        return np.arange(rows)
    return np.unique(np.linspace(0, rows - 1, most).round().astype(np.intp))
