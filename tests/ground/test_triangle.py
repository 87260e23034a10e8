"""The triangle: points pull a dot to their corner, and many themes stand apart in it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from dialogue.ground import triangle
from tests.ground.test_charts import whole_points


def test_all_points_on_one_t_put_the_dot_in_its_corner() -> None:
    assert triangle.points_in_triangle((10, 0, 0)) == triangle.TOP
    assert triangle.points_in_triangle((0, 3, 0)) == triangle.LEFT
    assert triangle.points_in_triangle((0, 0, 1)) == triangle.RIGHT


def test_nothing_given_leaves_the_dot_in_the_middle() -> None:
    assert triangle.points_in_triangle((0, 0, 0)) == triangle.points_in_triangle((1, 1, 1))


@given(whole_points.filter(any))
def test_the_dot_never_leaves_the_fell(points: tuple[int, int, int]) -> None:
    x, y = triangle.points_in_triangle(points)
    assert triangle.TOP[1] <= y <= triangle.LEFT[1]
    half_width = (y - triangle.TOP[1]) / (triangle.LEFT[1] - triangle.TOP[1]) * 150
    assert abs(x - triangle.TOP[0]) <= half_width + 0.2


def test_numbers_of_themes_do_not_cover_other_themes() -> None:
    themes = [((7, 1, 2), (5, 3, 2), 31), ((6, 2, 2), None, 26), ((0, 0, 10), (0, 5, 5), 3)]
    places = triangle.theme_places(themes)
    assert [place.mark for place in places] == [1, 1, 3]
    assert places[0].size > places[1].size > places[2].size
    assert places[1].machine is None
    for place in places:
        for other in places:
            apart = math.dist(place.label, (other.x, other.y))
            assert apart > other.size / 2, "a number stands on a mark"


@pytest.mark.parametrize("spots", [1, 3, 9])
def test_many_themes_on_few_spots_stay_apart_with_their_numbers(spots: int) -> None:
    """Points are whole tenths, so that many themes share one place."""
    points = [(4, 3, 3), (3, 4, 3), (3, 3, 4), (5, 3, 2), (10, 0, 0), (0, 10, 0), (0, 0, 10),
              (4, 4, 2), (7, 2, 1)][:spots]  # fmt: skip
    themes = [(points[n % spots], None, 60 - n) for n in range(30)]
    places = triangle.theme_places(themes)
    for number, place in enumerate(places):
        x, y = place.label
        assert 0 < x < 360
        assert 0 < y < 346
        for other in places[:number]:
            apart = math.dist((place.x, place.y), (other.x, other.y))
            assert apart > (place.size + other.size) / 2 - 1, "a mark covers another"
            assert math.dist(place.label, other.label) > 12, "a number covers another"
        for other in places:
            assert math.dist(place.label, (other.x, other.y)) > other.size / 2


def test_a_theme_without_points_stands_where_the_machine_put_it() -> None:
    told, untold = triangle.theme_places([((7, 2, 1), (7, 2, 1), 20), (None, (1, 2, 7), 20)])
    assert told.told
    assert told.machine == (told.x, told.y), "there is no stretch where both say the same"
    assert not untold.told
    assert untold.machine is None
    assert (untold.x, untold.y) == triangle.points_in_triangle((1, 2, 7))
    assert untold.mark == 3
    lists = [([7, 2, 1], [7, 2, 1], 20), (None, [1, 2, 7], 20)]
    assert triangle.theme_places(lists) == [told, untold]
