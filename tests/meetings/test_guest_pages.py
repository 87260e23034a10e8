"""The residents' pages of a meeting: read, register, cancel, check in, confirm. No cookie."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.arranging.guests import GuestState, Registration
from dialogue.meetings.arranging.planning import cancel_meeting
from dialogue.meetings.arranging.residents import wrong_codes
from dialogue.meetings.minuting.minutes import draft, send_out
from dialogue.meetings.models import MinutesAnswer
from dialogue.voices.receipts import receipts
from tests.conftest import Cast
from tests.meetings.stage import held, meeting_in, noted
from tests.stage import user_of
from tests.survey import hidden_fields

DIALOGUE = "/sv/dialog/vad-ar-viktigt"


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> None:
    wrong_codes._tries.clear()


def staged(application: Application, cast: Cast, **changes: object) -> str:
    """A meeting; its page's address."""
    with application.test_request_context("/sv/"):
        meeting = meeting_in(cast, **changes)  # type: ignore[arg-type]
        session().commit()
        return f"{DIALOGUE}/moten/{meeting.slug}"


def registered(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    form = hidden_fields(client.get(f"{address}/anmalan").text)
    given = {"seats": "1", "name": "Kim", "contact": "", "needs": ""} | typed
    return client.post(f"{address}/anmalan", data=form | given)


def code_on(page: str) -> str:
    slip = re.search(r'id="code"[^>]*>(.*?)</p>', page, re.S)
    assert slip
    return "-".join(re.findall(r"[0-9A-Z]{4}", slip[1]))


def opened(client: FlaskClient, code: str, **more: str) -> TestResponse:
    form = hidden_fields(client.get("/sv/mote/kod").text)
    return client.post("/sv/mote/kod", data=form | {"code": code} | more)


def test_a_meeting_is_on_the_page_of_its_dialogue_and_has_its_own(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    address = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    assert address in client.get(DIALOGUE).text
    page = client.get(address)
    assert "Set-Cookie" not in page.headers
    for word in ("Samtalskväll i bygdegården", "Bygdegården, Byavägen 1", "Hörslinga"):
        assert word in page.text
    assert "motet.example" not in page.text
    english = client.get(address.replace("/sv/", "/en/")).text
    assert "An evening of talk" in english and "Hearing loop" in english


def test_a_planned_meeting_answers_as_a_missing_one(app: Application, cast: Cast) -> None:
    address = staged(app, cast, opened=False)
    client = app.test_client(use_cookies=False)
    for path in ("", "/kalender.ics", "/anmalan", "/protokoll"):
        answer, missing = client.get(address + path), client.get(f"{DIALOGUE}/moten/inget{path}")
        assert answer.status_code == missing.status_code == 404
    assert address not in client.get(DIALOGUE).text
    foreign = address.replace("vad-ar-viktigt", "deras-fraga")
    assert client.get(foreign).status_code == 404


def test_somebody_registers_sees_the_link_and_gives_the_place_up(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    address = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    kept = registered(client, address, seats="2", needs="Hiss")
    assert kept.status_code == 200
    assert kept.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in kept.headers
    assert "https://motet.example/rum" in kept.text
    code = code_on(kept.text)
    again = opened(client, code.lower())
    assert "2 platser är dina" in again.text
    gone = opened(client, code, act="give up")
    assert "Din anmälan är avbokad" in gone.text
    with app_on_both.app_context():
        row = session().scalars(select(Registration)).one()
        assert (row.state, row.name, row.needs) == (GuestState.CANCELLED, "", "")


def test_what_was_typed_is_kept_when_something_is_wrong(app: Application, cast: Cast) -> None:
    address = staged(app, cast)
    client = app.test_client(use_cookies=False)
    for seats in ("0", "9", "", "två", "٣", "1e3", "-1"):
        answer = registered(client, address, seats=seats, name="Kim & <b>")
        assert answer.status_code == 422
        assert html.escape("Kim & <b>") in answer.text
        assert "<title>Fel:" in answer.text
    old = client.post(f"{address}/anmalan", data={"token": "gammal", "name": "Kim"})
    assert old.status_code == 403 and "Kim" in old.text
    with app.app_context():
        assert not session().scalar(select(func.count()).select_from(Registration))


def test_the_one_who_waits_has_no_link(app: Application, cast: Cast) -> None:
    address = staged(app, cast, capacity=1)
    client = app.test_client(use_cookies=False)
    first = code_on(registered(client, address).text)
    waits = registered(client, address)
    assert "Du står på väntelistan" in waits.text
    assert "motet.example" not in waits.text
    opened(client, first, act="give up")
    assert "Du har en plats" in opened(client, code_on(waits.text)).text


def test_somebody_checks_in_with_their_code_while_the_meeting_is_on(
    app: Application, cast: Cast
) -> None:
    address = staged(app, cast)
    client = app.test_client(use_cookies=False)
    code = code_on(registered(client, address).text)
    assert "Du har checkat in" in opened(client, code, act="here").text
    assert opened(client, code, act="give up").status_code == 409


def test_a_cancelled_meeting_says_so_everywhere(app: Application, cast: Cast) -> None:
    address = staged(app, cast)
    client = app.test_client(use_cookies=False)
    code = code_on(registered(client, address).text)
    with app.test_request_context("/sv/"):
        from dialogue.meetings.models import Meeting

        meeting = session().scalars(select(Meeting)).one()
        cancel_meeting(session(), meeting, Localized("Storm.", ""), by=user_of(cast.host))
        session().commit()
    for page in (client.get(address), opened(client, code)):
        assert "Storm." in page.text and "inställt" in page.text
        assert "motet.example" not in page.text
    calendar = client.get(f"{address}/kalender.ics")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert b"METHOD:CANCEL" in calendar.data
    assert "Det går inte att anmäla sig" in client.get(f"{address}/anmalan").text


def test_a_wrong_code_opens_nothing_and_guessing_is_slowed(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    assert opened(client, "0000-0000-0000").status_code == 404
    statuses = [opened(client, f"0000-0000-{number:04d}").status_code for number in range(25)]
    assert statuses[-1] == 429


def minutes_out(application: Application, cast: Cast) -> str:
    """Minutes that wait for confirmation; the code of those who came."""
    with application.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        noted(meeting, "Bussen går inte på kvällen.")
        held(meeting)
        minutes = draft(session(), meeting, "sv", by=user_of(cast.host), on=today())
        send_out(session(), minutes, by=user_of(cast.host), on=today())
        session().commit()
        return MeetingCodes(receipts()).of_meeting(Door.MINUTES, meeting)


def confirm(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    return client.post(
        "/sv/mote/protokoll", data=hidden_fields(page) | {"go": "say", "text": ""} | typed
    )


def test_those_who_came_read_the_draft_and_say_whether_it_is_right(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = minutes_out(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    form = hidden_fields(client.get("/sv/mote/protokoll").text)
    page = client.post("/sv/mote/protokoll", data=form | {"code": code.lower()})
    assert "Bussen går inte på kvällen." in page.text
    assert "Set-Cookie" not in page.headers
    assert confirm(client, page.text).status_code == 422
    wordless = confirm(client, page.text, verdict="correct")
    assert wordless.status_code == 422
    for _twice in range(2):
        assert confirm(client, page.text, verdict="missing", text="Tandvård").status_code == 200
    old = dict(hidden_fields(page.text)) | {"number": "7"}
    assert (
        client.post(
            "/sv/mote/protokoll", data=old | {"go": "say", "verdict": "confirm"}
        ).status_code
        == 409
    )
    with app_on_both.app_context():
        kept = session().scalars(select(MinutesAnswer)).one()
        assert (kept.verdict, kept.text) == ("missing", "Tandvård")


def test_the_code_of_the_tables_does_not_open_the_minutes(app: Application, cast: Cast) -> None:
    minutes_out(app, cast)
    with app.app_context():
        from dialogue.meetings.models import Meeting

        meeting = session().scalars(select(Meeting)).one()
        table = MeetingCodes(receipts()).of_meeting(Door.TABLE, meeting)
    client = app.test_client(use_cookies=False)
    form = hidden_fields(client.get("/sv/mote/protokoll").text)
    for code in (table, table[:9], "", "0000-0000"):
        answer = client.post("/sv/mote/protokoll", data=form | {"code": code})
        assert answer.status_code == 404
        assert "Bussen" not in answer.text
