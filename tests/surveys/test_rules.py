"""Display rules say the same everywhere, always end, and the check knows what they can do."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.frozen import Frozen
from surveys.questions.kinds import BadAnswer
from surveys.questions.sharing import T
from surveys.rules.checking import faults_of_rules
from surveys.rules.conditions import (
    ALWAYS,
    BrokenRule,
    only_visible,
    read_rule,
    visible_questions,
    visible_steps,
)
from surveys.rules.words import in_words

NAMES = ("a", "b", "c", "d")
VALUES = ("x", "y")
CHOICES = tuple(Choice(each, Localized(each.upper(), each.upper())) for each in VALUES)
LEAST_TWO, WITH_OTHER = "multi of two", "single with words"
KIND_OF = {LEAST_TWO: "multi", WITH_OTHER: "single"}
SETTINGS = {LEAST_TWO: {"least": 2}, WITH_OTHER: {"other": True}}
POINTS = [dict(zip(T, shared, strict=True)) for shared in itertools.product((0, 3), repeat=len(T))]
ANSWERS: dict[str, list[Any]] = {
    "single": [None, "x", "y"],
    WITH_OTHER: [None, "x", "y", {"other": "z"}],
    "multi": [None, {"chosen": ["x"]}, {"chosen": ["y"]}, {"chosen": ["x", "y"]}],
    LEAST_TWO: [None, {"chosen": ["x", "y"]}],
    "story": [None, "Det var en gång."],
    "selfcode3": [None, *POINTS],
}
NAMED: dict[str, tuple[str, ...]] = {
    "single": VALUES,
    WITH_OTHER: (*VALUES, "other"),
    "multi": VALUES,
    LEAST_TWO: VALUES,
    "story": (),
    "selfcode3": T,
}
FIELDS: dict[str, list[list[str]]] = {
    "a": [[], ["x"], ["y"], ["other"], ["x", "y"]],
    "a-other": [[], ["z"]],
    "a-none": [[], ["1"]],
    **{f"a-{place}": [[], ["1"], ["3"], ["5"], ["10"]] for place in (1, 2, 3)},
}
OPERATORS = {
    "single": ("is", "is_not", "answered", "not_answered"),
    "multi": ("includes", "is", "is_not", "answered", "not_answered"),
    "story": ("answered", "not_answered"),
    "selfcode3": ("most", "answered", "not_answered"),
}


def asks(question: str, op: str, value: str = "") -> dict[str, str]:
    return {"question": question, "op": op} | ({"value": value} if value else {})


def question(
    name: str, form: str = "single", show_if: Any = None, required: bool = False
) -> Question:
    """A question of a kind, or of a kind with settings: ``form`` is a key of ``ANSWERS``."""
    kind = KIND_OF.get(form, form)
    choices = CHOICES if kind in ("single", "multi") else ()
    text = Localized(f"Fråga {name}", f"Question {name}")
    settings = Frozen(SETTINGS.get(form, {}))
    return Question(
        name, kind, text, choices=choices, settings=settings, show_if=show_if, required=required
    )


def form_of(asked: Question) -> str:
    named = {("multi", "least"): LEAST_TWO, ("single", "other"): WITH_OTHER}
    return next((named[asked.kind, each] for each in asked.settings), asked.kind)


def survey(*questions: Question, **section: Any) -> Document:
    made = Document((Section("del", Localized("Del", "Part"), questions=questions, **section),))
    return Document.of(made.as_dict())


def codes(document: Document) -> list[tuple[str, str]]:
    return [(fault.where, fault.code) for fault in faults_of_rules(document)]


@st.composite
def rules(draw: st.DrawFn, kinds: dict[str, str], names: tuple[str, ...], depth: int = 2) -> Any:
    """A rule about some of the named questions, true or false, sensible or not."""
    if depth and draw(st.integers(0, 3)) == 0:
        word = draw(st.sampled_from(["all", "any"]))
        parts = draw(st.lists(rules(kinds, names, depth - 1), min_size=1, max_size=3))
        return {word: parts}
    name = draw(st.sampled_from(names))
    op = draw(st.sampled_from(OPERATORS[KIND_OF.get(kinds[name], kinds[name])]))
    value = "" if op.endswith("answered") else draw(st.sampled_from(NAMED[kinds[name]]))
    return asks(name, op, value)


@st.composite
def documents(draw: st.DrawFn, anywhere: bool = False) -> Document:
    """Four questions with rules about earlier ones, or (``anywhere``) about any."""
    kinds = {name: draw(st.sampled_from(sorted(ANSWERS))) for name in NAMES}
    made = []
    for place, name in enumerate(NAMES):
        others = NAMES if anywhere else NAMES[:place]
        rule = draw(st.none() | rules(kinds, others)) if others else None
        made.append(question(name, kinds[name], rule, draw(st.integers(0, 3)) == 0))
    return survey(*made)


def every_answer(document: Document) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """All answers that can be sent, as far as rules tell them apart, with what they show."""
    needed = {each.id for each in document.questions if each.required}
    for answers in itertools.product(*(ANSWERS[form_of(each)] for each in document.questions)):
        values = dict(zip(NAMES, answers, strict=True))
        shown = visible_questions(document, values)
        if all(values[each] is not None for each in needed.intersection(shown)):
            yield values, shown


@st.composite
def answered(draw: st.DrawFn, anywhere: bool = True) -> tuple[Document, dict[str, Any]]:
    document = draw(documents(anywhere))
    return document, {
        each.id: draw(st.sampled_from(ANSWERS[form_of(each)])) for each in document.questions
    }


@given(answered())
def test_one_question_at_a_time_and_all_on_one_page_meet_the_same_questions(
    case: tuple[Document, dict[str, Any]],
) -> None:
    document, meant = case
    given_so_far: dict[str, Any] = {}
    met: list[str] = []
    while True:
        steps = [each.id for each in visible_steps(document, given_so_far) if each.id not in met]
        if not steps:
            break
        met.append(steps[0])
        given_so_far[steps[0]] = meant[steps[0]]
    assume(not faults_of_rules(document))
    assert tuple(met) == visible_questions(document, meant)


@given(answered())
def test_hidden_answers_change_nothing(case: tuple[Document, dict[str, Any]]) -> None:
    document, values = case
    kept = only_visible(document, values)
    assert visible_questions(document, kept) == visible_questions(document, values)
    assert set(kept) <= set(visible_questions(document, values))


@pytest.mark.parametrize("form", sorted(ANSWERS))
def test_the_answers_told_apart_here_are_all_that_a_form_can_give(form: str) -> None:
    asked = question("a", form)
    kind = KINDS[asked.kind]
    given_: list[Any] = []
    for sent in itertools.product(*(FIELDS.get(name, []) for name in kind.names(asked))):
        with contextlib.suppress(BadAnswer):
            given_.append(kind.read(asked, dict(zip(kind.names(asked), sent, strict=True))))

    def told(value: Any) -> tuple[bool, ...]:
        claims = [asks("a", "answered")]
        for op in set(OPERATORS[asked.kind]) - {"answered", "not_answered"}:
            claims += [asks("a", op, each) for each in NAMED[form]]
        return tuple(read_rule(each).holds({"a": value}) for each in claims)

    assert {told(value) for value in given_} == {told(value) for value in ANSWERS[form]}
    with pytest.raises(BadAnswer):
        kind.read(question("a", form, required=True), {})


@settings(max_examples=1000)
@given(documents(anywhere=True))
def test_the_check_finds_exactly_the_questions_that_no_answers_show(document: Document) -> None:
    faults = faults_of_rules(document)
    met = {name for _values, shown in every_answer(document) for name in shown}
    unreachable = {fault.where for fault in faults if fault.code == "unreachable"}
    out_of_order = {fault.where for fault in faults if fault.code in ("loop", "forward")}
    assert unreachable == set(NAMES) - met - out_of_order


@settings(max_examples=400)
@given(documents())
def test_dead_ends_are_exactly_the_answers_after_which_nothing_is_asked(document: Document) -> None:
    assume(all(each.code == "dead_end" for each in faults_of_rules(document)))
    faults = [each for each in faults_of_rules(document) if not each.stops]
    asked = {
        name
        for each in document.questions
        for name in NAMES
        if f"'question': '{name}'" in str(each.show_if)
    }
    everything = list(every_answer(document))
    expected = []
    for each in document.questions:
        for name in NAMED[form_of(each)]:
            op = "most" if each.kind == "selfcode3" else "is"
            says = read_rule(asks(each.id, op, name))
            ends = [
                shown[-1] == each.id
                for values, shown in everything
                if each.id in shown and says.holds(values)
            ]
            if each.id in asked and each.id != NAMES[-1] and ends and all(ends):
                expected.append(each.id)
    found = [each.where for each in faults]
    assert sorted(found) == sorted(expected)


@given(documents(anywhere=True))
def test_a_rule_reads_back_as_it_was_written(document: Document) -> None:
    for each in document.questions:
        rule = read_rule(each.show_if)
        assert read_rule(rule.as_dict() if rule != ALWAYS else None) == rule


@pytest.mark.parametrize(
    "data",
    [
        [],
        "a",
        7,
        {"all": []},
        {"any": [asks("a", "is", "x")], "all": [asks("a", "is", "x")]},
        {"question": "a", "op": "runs", "value": "x"},
        {"question": "a", "op": "is"},
        {"question": "a", "op": "answered", "value": "x"},
        {"question": 3, "op": "answered"},
        {"all": [{"any": [{"all": [{"any": [asks("a", "answered")]}]}]}]},
        {"any": [asks("a", "is", "x")] * 25},
    ],
)
def test_what_is_no_rule_is_refused_by_the_check_and_hides_nothing(data: Any) -> None:
    with pytest.raises(BrokenRule):
        read_rule(data)
    document = survey(question("a"), question("b", show_if=data))
    assert codes(document) == [("b", "unreadable")]
    assert visible_questions(document, {}) == ("a", "b")


def test_a_circle_is_told_with_every_question_in_it() -> None:
    document = survey(
        question("a", show_if=asks("c", "is", "x")),
        question("b", show_if=asks("a", "is", "x")),
        question("c", show_if=asks("b", "is", "x")),
        question("d"),
    )
    faults = faults_of_rules(document)
    assert [(each.where, each.code) for each in faults] == [
        ("a", "loop"), ("b", "loop"), ("c", "loop"),
    ]  # fmt: skip
    assert all(f"Fråga {name}" in faults[0].sentence for name in "abc")
    assert codes(survey(question("a", show_if=asks("a", "answered")))) == [("a", "loop")]


def test_a_rule_about_a_later_question_is_a_fault() -> None:
    document = survey(question("a", show_if=asks("b", "is", "x")), question("b"))
    assert codes(document) == [("a", "forward")]


def test_contradictions_are_found_through_other_questions() -> None:
    document = survey(
        question("a"),
        question("b", show_if=asks("a", "is", "x")),
        question("c", show_if={"all": [asks("b", "answered"), asks("a", "is", "y")]}),
        question("d"),
    )
    assert ("c", "unreachable") in codes(document)


def test_rules_about_what_is_not_there_are_named() -> None:
    document = survey(
        question("a"),
        question("b", show_if=asks("z", "answered")),
        question("c", show_if=asks("a", "is", "w")),
        question("d", show_if=asks("a", "most", "x")),
    )
    assert codes(document) == [("b", "unknown"), ("c", "unknown"), ("d", "unknown")]
    assert "“w”" in faults_of_rules(document)[1].sentence


def test_no_rule_joins_an_answer_to_the_background_kept_apart() -> None:
    told = Section("beratta", Localized("Berätta", "Tell"), questions=(question("a"),))
    apart = Section(
        "bakgrund", Localized("Bakgrund", "Background"), kept_apart=True,
        questions=(question("b", show_if=asks("a", "is", "x")), question("c")),
    )  # fmt: skip
    after = Section(
        "sist", Localized("Sist", "Last"), questions=(question("d", show_if=asks("c", "answered")),)
    )
    found = {where for where, code in codes(Document((told, apart, after))) if code == "apart"}
    assert found == {"b", "d"}


def test_a_section_with_a_rule_is_met_whole_or_not_at_all() -> None:
    first = Section("ett", Localized("Ett", "One"), questions=(question("a"),))
    second = Section(
        "tva", Localized("Två", "Two"), questions=(question("b"), question("c")),
        show_if=asks("a", "is", "x"),
    )  # fmt: skip
    document = Document((first, second))
    assert visible_questions(document, {"a": "x"}) == ("a", "b", "c")
    assert visible_questions(document, {"a": "y"}) == ("a",)
    assert [fault.code for fault in faults_of_rules(document)] == ["dead_end"]


def test_a_survey_that_can_be_empty_cannot_be_opened() -> None:
    info = Question("lead", "info", Localized("Hej", "Hello"))
    document = survey(info, question("b", show_if=asks("a", "is", "x")))
    assert [each.stops for each in faults_of_rules(document)] == [True]
    alone = survey(info, question("a"), question("b", show_if=asks("a", "is", "x")))
    assert not [each for each in faults_of_rules(alone) if each.stops]


def test_a_rule_is_said_in_words() -> None:
    rule = {"any": [asks("a", "is", "x"), {"all": [asks("b", "answered"), asks("a", "is", "y")]}]}
    said = in_words(read_rule(rule), survey(question("a"), question("b")))
    assert "Fråga a" in said
    assert "“X”" in said
    assert said.count("(") == 1
