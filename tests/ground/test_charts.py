"""The geometry of the pictures: what is drawn is what was said."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.ground import charts
from dialogue.ground.islands import HEIGHT, WIDTH, MapStory, draw_map

amounts = st.floats(min_value=0, max_value=1e6, allow_nan=False)
whole_points = st.tuples(*[st.integers(0, 10)] * 3).filter(lambda p: sum(p) <= 10)


@given(st.tuples(amounts, amounts, amounts))
def test_ten_points_are_shared_out_whole_and_near_their_weights(
    weights: tuple[float, float, float],
) -> None:
    shared = charts.share_of_ten(weights)
    total = sum(weights)
    assert sum(shared) == (10 if total else 0)
    if total:
        assert all(
            abs(part - weight * 10 / total) <= 1 + 1e-6
            for part, weight in zip(shared, weights, strict=True)
        )


def test_sharing_refuses_what_is_not_three_weights() -> None:
    for wrong in ((1, 2), (1, 2, 3, 4), (1, -1, 2)):
        with pytest.raises(ValueError, match="three weights"):
            charts.share_of_ten(wrong)


@given(whole_points)
def test_a_band_shows_a_persons_own_points_unchanged(points: tuple[int, int, int]) -> None:
    marks = charts.band_marks(points)
    assert len(marks) == 10
    assert tuple(marks.count(k) for k in (1, 2, 3)) == points
    assert marks == sorted(marks, key=lambda k: k or 4), "the order of the marks never changes"


def test_a_band_shares_out_means_and_counts() -> None:
    assert charts.band_marks((4.6, 1.2, 4.2)) == [1] * 5 + [2] + [3] * 4
    assert charts.band_marks((70, 10, 20)) == [1] * 7 + [2] + [3] * 2


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_shore_gives_back_full_tenths_and_never_rounds_up(answered: int, total: int) -> None:
    answered = min(answered, total)
    marks = charts.shore_marks(answered, total)
    given_back = sum(mark.given for mark in marks)
    assert len(marks) == 10
    assert given_back / 10 <= (answered / total if total else 0)
    assert [mark.given for mark in marks] == [True] * given_back + [False] * (10 - given_back)
    assert (given_back == 10) == (total > 0 and answered == total)


def test_marks_stand_on_the_waterline() -> None:
    for mark in charts.shore_marks(0, 1, waterline=205):
        assert mark.y + mark.size * 22 / 24 == pytest.approx(205, abs=0.1)


@given(st.integers(-3, 60), st.integers(0, 60))
def test_a_trail_has_one_flag_and_a_pole_for_every_step(reached: int, total: int) -> None:
    trail = charts.poles(reached, total)
    drawn = min(max(total, 1), 24)
    poles = trail.behind.count("M") + trail.flag.count("M") + trail.ahead.count("M")
    assert poles == drawn
    assert (trail.flag == "") == (reached <= 0)
    assert (trail.ahead == "") == (reached >= max(total, 1))


def test_rising_poles_rise() -> None:
    poles = charts.rising_poles(3)
    assert [reached for _, reached in poles] == [True, True, True, False, False]
    heights = [int(re.findall(r"v(\d+)h-6", path)[0]) for path, _ in poles]
    assert heights == sorted(set(heights))


def test_bars_are_measured_against_the_longest_and_hidden_ones_have_no_length() -> None:
    assert charts.bar_lengths([20, None, 40, 0]) == [50.0, 0.0, 100.0, 0.0]
    assert charts.bar_lengths([None, 0]) == [0.0, 0.0]


@given(st.floats(min_value=1e-3, max_value=1e9), st.integers(1, 10))
def test_ticks_are_even_round_and_reach_the_highest(highest: float, most: int) -> None:
    ticks = charts.nice_ticks(highest, most)
    step = ticks[1] - ticks[0]
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-6)
    assert ticks[-1] - step < highest
    assert len(ticks) <= most + 1
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(leading - k) for k in (1, 2, 5, 10)) < 1e-6


def test_columns_stand_on_the_line_in_proportion() -> None:
    drawn = charts.columns([0, 20, 40])
    tops = [y for _, y, _, _ in drawn.boxes]
    heights = [height for *_, height in drawn.boxes]
    assert [top + height for top, height in zip(tops, heights, strict=True)] == [170.0] * 3
    assert heights[2] == 2 * heights[1] > heights[0] == 0
    assert [value for value, _ in drawn.ticks][-1] >= 40


def test_a_stair_is_as_wide_as_the_share_and_as_high_as_the_degree() -> None:
    steps = charts.stairs([10, 0, 30, 40, 20])
    assert [step.degree for step in steps] == [1, 3, 4, 5]
    assert [step.width for step in steps] == [10, 30, 40, 20]
    assert [step.height for step in steps] == sorted(step.height for step in steps)
    assert steps[-1].x + steps[-1].width == 100
    assert charts.stairs([0, 0]) == []


def test_a_qr_path_covers_exactly_the_dark_modules() -> None:
    rows = [[1, 1, 0], [0, 1, 0], [1, 0, 1]]
    side, path = charts.modules_path(rows)
    dark = {
        (int(x) + i, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for i in range(int(width))
    }
    assert side == 3
    assert dark == {(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell}


def test_the_clock_runs_on_past_a_broken_promise() -> None:
    assert charts.clock_run(41, 82) == (150, 300)
    today, post = charts.clock_run(164, 82)
    assert (today, post) == (300, 150)


def test_a_long_span_does_not_look_like_a_busy_one() -> None:
    boxes = charts.spread_boxes([(0, 0, 10), (1, 4, 20)], 5)
    assert [(x, width) for x, _y, width, _height in boxes] == [(1, 118), (121, 478)]
    assert boxes[0][3] == 2 * boxes[1][3]
    assert charts.spread_boxes([], 0) == []


def test_long_names_are_broken_into_lines() -> None:
    made = charts.stacked(["Kort", "ett ord " * 20], 40, 30)
    assert [len(lines) for lines, _y in made.rows] == [1, 3]
    assert made.rows[1][0][0][0] == made.rows[0][1] + 30 + charts.LINE
    assert made.end == made.rows[1][1] + 30


def _crowd(x: float, y: float, theme: int | None, count: int) -> list[MapStory]:
    turn = [2.399963 * i for i in range(count)]
    return [
        MapStory(x + math.sqrt(i) * math.cos(a) / 9, y + math.sqrt(i) * math.sin(a) / 9, 1, theme)
        for i, a in enumerate(turn)
    ]


def _inside(path: str, x: float, y: float) -> bool:
    """Whether a point lies inside smooth closed rings (even-odd over their line segments)."""
    inside = False
    for ring in path.strip("z").split("z"):
        start, *curves = re.split("[MQ]", ring)[1:]
        ends = [tuple(map(float, curve.split()[-2:])) for curve in curves]
        before = tuple(map(float, start.split()))
        for end in ends:
            if (before[1] > y) != (end[1] > y):
                crossing = before[0] + (y - before[1]) * (end[0] - before[0]) / (end[1] - before[1])
                inside ^= x < crossing
            before = end
    return inside


def test_the_islands_hold_their_own_stories_and_the_lone_lie_outside() -> None:
    stories = [*_crowd(0, 0, 1, 40), *_crowd(6, 3, 2, 25), *_crowd(3, 1.5, None, 1)]
    drawn = draw_map(stories)
    first, second = drawn.islands
    assert sum(_inside(first.shore, x, y) for x, y, _ in drawn.dots[:40]) >= 36
    assert sum(_inside(second.shore, x, y) for x, y, _ in drawn.dots[40:]) >= 22
    assert not any(_inside(first.shore, x, y) for x, y, _ in drawn.dots[40:])
    (x, y, _) = drawn.lone[0]
    assert not _inside(first.shore, x, y)
    assert not _inside(second.shore, x, y)
    assert _inside(first.shore, *first.summit)


def test_a_theme_in_two_parts_is_two_islands() -> None:
    drawn = draw_map([*_crowd(0, 0, 1, 30), *_crowd(8, 4, 1, 30)])
    assert drawn.islands[0].shore.count("z") == 2


def test_no_dot_covers_another_and_all_stay_on_the_map() -> None:
    drawn = draw_map([*_crowd(0, 0, 1, 60), *_crowd(2, 0, 2, 60)])
    spots = [(x, y) for x, y, _ in drawn.dots]
    closest = min(math.dist(a, b) for i, a in enumerate(spots) for b in spots[i + 1 :])
    assert closest > drawn.dot_size * 0.7
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spots)


def test_a_large_map_is_thinned_but_counts_everything() -> None:
    drawn = draw_map([*_crowd(0, 0, 1, 2500), *_crowd(40, 0, 2, 500)])
    assert len(drawn.dots) <= 900
    assert drawn.total == 3000


def test_the_same_stories_give_the_same_map_and_none_an_empty_one() -> None:
    stories = [*_crowd(0, 0, 1, 30), *_crowd(5, 3, 2, 9)]
    assert draw_map(stories) == draw_map(stories)
    assert draw_map([]).islands == []
    assert len(draw_map([MapStory(1, 1, 2, 1)]).dots) == 1


def test_every_theme_has_an_island_or_marks_and_numbers_stand_apart() -> None:
    stories = [story for n in range(30) for story in _crowd(n % 3, n % 2, n + 1, 20)]
    drawn = draw_map(stories)
    assert [island.theme for island in drawn.islands] == list(range(1, 31))
    summits = [island.summit for island in drawn.islands]
    near = [math.dist(a, b) for n, a in enumerate(summits) for b in summits[:n]]
    assert min(near) > 24
    fewer = draw_map(stories, 10)
    assert [island.theme for island in fewer.islands] == list(range(1, 11))
    assert len(fewer.dots) == len(drawn.dots) == 600
