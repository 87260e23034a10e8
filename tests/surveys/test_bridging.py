"""A correction joins answers as its author says: choice by choice, on the page that opens it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys import shaping, versions
from surveys.bridges import Version, bridge_between, differences, joined
from surveys.building import authoring
from surveys.questions.document import Choice, Document, Question, Section
from tests.conftest import Cast, signed_in
from tests.survey import answer
from tests.surveys.drafting import HERE, csrf
from tests.surveys.test_versions import eva, ours


def choices(**words: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, Localized(said, said)) for name, said in words.items())


def asking(kind: str, parts: tuple[Choice, ...], **more: Any) -> Document:
    question = Question("q", kind, Localized("Hur?", "How?"), choices=parts, **more)
    return Document((Section("del", Localized("Del", "Part"), questions=(question,)),))


OLD = choices(a="Ring", b="Brev", c="Besök")
NEW = choices(a="Ring upp", c="Besök", d="Post", e="Chatt")


def carried(
    old: Document, new: Document, moves: dict[tuple[str, str, str], str], value: Any
) -> Any:
    bridge = bridge_between(old, new, (), moves)
    found = joined([Version(1, old), Version(2, new, bridge)], [(1, {"q": value})])
    return found.values.get("q", [None])[0]


def test_the_page_asks_about_what_went_or_got_other_words() -> None:
    (found,) = differences(asking("single", OLD), asking("single", NEW))
    asked = [(part.before.id, part.now.id if part.now else "") for part in found.asked]
    assert asked == [("a", "a"), ("b", "")]


@pytest.mark.parametrize(
    ("moves", "given", "expected"),
    [
        ({}, "a", "a"),
        ({}, "b", None),
        ({("q", "choices", "b"): "d"}, "b", "d"),
        ({("q", "choices", "b"): "c"}, "b", "c"),
        ({("q", "choices", "a"): ""}, "a", None),
        ({("q", "choices", "a"): "e"}, "a", "e"),
        ({("q", "choices", "a"): "e", ("q", "choices", "b"): "d"}, "c", "c"),
        ({("other", "choices", "a"): ""}, "a", "a"),
    ],
)
def test_a_single_choice_follows_the_moves(
    moves: dict[tuple[str, str, str], str], given: str, expected: str | None
) -> None:
    assert carried(asking("single", OLD), asking("single", NEW), moves, given) == expected


def test_several_choices_that_became_one_are_counted_once() -> None:
    moves = {("q", "choices", "a"): "d", ("q", "choices", "b"): "d"}
    found = carried(asking("multi", OLD), asking("multi", NEW), moves, {"chosen": ["a", "b", "c"]})
    assert found == {"chosen": ["c", "d"]}


@pytest.mark.parametrize("kind", ["rank", "sortpic"])
def test_rows_that_everybody_answers_never_become_one(kind: str) -> None:
    old, new = asking(kind, OLD), asking(kind, NEW)
    with pytest.raises(Refusal):
        bridge_between(old, new, (), {("q", "choices", "b"): "c"})
    assert bridge_between(old, new, (), {("q", "choices", "b"): "d"})["choices"]["q"] == {
        "a": "a", "b": "d", "c": "c",
    }  # fmt: skip


def test_an_order_and_a_sorting_follow_a_row_that_was_replaced() -> None:
    new = choices(a="Ring upp", c="Besök", d="Post")
    moves = {("q", "choices", "b"): "d"}
    order = carried(asking("rank", OLD), asking("rank", new), moves, ["b", "c", "a"])
    assert order == ["d", "c", "a"]
    piles = carried(
        asking("sortpic", OLD), asking("sortpic", new), moves, {"piles": {"b": "good", "a": "bad"}}
    )
    assert piles == {"piles": {"d": "good", "a": "bad"}}


def test_statements_move_too_but_never_two_to_one() -> None:
    old = asking("matrix", (), statements=OLD)
    new = asking("matrix", (), statements=NEW)
    moves = {("q", "statements", "b"): "d"}
    assert carried(old, new, moves, {"a": "4", "b": "2"}) == {"a": "4", "d": "2"}
    with pytest.raises(Refusal):
        bridge_between(old, new, (), {("q", "statements", "b"): "a"})


def test_a_move_to_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refusal):
        bridge_between(
            asking("single", OLD), asking("single", NEW), (), {("q", "choices", "a"): "x"}
        )


@pytest.fixture
def corrected(app_on_both: Application, cast_on_both: Cast) -> str:
    """A question "vart" that asks for one way, answered, and a correction with other ways."""
    with app_on_both.app_context():
        survey, by = ours(cast_on_both), eva(cast_on_both)
        for parts in (OLD, NEW):
            draft = versions.begin_correction(session(), survey, by=by)
            old = shaping.question_named(versions.document_of(draft), "vart")
            new = replace(old, kind="single", choices=parts)
            authoring.save_question(session(), survey, new, authoring.mark_of(old))
            if parts is OLD:
                versions.freeze(session(), survey, by=by)
            session().commit()
            if parts is OLD:
                client = app_on_both.test_client(use_cookies=False)
                for given in ("a", "b", "c"):
                    answer(client, vart=given)
    return "vart"


def selected(page: str, name: str) -> str:
    """What a list on the page has chosen."""
    area = re.search(rf'<select [^>]*name="{re.escape(name)}".*?</select>', page, re.S)
    assert area, name
    chosen = re.search(r'<option value="([^"]*)" selected', area[0])
    assert chosen, area[0]
    return html.unescape(chosen[1])


def test_the_opening_page_offers_the_moves_and_records_them(
    app_on_both: Application, cast_on_both: Cast, corrected: str
) -> None:
    client = signed_in(app_on_both, cast_on_both.coordinator)
    here = f"{HERE}/oppna"
    page = client.get(here)
    assert selected(page.text, "moved.vart.choices.a") == "a"
    assert selected(page.text, "moved.vart.choices.b") == ""
    assert "moved.vart.choices.c" not in page.text
    form = {"csrf_token": csrf(client, here), "english_known": "1", "moved.vart.choices.a": "x"}
    wrong = client.post(here, data=form | {"moved.vart.choices.b": "d"})
    assert wrong.status_code == 422
    assert selected(wrong.text, "moved.vart.choices.b") == "d"
    right = client.post(here, data=form | {"moved.vart.choices.a": "", "moved.vart.choices.b": "d"})
    assert right.status_code == 303
    with app_on_both.app_context():
        survey = ours(cast_on_both)
        assert survey.versions[-1].mapping["choices"]["vart"] == {"b": "d", "c": "c"}
        together = versions.joined_answers(session(), survey)
        assert sorted(together.values["vart"]) == ["c", "d"]
        assert together.apart[2, "vart"] == ["a"]
