"""Disclosure control: what is small is not shown, what is shown is rounded, always alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.app import Application
from dialogue.ground.privacy import public_count, public_shares, public_table

SMALLEST = st.integers(min_value=2, max_value=50)
COUNTS = st.integers(min_value=0, max_value=100_000)
TABLES = st.dictionaries(st.text(min_size=1, max_size=8), COUNTS, max_size=12)
POINTS = st.dictionaries(
    st.sampled_from(["trygghet", "tillgänglighet", "tillsammans", "fjärde"]),
    st.integers(min_value=0, max_value=10_000),
    max_size=4,
)


@given(COUNTS, SMALLEST)
def test_a_count_under_the_smallest_group_is_never_shown(number: int, smallest: int) -> None:
    """E03."""
    count = public_count(number, smallest)
    assert count.hidden == (number < smallest)
    if not count.hidden:
        assert count.shown is not None
        assert count.shown % 5 == 0
        assert count.shown >= smallest
        assert abs(count.shown - number) <= 5


@given(COUNTS)
def test_with_the_usual_setting_rounding_is_to_the_nearest_five(number: int) -> None:
    count = public_count(number, 8)
    if number >= 8:
        assert count.shown is not None
        assert abs(count.shown - number) <= 2


@given(COUNTS, COUNTS, SMALLEST)
def test_a_greater_count_is_never_shown_as_a_smaller_one(a: int, b: int, smallest: int) -> None:
    low, high = (public_count(each, smallest).shown or 0 for each in sorted((a, b)))
    assert low <= high


@given(TABLES, SMALLEST)
def test_the_same_table_is_always_shown_alike(table: dict[str, int], smallest: int) -> None:
    """E05: nothing is drawn at random, so asking again tells nothing more."""
    first = public_table(table, smallest)
    turned = dict(reversed(list(table.items())))
    assert public_table(table, smallest) == first
    assert public_table(turned, smallest) == first
    assert set(first) == {*table, ""}


@given(TABLES)
def test_a_small_cell_looks_like_any_other_small_cell(table: dict[str, int]) -> None:
    """E03: 0 and 7 are one and the same to a reader."""
    moved = {key: (0 if number < 8 else number) for key, number in table.items()}
    for key in table:
        assert public_table(table, 8)[key] == public_table(moved, 8)[key]


@given(POINTS, st.integers(min_value=0, max_value=40))
def test_ten_marks_are_shared_or_none(points: dict[str, int], tellers: int) -> None:
    shares = public_shares(points, tellers, 8)
    if tellers < 8 or sum(points.values()) == 0:
        assert shares is None
        return
    assert shares is not None
    assert sum(shares.values()) == 10
    assert shares == public_shares(points, tellers, 8)
    for key, value in points.items():
        assert abs(shares[key] - 10 * value / sum(points.values())) < 1


@pytest.mark.parametrize(("language", "words"), [("sv", "färre än 8"), ("en", "fewer than 8")])
def test_a_hidden_count_says_so_in_words(app: Application, language: str, words: str) -> None:
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        from flask import g

        g.language = language
        assert public_count(3, 8).words() == words
        assert public_count(33, 8).words() == "35"
