"""Choosing the number of groups: the one that two halves of the stories agree on, if any.

Each half is grouped alone, both sort all rows, and the agreement (adjusted Rand index) is the
figure of merit: a number of groups that the halves agree on is a property of the stories. When
they agree on none, people are shown about as many themes as so many stories can hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from analysis.text.clustering import Labels, Marks
from analysis.text.clustering.drawing_lots import lots
from analysis.text.clustering.spherical import nearest, refine, weighted_sums
from analysis.text.embedding import Vectors, normalised

CANDIDATES = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20)
AGREED = 0.8
"""Halves that agree less have found nothing in common."""
NEARLY = 0.02
"""Of counts whose agreement differs by less, the largest tells people most."""
_HALF = 600


def suggested_groups(rows: int) -> int:
    """How many groups people can expect to tell apart in so many stories."""
    return int(np.clip(round(min(rows**0.5, rows / 10)), 2, 40)) if rows >= 8 else 1


def agreed_groups(
    rows: Vectors, seed: int, marks: Marks | None = None, draws: int = 3
) -> int | None:
    """The number of groups that halves of the rows agree on best, None when on none."""
    if len(rows) < 60:
        return None
    merits = dict.fromkeys((k for k in CANDIDATES if k <= len(rows) // 12), 0.0)
    marks = np.arange(len(rows), dtype=np.uint64) if marks is None else marks
    for draw in range(draws):
        order = np.argsort(lots(marks, seed * draws + draw), kind="stable")
        half = min(_HALF, len(rows) // 2)
        first, second = rows[np.sort(order[:half])], rows[np.sort(order[half : 2 * half])]
        both = rows[np.sort(order[: 2 * half])]
        for count, (one, other) in _cuts(first, second, list(merits)).items():
            merits[count] += adjusted_rand_score(nearest(both, one), nearest(both, other)) / draws
        left = 1 - (draw + 1) / draws  # what the draws to come can add at most
        merits = {count: merit for count, merit in merits.items() if merit + left >= AGREED}
        if not merits:
            return None
    enough = max(AGREED, max(merits.values(), default=0.0) - NEARLY)
    return max((count for count, merit in merits.items() if merit >= enough), default=None)


def _cuts(
    first: Vectors, second: Vectors, counts: Sequence[int]
) -> dict[int, tuple[Vectors, Vectors]]:
    trees = [ward_tree(half) for half in (first, second)]
    return {
        count: (cut(first, trees[0], count, rounds=8), cut(second, trees[1], count, rounds=8))
        for count in counts
    }


def ward_tree(rows: Vectors) -> npt.NDArray[np.float64]:
    """Ward's tree over rows of length one (their distances follow from their cosines)."""
    squared = np.maximum(0.0, 2.0 - 2.0 * (rows @ rows.T).astype(np.float64))
    np.fill_diagonal(squared, 0.0)
    distances = squareform(np.sqrt(squared), checks=False)
    return np.asarray(linkage(distances, method="ward"), dtype=np.float64)


def cut(rows: Vectors, tree: npt.NDArray[np.float64], count: int, rounds: int = 30) -> Vectors:
    """Centres of the ``count`` groups of Ward's tree, refined on the rows it was made of."""
    labels: Labels = fcluster(tree, count, criterion="maxclust").astype(np.int32) - 1
    ones = np.ones(len(rows), dtype=np.float32)
    start = normalised(weighted_sums(rows, ones, labels, int(labels.max()) + 1))
    return refine(rows, ones, start, rounds=rounds).centres
