"""Opinion groups: what is planted in the votes is found, and nothing is found where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dialogue.meetings.live.opinions import Table, opinions_of, placed_by_votes
from tests.meetings.electorate import agreement_by_chance, electorate


@pytest.mark.parametrize(("camps", "people"), [(2, 40), (2, 300), (3, 90), (3, 300)])
def test_planted_camps_are_found(camps: int, people: int) -> None:
    votes, camp_of = electorate(camps, people, statements=24, seed=camps * people)
    found = opinions_of(votes)
    assert len(found.sizes) == camps
    assert agreement_by_chance(camp_of, found.group_of) > 0.9
    assert found.sizes == tuple(sorted(found.sizes, reverse=True))
    assert sum(found.sizes) == (found.group_of >= 0).sum()


def test_camps_are_found_although_half_of_the_votes_are_missing() -> None:
    votes, camp_of = electorate(2, 120, statements=30, seed=5, missing=0.5)
    found = opinions_of(votes)
    placed = found.group_of >= 0
    assert placed.mean() > 0.95
    assert len(found.sizes) == 2
    assert agreement_by_chance(camp_of[placed], found.group_of[placed]) > 0.9


def test_the_same_votes_give_the_same_groups_and_order_does_not_matter() -> None:
    votes, _camps = electorate(3, 90, statements=20, seed=11)
    first, again = opinions_of(votes), opinions_of(votes.copy())
    assert (first.group_of == again.group_of).all()
    turned = opinions_of(votes[::-1].copy())
    assert agreement_by_chance(first.group_of, turned.group_of[::-1]) == pytest.approx(1)


def test_a_group_under_the_floor_is_never_made() -> None:
    votes, _camps = electorate(2, 40, statements=20, seed=3, sizes=(36, 4))
    assert opinions_of(votes).sizes == (36, 4)
    assert min(opinions_of(votes, smallest=8).sizes, default=8) >= 8


@pytest.mark.parametrize("people", [0, 1, 7, 15])
def test_a_small_room_has_no_groups(people: int) -> None:
    votes, _camps = electorate(2, people, statements=10, seed=1)
    found = opinions_of(votes, smallest=8)
    assert found.sizes == ()
    assert (found.group_of == -1).all()
    assert found.agreement.shape == (10,)


def test_people_of_one_mind_are_one_room() -> None:
    assert opinions_of(np.ones((60, 12)), smallest=8).sizes == ()


def test_whoever_voted_little_is_left_out_of_the_groups_of_a_large_room() -> None:
    votes, _camps = electorate(2, 60, statements=20, seed=9)
    votes[0, 3:] = np.nan
    votes[1] = np.nan
    found = opinions_of(votes)
    assert list(found.group_of[:2]) == [-1, -1]
    assert (found.group_of[2:] >= 0).all()


def test_few_votes_do_not_make_an_opinion_middling() -> None:
    """Somebody who answered half as the extremes do lies as far out as they do."""
    votes, camp_of = electorate(2, 60, statements=20, seed=2, noise=0)
    halved = votes.copy()
    halved[0, 10:] = np.nan
    places = placed_by_votes(halved)
    same = [i for i in range(1, 60) if camp_of[i] == camp_of[0]]
    mean = np.linalg.norm(places[same], axis=1).mean()
    assert np.linalg.norm(places[0]) == pytest.approx(mean, rel=0.35)


def test_telling_statements_are_the_planted_ones() -> None:
    votes = np.full((80, 6), 0.0)
    votes[:40, 0], votes[40:, 0] = 1, -1
    votes[:40, 1], votes[40:, 1] = -1, 1
    votes[:, 2] = 1
    found = opinions_of(votes, smallest=8)
    assert found.sizes == (40, 40)
    for group in (0, 1):
        told = {each.statement: each for each in found.telling[group]}
        assert set(told) == {0, 1}
        members = votes[found.group_of == group]
        for statement, each in told.items():
            assert each.agrees == (members[0, statement] == 1)
            assert each.share == pytest.approx(41 / 42)
            assert each.ratio == pytest.approx(41)


def test_consensus_needs_every_group_however_small() -> None:
    """A statement that a majority holds and a minority rejects is worth less than a shared one."""
    votes, camp_of = electorate(2, 60, statements=12, seed=4, sizes=(48, 12), noise=0)
    votes[:, 0] = np.where(camp_of == 0, 1, -1)
    votes[:, 1] = 1
    votes[:3, 1] = -1
    found = opinions_of(votes, smallest=8)
    assert found.sizes == (48, 12)
    assert found.agreement[1] > 0.6 > 0.1 > found.agreement[0]
    assert (votes[:, 0] == 1).mean() == pytest.approx(0.8)
    assert found.disagreement[1] < 0.1


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 40), st.integers(0, 8)),
        elements=st.sampled_from([1.0, 0.0, -1.0, np.nan]),
    ),
    st.integers(1, 10),
)
def test_any_votes_give_a_whole_answer(votes: Table, smallest: int) -> None:
    found = opinions_of(votes, smallest)
    assert found.places.shape == (len(votes), 2)
    assert np.isfinite(found.places).all()
    assert len(found.sizes) <= 5
    assert all(size >= smallest for size in found.sizes)
    assert len(found.sizes) != 1
    assert len(found.telling) == len(found.sizes)
    for values in (found.agreement, found.disagreement):
        assert ((values >= 0) & (values <= 1)).all()
