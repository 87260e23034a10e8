"""An answer is kept for sure, once, and nothing of it leads to a person."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Cast
from tests.survey import STORY, answer, code_on, hidden_fields, open_form, press


def count(application: Application, model: type) -> int:
    with application.app_context():
        return session().scalar(select(func.count()).select_from(model)) or 0


def test_an_answer_is_kept_with_its_story_and_points(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    code = answer(client, **{"poang-1": "5", "poang-2": "3", "poang-3": "2", "litar": "4"})
    assert len(code) == 19
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        assert story.text == STORY
        assert story.points == {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2}
        assert session().scalars(select(Response)).one().answers["litar"] == "4"


def test_the_same_form_twice_is_one_answer_with_one_code(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    first, second = (press(client, form, "send") for _ in range(2))
    assert code_on(first.text) == code_on(second.text)
    assert count(app_on_both, Contribution) == 1


def test_two_people_on_the_same_cached_page_give_two_answers(app: Application, cast: Cast) -> None:
    clients = [app.test_client(use_cookies=False) for _ in range(2)]
    codes = {answer(client) for client in clients}
    assert len(codes) == 2
    assert count(app, Contribution) == 2


def test_a_form_sent_again_with_other_words_asks_before_it_replaces(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    code = code_on(press(client, form, "send").text)
    asked = press(client, form | {"berattelse": "Andra ord."}, "send")
    assert asked.status_code == 409
    assert "Andra ord." in asked.text
    replaced = press(client, hidden_fields(asked.text), "send.replace")
    assert code_on(replaced.text) == code
    with app_on_both.app_context():
        assert session().scalars(select(Story.text)).all() == ["Andra ord."]
    again = press(client, form | {"berattelse": "Tredje."}, "send")
    added = press(client, hidden_fields(again.text), "send.new")
    assert code_on(added.text) != code
    assert count(app_on_both, Contribution) == 2


def test_background_is_kept_apart(app: Application, cast: Cast) -> None:
    answer(app.test_client(), kommun="umea", alder="30-49")
    with app.app_context():
        apart = session().scalars(select(BackgroundAnswer)).one()
        kept = session().scalars(select(Response)).one()
        assert apart.answers == {"kommun": "umea", "alder": "30-49"}
        assert not {"kommun", "alder"} & set(kept.answers)
        assert apart.id not in {kept.id, kept.contribution_id}


@pytest.mark.parametrize(
    "forged",
    [
        {"rost": "kung"},
        {"litar": "9"},
        {"kommun": "atlantis"},
        {"poang-1": "11"},
        {"fran_annan": "1"},
    ],
)
def test_forged_fields_are_refused_and_nothing_is_stored(
    app: Application, cast: Cast, forged: dict[str, str]
) -> None:
    client = app.test_client()
    refused = press(client, open_form(client) | {"berattelse": STORY} | forged, "send")
    assert refused.status_code == 422
    assert STORY in refused.text
    assert count(app, Contribution) == 0


def test_an_empty_answer_is_refused_in_a_sentence(app: Application, cast: Cast) -> None:
    client = app.test_client()
    refused = press(client, open_form(client), "send")
    assert refused.status_code == 422
    assert count(app, Contribution) == 0


def test_a_wrong_token_keeps_the_text(app: Application, cast: Cast) -> None:
    client = app.test_client()
    refused = press(client, open_form(client) | {"berattelse": STORY, "token": "x"}, "send")
    assert refused.status_code == 403
    assert STORY in refused.text
    sent = press(client, hidden_fields(refused.text) | {"berattelse": STORY}, "send")
    assert sent.status_code == 200
    assert count(app, Contribution) == 1


def test_a_contribution_knows_nothing_of_who_sent_it() -> None:
    assert set(Contribution.__table__.c.keys()) == {
        "id", "dialogue_id", "receipt_hash", "content_hash", "channel", "voice", "lang",
        "received_on", "uses", "consent_version",
    }  # fmt: skip
    assert set(BackgroundAnswer.__table__.c.keys()) == {
        "id", "survey_id", "answers", "withdrawal_hash",
    }  # fmt: skip
    assert not [key for key in BackgroundAnswer.__table__.foreign_keys if "survey" not in str(key)]
