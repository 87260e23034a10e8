"""Ward's tree over a bounded sample, cut and then refined by spherical k-means.

The tree needs memory in the square of its rows, so it sees at most ``sample`` of them; the
rows come in a canonical order, so an even stride is a fair and repeatable sample.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]

from analysis.text.clustering import Grouping, Labels
from analysis.text.clustering.spherical import refine, weighted_sums
from analysis.text.embedding import Vectors, normalised


@dataclass(frozen=True, slots=True)
class WardStarted:
    """Ward's groups as the start of k-means. ``groups`` fixes their number (None: by size)."""

    groups: int | None = None
    sample: int = 2_500
    key: str = field(default="ward+spherical-k-means", init=False)

    def group(self, rows: Vectors, weights: npt.NDArray[np.float32], seed: int) -> Grouping:
        """See :class:`analysis.text.clustering.Clusterer`."""
        if len(rows) < 2:
            return Grouping(np.zeros(len(rows), dtype=np.int32), rows.copy())
        chosen = even_sample(len(rows), self.sample)
        tree = linkage(rows[chosen].astype(np.float64), method="ward")
        count = self.groups or suggested_groups(len(rows))
        labels: Labels = fcluster(tree, count, criterion="maxclust").astype(np.int32) - 1
        sums = weighted_sums(rows[chosen], weights[chosen], labels, int(labels.max()) + 1)
        return refine(rows, weights, normalised(sums))


def even_sample(rows: int, most: int) -> npt.NDArray[np.intp]:
    """At most ``most`` row numbers, spread evenly."""
    if rows <= most:
        return np.arange(rows)
    return np.unique(np.linspace(0, rows - 1, most).round().astype(np.intp))


def suggested_groups(rows: int) -> int:
    """How many groups people can expect to tell apart in so many stories."""
    return int(np.clip(round(0.5 * rows**0.5), 2, 30)) if rows >= 8 else 1
