"""What is claimed of every kind: answers are read, filled in and said in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import g

from surveys.questions.catalogue import KINDS, scripts, tells
from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer
from tests.ground.gallery_app import ROOT
from tests.surveys.each_kind import APP, changed, each_question, each_sample, kind_of
from tests.surveys.kinds_app import QUESTIONS, SURVEY
from tests.surveys.kinds_samples import samples

CODES = {
    "story", "short", "selfcode3", "scale5", "single", "multi", "yesno4", "rank", "compare",
    "sortpic", "matrix", "place", "when", "who", "number", "ideaOne", "confirm", "consent", "info",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("language")


def test_every_kind_is_there_and_is_asked() -> None:
    assert set(KINDS) == CODES
    assert {question.kind for question in QUESTIONS} == CODES
    assert all(code == kind.code for code, kind in KINDS.items())
    assert all((ROOT / f"templates/surveys/kinds/{code}.html").is_file() for code in CODES)
    assert {question.id for question in QUESTIONS if not samples(question)} == {"lasa", "film"}


@each_sample
def test_an_answer_is_kept_and_filled_in_again(
    question: Question, fields: dict[str, list[str]], value: Any
) -> None:
    kind = kind_of(question)
    kept = kind.read(question, fields)
    assert kept == value
    assert json.loads(json.dumps(kept)) == kept
    again = kind.filled(question, kept)
    assert set(again) <= set(kind.names(question))
    assert kind.read(question, again) == kept


@each_question
def test_a_question_left_open_is_no_answer(question: Question) -> None:
    kind = kind_of(question)
    assert kind.read(question, {}) is None
    assert kind.read(question, {name: [""] for name in kind.names(question)}) is None
    assert kind.read(question, {name: [] for name in kind.names(question)}) is None


@each_question
def test_a_required_question_asks_for_an_answer_in_a_sentence(question: Question) -> None:
    needed = changed(question, required=True)
    kind = kind_of(needed)
    if question.kind in ("info", "consent"):
        assert kind.read(needed, {}) is None, "nothing to answer, or nothing that may be demanded"
        return
    with pytest.raises(BadAnswer) as refused:
        kind.read(needed, {})
    assert refused.value.fault.control in kind.names(needed)
    assert refused.value.sentence.endswith(".")
    for fields, value in samples(question):
        assert kind.read(needed, fields) == value


@each_sample
def test_an_answer_is_said_in_words(
    question: Question, fields: dict[str, list[str]], value: Any, language: str
) -> None:
    said = kind_of(question).words(question, value)
    assert said
    assert said[0].strip()
    assert all(isinstance(line, str) for line in said)
    g.language = "en" if language == "sv" else "sv"
    own_words = {"story", "short", "ideaOne", "number", "place"}
    in_own = isinstance(value, dict) and set(value) <= {"other", "text"}
    if question.kind not in own_words and not in_own and question.kind != "selfcode3":
        assert kind_of(question).words(question, value) != said


@each_question
def test_a_press_on_anothers_button_changes_nothing(question: Question) -> None:
    fields = dict(samples(question)[0][0]) if samples(question) else {}
    for press in (
        "next",
        "back",
        "send.new",
        "",
        ":",
        "+",
        "-",
        "rank:up",
        f"x{question.id}:again",
    ):
        assert kind_of(question).pressed(question, fields, press) is None


@pytest.mark.parametrize("text", ["Ŧŋđ áŧ ï", "مرحبا بكم", "ሰላም", "👩‍👩‍👧 🇸🇪", "suoli\u017e a"])
def test_words_come_back_as_they_were_written(text: str) -> None:
    for name in ("viktigt", "ma_bra", "en_sak"):
        assert kind_of(SURVEY[name]).read(SURVEY[name], {name: [text]}) == text


def test_a_text_becomes_a_story_where_the_document_says_so() -> None:
    stories = {question.id for question in QUESTIONS if tells(question)}
    assert stories == {
        "blev_bra", "viktigt", "mellan_stolar", "hem_fran_sjukhus", "skarm", "avstand", "ma_bra",
        "orka", "prata_med", "en_sak", "steg",
    }  # fmt: skip
    assert not tells(changed(SURVEY["ma_bra"], analysed=False))
    assert not tells(changed(SURVEY["litar"], analysed=True)), "a scale has no words"


def test_nothing_is_ticked_before_the_teller_ticks_it(language: str) -> None:
    page = APP.test_client().get(f"/{language}/ask/lov").text
    assert page.count('type="checkbox"') == 3
    assert "checked" not in page


def test_the_scripts_of_a_page_are_named_once() -> None:
    assert scripts(QUESTIONS) == ("share.js", "arrange.js")
    assert scripts([SURVEY["litar"]]) == ()
    assert all((ROOT / "dialogue/static" / script).is_file() for script in scripts(QUESTIONS))
