"""An opened version never changes; answers stay with theirs and join only over a bridge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import seal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import User
from surveys import shaping, versions
from surveys.answering.asking import PURPOSE, secret_keys, version_of
from surveys.bridges import Change, Version, bridge_between, differences, joined
from surveys.models import Response, Survey
from surveys.questions.document import Choice, Document, Question, Section
from tests.conftest import Cast
from tests.survey import STORY, answer, hidden_fields, open_form, press


def ours(cast: Cast) -> Survey:
    from dialogue.hosts.rights import dialogue_named

    found = versions.survey_of(session(), dialogue_named(cast.dialogue))
    assert found is not None
    return found


def eva(cast: Cast) -> User:
    return session().scalars(select(User).where(User.fs_uniquifier == cast.coordinator)).one()


def reworded(document: Document, name: str, **changes: Any) -> dict[str, Any]:
    question = shaping.question_named(document, name)
    return shaping.changed_question(document, replace(question, **changes)).as_dict()


def test_an_opened_version_never_changes(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        version = ours(cast_on_both).versions[0]
        version.document = {"sections": []}
        with pytest.raises(Refusal):
            session().flush()
        session().rollback()
        version = ours(cast_on_both).versions[0]
        version.state = "draft"
        with pytest.raises(Refusal):
            session().flush()


def test_a_correction_is_a_new_version_and_answers_keep_theirs(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    answer(client, litar="4", slipper="2")
    with app_on_both.app_context():
        survey, by = ours(cast_on_both), eva(cast_on_both)
        draft = versions.begin_correction(session(), survey, by=by)
        assert versions.begin_correction(session(), survey, by=by) is draft
        document = versions.document_of(draft)
        draft.document = reworded(document, "litar", text=Localized("Nya ord.", "New words."))
        versions.freeze(session(), survey, by=by, apart={"slipper"})
        session().commit()
    answer(client, litar="5", slipper="1")
    with app_on_both.app_context():
        survey = ours(cast_on_both)
        assert [version.state for version in survey.versions] == ["retired", "open"]
        given = {each.version.number: each.answers for each in session().scalars(select(Response))}
        assert given[1]["litar"] == "4"
        assert given[2]["litar"] == "5"
        together = versions.joined_answers(session(), survey)
        assert sorted(together.values["litar"]) == ["4", "5"]
        assert together.values["slipper"] == ["1"]
        assert together.apart[1, "slipper"] == ["2"]


def test_who_began_on_a_version_finishes_on_it_and_loses_nothing(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY, "litar": "4"}
    with app_on_both.app_context():
        survey, by = ours(cast_on_both), eva(cast_on_both)
        draft = versions.begin_correction(session(), survey, by=by)
        draft.document = shaping.without_question(versions.document_of(draft), "litar").as_dict()
        versions.freeze(session(), survey, by=by)
        session().commit()
    stepped = press(client, form, "next")
    assert stepped.status_code == 200
    assert hidden_fields(stepped.text)["litar"] == "4"
    sent = press(client, hidden_fields(stepped.text) | {"at": "check"}, "send")
    assert sent.status_code == 200, sent.text[-1500:]
    with app_on_both.app_context():
        kept = session().scalars(select(Response)).one()
        assert kept.version.number == 1
        assert kept.answers["litar"] == "4"
        together = versions.joined_answers(session(), ours(cast_on_both))
        assert together.apart[1, "litar"] == ["4"]
    assert 'name="litar"' not in client.get(f"/sv/dialog/{cast_on_both.dialogue}/svara").text


def test_a_form_of_a_draft_or_of_another_survey_is_not_valid(app: Application, cast: Cast) -> None:
    with app.test_request_context():
        survey, by = ours(cast), eva(cast)
        draft = versions.begin_correction(session(), survey, by=by)
        other = next(
            each for each in session().scalars(select(Survey)) if each.id != survey.id
        ).versions[0]
        key = secret_keys()[0]
        mine = survey.versions[0]
        assert version_of(survey, seal(PURPOSE, f"{mine.id}.x", key)) is mine
        for name in (draft.id, other.id, "x", ""):
            assert version_of(survey, seal(PURPOSE, f"{name}.x", key)) is None
        assert version_of(survey, seal(PURPOSE, f"{mine.id}.x", "another key" * 4)) is None


def test_a_dropped_correction_leaves_everything_as_it_was(app: Application, cast: Cast) -> None:
    with app.app_context():
        survey, by = ours(cast), eva(cast)
        versions.begin_correction(session(), survey, by=by)
        versions.drop_correction(session(), survey, by=by)
        session().commit()
        assert [each.number for each in ours(cast).versions] == [1]
        with pytest.raises(Refusal):
            versions.drop_correction(session(), survey, by=by)


def text(words: str) -> Localized:
    return Localized(words, words)


def one(*questions: Question) -> Document:
    made = Document((Section("del", text("Del"), questions=questions),))
    return Document.of(made.as_dict())


def choice(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, text(name)) for name in names)


OLD = one(
    Question("val", "single", text("Välj"), choices=choice("a", "b", "c")),
    Question("flera", "multi", text("Välj flera"), choices=choice("a", "b", "c")),
    Question("ordna", "rank", text("Ordna"), choices=choice("a", "b", "c")),
    Question("rader", "matrix", text("Rader"), statements=choice("r", "s")),
    Question("ord", "short", text("Ord")),
)


def changed(name: str, **changes: Any) -> Document:
    question = shaping.question_named(OLD, name)
    return shaping.changed_question(OLD, replace(question, **changes))


def join(new: Document, answers: dict[str, Any], bridge: Any = None) -> Any:
    bridge = bridge_between(OLD, new) if bridge is None else bridge
    return joined([Version(1, OLD), Version(2, new, bridge)], [(1, answers)])


def test_differences_are_told_for_each_question() -> None:
    new = changed("val", text=text("Välj en"))
    new = shaping.without_question(new, "ord")
    new = shaping.with_question(new, "del", Question("ny", "short", text("Ny")), 0)
    found = {each.question.id: each.change for each in differences(OLD, new)}
    assert found == {
        "ny": Change.NEW, "val": Change.WORDS, "flera": Change.SAME, "ordna": Change.SAME,
        "rader": Change.SAME, "ord": Change.GONE,
    }  # fmt: skip


def test_an_answer_with_a_choice_that_is_gone_is_told_apart() -> None:
    new = changed("flera", choices=choice("a", "b"))
    assert join(new, {"flera": {"chosen": ["a", "b"]}}).values == {
        "flera": [{"chosen": ["a", "b"]}]
    }
    lost = join(new, {"flera": {"chosen": ["a", "c"]}})
    assert lost.values == {}
    assert lost.apart == {(1, "flera"): [{"chosen": ["a", "c"]}]}


def test_choices_and_statements_are_followed_where_the_bridge_says_so() -> None:
    new = changed("val", choices=choice("x", "b"))
    bridge = bridge_between(OLD, new)
    bridge["choices"]["val"] = {"a": "x", "b": "b", "c": "x"}
    assert join(new, {"val": "c"}, bridge).values == {"val": ["x"]}
    new = changed("rader", statements=choice("t", "s"))
    bridge = bridge_between(OLD, new)
    bridge["statements"]["rader"] = {"r": "t", "s": "s"}
    assert join(new, {"rader": {"r": "1", "s": "5"}}, bridge).values == {
        "rader": [{"t": "1", "s": "5"}]
    }


def test_another_kind_is_another_question() -> None:
    new = changed("val", kind="multi")
    assert join(new, {"val": "a"}).apart == {(1, "val"): ["a"]}


ANSWERS = {
    "val": st.sampled_from("abc"),
    "flera": st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(
        lambda ids: {"chosen": sorted(ids)}
    ),
    "ordna": st.permutations("abc").map(list),
    "rader": st.dictionaries(st.sampled_from("rs"), st.sampled_from("12345"), min_size=1),
    "ord": st.text(alphabet="abcåäö", min_size=1),
}


@given(st.fixed_dictionaries({}, optional=ANSWERS), st.sets(st.sampled_from(sorted(ANSWERS))))
def test_nothing_is_lost_and_nothing_is_joined_that_must_not_be(
    answers: dict[str, Any], apart: set[str]
) -> None:
    new = changed("ord", text=text("Egna ord"))
    found = join(new, answers, bridge_between(OLD, new, apart))
    assert found.values == {name: [v] for name, v in answers.items() if name not in apart}
    assert found.apart == {(1, name): [v] for name, v in answers.items() if name in apart}


def test_joining_walks_over_many_versions() -> None:
    second = changed("val", text=text("Andra"))
    third = shaping.without_question(second, "ord")
    found = joined(
        [
            Version(1, OLD),
            Version(3, second, bridge_between(OLD, second)),
            Version(4, third, bridge_between(second, third)),
        ],
        [(1, {"val": "a", "ord": "x"}), (3, {"val": "b", "ord": "y"}), (4, {"val": "c"})],
    )
    assert found.values == {"val": ["a", "b", "c"]}
    assert found.apart == {(3, "ord"): ["x", "y"]}
