"""Pictures to take along: the triangle, the themes' sizes and the trend, safe to show anybody.

Every number has passed the disclosure control before anything is drawn, so that neither the
picture, its table nor its coordinates tell more than may be told.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from analysis.themes.showing import T, ThemeRow
from dialogue.ground.charts import share_of_ten
from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count, public_shares, shown_cells

MOST_THEMES = 10
PIXELS_PER_INCH = 192


@dataclass(frozen=True, slots=True)
class Bar:
    """A theme and how many stories say it; ``value`` is None when too few."""

    text: Localized
    value: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month, ``2026-10``, and how many of the themes' stories came in it."""

    text: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality or area, and how many of the themes' stories were told from it. One that is
    too small, or would give such a one away, is left out."""

    text: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A theme in the triangle: ten points of the tellers, and the machine's where it has any."""

    number: int
    name: Localized
    count: int
    teller: tuple[int, int, int]
    machine: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """What may be shown of a dialogue's themes; ``hidden`` ones are too small for the triangle."""

    sizes: tuple[Bar, ...]
    months: tuple[Month, ...]
    areas: tuple[Area, ...]
    triangle: tuple[Marked, ...]
    hidden: int
    smallest: int


def pictures_of(rows: Sequence[ThemeRow], smallest: int) -> Pictures:
    """The pictures of the themes on the board, the largest themes first."""
    rows = rows[:MOST_THEMES]
    months: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    for row in rows:
        months.update(row.months)
        areas.update(row.areas)
    untold = max(0, sum(row.size for row in rows) - sum(areas.values()))
    shown = [
        marked for number, row in enumerate(rows, 1) if (marked := _marked(number, row, smallest))
    ]
    return Pictures(
        sizes=tuple(Bar(row.name, public_count(row.size, smallest).shown) for row in rows),
        months=tuple(
            Month(month, public_count(count, smallest).shown)
            for month, count in sorted(months.items())
        ),
        areas=tuple(
            Area(area, public_count(areas[area], smallest).shown)
            for area in sorted(shown_cells(areas, smallest, untold))
        ),
        triangle=tuple(shown),
        hidden=len(rows) - len(shown),
        smallest=smallest,
    )


def _marked(number: int, row: ThemeRow, smallest: int) -> Marked | None:
    count = public_count(row.size, smallest).shown
    told = dict(zip(T, row.told, strict=True))
    shares = public_shares(told, row.tellers, smallest)
    if count is None or shares is None:
        return None
    machine = share_of_ten(row.tied) if any(row.tied) else None
    return Marked(number, row.name, count, (shares[T[0]], shares[T[1]], shares[T[2]]), machine)


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
