"""A question becomes another kind: its texts stay, and everything that goes is named first."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from dialogue.app import Application
from dialogue.ground.localized import Localized
from surveys.building.turning import turned
from surveys.questions.catalogue import KINDS, checked
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.frozen import Frozen
from surveys.rules.checking import faults_of_rules
from tests.conftest import Cast, signed_in
from tests.surveys.drafting import HERE, csrf, document, fields_of, post
from tests.surveys.kinds_app import QUESTIONS


def alone(*questions: Question) -> Document:
    return Document((Section("del", Localized("Del", "Part"), questions=questions),))


@pytest.mark.parametrize(
    ("before", "kind"),
    list(itertools.product(QUESTIONS, sorted(KINDS))),
    ids=lambda each: each if isinstance(each, str) else each.id,
)
def test_words_stay_and_what_goes_is_named(before: Question, kind: str) -> None:
    found = turned(alone(before), before.id, kind)
    after = found.question
    assert after.kind == kind
    words = ("id", "text", "hint", "easy", "easy_hint", "node", "show_if")
    assert all(getattr(before, each) == getattr(after, each) for each in words)
    assert checked(Document.of(alone(after).as_dict())) == alone(after)
    said = " ".join(found.lost)
    for part in ("choices", "statements"):
        was, now = getattr(before, part), getattr(after, part)
        if was != now:
            assert not was or now == () or kind == "sortpic"
            assert all(each.text.sv in said for each in was)
    unused = {fault.control for fault in KINDS[kind].faults(after)} & {"choices", "statements"}
    emptied = replace(after, choices=(), statements=())
    assert unused <= {fault.control for fault in KINDS[kind].faults(emptied)}
    if kind == before.kind:
        assert (after, found.lost) == (before, ())


def test_choices_and_their_drawings_go_along_between_kinds_that_choose() -> None:
    choices = tuple(
        Choice(name, Localized(name, name), Localized("lätt", "easy"), "phone") for name in "abc"
    )
    asked = Question(
        "q", "single", Localized("Vad?", "What?"), choices=choices, settings=Frozen({"other": True})
    )
    for kind in ("multi", "rank", "sortpic", "place"):
        found = turned(alone(asked), "q", kind)
        assert found.question.choices == choices
        assert (found.lost == ()) is (kind == "multi"), found.lost
    assert turned(alone(asked), "q", "scale5").question.choices == ()


def test_rules_that_no_longer_work_are_named_and_then_found_by_the_check() -> None:
    asked = Question(
        "q", "single", Localized("Vad?", ""), choices=(Choice("a", Localized("A", "A")),)
    )
    rule = {"question": "q", "op": "is", "value": "a"}
    later = Question("r", "story", Localized("Berätta", ""), show_if=rule)
    found = turned(alone(asked, later), "q", "story")
    assert any("Berätta" in each for each in found.lost)
    after = alone(found.question, later)
    assert ("r", "unknown") in {(each.where, each.code) for each in faults_of_rules(after)}


def test_a_host_sees_what_is_lost_before_the_kind_changes(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.host)
    here = f"{HERE}/fraga/litar/slag"
    assert 'href="' + here in client.get(f"{HERE}/fraga/litar").text
    look = client.get(f"{here}?kind=single")
    assert "Nothing is lost" in client.get(f"/en{here[3:]}?kind=story").text
    assert document(app, draft) == document(app, draft)
    before = next(each for each in document(app, draft).questions if each.id == "litar")
    assert before.kind == "scale5"
    form = fields_of(look.text) | {"kind": "single"}
    assert client.post(here, data=form).status_code == 303
    after = next(each for each in document(app, draft).questions if each.id == "litar")
    assert (after.kind, after.text, after.easy) == ("single", before.text, before.easy)
    overtaken = client.post(here, data=form | {"kind": "story"})
    assert overtaken.status_code == 422
    assert next(each for each in document(app, draft).questions if each.id == "litar") == after


@pytest.mark.parametrize("kind", ["", "finns_inte", "x" * 5000, "single\x00"])
def test_a_kind_that_does_not_exist_changes_nothing(
    app: Application, draft: Cast, kind: str
) -> None:
    client = signed_in(app, draft.coordinator)
    before = document(app, draft)
    here = f"{HERE}/fraga/litar/slag"
    form = fields_of(client.get(here).text)
    assert client.post(here, data=form | {"kind": kind}).status_code == 422
    assert client.get(here, query_string={"kind": kind}).status_code == 200
    assert document(app, draft) == before


def test_the_background_takes_no_story(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    apart = next(each for each in document(app, draft).sections if each.kept_apart).questions[0]
    here = f"{HERE}/fraga/{apart.id}/slag"
    form = fields_of(client.get(f"{here}?kind=story").text) | {"kind": "story"}
    assert client.post(here, data=form).status_code == 422
    assert csrf(client, here)


def test_drawings_are_chosen_beside_the_answers(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    made = post(client, f"{HERE}/ordna", f"{HERE}/", section="beratta", what="sortpic")
    here = made.headers["Location"]
    form = fields_of(client.get(here).text)
    first = document(app, draft).sections[0].questions[-1].choices[0].id
    sent = form | {"text_sv": "Sortera", f"drawing.{first}": "journey"}
    assert client.post(here, data=sent).status_code == 303
    named = document(app, draft).sections[0].questions[-1].choices
    assert [each.picture for each in named[:2]] == ["journey", "way"]
    again = fields_of(client.get(here).text) | {f"drawing.{first}": "ingen-sadan"}
    assert client.post(here, data=again).status_code == 303
    assert document(app, draft).sections[0].questions[-1].choices[0].picture == "journey"
