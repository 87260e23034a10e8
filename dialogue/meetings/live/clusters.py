"""Groups of people who lie close: weighted k-means, the number of groups chosen by silhouette.

Pure geometry on points in the plane. Many people are first gathered in base clusters, as Polis
does, so that a large room costs no more than a small one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_BASE_CLUSTERS: Final = 100
STARTS: Final = 8
ROUNDS: Final = 40
SEED: Final = 20261122
CLEARLY_BETTER: Final = 0.02
"""How much the mean silhouette must rise for a group more to be told from chance."""

Points = NDArray[np.float64]
Numbers = NDArray[np.intp]


def best_grouping(spots: Points, most: int, smallest: int = 1) -> Numbers:
    """Each point's group, largest group first; −1 throughout when no division will do.

    Every number of groups from 2 to ``most`` is tried, and those kept whose groups all have
    ``smallest`` points. The greatest mean silhouette wins, but more groups must be clearly better
    than fewer: small gains come and go as votes arrive, and groups should not.
    """
    base_of, centres, weights = base_clusters(spots)
    best, best_width = np.full(len(spots), -1, dtype=np.intp), -np.inf
    for count in range(2, min(most, len(centres)) + 1):
        labels = k_means(centres, weights, count)
        group_of = labels[base_of]
        sizes = np.bincount(group_of, minlength=count)
        if sizes.min() < smallest:
            continue
        width = silhouette(centres, weights, labels)
        if width > best_width + CLEARLY_BETTER:
            best, best_width = _largest_first(group_of, sizes), width
    return best


def base_clusters(spots: Points) -> tuple[Numbers, Points, Points]:
    """Points gathered into at most a hundred: each point's cluster, the centres, their weights.

    Points on one spot are always together; when there are more spots than a hundred, k-means
    gathers those that lie closest.
    """
    centres, base_of, counts = np.unique(
        spots.round(9), axis=0, return_inverse=True, return_counts=True
    )
    base_of, weights = base_of.reshape(-1), counts.astype(np.float64)
    if len(centres) <= MOST_BASE_CLUSTERS:
        return base_of, centres, weights
    labels = k_means(centres, weights, MOST_BASE_CLUSTERS, starts=1)
    kept, labels = np.unique(labels, return_inverse=True)
    weight = np.bincount(labels, weights, minlength=len(kept)).astype(np.float64)
    gathered = np.stack(
        [np.bincount(labels, weights * centres[:, axis], len(kept)) / weight for axis in (0, 1)], 1
    )
    return labels[base_of], gathered, weight


def k_means(points: Points, weights: Points, count: int, starts: int = STARTS) -> Numbers:
    """Lloyd's algorithm from ``starts`` seeded k-means++ beginnings; the tightest result."""
    chance = np.random.default_rng(SEED)
    best, tightest = np.zeros(len(points), dtype=np.intp), np.inf
    for _ in range(starts):
        labels, loss = _lloyd(points, weights, _beginning(points, weights, count, chance))
        if loss < tightest - 1e-12:
            best, tightest = labels, loss
    return best


def _beginning(points: Points, weights: Points, count: int, chance: np.random.Generator) -> Points:
    """Centres far from each other: each new one by chance, in proportion to squared distance."""
    chosen = [int(chance.choice(len(points), p=weights / weights.sum()))]
    for _ in range(count - 1):
        pull = weights * _squared(points, points[chosen]).min(axis=1)
        total = pull.sum()
        odds = pull / total if total > 0 else weights / weights.sum()
        chosen.append(int(chance.choice(len(points), p=odds)))
    return points[chosen]


def _lloyd(points: Points, weights: Points, centres: Points) -> tuple[Numbers, float]:
    labels = np.zeros(len(points), dtype=np.intp)
    for _ in range(ROUNDS):
        labels = _squared(points, centres).argmin(axis=1)
        weight = np.bincount(labels, weights, minlength=len(centres))
        sums = np.stack(
            [np.bincount(labels, weights * points[:, axis], len(centres)) for axis in (0, 1)], 1
        )
        moved = np.where(weight[:, None] > 0, sums / np.maximum(weight, 1e-300)[:, None], centres)
        if np.allclose(moved, centres, atol=1e-12):
            break
        centres = moved
    nearest = _squared(points, centres).min(axis=1)
    return labels, float((weights * nearest).sum())


def silhouette(points: Points, weights: Points, labels: Numbers) -> float:
    """The weighted mean silhouette in −1–1: how much nearer one's own group is than the next."""
    groups = np.unique(labels)
    if len(groups) < 2:
        return -1.0
    far = np.sqrt(_squared(points, points))
    held = np.stack([weights * (labels == group) for group in groups], axis=1)
    total, sums = held.sum(axis=0), far @ held
    own = np.searchsorted(groups, labels)
    rows = np.arange(len(points))
    others_in_own = total[own] - 1
    inner = np.where(others_in_own > 0, sums[rows, own] / np.maximum(others_in_own, 1e-300), 0.0)
    outer = sums / total
    outer[rows, own] = np.inf
    nearest = outer.min(axis=1)
    widest = np.maximum(np.maximum(inner, nearest), 1e-300)
    widths = np.where(others_in_own > 0, (nearest - inner) / widest, 0.0)
    return float((weights * widths).sum() / weights.sum())


def _squared(points: Points, centres: Points) -> Points:
    return np.asarray(
        ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2), dtype=np.float64
    )


def _largest_first(group_of: Numbers, sizes: NDArray[np.intp]) -> Numbers:
    """The same groups numbered by size; of two as large, the one whose first member came first."""
    first = [int(np.flatnonzero(group_of == group)[0]) for group in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda group: (-int(sizes[group]), first[group]))
    place = np.empty(len(sizes), dtype=np.intp)
    place[order] = np.arange(len(sizes))
    return np.asarray(place[group_of], dtype=np.intp)
