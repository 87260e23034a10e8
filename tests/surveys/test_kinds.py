"""What holds for one kind of question holds for every kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import g
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS, pressed, scripts, tells
from surveys.questions.document import Document, Question
from surveys.questions.kinds import BadAnswer, Count
from tests.ground.gallery_app import ROOT
from tests.surveys.kinds_app import OTHERS, QUESTIONS, SURVEY, TWENTY, kinds_app
from tests.surveys.kinds_samples import SAMPLES, samples

CODES = {
    "story", "short", "selfcode3", "scale5", "single", "multi", "yesno4", "rank", "compare",
    "sortpic", "matrix", "place", "when", "who", "number", "ideaOne", "confirm", "consent", "info",
}  # fmt: skip
APP = kinds_app()
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.id)
each_sample = pytest.mark.parametrize(
    ("question", "fields", "value"),
    SAMPLES,
    ids=[f"{each[0].id}-{n}" for n, each in enumerate(SAMPLES)],
)
NASTY = (
    "\x00", "\ud800", "a\ud800\x00b", "\u2028", "\u200b", " ", "n" * 60_000, "å" * 60_000, "-1",
    "1e309", "NaN", "٣", "1,5", "9" * 5_000, "−7", "../x", "<script>", "None", "true", "other",
    "1", "4",
    "👩‍👩‍👧" * 3_000, "e\u0301" * 3_000,
)  # fmt: skip


@pytest.fixture(params=["sv", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Everything holds in both languages."""
    with APP.test_request_context(f"/{request.param}/ask/viktigt"):
        g.language = request.param
        yield request.param


def kind_of(question: Question) -> Any:
    return KINDS[question.kind]


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
    needed = _changed(question, required=True)
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
    question = _changed(SURVEY["kontakt"], choices=choices, settings={})
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
    question = _changed(SURVEY["antal"], settings={"least": least, "most": most, "step": step})
    kind = kind_of(question)
    taken = list(range(least, most + 1, step * max(1, (most - least) // step // 500)))
    for number in taken[:3] + taken[-3:]:
        assert kind.read(question, {question.id: [str(number)]}) == number
    counts = kind.counts(question, taken)
    assert sum(count.n for count in counts) == len(taken)
    assert len(counts) <= 13


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
    assert not tells(_changed(SURVEY["ma_bra"], analysed=False))
    assert not tells(_changed(SURVEY["litar"], analysed=True)), "a scale has no words"


def test_nothing_is_ticked_before_the_teller_ticks_it(language: str) -> None:
    page = APP.test_client().get(f"/{language}/ask/lov").text
    assert page.count('type="checkbox"') == 3
    assert "checked" not in page


def test_the_scripts_of_a_page_are_named_once() -> None:
    assert scripts(QUESTIONS) == ("share.js", "arrange.js")
    assert scripts([SURVEY["litar"]]) == ()
    assert all((ROOT / "dialogue/static" / script).is_file() for script in scripts(QUESTIONS))


@each_question
def test_a_question_as_it_is_shipped_has_no_fault(question: Question) -> None:
    assert kind_of(question).faults(question) == ()


@each_question
def test_a_question_without_words_is_a_fault(question: Question) -> None:
    faults = kind_of(question).faults(_changed(question, text={"sv": " ", "en": ""}))
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
    question = _changed(SURVEY[name], **change)
    faults = kind_of(question).faults(question)
    assert control in {fault.control for fault in faults}
    assert all(fault.sentence.endswith(".") for fault in faults)
    kind_of(question).counts(question, [])
    kind_of(question).columns(question)


def _changed(question: Question, **change: Any) -> Question:
    """The question with other keys in its document."""
    sections = (*TWENTY.as_dict()["sections"], *OTHERS.as_dict()["sections"])
    found = next(
        each for section in sections for each in section["questions"] if each["id"] == question.id
    )
    data = {"sections": [{"id": "del", "questions": [found | change]}]}
    return next(Document.of(data).questions)
