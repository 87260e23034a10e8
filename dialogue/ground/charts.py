"""Where things stand in the pictures: geometry for the SVG macros, and nothing else.

Every function is pure and deterministic: numbers in, coordinates or path data out. The templates
reach them through the Jinja global ``charts``; nothing here knows a request, a language or a
colour. Coordinates are SVG user units, x to the right and y downwards. ``Points`` always stand in
the order trygghet, tillgänglighet, tillsammans, in which the three marks are drawn everywhere.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Points = tuple[float, float, float]
Place = tuple[float, float]

TEN = 10
"""Points that a person shares, and marks in a band."""

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


WIDEST_COLUMN = 84.0
"""Few columns stand apart instead of filling the chart."""


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
    width = min(pitch * 0.76, WIDEST_COLUMN)
    boxes = [
        (round(40 + i * pitch + (pitch - width) / 2, 1), round(170 - 160 * v / top, 1),
         round(width, 1), round(160 * v / top, 1))
        for i, v in enumerate(values)
    ]  # fmt: skip
    every = max(1, math.ceil(len(values) / labels_that_fit))
    return Columns(boxes, [(tick, round(170 - 160 * tick / top, 1)) for tick in ticks], every)


SPREAD_WIDTH, SPREAD_TOP, SPREAD_FOOT = 600.0, 24.0, 84.0


def spread_boxes(
    spans: Sequence[tuple[int, int, float]], steps: int
) -> list[tuple[float, float, float, float]]:
    """A spread over time in 600 × 100: a box (x, y, width, height) for each (first, last, number).

    A span's width is its time and its area its number, so that a long span does not look like a
    busy one.
    """
    pace = [number / (last - first + 1) for first, last, number in spans]
    most, step = max(pace, default=0) or 1, SPREAD_WIDTH / max(steps, 1)
    boxes = []
    for (first, last, _number), each in zip(spans, pace, strict=True):
        height = round((SPREAD_FOOT - SPREAD_TOP) * each / most, 1)
        width = round((last - first + 1) * step - 2, 1)
        boxes.append((round(first * step + 1, 1), round(SPREAD_FOOT - height, 1), width, height))
    return boxes


LINE = 19
"""From one line of a name to the next, in the pictures that stand alone."""


@dataclass(frozen=True, slots=True)
class Stacked:
    """Names below each other, broken into lines: for each its lines as (y, words) and the y of
    what stands under it; and where it all ends."""

    rows: list[tuple[list[tuple[int, str]], int]]
    end: int


def stacked(names: Sequence[str], start: int, under: int, letters: int = 72) -> Stacked:
    """Where names stand in a picture, each with room ``under`` it; a long one has more lines."""
    rows = []
    y = start
    for name in names:
        lines = [
            (y + LINE * (number + 1), words)
            for number, words in enumerate(textwrap.wrap(name, letters) or [""])
        ]
        y = lines[-1][0]
        rows.append((lines, y))
        y += under
    return Stacked(rows, y)


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
