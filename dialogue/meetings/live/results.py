"""What the screen may show of the votes: fixed releases that pass the disclosure control.

A count that ticked on the screen as a neighbour pressed a button would give the neighbour away.
So nothing ticks: the facilitator shows a result, and a figure is made anew only when at least the
smallest group of new votes lie behind it. Counts are rounded as everywhere else, groups are never
smaller than the smallest group, and of a group only the statements are told, no figures.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dialogue.ground.islands import MapStory, draw_map
from dialogue.ground.privacy import public_count, public_total
from dialogue.meetings.live.opinions import AGREE, DISAGREE, PASS, Opinions, Table, opinions_of

CHOICES: Final = {"agree": AGREE, "disagree": DISAGREE, "pass": PASS}
SHARED_BY: Final = 0.6
"""Share of every group that must come along for something to be called shared."""
MOST_SHARED: Final = 5
MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Ballots:
    """All votes on the statements of a room: a table of people × statements, and whose they are."""

    votes: Table
    statements: tuple[uuid.UUID, ...]


def ballots_of(votes: Sequence[tuple[bytes, uuid.UUID, int]]) -> Ballots:
    """The table of ``(voter, statement, choice)`` rows, in an order that tells nothing."""
    voters = {voter: row for row, voter in enumerate(sorted({vote[0] for vote in votes}))}
    statements = tuple(sorted({vote[1] for vote in votes}))
    columns = {statement: column for column, statement in enumerate(statements)}
    table = np.full((len(voters), len(statements)), np.nan)
    for voter, statement, choice in votes:
        table[voters[voter], columns[statement]] = choice
    return Ballots(table, statements)


def new_release(ballots: Ballots, before: Mapping[str, Any], smallest: int) -> dict[str, Any]:
    """The next release, with the figures of ``before`` wherever too few new votes have come."""
    tallies = {
        str(statement): _tally(ballots.votes[:, column], smallest)
        for column, statement in enumerate(ballots.statements)
    }
    old = before.get("tallies", {})
    for name, tally in tallies.items():
        if name in old and tally["behind"] < old[name]["behind"] + smallest:
            tallies[name] = old[name]
    voters = len(ballots.votes)
    groups: Mapping[str, Any] = before.get("groups", {})
    if voters >= int(groups.get("behind", 0)) + smallest:
        groups = _groups(ballots, smallest)
    return {
        "number": int(before.get("number", 0)) + 1,
        "voters": public_count(voters, smallest).shown,
        "tallies": tallies,
        "groups": dict(groups),
    }


def is_news(release: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a release shows anything that the one before it did not."""
    return any(release[part] != before.get(part) for part in ("tallies", "groups"))


def _tally(votes: Table, smallest: int) -> dict[str, Any]:
    """One statement's figures. ``behind`` is how many votes stand behind them; it stays inside."""
    counts = {name: int((votes == value).sum()) for name, value in CHOICES.items()}
    behind = sum(counts.values())
    total = public_total(behind, [list(counts.values())], smallest)
    shown = {name: public_count(number, smallest).shown for name, number in counts.items()}
    return {
        "behind": behind,
        "total": total.shown,
        "at_least": total.at_least,
        **(shown if behind >= smallest else dict.fromkeys(counts)),
    }


def _groups(ballots: Ballots, smallest: int) -> dict[str, Any]:
    found = opinions_of(ballots.votes, smallest)
    return {
        "behind": len(ballots.votes),
        "sizes": [public_count(size, smallest).shown for size in found.sizes],
        "telling": [
            [
                {"statement": str(ballots.statements[each.statement]), "agrees": each.agrees}
                for each in telling[:MOST_TOLD]
            ]
            for telling in found.telling
        ],
        "shared": _shared(ballots, found, smallest),
        "islands": _islands(found),
    }


def _shared(ballots: Ballots, found: Opinions, smallest: int) -> list[dict[str, Any]]:
    """What every group holds true, or holds untrue, the most shared first."""
    least = SHARED_BY ** max(1, len(found.sizes))
    seen = (~np.isnan(ballots.votes)).sum(axis=0)
    weighed = [
        (float(weights[column]), column, agrees)
        for weights, agrees in ((found.agreement, True), (found.disagreement, False))
        for column in range(len(ballots.statements))
        if seen[column] >= 2 * smallest and weights[column] >= least
    ]
    weighed.sort(key=lambda each: (-each[0], each[1]))
    return [
        {"statement": str(ballots.statements[column]), "agrees": agrees}
        for _weight, column, agrees in weighed[:MOST_SHARED]
    ]


def _islands(found: Opinions) -> list[dict[str, Any]]:
    """Each group as an island with height curves. No dots: nobody's place is shown."""
    drawn = draw_map(
        [
            MapStory(float(x), float(y), 0, int(group))
            for (x, y), group in zip(found.places, found.group_of, strict=True)
            if group >= 0
        ]
    )
    return [
        {
            "group": island.theme,
            "shore": _mainland(island.shore),
            "heights": [_mainland(each) for each in island.heights],
            "summit": [round(each, 1) for each in island.summit],
        }
        for island in drawn.islands
    ]


def _mainland(path: str) -> str:
    """The largest ring of a contour: a skerry beside it could be one person."""
    rings = [f"{ring}z" for ring in path.split("z") if ring]
    return max(rings, key=_room_taken, default="")


def _room_taken(ring: str) -> float:
    """The area of the box round a ring, in square units of the drawing."""
    numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", ring)]
    across, down = numbers[::2], numbers[1::2]
    return (max(across) - min(across)) * (max(down) - min(down)) if numbers else 0.0
