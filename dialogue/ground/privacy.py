"""Disclosure control: every number that leaves the house passes here.

Counts under the smallest group are not shown; the others are rounded to the nearest five, totals
independently of their parts, so that parts and totals cannot be subtracted to find a person.
The same number always comes out the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

ROUNDED_TO = 5
COARSER = (5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class PublicCount:
    """A count as the public may see it.

    ``shown`` is None when the true count is under ``smallest``.
    """

    shown: int | None
    smallest: int

    @property
    def hidden(self) -> bool:
        return self.shown is None

    def words(self) -> str:
        """``fewer than 8`` or ``about 35``'s bare figure, in the reader's language."""
        if self.shown is None:
            return str(_("fewer than %(num)d", num=self.smallest))
        return str(self.shown)


def public_count(number: int, smallest: int) -> PublicCount:
    """Round one count of people or stories for publication.

    A count in ``[smallest, …)`` becomes the nearest multiple of five (halves upwards), but never
    less than the smallest group's own floor.
    """
    if number < smallest:
        return PublicCount(None, smallest)
    return PublicCount((number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO, smallest)


def public_table(counts: Mapping[str, int], smallest: int) -> dict[str, PublicCount]:
    """Round every cell of a table, and its total under the key ``""``, each by itself."""
    table = {key: public_count(number, smallest) for key, number in counts.items()}
    return table | {"": public_count(sum(counts.values()), smallest)}


def public_total(total: int, parts: Iterable[Sequence[int]], smallest: int) -> PublicCount:
    """Round a total so that it does not give away a part of it that is not shown.

    ``parts`` are the true counts of tables whose cells may add up to the total. Somebody who
    subtracts the cells that are shown learns between which bounds a hidden one lies. The total is
    rounded to 5, or coarser until those bounds leave at least half of the small counts open; when
    nothing is coarse enough, it is not shown (``shown`` is None although it is not small).
    """
    if total < smallest:
        return PublicCount(None, smallest)
    adding = [cells for cells in parts if sum(cells) == total]
    for base in COARSER:
        shown = (total + base // 2) // base * base
        if shown and all(_leaves_open(shown, base, cells, smallest) for cells in adding):
            return PublicCount(shown, smallest)
    return PublicCount(None, smallest)


def _leaves_open(shown: int, base: int, cells: Sequence[int], smallest: int) -> bool:
    """Whether a reader cannot narrow down the hidden cells of a table by its rounded total."""
    hidden = sum(1 for cell in cells if cell < smallest)
    if not hidden:
        return True
    rounded = [public_count(cell, smallest).shown or 0 for cell in cells if cell >= smallest]
    most = sum(value + ROUNDED_TO // 2 for value in rounded)
    least = sum(max(smallest, value - ROUNDED_TO // 2) for value in rounded)
    lowest = shown - base // 2 - most - (smallest - 1) * (hidden - 1)
    highest = shown + base - 1 - base // 2 - least
    return min(smallest - 1, highest) - max(0, lowest) >= smallest // 2


def public_shares(
    points: Mapping[str, float], tellers: int, smallest: int
) -> dict[str, int] | None:
    """Share ten marks between the keys of ``points``, or None when too few people gave them.

    Largest remainders first; ties fall to the key that comes first, so the same points always
    give the same band.
    """
    total = sum(points.values())
    if tellers < smallest or total <= 0:
        return None
    exact = {key: 10 * value / total for key, value in points.items()}
    marks = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: marks[key] - exact[key])
    for key in rest[: 10 - sum(marks.values())]:
        marks[key] += 1
    return marks
