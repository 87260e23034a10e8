"""Opinion groups from votes: who agrees with whom, and what all groups agree on.

Pure numbers: a table of votes goes in, groups come out. The steps are those of Polis, as told in
Small, Bjorkegren, Erkkilä, Shaw & Megill, "Polis: Scaling Deliberation by Mapping High Dimensional
Opinion Spaces" (Recerca 26(2), 2021): the votes are centred with what is missing put at each
statement's mean, two principal components are found, everybody is placed by the votes they gave
(scaled up for the votes they did not give), and people who lie close are grouped by k-means, the
number of groups chosen by silhouette. Statements are then weighed by how each group voted.

Nobody is predicted and no vote is filled in: a missing vote only means that it does not pull.
Deterministic: the same votes give the same groups, the largest group first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialogue.meetings.live.clusters import best_grouping

AGREE, PASS, DISAGREE = 1.0, 0.0, -1.0
MOST_GROUPS: Final = 5
FEWEST_VOTES: Final = 7
"""Votes that somebody must have given to be placed; all of them when there are fewer statements."""
PLACED_AT_LEAST: Final = 15
"""With fewer people placed, those who voted most are placed although they gave fewer votes."""
PEOPLE_A_GROUP_MORE: Final = 12
"""So many more people are needed before one more group is tried."""
SURE: Final = 1.2816
"""z of a one-sided test at 90 %."""
MOST_TELLING: Final = 5

Table = NDArray[np.float64]
"""People × statements: 1 agrees, 0 passes, −1 disagrees, nan has not voted."""
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Telling:
    """A statement that tells a group from the others.

    ``share`` of the group's votes on it agree (or disagree, when ``agrees`` is False), and that
    is ``ratio`` times the others' share. Both are estimates with one vote added on either side.
    """

    statement: int
    agrees: bool
    share: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the votes say. People and statements are numbered as in the table.

    Attributes:
        places: people × 2, where each person lies; zeros for those not placed.
        group_of: each person's group, from 0; −1 for those not placed or not grouped.
        sizes: how many people each group has. Empty when there are no groups.
        telling: for each group, the statements that tell it from the others.
        agreement: for each statement, the group-informed consensus that it is right: the product
            over the groups of the share that agrees, in 0–1; the whole room when no groups.
        disagreement: the same for its being wrong.
    """

    places: Table
    group_of: Numbers
    sizes: tuple[int, ...]
    telling: tuple[tuple[Telling, ...], ...]
    agreement: Table
    disagreement: Table


def opinions_of(votes: Table, smallest: int = 1) -> Opinions:
    """Group the people of a table of votes. ``smallest`` is the fewest people in a group.

    Where every way to divide the room leaves a group smaller than that, nobody is grouped.
    """
    people, statements = votes.shape
    placed = np.flatnonzero(_takes_part(votes))
    places = np.zeros((people, 2))
    group_of = np.full(people, -1, dtype=np.intp)
    if statements and len(placed) >= max(2 * smallest, 2):
        spots = placed_by_votes(votes[placed])
        places[placed] = spots
        most = min(MOST_GROUPS, 2 + len(placed) // PEOPLE_A_GROUP_MORE)
        group_of[placed] = best_grouping(spots, most, smallest)
    count = int(group_of.max(initial=-1)) + 1
    sizes = tuple(int((group_of == group).sum()) for group in range(count))
    members = [group_of == group for group in range(count)]
    return Opinions(
        places,
        group_of,
        sizes,
        tuple(_telling(votes[mine], votes[(group_of >= 0) & ~mine]) for mine in members),
        _consensus(votes, members, AGREE),
        _consensus(votes, members, DISAGREE),
    )


def _takes_part(votes: Table) -> NDArray[np.bool_]:
    """Who gave enough votes to be placed."""
    given = (~np.isnan(votes)).sum(axis=1)
    enough: NDArray[np.bool_] = given >= max(1, min(FEWEST_VOTES, votes.shape[1]))
    if enough.sum() < PLACED_AT_LEAST:
        most_first = np.argsort(-given, kind="stable")[:PLACED_AT_LEAST]
        enough[most_first[given[most_first] > 0]] = True
    return enough


def placed_by_votes(votes: Table) -> Table:
    """Where people lie on the two principal components of their votes: people × 2.

    A missing vote counts as the statement's mean, which is nothing once the votes are centred;
    whoever gave few votes is moved outwards by the root of statements over votes given, so that
    few votes do not mean a middling opinion.
    """
    given = ~np.isnan(votes)
    counts = given.sum(axis=0)
    means = np.where(counts > 0, np.nansum(votes, axis=0) / np.maximum(counts, 1), 0.0)
    centred = np.where(given, votes - means, 0.0)
    _values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    axes = axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)
    stretch = np.sqrt(votes.shape[1] / np.maximum(given.sum(axis=1), 1))
    spots = np.zeros((len(votes), 2))
    spots[:, : axes.shape[1]] = (centred @ axes) * stretch[:, None]
    return spots


