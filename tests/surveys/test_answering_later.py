"""Going on later with a code, answering within opening hours, and answering by invitation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from dialogue.voices.receipts import receipts
from surveys.answering import asking
from surveys.answering.drafts import KEPT_FOR, Draft, erase_expired
from surveys.codes import Invitation, InvitationCode, make_codes
from surveys.models import Survey
from tests.conftest import Cast
from tests.stage import user_of
from tests.survey import STORY, answer, code_on, hidden_fields, open_form, press

ADDRESS = "/sv/dialog/vad-ar-viktigt/svara"


def count(application: Application, model: type) -> int:
    with application.app_context():
        return session().scalar(select(func.count()).select_from(model)) or 0


def saved(client: FlaskClient, **fields: Any) -> str:
    """Save a half-written answer; its code."""
    page = press(client, open_form(client) | {"berattelse": STORY} | fields, "save")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert f"http://localhost{ADDRESS}/fortsatt" in page.text
    return code_on(page.text)


def resumed(client: FlaskClient, code: str) -> Any:
    form = hidden_fields(client.get(f"{ADDRESS}/fortsatt").text)
    return client.post(f"{ADDRESS}/fortsatt", data=form | {"code": code})


def test_nothing_is_on_the_server_until_it_is_asked_for(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    page = press(client, open_form(client) | {"berattelse": STORY}, "next")
    press(client, hidden_fields(page.text), "layout.all")
    assert count(app, Draft) == 0
    saved(client)
    assert count(app, Draft) == 1


def test_a_saved_answer_goes_on_from_another_device_with_the_same_text(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """F19: the same text, the same place, the same answer."""
    at_home = app_on_both.test_client(use_cookies=False)
    second = press(at_home, open_form(at_home) | {"berattelse": STORY}, "next")
    fields = hidden_fields(second.text) | {"poang-1": "6"}
    code = code_on(press(at_home, fields, "save").text)
    elsewhere = app_on_both.test_client(use_cookies=False)
    page = resumed(elsewhere, code.lower().replace("-", " "))
    form = hidden_fields(page.text)
    assert form["berattelse"] == STORY
    assert form["at"] == "poang"
    assert form["key"] == fields["key"]
    assert 'value="6"' in page.text
    sent = press(elsewhere, form | {"poang-1": "6"}, "send")
    assert count(app_on_both, Draft) == 0
    again = press(at_home, fields, "send")
    assert code_on(again.text) == code_on(sent.text)
    assert count(app_on_both, Contribution) == 1


def test_the_first_screen_leads_to_what_was_saved(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    for path in ("", "/alla"):
        assert f'href="{ADDRESS}/fortsatt"' in client.get(ADDRESS + path).text
    second = press(client, open_form(client) | {"berattelse": STORY}, "next").text
    assert f'href="{ADDRESS}/fortsatt"' not in second


def test_saving_again_keeps_one_draft_under_one_code(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    first = code_on(press(client, form, "save").text)
    second = code_on(press(client, form | {"berattelse": "Mer."}, "save").text)
    assert first == second
    assert count(app, Draft) == 1
    assert hidden_fields(resumed(client, first).text)["key"] == form["key"]
    assert "Mer." in resumed(client, first).text


def test_saved_text_is_erased_when_asked_when_sent_when_withdrawn_and_when_too_old(
    app: Application, cast: Cast
) -> None:
    client = app.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    for leave in ("unsave", "send"):
        press(client, form, "save")
        assert count(app, Draft) == 1
        left = press(client, form, leave)
        assert count(app, Draft) == 0
    press(client, form | {"berattelse": "Sparat efteråt."}, "save")
    assert count(app, Draft) == 1
    receipt = hidden_fields(client.get("/sv/kvitto/").text) | {"code": code_on(left.text)}
    gone = client.post("/sv/kvitto/ta-bort", data=receipt | {"sure": "yes"})
    assert gone.status_code == 200
    assert count(app, Draft) == 0
    code = saved(client)
    with app.app_context():
        assert erase_expired(session(), today() + KEPT_FOR) == 0
        assert erase_expired(session(), today() + KEPT_FOR + timedelta(days=1)) == 1
        session().commit()
    assert resumed(client, code).status_code == 404


def test_a_draft_is_found_by_its_code_only(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = saved(client)
    for wrong in ("0000-0000-0000-0000", "", "hej", code[:-1]):
        assert resumed(client, wrong).status_code == 404
    assert set(Draft.__table__.c.keys()) == {
        "code_hash", "answer_hash", "version_id", "fields", "expires_on",
    }  # fmt: skip
    with app.app_context():
        kept = session().scalars(select(Draft)).one()
        assert code.replace("-", "") not in repr((kept.fields, kept.code_hash, kept.answer_hash))
        assert kept.expires_on == today() + timedelta(days=30)


def set_opening(application: Application, **hours: Any) -> None:
    with application.app_context():
        for survey in session().scalars(select(Survey)):
            survey.opening = {**survey.opening, **hours}
        session().commit()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock, in UTC."""

    def to(moment: datetime) -> None:
        monkeypatch.setattr(asking, "now", lambda: moment)

    return to


def test_text_typed_before_closing_is_taken_during_the_grace_and_given_back_after(
    app: Application, cast: Cast, at: Any
) -> None:
    """A14, F15: in winter time, to the minute."""
    closed = {"sv": "Tack för alla svar. Vi läser dem nu.", "en": "Thank you."}
    set_opening(app, closes="2026-11-30T16:00", grace=15, closed=closed)
    client = app.test_client(use_cookies=False)
    at(datetime(2026, 11, 30, 14, 59))
    form = open_form(client) | {"berattelse": STORY}
    at(datetime(2026, 11, 30, 15, 0))
    late = client.get(ADDRESS)
    assert closed["sv"] in late.text
    assert 'name="berattelse"' not in late.text
    assert press(client, form, "send").status_code == 200
    at(datetime(2026, 11, 30, 15, 15))
    refused = press(client, form | {"key": "f" * 32, "berattelse": "För sent."}, "send")
    assert refused.status_code == 409
    assert "För sent." in refused.text
    assert count(app, Contribution) == 1


