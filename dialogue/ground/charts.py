"""Where things stand in the pictures: geometry for the SVG macros, and nothing else.

Every function is pure and deterministic: numbers in, coordinates or path data out. The templates
reach them through the Jinja global ``charts``; nothing here knows a request, a language or a
colour. Coordinates are SVG user units, x to the right and y downwards. ``Points`` always stand in
the order trygghet, tillgänglighet, tillsammans, in which the three marks are drawn everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Points = tuple[float, float, float]
Place = tuple[float, float]

TEN = 10
"""Points that a person shares, and marks in a band."""

TOP: Place = (180.0, 40.0)
LEFT: Place = (30.0, 290.0)
RIGHT: Place = (330.0, 290.0)
"""Corners of the triangle: trygghet, tillgänglighet, tillsammans."""

_SHORE: tuple[tuple[int, int, int], ...] = (
    (1, 150, 20), (3, 78, 168), (2, 112, 238), (1, 62, 352), (2, 196, 398),
    (3, 150, 590), (1, 110, 742), (2, 70, 846), (3, 196, 910), (1, 176, 1116),
)  # fmt: skip
"""Mark, size and left edge of the ten marks on the shore: a rhythm, not a measurement."""


def share_of_ten(weights: Sequence[float]) -> tuple[int, int, int]:
    """Ten whole points in proportion to three weights (largest remainder; earlier T wins a tie).

    Nothing given is nothing shared: three zeros stay zeros. Negative weights raise ``ValueError``.
    """
    if len(weights) != 3 or any(weight < 0 for weight in weights):
        raise ValueError("three weights, none below zero")
    total = sum(weights)
    if total == 0:
        return (0, 0, 0)
    exact = [weight * TEN / total for weight in weights]
    whole = [math.floor(part + 1e-9) for part in exact]
    by_remainder = sorted(range(3), key=lambda i: (-(exact[i] - whole[i]), i))
    for i in by_remainder[: TEN - sum(whole)]:
        whole[i] += 1
    return (whole[0], whole[1], whole[2])


def band_marks(points: Sequence[float]) -> list[int]:
    """The ten marks of a band, left to right: 1, 2, 3 for the three T and 0 for a point not given.

    Whole points that sum to at most ten are drawn as they are; anything else (means of a theme,
    counts) is first shared out with :func:`share_of_ten`.
    """
    whole = len(points) == 3 and all(p >= 0 and float(p).is_integer() for p in points)
    counts = [int(p) for p in points] if whole and sum(points) <= TEN else share_of_ten(points)
    marks = [mark for mark, count in zip((1, 2, 3), counts, strict=True) for _ in range(count)]
    return marks + [0] * (TEN - len(marks))


def leading_mark(points: Sequence[float]) -> int:
    """The T with most points, 1–3 (the earlier one wins a tie), or 0 when nothing was given."""
    return 0 if not any(points) else 1 + max(range(3), key=lambda i: (points[i], -i))


@dataclass(frozen=True, slots=True)
class ShoreMark:
    """One mark on the shore: which T, its box, and whether the water has given it back."""

    mark: int
    x: float
    y: float
    size: float
    given: bool


def shore_marks(answered: int, total: int, waterline: float = 205.0) -> list[ShoreMark]:
    """Ten marks standing on the waterline, given back from the left for each full tenth answered.

    Never rounded up: nine of ten marks mean that at least nine tenths have an answer.
    """
    given = min(TEN, TEN * answered // total) if total > 0 else 0
    return [
        ShoreMark(mark, x, round(waterline - size * 22 / 24, 1), size, i < given)
        for i, (mark, size, x) in enumerate(_SHORE)
    ]


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
    """A theme in the triangle: the tellers' mark, the machine's contour (or None), its number."""

    mark: int
    x: float
    y: float
    size: float
    machine_mark: int
    machine: Place | None
    label: Place


def theme_places(
    themes: Sequence[tuple[Points, Points | None, int]], smallest: float = 14, largest: float = 30
) -> list[ThemePlace]:
    """Themes as (tellers' points, machine's points or None, stories): where each is drawn.

    A mark's area follows its number of stories. A number is put to the right of its mark, or to the
    left, below or above where another mark or number already stands.
    """
    most = max((count for *_, count in themes), default=1) or 1
    spots = [points_in_triangle(tellers) for tellers, _, _ in themes]
    sizes = [
        round(max(smallest, largest * math.sqrt(max(count, 0) / most)), 1) for *_, count in themes
    ]
    taken = [(x, y, size / 2) for (x, y), size in zip(spots, sizes, strict=True)]
    places: list[ThemePlace] = []
    for (tellers, machine, _), (x, y), size in zip(themes, spots, sizes, strict=True):
        label = _free_spot(x, y, size, taken)
        taken.append((label[0], label[1], 8))
        places.append(
            ThemePlace(
                leading_mark(tellers), x, y, size,
                leading_mark(machine) if machine else 0,
                points_in_triangle(machine) if machine else None,
                label,
            )
        )  # fmt: skip
    return places


def _free_spot(
    x: float, y: float, size: float, taken: Sequence[tuple[float, float, float]]
) -> Place:
    """The middle of a label beside a mark, as far from everything taken as four sides allow."""
    reach = size / 2 + 9
    sides = [(x + reach, y), (x - reach, y), (x, y + reach + 1), (x, y - reach - 1)]

    def room(spot: Place) -> float:
        others = [t for t in taken if (t[0], t[1]) != (x, y)]
        return min((math.dist(spot, t[:2]) - t[2] - 8 for t in others), default=1.0)

    best = next((spot for spot in sides if room(spot) >= 0), None) or max(sides, key=room)
    return round(best[0], 1), round(best[1], 1)


def triangle_outline() -> str:
    """Path data of the fell itself."""
    return f"M{TOP[0]:g} {TOP[1]:g}L{LEFT[0]:g} {LEFT[1]:g}H{RIGHT[0]:g}z"


def triangle_heights(steps: Sequence[float] = (2, 4, 6, 8)) -> str:
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


@dataclass(frozen=True, slots=True)
class Poles:
    """Path data of a winter trail: what lies behind, the flag where you are, what lies ahead."""

    width: int
    behind: str
    flag: str
    ahead: str


def poles(reached: int, total: int) -> Poles:
    """A trail of ``total`` poles with the flag on pole ``reached`` (1-based; 0 has no flag yet).

    Long trails stay legible: above 24 poles the picture keeps 24 and the flag its proportion, so
    that it stands on the last pole only at the end.
    """
    total = max(total, 1)
    reached = max(0, min(reached, total))
    drawn = min(total, 24)
    at = max(reached * drawn // total, min(reached, 1))
    behind, flag, ahead = "", "", ""
    for pole in range(drawn):
        x = pole * 10 + 3
        if pole < at - 1:
            behind += f"M{x - 1.5:g} 8h3v16h-3z"
        elif pole == at - 1:
            flag = f"M{x - 1.5:g} 0h9v6h-6v18h-3z"
        else:
            ahead += f"M{x - 0.75:g} 14h1.5v10h-1.5z"
    return Poles(drawn * 10 + 4, behind, flag, ahead)


def rising_poles(reached: int, total: int = 5) -> list[tuple[str, bool]]:
    """The degree of a statement as rising poles: path data of each, and whether it is reached."""
    return [(f"M{i * 11} {16 - i * 4}h6v{6 + i * 4}h-6z", i < reached) for i in range(total)]


def bar_lengths(values: Sequence[float | None]) -> list[float]:
    """Each value as a percentage of the greatest; one that is not shown (None) has no length."""
    most = max((value for value in values if value is not None), default=0)
    return [round(100 * value / most, 1) if value and most else 0.0 for value in values]


def nice_ticks(highest: float, most: int = 5) -> list[float]:
    """Even ticks from 0 to at least ``highest`` with a step of 1, 2 or 5 times a power of ten.

    >>> nice_ticks(37)
    [0.0, 10.0, 20.0, 30.0, 40.0]
    """
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough - 1e-12)
    return [round(step * i, 10) for i in range(math.ceil(highest / step - 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns over time in 600 × 200: boxes (x, y, width, height) and ticks (value, y)."""

    boxes: list[tuple[float, float, float, float]]
    ticks: list[tuple[float, float]]
    every: int


