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


_SURE = 1e-5
"""So much nearer a row must be to its centre than to any other to be left out of a round."""


def refine(
    rows: Vectors,
    weights: npt.NDArray[np.float32],
    start: Vectors,
    prior: float = 0.0,
    rounds: int = 30,
) -> Grouping:
    """k-means from ``start`` (k, d); ``prior`` is how many rows each starting centre weighs.

    Groups that lose all their rows keep their starting centre when there is a prior and are
    dropped when there is none. A round looks only at rows that a centre may have come nearer to
    since they were last looked at (after Elkan 2003), which changes no result.
    """
    centres = start
    labels, own, others = _nearest_and_others(rows, start)
    sums = weighted_sums(rows, weights, labels, len(start)) + prior * start
    for _ in range(rounds):
        there = np.abs(sums).sum(axis=1, keepdims=True) > 0
        before, centres = centres, np.where(there, normalised(sums), centres)
        moved = np.linalg.norm(centres - before, axis=1).astype(np.float32)
        own -= moved[labels]
        others += moved
        doubted = np.flatnonzero(own <= others.max(axis=1, initial=-2) + _SURE)
        again, own[doubted], others[doubted] = _nearest_and_others(rows[doubted], centres)
        left = again != labels[doubted]
        if not left.any():
            break
        gone, to = doubted[left], again[left]
        carried = rows[gone] * weights[gone, None].astype(np.float64)
        np.subtract.at(sums, labels[gone], carried)
        np.add.at(sums, to, carried)
        labels[gone] = to
        empty = np.bincount(labels, minlength=len(sums)) == 0
        sums[empty] = prior * start[empty]
    return Grouping(labels, centres) if prior else _without_empty(Grouping(labels, centres))


def _nearest_and_others(
    rows: Vectors, centres: Vectors
) -> tuple[Labels, npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The nearest centre of every row, the cosine to it, and the cosines to all others."""
    cosines = rows @ centres.T
    each = np.arange(len(rows))
    labels = np.asarray(np.argmax(cosines, axis=1), dtype=np.int32)
    own = cosines[each, labels]
    cosines[each, labels] = -2
    return labels, own, cosines


def _without_empty(grouping: Grouping) -> Grouping:
    kept = np.flatnonzero(grouping.sizes)
    renumber = np.full(len(grouping.centres), -1, dtype=np.int32)
    renumber[kept] = np.arange(len(kept), dtype=np.int32)
    return Grouping(renumber[grouping.labels], grouping.centres[kept])
