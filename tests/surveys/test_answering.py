"""Answering in one's own manner: one question at a time or all at once, in easy words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from surveys.models import Response, Survey, SurveyVersion
from surveys.questions.document import Document
from tests.conftest import Cast
from tests.survey import DOCUMENT, STORY, code_on, hidden_fields, open_form, press

WHOLE = "/{}/dialog/vad-ar-viktigt/svara/alla"


def whole_form(client: FlaskClient, language: str = "sv") -> dict[str, str]:
    page = client.get(WHOLE.format(language))
    assert page.status_code == 200
    return hidden_fields(page.text)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_all_questions_stand_on_one_page(resident: FlaskClient, language: str) -> None:
    page = resident.get(WHOLE.format(language)).text
    for section in DOCUMENT["sections"]:
        for question in section["questions"]:
            assert question["text"][language] in page


def test_an_answer_from_one_page_is_checked_and_kept(
    app: Application, resident: FlaskClient
) -> None:
    form = whole_form(resident) | {"berattelse": STORY, "litar": "4", "kommun": "umea"}
    check = press(resident, form, "next")
    assert STORY in check.text
    assert "Umeå" in check.text
    sent = press(resident, hidden_fields(check.text) | {"use": "quote"}, "send")
    assert len(code_on(sent.text)) == 19
    with app.app_context():
        assert session().scalars(select(Story.text)).one() == STORY
        assert session().scalars(select(Contribution)).one().uses == ["analysis", "quote"]


def test_a_fault_on_the_whole_page_is_told_there(resident: FlaskClient) -> None:
    form = whole_form(resident) | {"berattelse": STORY, "poang-1": "9", "poang-2": "9"}
    refused = press(resident, form, "next")
    assert refused.status_code == 422
    assert STORY in refused.text
    assert 'name="litar"' in refused.text


def test_the_layout_changes_on_every_screen_and_nothing_is_lost(resident: FlaskClient) -> None:
    form: dict[str, Any] = open_form(resident) | {"berattelse": STORY}
    second = press(resident, form, "next")
    everything = press(resident, hidden_fields(second.text) | {"poang-1": "7"}, "layout.all")
    assert STORY in everything.text
    assert re.search(r'name="poang-1"[^>]*value="7"', everything.text)
    back = press(
        resident,
        hidden_fields(everything.text) | {"berattelse": STORY, "poang-1": "7", "litar": "2"},
        "layout.each",
    )
    fields = hidden_fields(back.text)
    assert STORY in back.text
    assert (fields["poang-1"], fields["litar"]) == ("7", "2")
    assert "as.layout" not in fields


def test_the_wording_changes_and_travels(app: Application, cast: Cast) -> None:
    easy = "Vad är viktigt för dig? Berätta med dina egna ord."
    document = Document.of(DOCUMENT).as_dict()
    document["sections"][0]["questions"][0]["easy"] = {"sv": easy, "en": ""}
    with app.app_context():
        for survey in session().scalars(select(Survey)):
            survey.versions.append(SurveyVersion(number=2, state="open", document=document))
        session().commit()
    client = app.test_client(use_cookies=False)
    plain = client.get("/sv/dialog/vad-ar-viktigt/svara")
    assert easy not in plain.text
    changed = press(client, hidden_fields(plain.text) | {"berattelse": STORY}, "variant.easy")
    assert easy in changed.text
    assert STORY in changed.text
    onward = press(client, hidden_fields(changed.text) | {"berattelse": STORY}, "next")
    assert hidden_fields(onward.text)["as.variant"] == "easy"
    assert easy in client.get("/sv/dialog/vad-ar-viktigt/svara?variant=easy").text


def test_names_and_numbers_are_marked_and_taken_out_one_by_one(resident: FlaskClient) -> None:
    text = "Sköterskan Siv ringde från 070-123 45 67 om min tid."
    check = press(resident, whole_form(resident) | {"berattelse": text}, "next").text
    assert "<mark>Siv</mark>" in check
    assert "<mark>070-123 45 67</mark>" in check
    fields = hidden_fields(check)
    without_name = press(resident, fields, "clear.berattelse.11-14").text
    assert hidden_fields(without_name)["berattelse"] == (
        "Sköterskan ringde från 070-123 45 67 om min tid."
    )
    assert "<mark>Siv</mark>" not in without_name
    neither = press(resident, fields, "clear").text
    assert hidden_fields(neither)["berattelse"] == "Sköterskan ringde från om min tid."
    assert "<mark>" not in neither


def test_a_press_that_takes_out_what_is_not_marked_changes_nothing(resident: FlaskClient) -> None:
    form = whole_form(resident) | {"berattelse": "Sköterskan Siv ringde.", "at": "check"}
    for where in ("berattelse.0-10", "berattelse.11-999", "litar.0-1", "x", "berattelse"):
        page = press(resident, form, f"clear.{where}").text
        assert hidden_fields(page)["berattelse"] == "Sköterskan Siv ringde."


@pytest.mark.parametrize("text", ["Ibland vill jag inte leva längre.", "Jag vill anmäla till IVO."])
def test_words_of_danger_bring_the_door_near_before_sending(
    app: Application, resident: FlaskClient, text: str
) -> None:
    calm = press(resident, open_form(resident) | {"berattelse": STORY}, "next").text
    assert "door near" not in calm
    near = press(resident, open_form(resident) | {"berattelse": text}, "next").text
    assert "door near" in near
    assert near.index("door near") < near.index("<h1")
    assert near.count('id="door"') == 1
    sent = press(resident, hidden_fields(near) | {"at": "check"}, "send")
    with app.app_context():
        kept = session().scalars(select(Contribution)).one()
        answers = session().scalars(select(Response)).one().answers
        assert (answers, kept.uses) == ({}, ["analysis"])
    assert sent.status_code == 200


def test_somebody_who_began_on_a_version_finishes_on_it(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY, "litar": "5"}
    with app.app_context():
        survey = session().scalars(select(Survey).join(Survey.dialogue)).all()
        ours = next(each for each in survey if each.dialogue.slug == "vad-ar-viktigt")
        old = ours.versions[0].id
        shorter = {**DOCUMENT, "sections": [DOCUMENT["sections"][-1]]}
        ours.versions.append(SurveyVersion(number=2, state="open", document=shorter))
        session().commit()
    sent = press(client, form | {"at": "check"}, "send")
    assert sent.status_code == 200
    with app.app_context():
        assert session().scalars(select(Response)).one().version_id == old
        assert session().scalars(select(Story.text)).one() == STORY


def test_a_script_may_send_and_gets_the_code_and_sentences(
    app: Application, resident: FlaskClient
) -> None:
    as_json = {"Accept": "application/json"}
    address = "/sv/dialog/vad-ar-viktigt/svara"
    form = whole_form(resident) | {"berattelse": STORY, "at": "check", "go": "send"}
    stale = resident.post(address, data=form | {"token": "gammal"}, headers=as_json)
    assert stale.status_code == 403
    fresh = resident.post(
        address, data=form | {"token": stale.get_json()["token"], "key": "n" * 32}, headers=as_json
    )
    again = resident.post(
        address, data=form | {"token": stale.get_json()["token"], "key": "n" * 32}, headers=as_json
    )
    assert fresh.get_json()["code"] == again.get_json()["code"]
    assert fresh.headers["Cache-Control"] == "no-store"
    refused = resident.post(address, data=form | {"berattelse": ""}, headers=as_json)
    assert refused.status_code == 422
    assert refused.get_json()["sentence"]
    with app.app_context():
        assert len(session().scalars(select(Contribution)).all()) == 1


def test_a_shared_device_is_told_to_keep_nothing(resident: FlaskClient) -> None:
    first = resident.get("/sv/dialog/vad-ar-viktigt/svara/delad")
    assert first.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in first.text
    assert 'value="save"' not in first.text
    assert "data-worker" not in first.text
    onward = press(resident, hidden_fields(first.text) | {"berattelse": STORY}, "next")
    assert onward.headers["Cache-Control"] == "no-store"
    assert hidden_fields(onward.text)["as.shared"] == "yes"
    assert 'value="save"' not in onward.text


def test_the_worker_sees_only_its_own_dialogue(resident: FlaskClient) -> None:
    worker = resident.get("/sv/dialog/vad-ar-viktigt/svara/utan-signal.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/sv/dialog/vad-ar-viktigt/svara"
