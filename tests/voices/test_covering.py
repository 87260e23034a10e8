"""Covers on a text: nothing covered is left, and places are found again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialogue.voices.covering import Cover, Shift, apart, covered

TEXT = "Ingegerd Åström ringde från Skråvelmyran klockan sju. 😀 Då kom hon."
places = st.integers(min_value=0, max_value=len(TEXT))


@st.composite
def covers(draw: st.DrawFn) -> tuple[Cover, ...]:
    spans = draw(st.lists(st.tuples(places, places), max_size=4))
    return tuple(
        Cover(min(pair), max(pair), f"[{number}]")
        for number, pair in enumerate(spans)
        if pair[0] != pair[1]
    )


def test_a_cover_stands_in_place_of_the_words() -> None:
    assert covered(TEXT, [Cover(0, 15, "[namn]"), Cover(28, 40, "[plats]")]) == (
        "[namn] ringde från [plats] klockan sju. 😀 Då kom hon."
    )


@given(covers())
def test_what_is_not_covered_stands_as_it_was(found: tuple[Cover, ...]) -> None:
    hidden = {at for cover in found for at in range(cover.start, cover.end)}
    left = "".join(letter for at, letter in enumerate(TEXT) if at not in hidden)
    shown = covered(TEXT, found)
    for cover in apart(found):
        shown = shown.replace(cover.mark, "", 1)
    assert shown == left


@given(covers(), covers(), places, places)
def test_a_place_outside_every_cover_keeps_its_words(
    before: tuple[Cover, ...], after: tuple[Cover, ...], one: int, other: int
) -> None:
    start, end = sorted((one, other))
    touched = any(c.start < end and start < c.end for c in (*before, *after))
    if start == end or touched:
        return
    shift = Shift(TEXT, before, after)
    old, new = covered(TEXT, before), covered(TEXT, after)
    shown = Shift(TEXT, (), before).to_shown(start, end)
    assert old[slice(*shown)] == TEXT[start:end]
    assert new[slice(*shift(*shown))] == TEXT[start:end]


@given(covers(), covers(), places, places)
def test_a_place_that_touches_a_cover_takes_in_the_whole_of_it(
    before: tuple[Cover, ...], after: tuple[Cover, ...], one: int, other: int
) -> None:
    old, new = covered(TEXT, before), covered(TEXT, after)
    start, end = sorted((min(one, len(old)), min(other, len(old))))
    began, ended = Shift(TEXT, before, after)(start, end)
    assert 0 <= began <= ended <= len(new)
    for cover in apart(after):
        first, last = Shift(TEXT, (), after).to_shown(cover.start, cover.end)
        inside = began < last and first < ended
        assert not inside or (began <= first and last <= ended)


@given(covers(), covers())
def test_going_there_and_back_is_where_it_was(
    before: tuple[Cover, ...], after: tuple[Cover, ...]
) -> None:
    whole = covered(TEXT, before)
    there = Shift(TEXT, before, after)(0, len(whole))
    assert there == (0, len(covered(TEXT, after)))
    assert Shift(TEXT, after, before)(*there) == (0, len(whole))
