"""The map of stories: where each story lies, and the themes as islands with height curves.

Pure geometry. Two numbers per story come in (any units: what matters is that near means alike),
SVG paths go out. The curves are true contours of how densely a theme's stories lie (Gaussian
kernel), so a theme in two parts becomes two islands. The shoreline is drawn so low that at least
nine of ten of its stories stand inside it. Deterministic: the same stories give the same map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dialogue.ground.charts import Place

WIDTH, HEIGHT = 600, 440
_CELL = 8.0
_MARGIN = 46.0
_MOST_DOTS = 900
LABELS_APART = 30.0
"""Least distance between the numbers of two themes."""
_INSIDE = 0.9
"""Share of a theme's stories that stand inside its shoreline."""

Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MapStory:
    """A story on the map: its two coordinates, its leading T (0–3), its theme's number or None."""

    x: float
    y: float
    mark: int
    theme: int | None


@dataclass(frozen=True, slots=True)
class Island:
    """A theme: path data of the shoreline and of the two height curves within, and its summit."""

    theme: int
    shore: str
    heights: tuple[str, str]
    summit: Place


@dataclass(frozen=True, slots=True)
class StoryMap:
    """What the macro ``story_map`` draws. ``dots`` are (x, y, mark) in a box of WIDTH × HEIGHT."""

    islands: list[Island]
    dots: list[tuple[float, float, int]]
    lone: list[tuple[float, float, int]]
    dot_size: float
    total: int


def draw_map(stories: Sequence[MapStory], islands: int | None = None) -> StoryMap:
    """The map of ``stories``; the dots are thinned evenly above 900, the islands never.

    Themes with a number above ``islands``, where it is given, have dots and no island.
    """
    if not stories:
        return StoryMap([], [], [], 13.0, 0)
    spots = _fitted(np.array([(s.x, s.y) for s in stories], dtype=np.float64))
    numbers = sorted({s.theme for s in stories if s.theme is not None})
    drawn = [
        replace(_island(_told(spots[[s.theme == number for s in stories]])), theme=number)
        for number in numbers
        if islands is None or number <= islands
    ]
    summits = _pushed_apart(tuple(island.summit for island in drawn), LABELS_APART)
    drawn = [replace(island, summit=summit) for island, summit in zip(drawn, summits, strict=True)]
    themed = [i for i, s in enumerate(stories) if s.theme is not None]
    step = max(1, math.ceil(len(themed) / _MOST_DOTS))
    shown = themed[::step]
    size = 13.0 if len(shown) <= 250 else 9.0 if len(shown) <= 500 else 6.5
    apart = _pushed_apart(
        _told(spots[shown]), size * 1.02, tuple(island.summit for island in drawn)
    )
    dots = [(x, y, stories[i].mark) for i, (x, y) in zip(shown, apart, strict=True)]
    lone = [
        (round(float(spots[i][0]), 1), round(float(spots[i][1]), 1), s.mark)
        for i, s in enumerate(stories)
        if s.theme is None
    ]
    return StoryMap(drawn, dots, lone, size, len(stories))


Spots = tuple[Place, ...]


def _told(spots: Grid) -> Spots:
    """Coordinates as what a drawing can be remembered by."""
    return tuple((float(x), float(y)) for x, y in spots)


def _fitted(spots: Grid) -> Grid:
    """Coordinates moved into the box; the two axes are never stretched more than 1.5 apart."""
    low, high = spots.min(axis=0), spots.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    room = np.array([WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN])
    scale = room / extent
    scale = np.minimum(scale, scale.min() * 1.5)
    middle = np.array([WIDTH, HEIGHT]) / 2
    return np.asarray((spots - (low + high) / 2) * scale + middle, dtype=np.float64)


def _density(spots: Grid) -> Grid:
    """Kernel density on a grid of 8-unit cells, one row per y."""
    columns, rows = int(WIDTH / _CELL) + 1, int(HEIGHT / _CELL) + 1
    spread = float(np.sqrt(spots.var(axis=0).mean()))
    width = min(max(0.9 * spread * len(spots) ** (-1 / 6), 18.0), 32.0)
    grid_x = (np.arange(columns) * _CELL)[:, None]
    grid_y = (np.arange(rows) * _CELL)[:, None]
    kernel_x = np.exp(-((grid_x - spots[:, 0]) ** 2) / (2 * width**2))
    kernel_y = np.exp(-((grid_y - spots[:, 1]) ** 2) / (2 * width**2))
    return np.asarray(kernel_y @ kernel_x.T, dtype=np.float64)


@lru_cache(maxsize=256)
def _island(told: Spots) -> Island:
    """A theme whose stories lie here, without its number. A story that moves from one theme to
    another changes two islands: the others are remembered."""
    spots = np.array(told)
    density = _density(spots)
    peak = float(density.max())
    cells = np.clip(
        np.rint(spots / _CELL).astype(int), 0, [density.shape[1] - 1, density.shape[0] - 1]
    )
    at_stories = density[cells[:, 1], cells[:, 0]]
    shore = min(float(np.quantile(at_stories, 1 - _INSIDE)) * 0.7, 0.35 * peak)
    heights = [shore + (peak - shore) * part for part in (0.4, 0.75)]
    row, column = np.unravel_index(int(density.argmax()), density.shape)
    return Island(
        0,
        _contour(density, shore),
        (_contour(density, heights[0]), _contour(density, heights[1])),
        (float(column * _CELL), float(row * _CELL)),
    )


