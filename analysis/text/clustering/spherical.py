"""Spherical k-means: each row goes to the centre it points most alike to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from analysis.text.clustering import Grouping, Labels
from analysis.text.embedding import Vectors, normalised


def nearest(rows: Vectors, centres: Vectors) -> Labels:
    """The centre with the largest cosine for every row (the first of equals)."""
    return np.asarray(np.argmax(rows @ centres.T, axis=1), dtype=np.int32)


def weighted_sums(
    rows: Vectors, weights: npt.NDArray[np.float32], labels: Labels, groups: int
) -> npt.NDArray[np.float64]:
    """The weighted sum of each group's rows, shape (groups, dimensions)."""
    places = (labels, np.arange(len(labels)))
    chosen = sp.csr_matrix((weights, places), shape=(groups, len(labels)))
    return np.asarray(chosen @ rows, dtype=np.float64)


def refine(
    rows: Vectors,
    weights: npt.NDArray[np.float32],
    start: Vectors,
    prior: float = 0.0,
    rounds: int = 30,
) -> Grouping:
    """k-means from ``start`` (k, d); ``prior`` is how many rows each starting centre weighs.

    Groups that lose all their rows keep their starting centre when there is a prior and are
    dropped when there is none.
    """
    centres, labels = start, nearest(rows, start)
    for _ in range(rounds):
        sums = weighted_sums(rows, weights, labels, len(centres)) + prior * start
        moved = normalised(sums)
        centres = np.where(np.abs(sums).sum(axis=1, keepdims=True) > 0, moved, centres)
        again = nearest(rows, centres)
        if np.array_equal(again, labels):
            break
        labels = again
    return Grouping(labels, centres) if prior else _without_empty(Grouping(labels, centres))


def _without_empty(grouping: Grouping) -> Grouping:
    kept = np.flatnonzero(grouping.sizes)
    renumber = np.full(len(grouping.centres), -1, dtype=np.int32)
    renumber[kept] = np.arange(len(kept), dtype=np.int32)
    return Grouping(renumber[grouping.labels], grouping.centres[kept])
