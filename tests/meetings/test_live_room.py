"""The live room: who leads it, who finds it, when it rests, and how its pages look again."""

from __future__ import annotations

from datetime import timedelta

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.live.models import RoomState
from dialogue.voices.receipts import receipts
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import (
    Phone,
    Stage,
    meeting_of,
    press,
    room_of,
    votes,
)


def test_a_resting_room_takes_nothing_and_a_closed_one_stays_closed(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    leader = signed_in(app_on_both, cast_on_both.host)
    form = phone.form() | {"text": "För sent.", "kind": "statement"}
    for state in (RoomState.PAUSED, RoomState.CLOSED):
        assert press(leader, app_on_both, stage, f"state.{state}").status_code == 303
        assert phone.vote(stage.statements[0], 1).status_code == 409
        kept = phone.client.post(f"{phone.way}/skriv", data=form)
        assert kept.status_code == 422
        assert "För sent." in kept.text
        assert phone.look().status_code == 200
    assert press(leader, app_on_both, stage, "state.open").status_code == 422
    assert votes(app_on_both) == {}


def test_the_table_code_opens_the_room_only_during_the_hours(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:

    client = app_on_both.test_client(use_cookies=False)
    with app_on_both.app_context():
        code = MeetingCodes(receipts()).of_meeting(Door.TABLE, meeting_of(stage))
    assert client.post("/sv/rum/leda", data={"code": "FEL-KOD"}).status_code == 404
    entered = client.post("/sv/rum/leda", data={"code": code.lower()})
    assert entered.status_code == 303
    way = entered.headers["Location"]
    assert client.get(way).status_code == 200
    said = client.post(way, data={"go": "state.paused"})
    assert said.status_code == 303
    with app_on_both.app_context():
        assert room_of(stage).state == RoomState.PAUSED
        meeting_of(stage).ends_at -= timedelta(days=2)
        meeting_of(stage).starts_at -= timedelta(days=2)
        session().commit()
    assert client.get(way).status_code == 404
    assert client.post(way, data={"go": "state.open"}).status_code == 404
    assert client.post("/sv/rum/leda", data={"code": code}).status_code == 409


def test_a_facilitator_never_removes_votes_and_a_forged_ticket_opens_nothing(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    with app_on_both.app_context():
        meeting = meeting_of(stage)
        code = MeetingCodes(receipts()).of_meeting(Door.TABLE, meeting)
        key = meeting.id
    way = client.post("/sv/rum/leda", data={"code": code}).headers["Location"]
    assert client.post(way, data={"go": "forget"}).status_code == 422
    for ticket in ("lead", "lead.x", way.rpartition("/")[2][:-1]):
        assert client.get(f"/sv/rum/leda/{key}/{ticket}").status_code == 404


def test_a_planned_meeting_has_no_room_that_anybody_finds(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    """A05."""
    with app_on_both.app_context():
        meeting_of(stage).state = "planned"  # type: ignore[assignment]
        session().commit()
    client = app_on_both.test_client()
    for path in ("", "/skarm", "/lage"):
        assert client.get(f"/sv/rum/{stage.code}{path}").status_code == 404
    assert client.get("/sv/rum/?kod=" + stage.code).status_code == 404


def test_the_short_address_follows_the_browsers_language(
    app_on_both: Application, stage: Stage
) -> None:
    client = app_on_both.test_client()
    for asked, language in (("en-GB", "en"), ("sv", "sv"), ("fi", "sv")):
        answer = client.get(f"/rum/{stage.code}", headers={"Accept-Language": asked})
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/{language}/rum/{stage.code}"
    assert client.get("/rum/").status_code == 302
    found = client.get(f"/sv/rum/?kod={stage.code.lower()[:3]} {stage.code[3:]}")
    assert found.headers["Location"] == f"/sv/rum/{stage.code}"


def test_a_page_that_looks_by_itself_can_be_told_to_stop(
    app_on_both: Application, stage: Stage
) -> None:
    """WCAG 2.2.1: whoever reads slowly is not read away from."""
    phone = Phone.at(app_on_both, stage)
    for statement in stage.statements:
        phone.vote(statement, 1)
    for way in (phone.way, f"/sv/rum/{stage.code}/skarm"):
        looking, stopped = (phone.client.get(f"{way}?lugn={each}").text for each in (1, 2))
        assert 'http-equiv="refresh"' in looking
        assert "lugn=2" in looking
        assert 'http-equiv="refresh"' not in stopped
        assert "lugn=1" in stopped
    assert "<script" not in stopped


def test_the_meetings_page_leads_to_its_room(app_on_both: Application, stage: Stage) -> None:
    page = app_on_both.test_client().get(f"/sv/dialog/{stage.dialogue}/moten/{stage.meeting}")
    assert page.status_code == 200
    assert f"/sv/rum/{stage.code}" in page.text


def test_nothing_has_changed_is_answered_without_a_page(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    ways = (
        f"/sv/rum/{stage.code}/lage",
        f"{phone.way}?lugn=1",
        f"/sv/rum/{stage.code}/skarm?lugn=1",
    )
    marks = {}
    for way in ways:
        first = phone.client.get(way)
        marks[way] = first.headers["ETag"]
        again = phone.client.get(way, headers={"If-None-Match": marks[way]})
        assert (again.status_code, again.data) == (304, b"")
        assert "<script" not in first.text
    leader = signed_in(app_on_both, cast_on_both.host)
    press(leader, app_on_both, stage, f"hide.{stage.statements[0]}")
    for way in ways:
        changed = phone.client.get(way, headers={"If-None-Match": marks[way]})
        assert changed.status_code == 200
        assert changed.headers["ETag"] != marks[way]
