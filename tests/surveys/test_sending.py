"""A host says that a draft is ready, and the coordinator takes over: a button, with its guards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.life_models import DialogueStep
from dialogue.hosts.models import DialogueState, PromiseLevel
from surveys import versions
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of
from tests.surveys.drafting import HERE, csrf
from tests.surveys.test_versions import eva, ours

READY = f'action="{HERE}/klar"'


@pytest.fixture
def hosted(app_on_both: Application, cast_on_both: Cast) -> Cast:
    """The cast's dialogue before it opens, everything decided, and a draft of its survey."""
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue)
        dialogue.state, dialogue.promise = DialogueState.DRAFT, PromiseLevel.SHAPE
        dialogue.texts = dict(dialogue.texts) | {
            "purpose": {"sv": "Vi vill veta.", "en": "We want to know."},
            "to_settle": {"sv": "Vad ska ändras först?", "en": "What should change first?"},
        }
        versions.begin_correction(session(), ours(cast_on_both), by=eva(cast_on_both))
        session().commit()
    return cast_on_both


def state(app: Application, cast: Cast) -> DialogueState:
    with app.app_context():
        return dialogue_of(cast.dialogue).state


def test_the_host_sends_once_and_the_coordinator_reads(
    app_on_both: Application, hosted: Cast
) -> None:
    app = app_on_both
    host = signed_in(app, hosted.host)
    page = host.get(f"{HERE}/").text
    assert READY in page
    assert READY not in signed_in(app, hosted.coordinator).get(f"{HERE}/").text
    token = csrf(host, f"{HERE}/")
    assert host.post(f"{HERE}/klar", data={"csrf_token": token}).status_code == 303
    assert state(app, hosted) == DialogueState.HOST_READY
    assert READY not in host.get(f"{HERE}/").text
    assert host.post(f"{HERE}/klar", data={"csrf_token": token}).status_code == 409
    with app.app_context():
        (step,) = session().scalars(select(DialogueStep))
        assert (step.verb, step.after) == ("send", DialogueState.HOST_READY)


def test_what_is_missing_is_said_instead_of_a_button(
    app_on_both: Application, hosted: Cast
) -> None:
    app = app_on_both
    with app.app_context():
        dialogue = dialogue_of(hosted.dialogue)
        dialogue.promise = None
        session().commit()
    host = signed_in(app, hosted.host)
    page = host.get(f"/en{HERE[3:]}/").text
    assert READY not in page
    assert "choose the promise" in page
    token = csrf(host, f"{HERE}/")
    assert host.post(f"{HERE}/klar", data={"csrf_token": token}).status_code == 409
    assert state(app, hosted) == DialogueState.DRAFT


def test_a_survey_that_could_not_open_is_not_sent(app_on_both: Application, hosted: Cast) -> None:
    app = app_on_both
    with app.app_context():
        draft = versions.draft_of(ours(hosted))
        assert draft is not None
        draft.document = {"sections": []}
        session().commit()
    host = signed_in(app, hosted.host)
    assert READY not in host.get(f"{HERE}/").text
    token = csrf(host, f"{HERE}/") if "csrf_token" in host.get(f"{HERE}/").text else ""
    assert host.post(f"{HERE}/klar", data={"csrf_token": token}).status_code == 409
    assert state(app, hosted) == DialogueState.DRAFT


@pytest.mark.parametrize("who", ["responder", "reviewer", "facilitator", "foreign_coordinator"])
def test_others_send_nothing(app_on_both: Application, hosted: Cast, who: str) -> None:
    client = signed_in(app_on_both, getattr(hosted, who))
    assert client.post(f"{HERE}/klar").status_code in (400, 403, 404)
    assert state(app_on_both, hosted) == DialogueState.DRAFT
