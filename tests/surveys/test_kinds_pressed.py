"""Buttons that count points and put things in order."""

from __future__ import annotations

import pytest

from surveys.questions.catalogue import pressed
from surveys.questions.kinds import BadAnswer
from tests.surveys.each_kind import kind_of
from tests.surveys.kinds_app import QUESTIONS, SURVEY

pytestmark = pytest.mark.usefixtures("language")


def test_the_points_step_by_their_buttons_and_stop_at_ten() -> None:
    question = SURVEY["poang"]
    fields: dict[str, list[str]] = {}
    for press in ["poang-1+"] * 7 + ["poang-2+"] * 5 + ["poang-1-", "poang-3-", "poang-3+"]:
        changed = pressed(QUESTIONS, fields, press)
        assert changed is not None
        fields |= changed
    assert kind_of(question).read(question, fields) == {
        "trygghet": 6, "tillgänglighet": 3, "tillsammans": 1,
    }  # fmt: skip


def test_too_many_points_are_counted_and_sent_back() -> None:
    for last, over in (("3", "1"), ("4", "2")):
        with pytest.raises(BadAnswer, match=over):
            kind_of(SURVEY["poang"]).read(SURVEY["poang"], {"poang-1": ["8"], "poang-3": [last]})


def test_things_move_up_and_down_and_stop_at_the_ends() -> None:
    question = SURVEY["skillnad"]
    fields: dict[str, list[str]] = {}
    order = [choice.id for choice in question.choices]
    for thing, verb in (("veta", "up"), ("veta", "up"), ("veta", "up"), ("samma", "down")):
        changed = pressed(QUESTIONS, fields, f"skillnad-{thing}:{verb}")
        assert changed is not None
        fields |= changed
        here = order.index(thing)
        there = max(0, here - 1) if verb == "up" else min(len(order) - 1, here + 1)
        order.insert(there, order.pop(here))
        assert kind_of(question).read(question, fields) == order
    assert order == ["veta", "komma_fram", "hemma", "samma", "narmare"]


def test_things_are_picked_one_at_a_time_and_the_last_falls_into_place() -> None:
    question = SURVEY["skillnad"]
    fields: dict[str, list[str]] = {}
    for thing in ("hemma", "samma", "veta", "komma_fram"):
        changed = pressed(QUESTIONS, fields | {"skillnad-pick": [thing]}, "skillnad:pick")
        assert changed is not None
        fields = changed
    expected = ["hemma", "samma", "veta", "komma_fram", "narmare"]
    assert kind_of(question).read(question, fields) == expected
    again = pressed(QUESTIONS, fields, "skillnad:again")
    assert again is not None
    assert kind_of(question).read(question, again) is None
