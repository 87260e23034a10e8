"""Stability: do a theme's stories stay together when the reading is repeated?

Each repetition reads four fifths of the stories, guided by four fifths of the guide's texts.
A theme's figure is the share of its pairs of stories that land in one group again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.text.clustering.choosing import cut, ward_tree
from analysis.text.clustering.spherical import nearest
from analysis.text.embedding import Vectors
from analysis.text.found import NOBODY, Found
from analysis.text.guiding import Guide, relearned
from analysis.text.learning import adapted_priors
from analysis.text.seeing import Seen

REPETITIONS = 4
KEPT = 0.8
MOST = 900
"""Stories of a repetition; more tell little more about a theme."""


def stabilities(
    seen: Seen,
    themes: npt.NDArray[np.int32],
    found: Found,
    guide: Guide | None,
    seed: int,
) -> dict[int, float]:
    """The stability 0..1 of each theme that holds at least four of the rows.

    ``themes`` is each row's strongest theme (−1 for none).
    """
    drawn = np.random.default_rng(seed + 1)
    kept: dict[int, list[float]] = {}
    for _ in range(REPETITIONS):
        count = min(MOST, max(1, int(KEPT * len(themes))))
        rows = np.sort(drawn.permutation(len(themes))[:count])
        again = np.full(len(rows), NOBODY, dtype=np.int64)
        guided = themes[rows] < found.known
        if guide is not None and found.known and seen.guided is not None:
            assert seen.worded is not None
            repeated = relearned(guide, drawn.random(len(guide.voices)) < KEPT)
            shares = repeated.shares(seen.guided[rows], seen.worded[rows])
            again = np.argmax(shares * adapted_priors(shares), axis=1)
        if not guided.all():
            regrouped = _regrouped(seen.rows[rows], len(found.centres))
            again = np.where(guided & (again >= 0), again, 10_000 + regrouped)
        for theme in np.unique(themes[rows]):
            member = again[themes[rows] == theme]
            if theme != NOBODY and len(member) >= 4:
                kept.setdefault(int(theme), []).append(_together(member))
    return {theme: round(float(np.mean(shares)), 3) for theme, shares in kept.items()}


def _regrouped(rows: Vectors, groups: int) -> npt.NDArray[np.int32]:
    if len(rows) < 3 or groups < 2:
        return np.zeros(len(rows), dtype=np.int32)
    tree = ward_tree(rows)
    return nearest(rows, cut(rows, tree, min(groups, len(rows)), rounds=10))


def _together(groups: npt.NDArray[np.int64]) -> float:
    """The share of pairs that are in one group."""
    _, sizes = np.unique(groups, return_counts=True)
    pairs = len(groups) * (len(groups) - 1)
    return float((sizes * (sizes - 1)).sum() / pairs)
