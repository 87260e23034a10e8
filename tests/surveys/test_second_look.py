"""Answers by telephone are read by somebody else than the one who wrote them, and it is kept."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from surveys.paper.transcripts import Transcript
from tests.conftest import Cast, signed_in
from tests.survey import hidden_fields
from tests.surveys.test_paper import FILLED, ROOM, colleague, numbers, sent

__all__ = ["colleague"]
SAID = "Min syster Karin Lindström ringde tre gånger. Till slut fick hon en tid."


def by_phone(app: Application, client: FlaskClient) -> str:
    """Write an answer down from the telephone; the id that the list sends."""
    key = hidden_fields(client.get(f"{ROOM}/skriv-av/").text)["key"]
    fields = FILLED | {"berattelse": SAID, "channel": "phone", "key": key, "lang": "sv"}
    assert sent(app, client, "skriv-av/", **fields, go="keep").status_code == 200
    with app.app_context():
        return str(session().scalars(select(Transcript.contribution_id)).one())


def test_somebody_else_reads_it_and_it_stands(
    app: Application, cast: Cast, colleague: FlaskClient
) -> None:
    name = by_phone(app, signed_in(app, cast.host))
    waiting = colleague.get(f"{ROOM}/skriv-av/jamfor").text
    assert f'value="{name}"' in waiting
    shown = sent(app, colleague, "skriv-av/jamfor/telefon", transcript=name, go="show")
    assert "<mark>Karin Lindström</mark>" in shown.text
    assert "kommun" not in shown.text.partition("<h1>")[2].lower()
    done = sent(app, colleague, "skriv-av/jamfor/telefon", transcript=name, go="stands")
    assert done.status_code == 303
    with app.app_context():
        note = session().scalars(select(Transcript)).one()
        assert note.second is not None
        assert note.second.name == "Bo"
        events = set(session().scalars(select(AuditEvent.act)))
        assert {"telephone answer opened", "transcript compared"} <= events
    again = sent(app, colleague, "skriv-av/jamfor/telefon", transcript=name, go="stands")
    assert again.status_code == 422
    assert name not in colleague.get(f"{ROOM}/skriv-av/jamfor").text


def test_the_one_who_wrote_does_not_look_twice(app: Application, cast: Cast) -> None:
    host = signed_in(app, cast.host)
    name = by_phone(app, host)
    assert f'value="{name}"' not in host.get(f"{ROOM}/skriv-av/jamfor").text
    for go in ("show", "stands"):
        page = sent(app, host, "skriv-av/jamfor/telefon", transcript=name, go=go)
        assert page.status_code == 422
        assert SAID not in page.text


@pytest.mark.parametrize(
    "name", ["", "x", "\x00", "90f0ae9f-4c82-416f-aac5-0baab10f6824", "9" * 400]
)
def test_what_is_not_there_is_said_in_a_sentence(
    app: Application, cast: Cast, colleague: FlaskClient, name: str
) -> None:
    page = sent(app, colleague, "skriv-av/jamfor/telefon", transcript=name, go="show")
    assert page.status_code == 422


def test_paper_is_not_read_without_its_number(
    app: Application, cast: Cast, colleague: FlaskClient
) -> None:
    fields = FILLED | {"channel": "paper", "number": numbers(app, cast).new(), "lang": "sv"}
    sent(app, signed_in(app, cast.host), "skriv-av/", **fields, go="keep")
    with app.app_context():
        name = str(session().scalars(select(Transcript.contribution_id)).one())
    page = sent(app, colleague, "skriv-av/jamfor/telefon", transcript=name, go="show")
    assert page.status_code == 422


def test_a_facilitator_writes_but_does_not_read_others(app: Application, cast: Cast) -> None:
    name = by_phone(app, signed_in(app, cast.host))
    facilitator = signed_in(app, cast.facilitator)
    assert name not in facilitator.get(f"{ROOM}/skriv-av/jamfor").text
    page = sent(app, facilitator, "skriv-av/jamfor/telefon", transcript=name, go="show")
    assert page.status_code == 404


def test_another_dialogue_finds_nothing(app: Application, cast: Cast) -> None:
    name = by_phone(app, signed_in(app, cast.host))
    foreign = signed_in(app, cast.foreign_coordinator)
    for slug in (cast.dialogue, cast.foreign_dialogue):
        room = f"/sv/arbetsrum/{slug}/skriv-av/jamfor"
        page = foreign.get(f"/sv/arbetsrum/{cast.foreign_dialogue}/skriv-av/jamfor")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        data = {"csrf_token": token[1], "transcript": name, "go": "show"}
        found = foreign.post(f"{room}/telefon", data=data)
        assert found.status_code == (404 if slug == cast.dialogue else 422)
        assert SAID not in found.text
