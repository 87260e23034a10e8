"""A survey's document: read strictly, never changed, written and read back the same."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.building.plain_language import lix
from surveys.questions.catalogue import KINDS, checked
from surveys.questions.document import BrokenDocument, Document
from surveys.questions.frozen import Frozen
from tests.ground.gallery_app import ROOT
from tests.survey import DOCUMENT
from tests.surveys.kinds_app import OTHERS, TWENTY

FILE = ROOT / "surveys/building/templates/tjugo_fragor.json"
WHOLE = [DOCUMENT, TWENTY.as_dict(), OTHERS.as_dict()]
each_whole = pytest.mark.parametrize("data", WHOLE, ids=["demo", "twenty", "others"])

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
localized = st.fixed_dictionaries({"sv": words, "en": words})
choice_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,8}", fullmatch=True)
leaves = st.one_of(words, st.integers(), st.booleans(), st.none())
rules = st.recursive(
    leaves, lambda part: st.lists(part, max_size=3) | st.dictionaries(words, part, max_size=3)
)
choices = st.lists(
    st.fixed_dictionaries({"id": choice_ids, "text": localized, "easy": localized}),
    max_size=4,
    unique_by=lambda each: each["id"],
)
parts = st.fixed_dictionaries({
    "kind": st.sampled_from(sorted(KINDS)), "text": localized, "hint": localized,
    "easy": localized, "easy_hint": localized, "choices": choices, "statements": choices,
    "required": st.booleans(), "analysed": st.booleans(), "node": words, "show_if": rules,
    "settings": st.dictionaries(words, words | st.integers() | st.booleans(), max_size=3),
})  # fmt: skip


@each_whole
def test_a_document_is_written_and_read_back_the_same(data: dict[str, Any]) -> None:
    document = Document.of(data)
    assert document.as_dict() == data
    assert Document.of(json.loads(json.dumps(data))) == document
    assert hash(Document.of(data)) == hash(document)


@settings(max_examples=80, deadline=None)
@given(title=localized, questions=st.lists(parts, max_size=4))
def test_any_document_is_written_and_read_back_the_same(
    title: dict[str, str], questions: list[dict[str, Any]]
) -> None:
    numbered = [each | {"id": f"fraga_{n}"} for n, each in enumerate(questions)]
    sections = [{"id": "del", "title": title, "kept_apart": True, "questions": numbered}]
    document = Document.of({"title": title, "sections": sections})
    written = document.as_dict()
    assert Document.of(json.loads(json.dumps(written))) == document
    assert Document.of(written).as_dict() == written
    found = written["sections"][0]["questions"]
    assert [{name: each[name] for name in ("show_if", "settings")} for each in found] == [
        {name: each[name] for name in ("show_if", "settings")} for each in numbered
    ]


def test_nothing_in_a_document_can_be_changed() -> None:
    document = Document.of(TWENTY.as_dict())
    question = next(each for each in document.questions if each.id == "kontakt")
    for part in (document, document.sections[0], question, question.choices[0], question.text):
        name = dataclasses.fields(part)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part, name, "annat")
    with pytest.raises(TypeError):
        question.settings["most"] = 9  # type: ignore[index]
    assert isinstance(question.settings, Frozen)


def test_a_document_shares_nothing_with_what_it_was_read_from() -> None:
    data = copy.deepcopy(OTHERS.as_dict())
    data["sections"][0]["questions"][0]["show_if"] = {"any": ["litar", {"is": [1, 2]}]}
    document = Document.of(data)
    before, number = json.dumps(document.as_dict()), hash(document)
    data["sections"][0]["questions"][0]["show_if"]["any"][1]["is"].append(3)
    data["sections"][0]["questions"][9]["settings"]["most"] = 1
    document.as_dict()["sections"][0]["questions"][0]["show_if"]["any"].clear()
    assert json.dumps(document.as_dict()) == before
    assert hash(document) == number


def _objects(data: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(data, dict):
        yield place, data
        for name, part in data.items():
            if name not in ("settings", "show_if"):
                yield from _objects(part, f"{place}.{name}".lstrip("."))
    elif isinstance(data, list):
        for number, part in enumerate(data):
            yield from _objects(part, f"{place}[{number}]")


def test_an_unknown_key_is_an_error_that_names_the_place() -> None:
    places = [place for place, _part in _objects(OTHERS.as_dict())]
    assert len(places) > 100
    for number, place in enumerate(places):
        data = copy.deepcopy(OTHERS.as_dict())
        found = list(_objects(data))[number][1]
        found["extra"] = "x"
        with pytest.raises(BrokenDocument) as refused:
            Document.of(data)
        assert "'extra'" in str(refused.value)
        assert (place or "the document") in str(refused.value)


@pytest.mark.parametrize("wrong", [None, 1, 1.5, True, "x", [], [1], {"a": 1}, "\x00", "a\ud800"])
def test_a_part_of_the_wrong_type_is_a_broken_document(wrong: Any) -> None:
    full = OTHERS.as_dict()
    for number, (place, part) in enumerate(_objects(full)):
        for name in part:
            data = copy.deepcopy(full)
            list(_objects(data))[number][1][name] = wrong
            try:
                document = Document.of(data)
            except BrokenDocument as broken:
                message = str(broken)
            else:
                json.dumps(document.as_dict()).encode()
                continue
            assert message, place


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "Å"}, "'Å'"),
        ({"id": "a-b"}, "'a-b'"),
        ({"id": ""}, "''"),
        ({"id": "resten"}, "twice"),
        ({"choices": [{"id": "a"}, {"id": "a"}]}, "'a'"),
        ({"choices": [{"id": "a b"}]}, "'a b'"),
        ({"statements": [{"id": "a.b"}]}, "'a.b'"),
        ({"text": {"sv": "x", "fi": "y"}}, "'fi'"),
        ({"settings": {"most": 1.5}}, "settings.most"),
        ({"show_if": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}, "deeply"),
    ],
)
def test_what_cannot_be_read_is_named(change: dict[str, Any], words: str) -> None:
    data = copy.deepcopy(OTHERS.as_dict())
    data["sections"][0]["questions"][2].update(change)
    with pytest.raises(BrokenDocument) as refused:
        Document.of(data)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "hologram"},
        {"settings": {"most": 3}},
        {"settings": {"other": 1}},
        {"settings": {"other": "yes"}},
    ],
)
def test_an_unknown_kind_or_setting_is_refused(change: dict[str, Any]) -> None:
    data = copy.deepcopy(OTHERS.as_dict())
    data["sections"][0]["questions"][2].update(change)
    with pytest.raises(BrokenDocument, match="annat"):
        checked(Document.of(data))


def test_the_twenty_questions_are_all_there_in_both_languages_and_in_easy_read() -> None:
    questions = list(TWENTY.questions)
    assert len(questions) == 20
    for text in _texts(json.loads(FILE.read_text(encoding="utf-8"))):
        assert text["sv"].strip()
        assert text["en"].strip()
    for question in questions:
        assert question.easy.sv, question.id
        assert question.worded("easy") == question.easy != question.text
        assert question.worded("standard") == question.text


def _texts(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, dict) and set(data) <= {"sv", "en"}:
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _texts(part)


def test_easy_read_is_easy_to_read() -> None:
    """LIX of at most 30 over all of it, and no sentence of more than twelve words."""
    easy = [question.easy.sv for question in TWENTY.questions]
    easy += [question.easy_hint.sv for question in TWENTY.questions if question.easy_hint.sv]
    assert lix(" ".join(easy)) <= 30
    for text in easy:
        for sentence in text.replace("?", ".").split("."):
            assert len(sentence.split()) <= 12, sentence


def test_a_text_without_easy_wording_is_shown_as_it_is() -> None:
    question = next(Document.of({"sections": [{"id": "a", "questions": [
        {"id": "b", "kind": "short", "text": {"sv": "Ett", "en": "One"}, "easy": {"sv": "1"}},
    ]}]}).questions)  # fmt: skip
    assert question.worded("easy").text("sv") == "1"
    assert question.worded("easy").text("en") == "One"
    assert question.hinted("easy").text("sv") == ""
