"""Every kind of question through the answer form itself, until the answer is kept."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story, Use, Voice
from surveys.models import Response, Survey, SurveyVersion
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document
from tests.conftest import Cast
from tests.survey import code_on, open_form, press
from tests.surveys.kinds_app import OTHERS, TWENTY
from tests.surveys.kinds_samples import samples

EVERY = Document.of({"sections": [*TWENTY.as_dict()["sections"], *OTHERS.as_dict()["sections"]]})


def ask_everything(application: Application) -> None:
    """Let the open survey ask every kind of question, in its next version."""
    with application.app_context():
        for survey in session().scalars(select(Survey)):
            version = SurveyVersion(number=2, state="open", document=EVERY.as_dict())
            survey.versions.append(version)
        session().commit()


def everything() -> tuple[dict[str, list[str]], dict[str, Any]]:
    """One answer to each question: its fields, and what is kept."""
    fields: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for question in EVERY.questions:
        for given, value in samples(question)[:1]:
            fields |= given
            values[question.id] = value
    return fields, values


def test_an_answer_to_everything_is_kept_as_it_was_given(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    ask_everything(app_on_both)
    fields, values = everything()
    client = app_on_both.test_client(use_cookies=False)
    checking = press(client, open_form(client) | fields | {"at": "check"}, "stay")
    assert checking.status_code == 200
    sent = press(client, open_form(client) | fields | {"at": "check"}, "send")
    assert sent.status_code == 200, re.sub(r"<[^>]+>", " ", sent.text)[-600:]
    assert code_on(sent.text)
    with app_on_both.app_context():
        kept = session().scalars(select(Response)).one().answers
        stories = {story.question: story.text for story in session().scalars(select(Story))}
        contribution = session().scalars(select(Contribution)).one()
        told = {question.id for question in EVERY.questions if tells(question)}
        assert stories == {name: values[name] for name in told}
        assert kept == {name: value for name, value in values.items() if name not in told}
        assert contribution.voice == Voice.RELATIVE
        assert contribution.uses == [Use.ANALYSIS, Use.QUOTE, Use.OPEN_DATA]


@pytest.mark.parametrize("variant", ["standard", "easy", "pictures"])
def test_every_question_is_asked_one_screen_after_the_other(
    app: Application, cast: Cast, variant: str
) -> None:
    ask_everything(app)
    fields, values = everything()
    client = app.test_client(use_cookies=False)
    carried: dict[str, Any] = open_form(client) | {"as.variant": variant}
    for question in EVERY.questions:
        names = KINDS[question.kind].names(question)
        page = press(client, carried | {name: fields.get(name, []) for name in names}, "next")
        assert page.status_code == 200, question.id
        carried = _all_hidden(page.text)
    assert carried["at"] == ["check"]
    sent = press(client, carried, "send")
    assert sent.status_code == 200
    with app.app_context():
        kept = session().scalars(select(Response)).one().answers
        assert kept.items() <= values.items()
        assert "skillnad" in kept


def _all_hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields with every value of a repeated one."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(html.unescape(value))
    return found
