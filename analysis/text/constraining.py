"""Constraining: what people have decided about single stories holds, whatever was computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.text.found import NOBODY, Placed
from analysis.text.guidance import Frame, Hooks
from analysis.text.shares import Shares

CERTAIN = 1.0
OTHERWISE = 0.2
"""A node beside one that a person has confirmed is tied at most so strongly."""


def constrained(
    placed: Placed,
    rows: Mapping[str, int],
    numbers: Mapping[str, int],
    hooks: Hooks,
    frames: Sequence[Frame],
) -> Placed:
    """Placed rows with the hooks carried out.

    ``rows`` finds the row of a story id, ``numbers`` the theme number of a key. A seed goes
    first, then links that must hold, then links that must not; unknown ids and keys are passed
    over, since a story may have been withdrawn.
    """
    themes, strengths = placed.themes.copy(), placed.strengths.copy()
    changed = Placed(themes, strengths, placed.closeness, placed.ties)
    fixed: set[int] = set()
    for key, ids in sorted(hooks.seeds.items()):
        for row in (rows[one] for one in ids if one in rows and key in numbers):
            _move(changed, row, numbers[key], CERTAIN)
            fixed.add(row)
    for group in _linked(hooks.must_link, rows):
        _join(changed, group, fixed)
    for one, other in sorted(hooks.cannot_link):
        if one in rows and other in rows:
            _part(changed, rows[one], rows[other], fixed)
    return replace(changed, ties=_confirmed(placed.ties, rows, hooks, frames))


def _move(placed: Placed, row: int, theme: int, strength: float) -> None:
    """Makes ``theme`` the row's strongest; its other themes follow after."""
    pairs = zip(placed.themes[row].tolist(), placed.strengths[row].tolist(), strict=True)
    others = [(t, s) for t, s in pairs if t not in (theme, NOBODY)]
    kept = [(theme, strength), *((t, min(s, strength)) for t, s in others)]
    kept = (kept + [(NOBODY, 0.0)] * placed.themes.shape[1])[: placed.themes.shape[1]]
    placed.themes[row] = [t for t, _ in kept]
    placed.strengths[row] = [s for _, s in kept]


def _linked(pairs: Sequence[tuple[str, str]], rows: Mapping[str, int]) -> list[list[int]]:
    """Rows that must stand together, as groups."""
    above: dict[int, int] = {}

    def top(row: int) -> int:
        while above.setdefault(row, row) != row:
            row = above[row]
        return row

    for one, other in pairs:
        if one in rows and other in rows:
            first, second = sorted((top(rows[one]), top(rows[other])))
            above[second] = first
    groups: dict[int, list[int]] = {}
    for row in sorted(above):
        groups.setdefault(top(row), []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def _join(placed: Placed, group: Sequence[int], fixed: set[int]) -> None:
    """Gives a group the theme of its seeds, else the one its rows have most strength in."""
    voting = [row for row in group if row in fixed] or list(group)
    votes: dict[int, float] = {}
    for row in voting:
        for theme, strength in zip(placed.themes[row], placed.strengths[row], strict=True):
            if theme != NOBODY:
                votes[int(theme)] = votes.get(int(theme), 0.0) + float(strength)
    if not votes:
        return
    chosen = min(votes, key=lambda theme: (-votes[theme], theme))
    for row in group:
        if placed.themes[row, 0] != chosen and row not in fixed:
            _move(placed, row, chosen, max(0.5, float(placed.strengths[row, 0])))


def _part(placed: Placed, one: int, other: int, fixed: set[int]) -> None:
    """Moves the less certain of two rows out of the theme that they share."""
    shared = placed.themes[one, 0]
    if shared == NOBODY or shared != placed.themes[other, 0] or {one, other} <= fixed:
        return
    weaker = min((one, other), key=lambda row: (row in fixed, placed.strengths[row, 0], row))
    rest = [
        (int(t), float(s))
        for t, s in zip(placed.themes[weaker], placed.strengths[weaker], strict=True)
        if t not in (NOBODY, shared)
    ]
    rest = (rest + [(NOBODY, 0.0)] * placed.themes.shape[1])[: placed.themes.shape[1]]
    placed.themes[weaker] = [t for t, _ in rest]
    placed.strengths[weaker] = [s for _, s in rest]


def _confirmed(
    ties: Mapping[str, Shares], rows: Mapping[str, int], hooks: Hooks, frames: Sequence[Frame]
) -> dict[str, Shares]:
    """Ties with those that a person has confirmed; nodes at other levels keep their strength."""
    changed = {key: strengths.copy() for key, strengths in ties.items()}
    for one, by_frame in hooks.confirmed.items():
        for frame in frames:
            nodes = by_frame.get(frame.key)
            if nodes is None or one not in rows:
                continue
            strengths = changed[frame.key][rows[one]]
            levels = {node.parent is None for node in frame.nodes if node.key in nodes}
            for at, node in enumerate(frame.nodes):
                if node.key in nodes:
                    strengths[at] = CERTAIN
                elif (node.parent is None) in levels:
                    strengths[at] = np.minimum(strengths[at], OTHERWISE)
    return changed
