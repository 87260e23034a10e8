"""The search behind the rule check: large choices, long chains, and rules it gives up on."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question
from surveys.questions.frozen import Frozen
from surveys.questions.kinds import BadAnswer
from surveys.rules.checking import faults_of_rules
from surveys.rules.conditions import read_rule
from tests.surveys.test_rules import asks, codes, question, survey

FIVE = ("v", "w", "x", "y", "z")
WAYS = [asks("a", op, each) for op in ("includes", "is", "is_not") for each in FIVE]


def picked(settings: dict[str, int]) -> Question:
    choices = tuple(Choice(each, Localized(each, each)) for each in FIVE)
    return Question("a", "multi", Localized("A", "A"), choices=choices, settings=Frozen(settings))


def every_pick(asked: Question) -> list[Any]:
    """What the form of the question can give, by trying every set of ticks."""
    found = []
    for many in range(len(FIVE) + 1):
        for ticks in itertools.combinations(FIVE, many):
            try:
                found.append(KINDS["multi"].read(asked, {"a": list(ticks)}))
            except BadAnswer:
                continue
    return found


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(WAYS), min_size=1, max_size=4),
    st.integers(0, 3),
    st.integers(3, 5),
    st.booleans(),
)
def test_several_choices_meet_a_rule_exactly_when_some_ticks_do(
    parts: list[dict[str, str]], least: int, most: int, required: bool
) -> None:
    asked = picked({"least": least, "most": most})
    shown = question("b", show_if={"all": parts})
    gate = question("c", show_if={"all": [asks("b", "not_answered"), asks("a", "answered")]})
    rule = read_rule({"all": parts})
    meets = [rule.holds({"a": value}) for value in every_pick(asked)]
    unreachable = {where for where, code in codes(survey(asked, shown, gate)) if code != "dead_end"}
    assert ("b" in unreachable) is not any(meets)
    forced = question("b", show_if={"all": parts}, required=True)
    lost = {where for where, code in codes(survey(asked, forced, gate)) if code != "dead_end"}
    answered = [value is not None for value in every_pick(asked)]
    assert ("c" in lost) is not any(
        given_ and not met for given_, met in zip(answered, meets, strict=True)
    )


def chain(length: int) -> Document:
    """Each question waits for the one before it; the last also asks for what the first denies."""
    made = [question("q0")]
    for number in range(1, length):
        before = f"q{number - 1}"
        either = {"any": [asks(before, "is", "x"), asks(before, "is", "y")]}
        made.append(question(f"q{number}", show_if=either))
    made.append(question("free", show_if=asks("q0", "not_answered")))
    wish = {"all": [asks(f"q{length - 1}", "answered"), asks("free", "answered")]}
    return survey(*made, question("last", show_if=wish), question("end"))


def test_a_long_chain_of_choices_is_looked_through_at_once() -> None:
    began = time.process_time()
    assert codes(chain(120)) == [("last", "unreachable")]
    assert time.process_time() - began < 10


def crowded(guests: int) -> Document:
    """More guests than rooms, each guest in a room of its own: there are no such answers."""
    choices = tuple(Choice(f"g{each}", Localized(f"G{each}", "")) for each in range(guests))
    rooms = [f"r{each}" for each in range(guests - 1)]
    made = [Question(room, "single", Localized(room, room), choices=choices) for room in rooms]
    for guest in range(guests):
        housed: Any = {"any": [asks(room, "is", f"g{guest}") for room in rooms]}
        rule = {"all": [housed, asks(f"h{guest - 1}", "answered")]} if guest else housed
        made.append(question(f"h{guest}", show_if=rule))
    return survey(*made, question("end"))


def test_a_crowded_puzzle_is_solved_as_long_as_it_is_small() -> None:
    assert codes(crowded(5)) == [("h4", "unreachable")]


@pytest.mark.parametrize("guests", [12, 20])
def test_rules_too_entangled_to_check_are_refused_with_a_sentence(guests: int) -> None:
    began = time.process_time()
    (fault,) = faults_of_rules(crowded(guests))
    assert (fault.code, fault.stops) == ("tangled", True)
    assert fault.sentence.endswith("divide the survey.")
    assert time.process_time() - began < 30
