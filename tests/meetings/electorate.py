"""Votes with planted camps, and the adjusted Rand index that says how well they were found."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from dialogue.meetings.live.opinions import Table

Camps = NDArray[np.intp]


def electorate(
    camps: int,
    people: int,
    *,
    statements: int,
    seed: int,
    sizes: Sequence[int] | None = None,
    noise: float = 0.1,
    missing: float = 0.0,
) -> tuple[Table, Camps]:
    """Votes (people × statements) and each person's camp.

    Each camp has an opinion of its own on each statement; with chance ``noise`` somebody votes
    otherwise, with chance ``missing`` not at all.
    """
    chance = np.random.default_rng(seed)
    camp_of = np.arange(people) % camps if sizes is None else np.repeat(np.arange(camps), sizes)
    creeds = np.array(
        [[1 if (each >> camp) & 1 else -1 for each in range(statements)] for camp in range(camps)]
    )
    turned = chance.permutation(statements)
    votes = creeds[:, turned][camp_of].astype(np.float64)
    other = chance.random(votes.shape) < noise
    votes[other] = chance.choice([1.0, 0.0, -1.0], size=int(other.sum()))
    votes[chance.random(votes.shape) < missing] = np.nan
    return votes, camp_of.astype(np.intp)


def agreement_by_chance(one: Camps, other: Camps) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985): 1 the same groups, 0 no better than chance."""
    table = np.zeros((int(one.max()) + 2, int(other.max()) + 2), dtype=int)
    for row, column in zip(one, other, strict=True):
        table[row, column] += 1
    together = sum(comb(int(cell), 2) for cell in table.ravel())
    rows = sum(comb(int(cell), 2) for cell in table.sum(axis=1))
    columns = sum(comb(int(cell), 2) for cell in table.sum(axis=0))
    expected = rows * columns / comb(len(one), 2)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)
