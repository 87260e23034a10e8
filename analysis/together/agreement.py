"""Agreement between those who code the same stories; numbers only, no database.

Krippendorff's alpha after K. Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011):
1 when all agree, 0 when they agree as by chance, below 0 when they disagree more than that. A
coder may lack a value; a unit with one value alone is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FEWEST = 20
"""With fewer stories in common no figure is said: it would change with a single story."""
FEW = 60
"""With fewer than this the figure is marked as resting on few stories."""

Distance = Callable[[Any, Any], float]


def nominal(one: Hashable, other: Hashable) -> float:
    """0 when they are the same, 1 otherwise."""
    return 0.0 if one == other else 1.0


def interval(one: float, other: float) -> float:
    """The square of the difference."""
    return float(one - other) ** 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """``alpha`` is None when nobody could have disagreed; ``units`` had at least two values."""

    alpha: float | None
    units: int

    @property
    def too_few(self) -> bool:
        return self.units < FEWEST

    @property
    def few(self) -> bool:
        return FEWEST <= self.units < FEW


def krippendorff(units: Iterable[Sequence[Any]], distance: Distance) -> Agreement:
    """Krippendorff's alpha of units, each the values that coders gave it; None is no value."""
    observed, count = 0.0, 0
    totals: Counter[Any] = Counter()
    for unit in units:
        values = Counter(value for value in unit if value is not None)
        size = values.total()
        if size < 2:
            continue
        count += 1
        totals.update(values)
        observed += _spread(values, distance) / (size - 1)
    everything = totals.total()
    expected = _spread(totals, distance)
    if everything < 2 or expected == 0:
        return Agreement(None, count)
    return Agreement(1 - (everything - 1) * observed / expected, count)


def _spread(values: Counter[Any], distance: Distance) -> float:
    """The distances of all ordered pairs of values."""
    known = sorted(values.items(), key=lambda pair: str(pair[0]))
    return 2 * sum(
        count * others * distance(value, other)
        for place, (value, count) in enumerate(known)
        for other, others in known[place + 1 :]
    )


def confusion(
    pairs: Iterable[tuple[str | None, str | None]], marks: Sequence[str]
) -> dict[str, dict[str, int]]:
    """How often the first said one mark where the second said another: ``{first: {second: n}}``."""
    found = {mark: dict.fromkeys(marks, 0) for mark in marks}
    for one, other in pairs:
        if one in found and other in found:
            found[one][other] += 1
    return found


def same(matrix: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    """How many of the pairs say the same, and how many pairs there are."""
    agreed = sum(row[mark] for mark, row in matrix.items())
    return agreed, sum(sum(row.values()) for row in matrix.values())


def leading(points: Mapping[str, Any], nodes: Sequence[str]) -> str | None:
    """The node with most points; None when nothing was given or two share the first place."""
    given = sorted((float(points.get(node, 0) or 0) for node in nodes), reverse=True)
    if not given or given[0] <= 0 or given[0] == given[1]:
        return None
    return max(nodes, key=lambda node: float(points.get(node, 0) or 0))