def columns(values: Sequence[float], labels_that_fit: int = 8) -> Columns:
    """Columns standing on y = 170 with even ticks to the left; label every ``every``-th of them."""
    ticks = nice_ticks(max(values, default=0), most=4)
    top = ticks[-1]
    pitch = 560 / max(len(values), 1)
    boxes = [
        (round(40 + i * pitch + pitch * 0.12, 1), round(170 - 160 * v / top, 1),
         round(pitch * 0.76, 1), round(160 * v / top, 1))
        for i, v in enumerate(values)
    ]  # fmt: skip
    every = max(1, math.ceil(len(values) / labels_that_fit))
    return Columns(boxes, [(tick, round(170 - 160 * tick / top, 1)) for tick in ticks], every)


@dataclass(frozen=True, slots=True)
class Stair:
    """One degree in a spread: its box in a 100 × 50 picture."""

    degree: int
    x: float
    width: float
    height: float


def stairs(counts: Sequence[float]) -> list[Stair]:
    """A spread as a stair: width is the share of answers, height the degree it stands for."""
    total = sum(counts)
    steps: list[Stair] = []
    x = 0.0
    for degree, count in enumerate(counts, 1):
        width = 100 * count / total if total else 0.0
        if width:
            height = 50 * (0.2 + 0.8 * degree / len(counts))
            steps.append(Stair(degree, round(x, 2), round(width, 2), round(height, 1)))
        x += width
    return steps


def modules_path(rows: Iterable[Iterable[object]]) -> tuple[int, str]:
    """Side length and path data of a QR symbol, given as rows of truthy modules (no quiet zone)."""
    parts: list[str] = []
    side = 0
    for y, row in enumerate(rows):
        side = y + 1
        start: int | None = None
        cells = [bool(cell) for cell in row]
        for x, dark in enumerate([*cells, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                parts.append(f"M{start} {y}h{x - start}v1h{start - x}z")
                start = None
    return side, "".join(parts)


def clock_run(days: int, due: int) -> tuple[float, float]:
    """Where today and the due day stand on a line of 300: (today, due).

    ``days`` since the asking, ``due`` days from asking to answer. When the day has passed, the line
    grows and the due post moves back, so that the overrun is drawn in its true proportion.
    """
    span = max(days, due, 1)
    return round(300 * max(days, 0) / span, 1), round(300 * max(due, 0) / span, 1)
