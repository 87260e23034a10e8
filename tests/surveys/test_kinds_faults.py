"""What is wrong with a question as it is written."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.questions.document import Question
from tests.surveys.each_kind import changed, each_question, kind_of
from tests.surveys.kinds_app import SURVEY

pytestmark = pytest.mark.usefixtures("language")


@each_question
def test_a_question_as_it_is_shipped_has_no_fault(question: Question) -> None:
    assert kind_of(question).faults(question) == ()


@each_question
def test_a_question_without_words_is_a_fault(question: Question) -> None:
    faults = kind_of(question).faults(changed(question, text={"sv": " ", "en": ""}))
    assert [fault.control for fault in faults] == ["text"]
    assert faults[0].sentence.endswith(".")


_X = {"id": "x", "text": {"sv": "x", "en": "x"}}
_Y = _X | {"id": "y"}
_OTHER = {"id": "other", "text": {"sv": "x", "en": "x"}}


@pytest.mark.parametrize(
    ("name", "change", "control"),
    [
        ("en_av", {"choices": []}, "choices"),
        ("en_av", {"choices": [_X]}, "choices"),
        ("en_av", {"choices": [_X, {"id": "y"}]}, "choices.y"),
        ("en_av", {"choices": [_X, _X | {"id": "y", "picture": "nej"}]}, "choices.y"),
        ("annat", {"choices": [_X, _OTHER]}, "choices.other"),
        ("kontakt", {"settings": {"most": 0}}, "settings.most"),
        ("kontakt", {"settings": {"most": 9}}, "settings.most"),
        ("kontakt", {"settings": {"most": 2, "least": 3}}, "settings.least"),
        ("kontakt", {"settings": {"least": -1}}, "settings.least"),
        ("kontakt", {"choices": [_X, _OTHER], "settings": {}}, "choices.other"),
        ("skillnad", {"choices": [_X, _Y]}, "choices"),
        ("val", {"choices": [_X]}, "choices"),
        ("litar", {"choices": [_X]}, "choices"),
        ("litar", {"statements": [_X]}, "statements"),
        (
            "fragade",
            {"choices": [_X, _X | {"id": "y"}, _X | {"id": "vet_inte"}]},
            "choices.vet_inte",
        ),
        ("rader", {"statements": []}, "statements"),
        ("rader", {"choices": [_X]}, "choices"),
        ("bilder", {"choices": []}, "choices"),
        ("ort", {"choices": []}, "choices"),
        ("antal", {"settings": {"least": 5, "most": 5}}, "settings.most"),
        ("antal", {"settings": {"most": 10_000_000}}, "settings.most"),
        ("antal", {"settings": {"step": 0}}, "settings.step"),
        ("viktigt", {"choices": [_X]}, "choices"),
        ("ma_bra", {"statements": [_X]}, "statements"),
        ("klar", {"statements": [], "hint": {}}, "statements"),
        ("lov", {"choices": [_X]}, "choices.x"),
        ("lasa", {"settings": {"picture": "nej"}}, "settings.picture"),
    ],
)
def test_the_editor_hears_what_is_wrong(name: str, change: dict[str, Any], control: str) -> None:
    question = changed(SURVEY[name], **change)
    faults = kind_of(question).faults(question)
    assert control in {fault.control for fault in faults}
    assert all(fault.sentence.endswith(".") for fault in faults)
    kind_of(question).counts(question, [])
    kind_of(question).columns(question)
