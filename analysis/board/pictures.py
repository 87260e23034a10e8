"""Pictures to take along: the triangle, the themes' sizes, trends and places, safe to show anybody.

Every number has passed the disclosure control before anything is drawn, so that neither the
picture, its table nor its coordinates tell more than may be told. The pictures of a room are made
to be held against each other: a theme that is too small is in none of them but as a name among the
sizes, and of the others every story is counted once in each picture, in a cell that is large
enough. So no cell is hidden that could be worked out from the rest (:func:`trends_of`).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from analysis.themes.showing import T, ThemeRow
from dialogue.ground.charts import share_of_ten
from dialogue.ground.localized import Localized
from dialogue.ground.privacy import (
    PublicSpan,
    public_count,
    public_groups,
    public_shares,
    public_spans,
)

MOST_MARKS = 60
"""Themes in the triangle; with more of them the largest are drawn, and the page says so."""
MOST_MONTHS = 24
"""With more months between the first story and the last, trends go by year."""
PIXELS_PER_INCH = 192


@dataclass(frozen=True, slots=True)
class Bar:
    """A theme and how many stories say it; ``value`` is None when too few."""

    number: int
    text: Localized
    value: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """When a theme's stories came, or those of several small themes together (``numbers``).

    ``name`` is None for several. ``spans`` are made of the steps of :class:`Pictures`.
    """

    numbers: tuple[int, ...]
    name: Localized | None
    spans: tuple[PublicSpan, ...]

    @property
    def cells(self) -> list[tuple[int, int, int]]:
        """First and last step and number of each span, to be drawn."""
        return [(span.first, span.last, span.shown) for span in self.spans]


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality or area, and how many of the themes' stories were told from it; without a
    name, those of all the others and of whoever gave none."""

    text: str
    value: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A theme in the triangle: ten points of the tellers and ten of the machine, where it has any.

    One of the two is always there. ``teller`` is None where fewer than the smallest group gave
    points.
    """

    number: int
    name: Localized
    count: int
    teller: tuple[int, int, int] | None
    machine: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """What may be shown of a dialogue's themes.

    Of those that are not in the triangle ``hidden`` have too few stories, ``unplaced`` have no
    place in it from anybody, and ``beyond`` are more than can be read there. ``steps`` are the
    months, or years, that trends are drawn over; there are none when all came in one. ``areas`` are
    empty, too, when no place is large enough, although some told where (``told_where``).
    """

    sizes: tuple[Bar, ...]
    steps: tuple[str, ...]
    trends: tuple[Trend, ...]
    areas: tuple[Area, ...]
    told_where: bool
    triangle: tuple[Marked, ...]
    hidden: int
    unplaced: int
    beyond: int
    smallest: int

    @property
    def untold(self) -> int:
        """How many themes stand in the triangle where the machine put them, without points."""
        return sum(mark.teller is None for mark in self.triangle)

    def when(self, span: PublicSpan) -> str:
        """A span in words: ``2026-10``, or ``2026-10–2026-12``."""
        first, last = self.steps[span.first], self.steps[span.last]
        return first if first == last else f"{first}–{last}"


def pictures_of(rows: Sequence[ThemeRow], smallest: int) -> Pictures:
    """The pictures of the themes on the board, the largest themes first."""
    sizes = tuple(
        Bar(number, row.name, public_count(row.size, smallest).shown)
        for number, row in enumerate(rows, 1)
    )
    large = [(number, row) for number, row in enumerate(rows, 1) if row.size >= smallest]
    placed = [mark for number, row in large if (mark := _marked(number, row, smallest))]
    steps = steps_of({month for _number, row in large for month in row.months})
    return Pictures(
        sizes=sizes,
        steps=steps,
        trends=tuple(trends_of(large, steps, smallest)) if len(steps) > 1 else (),
        areas=tuple(_areas(large, smallest)),
        told_where=any(row.areas for _number, row in large),
        triangle=tuple(placed[:MOST_MARKS]),
        hidden=len(rows) - len(large),
        unplaced=len(large) - len(placed),
        beyond=max(0, len(placed) - MOST_MARKS),
        smallest=smallest,
    )


def steps_of(months: set[str]) -> tuple[str, ...]:
    """Every month from the first to the last, or every year where those are too many."""
    if not months:
        return ()
    first, begun = map(int, min(months).split("-"))
    last, ended = map(int, max(months).split("-"))
    if 12 * (last - first) + ended - begun >= MOST_MONTHS:
        return tuple(f"{year:04}" for year in range(first, last + 1))
    between = range(12 * first + begun - 1, 12 * last + ended)
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in between)


def trends_of(
    large: Sequence[tuple[int, ThemeRow]], steps: Sequence[str], smallest: int
) -> list[Trend]:
    """The spread over time of each theme, and of those together that have too few to be spread.

    A story stands in one trend only, and there is none of all themes: from a month's total and
    the same month in the other themes somebody could work out the theme that is left.
    """
    trends, small = [], []
    for number, row in large:
        counts = _over(steps, row.months)
        spans = tuple(public_spans(counts, smallest))
        if len(spans) > 1:
            trends.append(Trend((number,), row.name, spans))
        elif spans:
            small.append((number, row.name, counts))
    if small:
        together = [sum(column) for column in zip(*(counts for *_, counts in small), strict=True)]
        numbers = tuple(number for number, *_ in small)
        name = small[0][1] if len(small) == 1 else None
        trends.append(Trend(numbers, name, tuple(public_spans(together, smallest))))
    return trends


def _over(steps: Sequence[str], months: Mapping[str, int]) -> list[int]:
    """How many stories came in each step."""
    counts: Counter[str] = Counter()
    for month, count in months.items():
        counts[month[: len(steps[0])]] += count
    return [counts[step] for step in steps]


def _areas(large: Sequence[tuple[int, ThemeRow]], smallest: int) -> list[Area]:
    """Where the stories of the themes were told; nothing when no place is large enough."""
    areas: Counter[str] = Counter()
    for _number, row in large:
        areas.update(row.areas)
    stories = sum(sum(row.months.values()) for _number, row in large)
    shown, rest = public_groups(areas, max(0, stories - areas.total()), smallest)
    if not shown:
        return []
    named = [Area(name, value) for name, value in shown.items()]
    return named + ([Area("", rest)] if rest is not None else [])


def _marked(number: int, row: ThemeRow, smallest: int) -> Marked | None:
    count = public_count(row.size, smallest).shown
    told = dict(zip(T, row.told, strict=True))
    shares = public_shares(told, row.tellers, smallest)
    teller = (shares[T[0]], shares[T[1]], shares[T[2]]) if shares else None
    machine = share_of_ten(row.tied) if any(row.tied) else None
    if count is None or (teller is None and machine is None):
        return None
    return Marked(number, row.name, count, teller, machine)


def as_png(svg: str) -> bytes:
    """A picture as PNG, drawn in this process; text in a font that comes with the product."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "picture.svg").write_text(svg, encoding="utf-8")
        page = Path(folder, "page.typ")
        page.write_text(
            '#set page(width: 450pt, height: auto, margin: 0pt, fill: white)\n'
            '#image("picture.svg", width: 450pt)',
            encoding="utf-8",
        )  # fmt: skip
        drawn = typst.compile(str(page), root=folder, format="png", ppi=PIXELS_PER_INCH)
    if not isinstance(drawn, bytes):
        raise TypeError("a picture has one page")
    return drawn