def _contour(density: Grid, level: float) -> str:
    """Closed smooth path data of every ring where ``density`` passes ``level``."""
    padded = np.pad(density, 1)
    return "".join(_smooth(ring) for ring in _rings(padded, level) if len(ring) >= 4)


def _rings(field: Grid, level: float) -> list[list[Place]]:
    """Rings of a field that is below ``level`` along its border (marching squares)."""
    above = field >= level
    code = (
        above[:-1, :-1] * 8 + above[:-1, 1:] * 4 + above[1:, 1:] * 2 + above[1:, :-1] * 1
    ).astype(int)
    following: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for row, column in np.argwhere((code > 0) & (code < 15)):
        for start, end in _SEGMENTS[int(code[row, column])]:
            edge = _edge(int(row), int(column), start)
            following.setdefault(edge, []).append(_edge(int(row), int(column), end))
    rings: list[list[Place]] = []
    while following:
        first = at = next(iter(following))
        ring: list[Place] = []
        while at in following:
            ring.append(_crossing(field, level, at))
            ends = following[at]
            onward = ends.pop()
            if not ends:
                del following[at]
            at = onward
            if at == first:
                break
        rings.append(ring)
    return rings


_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
_SEGMENTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_LEFT, _BOTTOM),), 2: ((_BOTTOM, _RIGHT),), 3: ((_LEFT, _RIGHT),),
    4: ((_RIGHT, _TOP),), 5: ((_LEFT, _TOP), (_RIGHT, _BOTTOM)), 6: ((_BOTTOM, _TOP),),
    7: ((_LEFT, _TOP),), 8: ((_TOP, _LEFT),), 9: ((_TOP, _BOTTOM),),
    10: ((_TOP, _RIGHT), (_BOTTOM, _LEFT)), 11: ((_TOP, _RIGHT),), 12: ((_RIGHT, _LEFT),),
    13: ((_RIGHT, _BOTTOM),), 14: ((_BOTTOM, _LEFT),),
}  # fmt: skip
"""For each case of corners above the level (8 top-left, 4 top-right, 2 bottom-right, 1 bottom-
left): the sides that the contour enters and leaves by, the high ground always on the same hand."""


def _edge(row: int, column: int, side: int) -> tuple[int, int, int]:
    """A side of a cell as (row, column, 0 along x or 1 along y), shared by its two cells."""
    if side == _TOP:
        return row, column, 0
    if side == _BOTTOM:
        return row + 1, column, 0
    return (row, column, 1) if side == _LEFT else (row, column + 1, 1)


def _crossing(field: Grid, level: float, edge: tuple[int, int, int]) -> Place:
    """Where the level is crossed on an edge, in user units (the padding taken off)."""
    row, column, along_y = edge
    here = float(field[row, column])
    there = float(field[row + along_y, column + 1 - along_y])
    part = (level - here) / (there - here) if there != here else 0.5
    x = column - 1 + (0 if along_y else part)
    y = row - 1 + (part if along_y else 0)
    return x * _CELL, y * _CELL


def _smooth(ring: list[Place]) -> str:
    """Path data through the midpoints of a ring, its points as controls."""
    for _ in range(2):  # each point moved to the mean of itself and its neighbours, twice
        turned = zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True)
        ring = [(sum(p[0] for p in near) / 3, sum(p[1] for p in near) / 3) for near in turned]
    ring = ring[::2] if len(ring) > 16 else ring

    def middle(i: int) -> Place:
        (x1, y1), (x2, y2) = ring[i % len(ring)], ring[(i + 1) % len(ring)]
        return (x1 + x2) / 2, (y1 + y2) / 2

    x, y = middle(-1)
    path = f"M{x:.0f} {y:.0f}"
    for i, (control_x, control_y) in enumerate(ring):
        x, y = middle(i)
        path += f"Q{control_x:.0f} {control_y:.0f} {x:.0f} {y:.0f}"
    return path + "z"


@lru_cache(maxsize=64)
def _pushed_apart(spots: Spots, gap: float, summits: Spots = (), rounds: int = 48) -> Spots:
    """Dots moved just so far that none covers another or a theme's number (12 units free)."""
    moved = np.array(spots, dtype=np.float64).reshape(-1, 2)
    for i in range(len(moved)):  # a tiny turn per index, so that dots on one spot part ways
        moved[i] += (0.01 * math.cos(2.4 * i), 0.01 * math.sin(2.4 * i))
    for _ in range(rounds):
        if not push(moved, gap):
            break
        for x, y in summits:
            away = moved - (x, y)
            far = np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-6)[:, None]
            near = far < 12 + gap / 2
            moved = np.where(near, (x, y) + away / far * (12 + gap / 2), moved)
    return _told(np.clip(moved, gap, [WIDTH - gap, HEIGHT - gap]).round(1))


def push(moved: Grid, gap: float) -> bool:
    """Push apart what lies nearer than ``gap``, each half the way, in place; whether any did."""
    pairs = cKDTree(moved).query_pairs(gap - 1e-6, output_type="ndarray")
    if not len(pairs):
        return False
    one, other = pairs[np.lexsort(pairs.T[::-1])].T
    away = moved[other] - moved[one]
    far = np.hypot(away[:, 0], away[:, 1])[:, None]
    step = away / np.maximum(far, 1e-9) * (gap - far) / 2
    np.subtract.at(moved, one, step)
    np.add.at(moved, other, step)
    return True