def test_a_pause_keeps_what_was_typed_until_it_is_over(
    app: Application, cast: Cast, at: Any
) -> None:
    set_opening(app, pauses=[["2026-12-24T12:00", "2026-12-27T07:00"]], grace=0)
    client = app.test_client(use_cookies=False)
    at(datetime(2026, 12, 24, 10, 0))
    form = open_form(client) | {"berattelse": STORY}
    at(datetime(2026, 12, 24, 11, 0))
    resting = press(client, form, "next")
    assert resting.status_code == 409
    assert "27 december 2026" in resting.text
    assert "07.00" in resting.text
    at(datetime(2026, 12, 27, 6, 0))
    sent = press(client, hidden_fields(resting.text), "send")
    assert sent.status_code == 200
    with app.app_context():
        assert session().scalars(select(Story.text)).all() == [STORY]


def test_a_survey_that_has_not_opened_says_when_it_does(
    app: Application, cast: Cast, at: Any
) -> None:
    set_opening(app, opens="2027-01-11T08:00")
    at(datetime(2027, 1, 11, 6, 59))
    client = app.test_client(use_cookies=False)
    assert "11 January 2027" in client.get(ADDRESS.replace("/sv/", "/en/")).text
    at(datetime(2027, 1, 11, 7, 0))
    assert "key" in open_form(client)


def test_the_hosts_own_thanks_stand_on_the_receipt(app: Application, cast: Cast) -> None:
    set_opening(app, thanks={"sv": "Tack! Vi ses på Äldredagen.", "en": "Thank you!"})
    client = app.test_client(use_cookies=False)
    sent = press(client, open_form(client) | {"berattelse": STORY}, "send")
    assert "Vi ses på Äldredagen." in sent.text


def invite(application: Application, cast: Cast, number: int = 2) -> list[str]:
    set_opening(application, invited_only=True)
    with application.app_context():
        survey = next(
            each
            for each in session().scalars(select(Survey))
            if each.dialogue.slug == cast.dialogue
        )
        codes = make_codes(
            session(), survey, number, "Mötet", receipts(), by=user_of(cast.host), on=today()
        )
        session().commit()
        return list(codes)


def let_in(client: FlaskClient, code: str) -> Any:
    form = hidden_fields(client.get(ADDRESS).text)
    return press(client, form | {"as.invitation": code}, "enter")


def test_a_code_lets_one_answer_in(app_on_both: Application, cast_on_both: Cast) -> None:
    codes = invite(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    assert 'name="berattelse"' not in client.get(ADDRESS).text
    inside = let_in(client, codes[0].lower())
    assert 'name="berattelse"' in inside.text
    form = hidden_fields(inside.text) | {"berattelse": STORY}
    sent = press(client, form, "send")
    assert code_on(press(client, form, "send").text) == code_on(sent.text)
    used = press(client, form | {"key": "e" * 32}, "send")
    assert used.status_code == 422
    assert hidden_fields(used.text)["berattelse"] == STORY
    assert let_in(client, codes[0]).status_code == 422
    other = press(client, hidden_fields(used.text) | {"as.invitation": codes[1]}, "enter")
    fields = hidden_fields(other.text) | {"berattelse": STORY}
    assert press(client, fields, "send").status_code == 200
    assert count(app_on_both, Contribution) == 2


def test_how_many_codes_were_used_is_known_but_not_by_whom(app: Application, cast: Cast) -> None:
    codes = invite(app, cast, 5)
    client = app.test_client(use_cookies=False)
    inside = let_in(client, codes[3])
    press(client, hidden_fields(inside.text) | {"berattelse": STORY}, "send")
    with app.app_context():
        batch = session().scalars(select(Invitation)).one()
        assert (batch.made, batch.used) == (5, 1)
        assert session().scalar(select(func.count()).select_from(InvitationCode)) == 4
    assert set(InvitationCode.__table__.c.keys()) == {"code_hash", "invitation_id"}
    assert not any("contribution" in str(key) for key in Invitation.__table__.foreign_keys)


@pytest.mark.parametrize("code", ["", "0000-0000-0000", "hej"])
def test_without_a_code_nobody_is_let_in(app: Application, cast: Cast, code: str) -> None:
    invite(app, cast)
    client = app.test_client(use_cookies=False)
    form = hidden_fields(client.get(ADDRESS).text)
    for button in ("enter", "next", "send", "save", "layout.all"):
        page = press(client, form | {"as.invitation": code, "berattelse": STORY}, button)
        if button in ("enter", "send") or not code:
            assert page.status_code == 422
    assert count(app, Contribution) == 0


def test_a_code_of_another_dialogue_does_not_fit(app: Application, cast: Cast) -> None:
    invite(app, cast)
    with app.app_context():
        theirs = next(
            each
            for each in session().scalars(select(Survey))
            if each.dialogue.slug == cast.foreign_dialogue
        )
        foreign = make_codes(
            session(), theirs, 1, "", receipts(), by=user_of(cast.foreign_coordinator), on=today()
        )
        session().commit()
    assert let_in(app.test_client(use_cookies=False), foreign[0]).status_code == 422


def test_an_open_dialogue_asks_for_no_code(app: Application, cast: Cast) -> None:
    assert len(answer(app.test_client(use_cookies=False))) == 19
