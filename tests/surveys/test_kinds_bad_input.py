"""Whatever a field holds, a kind raises a bad answer or keeps what can be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer
from tests.surveys.each_kind import each_question, kind_of
from tests.surveys.kinds_app import QUESTIONS, SURVEY

NASTY = (
    "\x00", "\ud800", "a\ud800\x00b", "\u2028", "\u200b", " ", "n" * 60_000, "å" * 60_000, "-1",
    "1e309", "NaN", "٣", "1,5", "9" * 5_000, "−7", "../x", "<script>", "None", "true", "other",
    "1", "4",
    "👩‍👩‍👧" * 3_000, "e\u0301" * 3_000,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("language")


@each_question
def test_whatever_a_field_holds_only_a_bad_answer_is_raised(question: Question) -> None:
    kind = kind_of(question)
    for name in (*kind.names(question), "unknown"):
        for text in NASTY:
            for repeated in ([text], [text] * 400, ["", text], [text, "1"]):
                _only_bad_answers(question, {name: repeated})


@each_question
def test_a_wrong_answer_is_refused_at_its_control(question: Question) -> None:
    kind = kind_of(question)
    free = {f"{question.id}-{part}" for part in ("none", "as_is", "other", "text")}
    free |= {name for name in kind.names(question) if name.endswith(".note")}
    if KINDS[question.kind].analysed or question.kind == "info":
        free |= set(kind.names(question))
    for name in set(kind.names(question)) - free:
        with pytest.raises(BadAnswer) as refused:
            kind.read(question, {name: ["atlantis"]})
        assert refused.value.fault.control in kind.names(question)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_form_at_all_raises_anything_but_a_bad_answer(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(QUESTIONS))
    kind = kind_of(question)
    known = [choice.id for choice in (*question.choices, *question.statements)]
    texts = st.one_of(
        st.sampled_from([*known, "1", "5", ""]), st.text(st.characters(), max_size=20)
    )
    names = st.sampled_from([*kind.names(question), "unknown"])
    fields = data.draw(st.dictionaries(names, st.lists(texts, max_size=4), max_size=6))
    _only_bad_answers(question, fields)
    press = data.draw(st.one_of(texts, st.builds(lambda name, verb: f"{name}{verb}", names, texts)))
    changed = kind.pressed(question, fields, press)
    assert changed is None or set(changed) <= set(kind.names(question))


def _only_bad_answers(question: Question, fields: dict[str, list[str]]) -> None:
    kind = kind_of(question)
    try:
        value = kind.read(question, fields)
    except BadAnswer as bad:
        fault = bad.fault
    else:
        _can_be_kept(question, value)
        return
    assert fault.control in kind.names(question)
    assert fault.sentence


def _can_be_kept(question: Question, value: Any) -> None:
    if value is None:
        return
    kind = kind_of(question)
    stored = json.dumps(value, ensure_ascii=False)
    assert "\\u0000" not in stored, "PostgreSQL keeps no NUL"
    stored.encode()
    assert kind.read(question, kind.filled(question, value)) == value
    assert len(kind.cells(question, value)) == len(kind.columns(question))
    kind.words(question, value)
    kind.counts(question, [value])


def test_no_two_questions_share_a_field() -> None:
    names = [name for question in QUESTIONS for name in kind_of(question).names(question)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("kontakt", {"kontakt": ["telefon", "webb", "chatt", "skarm"]}),
        ("kontakt", {"kontakt": ["telefon", "webb", "chatt"], "kontakt-other": ["Brev"]}),
        ("annat", {"annat": ["tid"], "annat-other": ["En bänk"]}),
        ("annat", {"annat-other": ["å" * 301]}),
        ("skillnad", {"skillnad": ["veta", "veta"]}),
        ("antal", {"antal": ["255"]}),
        ("antal", {"antal": ["310"]}),
        ("antal", {"antal": ["1,5"]}),
        ("antal", {"antal": ["٣"]}),
        ("viktigt", {"viktigt": ["x" * 4_001]}),
        ("steg", {"steg": ["x" * 2_000], "steg-sedan": ["x" * 2_001]}),
        ("ma_bra", {"ma_bra": ["x" * 1_001]}),
        ("en_sak", {"en_sak": ["x" * 501]}),
        ("klar", {"klar-text": ["x" * 2_001]}),
        ("noter", {"noter-a.note": ["x" * 301]}),
    ],
)
def test_a_bound_is_kept(name: str, fields: dict[str, list[str]]) -> None:
    with pytest.raises(BadAnswer) as refused:
        kind_of(SURVEY[name]).read(SURVEY[name], fields)
    assert refused.value.fault.control in fields


@pytest.mark.parametrize("sign", ["å", "e\u0301", "👩‍👩‍👧", "🇸🇪", "👍🏽", "🙂"])
def test_a_limit_counts_what_a_reader_would_count(sign: str) -> None:
    question = SURVEY["en_sak"]
    read = kind_of(question).read
    assert read(question, {question.id: [sign * 500]})
    with pytest.raises(BadAnswer, match="1"):
        read(question, {question.id: [sign * 501]})
