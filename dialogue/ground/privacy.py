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
    floor = -(-smallest // ROUNDED_TO) * ROUNDED_TO
    nearest = (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    return PublicCount(max(nearest, floor), smallest)


def public_table(counts: Mapping[str, int], smallest: int) -> dict[str, PublicCount]:
    """Round every cell of a table, and its total under the key ``""``, each by itself."""
    table = {key: public_count(number, smallest) for key, number in counts.items()}
    return table | {"": public_count(sum(counts.values()), smallest)}


@dataclass(frozen=True, slots=True)
class PublicTotal:
    """A total as the public may see it.

    ``shown`` is None when it is not shown; ``few`` says that it is under ``smallest``. With
    ``at_least`` it is the sum of the parts that are shown, and the true total may be greater.
    """

    shown: int | None
    few: bool = False
    at_least: bool = False


def public_total(total: int, parts: Iterable[Sequence[int]], smallest: int) -> PublicTotal:
    """A total that gives away no part of it.

    ``parts`` are the true counts of tables that may add up to the total. Where one of them does
    and has a cell that is not shown, somebody could take the cells that are shown from the
    total and be left with the hidden one: 12, 12, 12 and 7 are shown as 10, 10, 10 and nothing,
    and a total of 45 would leave exactly 7. No coarser rounding helps against a reader who knows
    the rule, so the total is then made of nothing but the cells that are shown.
    """
    if total < smallest:
        return PublicTotal(None, few=True)
    hiding = [
        cells for cells in parts if sum(cells) == total and any(cell < smallest for cell in cells)
    ]
    if not hiding:
        return PublicTotal(public_count(total, smallest).shown)
    known = max(sum(public_count(cell, smallest).shown or 0 for cell in cells) for cells in hiding)
    return PublicTotal(known or None, at_least=True)


@dataclass(frozen=True, slots=True)
class PublicSpan:
    """Neighbouring cells, ``first`` to ``last``, shown as one."""

    first: int
    last: int
    shown: int


def public_spans(counts: Sequence[int], smallest: int) -> list[PublicSpan]:
    """Cells in an order, such as months, with neighbours put together until each span is large
    enough; none when all of them together are not.

    No span is hidden, so there is nothing to work out from a total, whatever else is known of it:
    within a span any division of its number is possible.
    """
    spans: list[tuple[int, int, int]] = []
    first, held = 0, 0
    for place, count in enumerate(counts):
        held += count
        if held >= smallest:
            spans.append((first, place, held))
            first, held = place + 1, 0
    if spans and first < len(counts):  # what is left is too small to stand alone
        begun, _last, number = spans.pop()
        spans.append((begun, len(counts) - 1, number + held))
    return [
        PublicSpan(begun, last, public_count(number, smallest).shown or 0)
        for begun, last, number in spans
    ]


def public_groups(
    counts: Mapping[str, int], without: int, smallest: int
) -> tuple[dict[str, int], int | None]:
    """Cells without an order, such as places, and the rest: those that are too small, put together
    with the ``without`` that gave none.

    Where the rest is too small to be shown it takes in the smallest of the others, so that nobody
    can take what is shown from a total and be left with it. None is a rest of nobody, or of
    everybody where they are too few.
    """
    large = shown_cells(counts, smallest, without)
    rest = without + sum(count for name, count in counts.items() if name not in large)
    shown = {name: public_count(counts[name], smallest).shown or 0 for name in sorted(large)}
    return shown, public_count(rest, smallest).shown if rest else None


def shown_cells(counts: Mapping[str, int], smallest: int, rest: int = 0) -> frozenset[str]:
    """The cells of a table that may be shown where the true total is known as well.

    ``rest`` is what the total holds and no cell tells. Whoever takes the cells that are shown from
    the total is left with the hidden ones and the rest: where these are fewer than the smallest
    group, the smallest of the other cells is hidden with them, and so on.
    """
    large = {name for name, count in counts.items() if count >= smallest}
    hidden = rest + sum(count for name, count in counts.items() if name not in large)
    for name in sorted(large, key=lambda each: (counts[each], each)):
        if not 0 < hidden < smallest:
            break
        large.discard(name)
        hidden += counts[name]
    return frozenset(large)


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
