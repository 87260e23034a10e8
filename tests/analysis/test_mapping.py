"""Where stories lie on the map: each theme has room, and like lies near like."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.mapping import map_places

DIMENSIONS = 32


def told(themes: int, each: int, noise: float = 0.6) -> tuple[np.ndarray, list[str], list[str]]:
    """Vectors of ``each`` stories about every theme, in two languages, mixed."""
    drawn = np.random.default_rng(3)
    middles = drawn.normal(size=(themes, DIMENSIONS))
    numbers = np.arange(themes * each) % themes
    rows = middles[numbers] + noise * drawn.normal(size=(len(numbers), DIMENSIONS))
    langs = ["sv" if n % 3 else "en" for n in range(len(numbers))]
    return rows.astype(np.float16), langs, [f"theme {n}" for n in numbers]


@pytest.mark.parametrize("themes", [2, 5, 26])
def test_most_stories_lie_nearest_the_middle_of_their_own_theme(themes: int) -> None:
    rows, langs, labels = told(themes, 20)
    places = map_places(rows, langs, labels)
    keys = sorted(set(labels))
    middles = np.array([places[[each == key for each in labels]].mean(axis=0) for key in keys])
    far = np.linalg.norm(places[:, None] - middles[None], axis=2)
    nearest = [keys[n] for n in far.argmin(axis=1)]
    assert np.mean([one == own for one, own in zip(nearest, labels, strict=True)]) > 0.9
    between = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    assert between[~np.eye(themes, dtype=bool)].min() > 0.2 * np.median(between[between > 0])


def test_a_story_is_drawn_towards_a_theme_that_it_resembles() -> None:
    rows, langs, labels = told(4, 20, noise=0.2)
    rows[0] = (rows[labels.index("theme 0", 1)] + rows[labels.index("theme 1")]) / 2
    places = map_places(rows, langs, labels)
    other = places[[each == "theme 1" for each in labels]].mean(axis=0)
    own = [n for n, each in enumerate(labels) if each == "theme 0"]
    far = np.linalg.norm(places[own] - other, axis=1)
    assert far[0] < np.median(far)


def test_the_same_stories_give_the_same_map_and_those_without_a_vector_no_place() -> None:
    rows, langs, labels = told(3, 12)
    rows[5] = 0
    lone: list[str | None] = [None if n == 7 else each for n, each in enumerate(labels)]
    first, second = (map_places(rows, langs, lone) for _ in range(2))
    assert np.array_equal(first, second, equal_nan=True)
    assert np.isnan(first[5]).all()
    assert np.isfinite(np.delete(first, 5, axis=0)).all()


@pytest.mark.parametrize("labels", [[None] * 9, ["one"] * 9])
def test_without_themes_or_with_one_there_is_a_map_all_the_same(labels: list[str | None]) -> None:
    rows, langs, _labels = told(3, 3)
    places = map_places(rows, langs, labels)
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == 9
    assert np.isnan(map_places(rows[:2], langs[:2], labels[:2])).all()
