"""Every kind in columns, cells and counts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dialogue.ground.localized import Localized
from surveys.questions.document import Question
from surveys.questions.kinds import Count
from tests.surveys.each_kind import changed, each_question, each_sample, kind_of
from tests.surveys.kinds_app import QUESTIONS, SURVEY
from tests.surveys.kinds_samples import samples

pytestmark = pytest.mark.usefixtures("language")


@each_sample
def test_cells_match_their_columns(
    question: Question, fields: dict[str, list[str]], value: Any
) -> None:
    kind = kind_of(question)
    columns, cells = kind.columns(question), kind.cells(question, value)
    assert len(columns) == len(cells) == len(kind.cells(question, None))
    assert any(cell is not None for cell in cells)
    for column, cell in zip(columns, cells, strict=True):
        if column.type == "choice":
            assert cell is None or cell in {choice.id for choice in column.choices}
        elif column.type == "text":
            assert cell is None or (isinstance(cell, str) and cell)
        else:
            assert cell is None or type(cell) is int


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("viktigt", "Ord.", ("Ord.",)),
        ("litar", "vet_inte", ("vet_inte",)),
        ("annat", "tid", ("tid", None)),
        ("annat", {"other": "En bänk"}, ("other", "En bänk")),
        (
            "kontakt",
            {"chosen": ["telefon", "other"], "other": "Brev"},
            ("yes", "no", "no", "no", "no", "no", "yes", "Brev"),
        ),
        ("skillnad", ["hemma", "samma"], (None, 2, None, 1, None)),
        ("rader", {"nara": "1"}, (None, "1")),
        ("noter", {"piles": {"a": "good"}, "notes": {"a-b": "Kö"}}, ("good", None, None, "Kö")),
        ("poang", {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 0}, (5, 3, 0)),
        ("antal", 0, (0,)),
        ("klar", {"text": "Bussen."}, (None, "Bussen.")),
        ("lov", ["research"], ("no", "yes", "no")),
        ("lasa", None, ()),
    ],
)
def test_an_answer_stands_in_its_cells(name: str, value: Any, expected: tuple[Any, ...]) -> None:
    assert kind_of(SURVEY[name]).cells(SURVEY[name], value) == expected


@each_question
def test_an_open_question_is_empty_cells(question: Question) -> None:
    kind = kind_of(question)
    assert kind.cells(question, None) == (None,) * len(kind.columns(question))


def test_column_names_are_different_and_can_be_used_by_statistics_programs() -> None:
    columns = [each for question in QUESTIONS for each in kind_of(question).columns(question)]
    names = [column.name.lower() for column in columns]
    assert len(set(names)) == len(names)
    for column in columns:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{0,62}[A-Za-z0-9]", column.name), column.name
        assert column.label.sv
        assert column.label.en
        assert column.type in ("text", "choice", "number", "points")
        assert (column.type == "choice") == bool(column.choices)
        assert all(choice.text.sv and choice.text.en for choice in column.choices)


def test_parts_that_would_be_called_the_same_get_numbers() -> None:
    ids = ("a-", "a+", "a_1", "A")
    choices = tuple({"id": name, "text": {"sv": "x", "en": "x"}} for name in ids)
    question = changed(SURVEY["kontakt"], choices=choices, settings={})
    names = [column.name for column in kind_of(question).columns(question)]
    assert len({name.lower() for name in names}) == 4


@each_question
def test_answers_are_counted_as_a_spread(question: Question) -> None:
    kind = kind_of(question)
    values = [value for _fields, value in samples(question)]
    empty, once, twice = (kind.counts(question, values * times) for times in (0, 1, 2))
    assert [_row(count) for count in empty] == [_row(count) for count in once]
    assert len({count.id for count in once}) == len(once)
    assert all(count.label.sv and count.label.en for count in once)
    assert sum(count.n for count in empty) == 0
    assert [count.n * 2 for count in once] == [count.n for count in twice]
    assert all(count.n <= len(values) for count in once), "nobody is counted twice in a row"
    if question.kind == "info":
        assert not once
    else:
        assert sum(count.n for count in once) > 0


def _row(count: Count) -> tuple[str, Localized, Localized]:
    return count.id, count.label, count.group


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("litar", "vet_inte", {"vet_inte": 1}),
        ("annat", {"other": "En bänk"}, {"other": 1}),
        ("kontakt", {"chosen": ["webb", "other"], "other": "Brev"}, {"webb": 1, "other": 1}),
        ("skillnad", ["hemma", "veta"], {"hemma.1": 1, "veta.2": 1}),
        ("rader", {"nara": "1"}, {"nara.1": 1}),
        ("bilder", {"piles": {"resan": "bad"}}, {"resan.bad": 1}),
        ("antal", 250, {"250-299": 1}),
        (
            "poang",
            {"trygghet": 7, "tillgänglighet": 3, "tillsammans": 0},
            {"trygghet.7-10": 1, "tillgänglighet.1-3": 1, "tillsammans.0-0": 1},
        ),
        ("poang", {"trygghet": 0, "tillgänglighet": 0, "tillsammans": 0}, {"none": 1}),
        ("klar", {"text": "Bussen."}, {}),
        ("lov", ["quote"], {"quote": 1}),
        ("viktigt", "Ord.", {"answered": 1}),
    ],
)
def test_an_answer_is_counted_where_it_belongs(
    name: str, value: Any, expected: dict[str, int]
) -> None:
    counts = kind_of(SURVEY[name]).counts(SURVEY[name], [value])
    assert {count.id: count.n for count in counts if count.n} == expected


@pytest.mark.parametrize(
    ("least", "most", "step"), [(0, 5, 1), (0, 100, 1), (1, 7, 2), (-20, 99_999, 7)]
)
def test_every_number_that_is_taken_is_counted_once(least: int, most: int, step: int) -> None:
    question = changed(SURVEY["antal"], settings={"least": least, "most": most, "step": step})
    kind = kind_of(question)
    taken = list(range(least, most + 1, step * max(1, (most - least) // step // 500)))
    for number in taken[:3] + taken[-3:]:
        assert kind.read(question, {question.id: [str(number)]}) == number
    counts = kind.counts(question, taken)
    assert sum(count.n for count in counts) == len(taken)
    assert len(counts) <= 13
