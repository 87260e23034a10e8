"""When a rule refuses an act on a theme: what is wrong stands beside the field, nothing is lost."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from analysis.models import Theme
from dialogue.app import Application
from dialogue.ground.db import session
from tests.conftest import Cast
from tests.stage import forged_free, gather, tell

ROOM = "/sv/arbetsrum/vad-ar-viktigt"


@pytest.fixture
def theme(app: Application, cast: Cast) -> str:
    with app.app_context():
        stories = tell(cast.dialogue, [f"Bussen kom aldrig, gång {n}." for n in range(9)])
        gather(cast.dialogue, "Väntan", tell(cast.dialogue, ["Det tog tid."]))
        key = str(gather(cast.dialogue, "Bussen", stories).id)
        session().commit()
        return key


def sent(client: FlaskClient, app: Application, address: str, **fields: object) -> str:
    token = forged_free(client, app)
    answer = client.post(address, data={"csrf_token": token, **fields})
    assert answer.status_code == 422, answer.status_code
    return answer.text


def test_a_theme_is_not_dropped_without_a_reason_and_the_form_stands_open(
    app: Application, coordinator: FlaskClient, theme: str
) -> None:
    page = sent(coordinator, app, f"{ROOM}/tema/{theme}/stryk", reason=" ")
    assert "Säg varför du stryker temat." in page
    assert '<details class="sure" open>' in page
    assert re.search(r'id="drop-reason"[^>]*aria-invalid="true"', page)
    assert 'href="#drop-reason"' in page
    with app.app_context():
        assert session().query(Theme).filter_by(state="dropped").count() == 0


def test_what_was_ticked_and_written_stays_when_no_theme_was_chosen(
    app: Application, coordinator: FlaskClient, theme: str
) -> None:
    page = coordinator.get(f"{ROOM}/tema/{theme}").text
    ticked = re.findall(r'name="story" value="([^"]+)"', page)[:2]
    answer = sent(
        coordinator, app, f"{ROOM}/tema/{theme}/flytta",
        story=ticked, to="", reason="De hör ihop med annat.",
    )  # fmt: skip
    assert "Välj ett tema." in answer
    assert [f'value="{key}" checked' in answer for key in ticked] == [True, True]
    assert answer.count('name="story"') - answer.count("checked> Flytta") == 7
    assert 'value="De hör ihop med annat."' in answer
    merged = sent(coordinator, app, f"{ROOM}/tema/{theme}/sla-ihop", into="", reason="Samma sak.")
    assert "Välj ett tema." in merged
    assert 'value="Samma sak."' in merged


def test_where_a_page_of_its_own_says_no_there_is_a_way_back(
    app: Application, coordinator: FlaskClient, theme: str
) -> None:
    token = forged_free(coordinator, app)
    for referrer, way in (
        (f"http://localhost{ROOM}/lasrum?page=2", f'href="{ROOM}/lasrum?page=2"'),
        ("http://elsewhere.example/sv/", None),
        ("http://localhost//elsewhere.example/", None),
        ("", None),
    ):
        answer = coordinator.post(
            f"{ROOM}/lasrum/nytt", data={"csrf_token": token, "sv": "", "en": ""},
            headers={"Referer": referrer} if referrer else {},
        )  # fmt: skip
        assert answer.status_code == 409
        assert "elsewhere" not in answer.text
        assert ("Tillbaka till sidan du kom från" in answer.text) == (way is not None)
        assert way is None or way in answer.text