def _shares(votes: Table, choice: float) -> tuple[Table, Table]:
    """For each statement: the share that chose so (a vote added on either side), and the votes."""
    seen = (~np.isnan(votes)).sum(axis=0).astype(np.float64)
    chose = (votes == choice).sum(axis=0)
    return (chose + 1) / (seen + 2), seen


def _telling(mine: Table, others: Table) -> tuple[Telling, ...]:
    """The statements that tell a group from the others, the most telling first.

    A statement must be chosen by clearly more than half of the group, and by clearly more than
    of the others (two z tests at 90 %). When none is, the one that comes closest stands alone.
    """
    found: list[tuple[bool, float, Telling]] = []
    for choice in (AGREE, DISAGREE):
        share, seen = _shares(mine, choice)
        their_share, they_saw = _shares(others, choice)
        ratio = share / their_share
        in_group = _z_of_one(mine, choice, seen)
        beside = _z_of_two(mine, others, choice, seen, they_saw)
        for statement in np.flatnonzero(seen > 0):
            sure = in_group[statement] > SURE and beside[statement] > SURE
            weight = share[statement] * ratio[statement] * in_group[statement] * beside[statement]
            telling = Telling(
                int(statement), choice == AGREE, float(share[statement]), float(ratio[statement])
            )
            found.append((bool(sure), float(weight), telling))
    sure_ones = sorted((each for each in found if each[0]), key=lambda each: -each[1])
    if sure_ones:
        return tuple(telling for _sure, _weight, telling in sure_ones[:MOST_TELLING])
    found.sort(key=lambda each: -each[2].share * each[2].ratio)
    return tuple(telling for _sure, _weight, telling in found[:1])


def _z_of_one(votes: Table, choice: float, seen: Table) -> Table:
    """z of "more than half chose so", one vote added on either side."""
    chose = (votes == choice).sum(axis=0)
    return np.asarray(2 * np.sqrt(seen + 1) * ((chose + 1) / (seen + 1) - 0.5), dtype=np.float64)


def _z_of_two(mine: Table, others: Table, choice: float, seen: Table, they_saw: Table) -> Table:
    """z of "a greater share than of the others", with pooled variance."""
    chose, they_chose = (mine == choice).sum(axis=0) + 1, (others == choice).sum(axis=0) + 1
    here, there = seen + 1, they_saw + 1
    pooled = (chose + they_chose) / (here + there)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / here + 1 / there))
    return np.asarray((chose / here - they_chose / there) / spread, dtype=np.float64)


def _consensus(votes: Table, members: list[NDArray[np.bool_]], choice: float) -> Table:
    """Group-informed consensus: every group must come along, however small it is."""
    groups = [votes[mine] for mine in members] or [votes]
    return np.asarray(np.prod([_shares(each, choice)[0] for each in groups], axis=0))
