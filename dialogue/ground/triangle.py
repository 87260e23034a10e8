"""Where points and themes stand in the triangle of the three T.

Pure geometry, as :mod:`dialogue.ground.charts`: the templates reach it through the Jinja global
``triangle``. Coordinates are SVG user units in a drawing of 360 × 346.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogue.ground.charts import TEN, Place, Points, leading_mark

TOP: Place = (180.0, 40.0)
LEFT: Place = (30.0, 290.0)
RIGHT: Place = (330.0, 290.0)
"""Corners of the triangle: trygghet, tillgänglighet, tillsammans."""


def points_in_triangle(points: Sequence[float]) -> Place:
    """Where three points pull the dot; the middle of the triangle when nothing is given."""
    a, b, c = points
    total = a + b + c
    if total <= 0:
        a = b = c = 1.0
        total = 3.0
    return (
        round((TOP[0] * a + LEFT[0] * b + RIGHT[0] * c) / total, 1),
        round((TOP[1] * a + LEFT[1] * b + RIGHT[1] * c) / total, 1),
    )


@dataclass(frozen=True, slots=True)
class ThemePlace:
    """A theme in the triangle: its mark and the machine's contour (or None), and its number.

    ``told`` is False where the tellers gave no points: then the mark is the machine's, and is
    drawn as a contour. ``lead`` is path data from a number to a mark that it stands far from.
    """

    mark: int
    x: float
    y: float
    size: float
    machine_mark: int
    machine: Place | None
    label: Place
    told: bool = True
    lead: str = ""


CROWD = 12
"""With more themes than this their marks are drawn smaller."""
CONTOUR = 13.0
"""Width of the machine's contour beside the tellers' mark."""

Themed = tuple[Sequence[float] | None, Sequence[float] | None, int]
Disc = tuple[float, float, float]
"""Something that takes room: its middle and its radius."""


def theme_places(themes: Sequence[Themed]) -> list[ThemePlace]:
    """Themes as (tellers' points or None, machine's points or None, stories): where each is drawn.

    One of the two is always there. A mark's area follows its number of stories. Marks that would
    cover each other are moved just so far that they stand side by side, and numbers stand beside
    their marks, free of other marks and numbers, with a line where that is some way off.
    """
    smallest, largest = (14.0, 30.0) if len(themes) <= CROWD else (10.0, 20.0)
    most = max((count for *_, count in themes), default=1) or 1
    return list(
        _theme_places(
            tuple(
                (
                    tuple(tellers) if tellers else None, tuple(machine) if machine else None,
                    round(max(smallest, largest * math.sqrt(max(count, 0) / most)), 1),
                )
                for tellers, machine, count in themes
            )
        )
    )  # fmt: skip


Drawn = tuple[Sequence[float] | None, Sequence[float] | None, float]
"""As :data:`Themed`, with the width of the mark, which seldom changes with one story more."""


@lru_cache(maxsize=128)
def _theme_places(themes: tuple[Drawn, ...]) -> tuple[ThemePlace, ...]:
    points = [tellers or machine or (0, 0, 0) for tellers, machine, _ in themes]
    exact = [points_in_triangle(each) for each in points]
    sizes = [size for *_, size in themes]
    spots = _side_by_side(exact, sizes)
    contours = [
        None if not (tellers and machine)
        else spot if points_in_triangle(machine) == there
        else points_in_triangle(machine)
        for (tellers, machine, _), spot, there in zip(themes, spots, exact, strict=True)
    ]  # fmt: skip
    taken = [(x, y, size / 2) for (x, y), size in zip(spots, sizes, strict=True)]
    taken += [(*contour, CONTOUR / 2) for contour in contours if contour]
    taken += [(*corner, 14.0) for corner in (TOP, LEFT, RIGHT)]
    places: list[ThemePlace] = []
    for (tellers, machine, _), each, spot, size, contour in zip(
        themes, points, spots, sizes, contours, strict=True
    ):
        label, far = _free_spot(spot, size, taken)
        taken.append((*label, LABEL))
        places.append(
            ThemePlace(
                leading_mark(each), *spot, size,
                leading_mark(machine) if contour and machine else 0, contour, label,
                tellers is not None, _lead(spot, label, size) if far else "",
            )
        )  # fmt: skip
    return tuple(places)


LABEL = 8.0
"""Half the room that a number takes."""
_ROUND = 16
_REACHES = tuple(range(0, 120, 6))


def _side_by_side(exact: Sequence[Place], sizes: Sequence[float], rounds: int = 200) -> list[Place]:
    """Marks moved just so far that none covers another."""
    spots = [list(spot) for spot in exact]
    for number, spot in enumerate(spots):  # a tiny turn each, so that marks on one spot part ways
        turn = 2.4 * number
        if exact.count(exact[number]) > 1:
            spot[0] += 0.01 * math.cos(turn)
            spot[1] += 0.01 * math.sin(turn)
    for _ in range(rounds):
        pushed = False
        for one in range(len(spots)):
            for other in range(one):
                gap = (sizes[one] + sizes[other]) / 2
                x, y = spots[one][0] - spots[other][0], spots[one][1] - spots[other][1]
                far = math.hypot(x, y)
                if far < gap - 0.05:
                    step = (gap - far) / 2 / max(far, 1e-9)
                    spots[one][0] += x * step
                    spots[one][1] += y * step
                    spots[other][0] -= x * step
                    spots[other][1] -= y * step
                    pushed = True
        if not pushed:
            break
    return [(round(x, 1), round(y, 1)) for x, y in spots]


def _free_spot(spot: Place, size: float, taken: Sequence[Disc]) -> tuple[Place, bool]:
    """The middle of a number beside a mark: the nearest that is free, and whether it is far off.

    To the right, left, below or above first, then all around, and further and further away.
    """
    reach = size / 2 + LABEL + 1
    turns = sorted(range(_ROUND), key=lambda turn: (turn % 4 != 0, turn))
    best, most = (spot[0] + reach, spot[1]), -math.inf
    for off in _REACHES:
        for turn in turns:
            angle = math.tau * turn / _ROUND
            x = round(spot[0] + (reach + off) * math.cos(angle), 1)
            y = round(spot[1] + (reach + off) * math.sin(angle), 1)
            if not (LABEL <= x <= 360 - LABEL and LABEL <= y <= 346 - 2 * LABEL):
                continue
            room = min(
                (math.dist((x, y), each[:2]) - each[2] - LABEL for each in taken), default=1.0
            )
            if room >= 0:
                return (x, y), off > 0
            if room > most:
                best, most = (x, y), room
    return best, True


def _lead(spot: Place, label: Place, size: float) -> str:
    """Path data of a line from a mark's edge to its number."""
    far = math.dist(spot, label)
    x, y = (label[0] - spot[0]) / far, (label[1] - spot[1]) / far
    start, end = size / 2, far - LABEL
    if end <= start:
        return ""
    return (
        f"M{spot[0] + x * start:.1f} {spot[1] + y * start:.1f}"
        f"L{spot[0] + x * end:.1f} {spot[1] + y * end:.1f}"
    )


def outline() -> str:
    """Path data of the fell itself."""
    return f"M{TOP[0]:g} {TOP[1]:g}L{LEFT[0]:g} {LEFT[1]:g}H{RIGHT[0]:g}z"


def heights(steps: Sequence[float] = (2, 4, 6, 8)) -> str:
    """Path data of the height lines: parallel to each side, one for each step of ten points."""

    def line(start: Points, end: Points) -> str:
        (x1, y1), (x2, y2) = points_in_triangle(start), points_in_triangle(end)
        return f"M{x1:g} {y1:g}L{x2:g} {y2:g}"

    return "".join(
        line((k, TEN - k, 0), (k, 0, TEN - k))
        + line((TEN - k, k, 0), (0, k, TEN - k))
        + line((TEN - k, 0, k), (0, TEN - k, k))
        for k in steps
    )
