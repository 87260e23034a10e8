"""A survey with display rules, answered: one question at a time and all at once give the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from surveys import shaping, versions
from surveys.building import authoring
from surveys.models import Response
from tests.conftest import Cast
from tests.survey import STORY, hidden_fields, open_form, press
from tests.surveys.test_versions import eva, ours


@pytest.fixture
def ruled(app: Application, cast: Cast) -> Cast:
    """The cast's survey, where "vart" is met only by those who do not trust to get help."""
    with app.app_context():
        survey, by = ours(cast), eva(cast)
        versions.begin_correction(session(), survey, by=by)
        old = shaping.question_named(authoring.draft_document(survey), "vart")
        rule = {
            "any": [
                {"question": "litar", "op": "is", "value": "1"},
                {"question": "poang", "op": "most", "value": "tillgänglighet"},
            ]
        }
        new = replace(old, show_if=rule)
        authoring.save_question(session(), survey, new, authoring.mark_of(old))
        versions.freeze(session(), survey, by=by)
        session().commit()
    return cast


def kept(app: Application) -> dict[str, Any]:
    with app.app_context():
        return dict(session().scalars(select(Response)).one().answers)


@pytest.mark.parametrize(
    ("answers", "met"),
    [
        ({"litar": "1"}, True),
        ({"litar": "5"}, False),
        ({}, False),
        ({"litar": "5", "poang-1": "1", "poang-2": "7", "poang-3": "2"}, True),
        ({"litar": "5", "poang-1": "7", "poang-2": "1", "poang-3": "2"}, False),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_the_same_questions_are_met_and_the_same_answers_kept(
    app: Application, ruled: Cast, answers: dict[str, str], met: bool, whole: bool
) -> None:
    client = app.test_client(use_cookies=False)
    form: dict[str, Any] = open_form(client) | {"berattelse": STORY, "vart": "3"} | answers
    if whole:
        form |= {"as.layout": "all", "at": "whole"}
        checked = press(client, form, "next")
    else:
        checked = press(client, form | {"at": "litar"}, "next")
        assert ('id="vart"' in checked.text) is met
        checked = press(client, hidden_fields(checked.text) | {"vart": "3"}, "next")
    assert checked.status_code == 200
    sent = press(client, form | {"at": "check"}, "send")
    assert sent.status_code == 200
    assert ("vart" in kept(app)) is met


def test_the_page_with_all_questions_says_the_rule_in_words(app: Application, ruled: Cast) -> None:
    page = app.test_client().get("/en/dialog/vad-ar-viktigt/svara/alla").text
    assert 'name="vart"' in page
    assert "Does not fit at all" in page
    assert "the answer to" in page
    assert "has the most points" in page
