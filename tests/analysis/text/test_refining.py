"""Refining groups: looking only at the rows that may move gives what looking at all gives."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.text.clustering import Labels
from analysis.text.clustering.spherical import nearest, refine, weighted_sums
from analysis.text.embedding import Vectors, normalised


def plainly(rows: Vectors, weights: Vectors, start: Vectors, prior: float, rounds: int) -> Labels:
    """Spherical k-means as it is written in books, without leaving out a row."""
    centres, labels = start, nearest(rows, start)
    for _ in range(rounds):
        sums = weighted_sums(rows, weights, labels, len(centres)) + prior * start
        there = np.abs(sums).sum(axis=1, keepdims=True) > 0
        centres = np.where(there, normalised(sums), centres)
        again = nearest(rows, centres)
        if np.array_equal(again, labels):
            break
        labels = again
    return labels


@pytest.mark.parametrize("prior", [0.0, 3.0])
@pytest.mark.parametrize("rounds", [1, 4, 60])
@pytest.mark.parametrize("seed", range(6))
def test_no_row_is_left_out_that_would_have_moved(seed: int, rounds: int, prior: float) -> None:
    drawn = np.random.default_rng(seed)
    centres = drawn.normal(size=(9, 12))
    rows = normalised(centres[drawn.integers(0, 9, 700)] + drawn.normal(0, 1.4, (700, 12)))
    weights = drawn.uniform(0.5, 2, 700).astype(np.float32)
    start = normalised(drawn.normal(size=(12, 12)))
    wanted = plainly(rows, weights, start, prior, rounds)
    found = refine(rows, weights, start, prior=prior, rounds=rounds)
    if not prior:
        wanted = np.unique(wanted, return_inverse=True)[1].astype(np.int32)
    assert np.array_equal(found.labels, wanted)
    sums = (
        weighted_sums(rows, weights, found.labels, len(found.centres))
        + prior * start[: len(found.centres)]
    )
    if rounds == 60 and not prior:
        assert np.allclose(found.centres, normalised(sums), atol=1e-4)


def test_a_group_that_loses_all_its_rows() -> None:
    rows = normalised(np.array([[1.0, 0.1], [1.0, -0.1], [0.9, 0.2]]))
    start = normalised(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    ones = np.ones(3, dtype=np.float32)
    assert len(refine(rows, ones, start).centres) == 1
    kept = refine(rows, ones, start, prior=1.0)
    assert np.allclose(kept.centres[1], start[1])
