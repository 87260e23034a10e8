"""The live room: phones without accounts, words that are read first, votes that count once."""

from __future__ import annotations

import re
import threading
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.live.known import Memory
from dialogue.meetings.live.models import LiveRoom, LiveSaying, LiveVote, RoomState
from dialogue.meetings.models import TableNote
from dialogue.voices.models import Channel, Contribution, DeskState, Use
from dialogue.voices.receipts import receipts
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import Phone, Stage, meeting_of, room_of, sayings, votes, with_room
from tests.stage import forged_free


@pytest.fixture
def stage(app_on_both: Application, cast_on_both: Cast) -> Stage:
    return with_room(app_on_both, cast_on_both)


def press(client: FlaskClient, application: Application, stage: Stage, go: str, **more: str) -> Any:
    """One press on the page of staff who lead the room."""
    return client.post(
        f"/sv/arbetsrum/{stage.dialogue}/moten/{stage.meeting}/rummet",
        data={"csrf_token": forged_free(client, application), "go": go} | more,
    )


def receipt_on(page: str) -> str:
    """The receipt code on a page, as it is read."""
    return re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", re.sub(r"<[^>]+>", "", page))[0]


def test_a_phone_votes_on_one_statement_at_a_time(app_on_both: Application, stage: Stage) -> None:
    phone = Phone.at(app_on_both, stage)
    for number, statement in enumerate(stage.statements, start=1):
        page = phone.look().text
        assert f"{number} av {len(stage.statements)}" in page
        assert statement in page
        answer = phone.vote(statement, (1, -1, 0, 1)[number - 1])
        assert answer.status_code == 303
        assert answer.headers["Location"] == phone.way
        assert "Set-Cookie" not in answer.headers
    assert votes(app_on_both) == dict(zip(stage.statements, ([1], [-1], [0], [1]), strict=True))
    assert 'name="choice"' not in phone.look().text


def test_the_last_vote_counts_and_two_presses_are_one(
    app_on_both: Application, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    for choice in (1, 1, -1, -1):
        assert phone.vote(stage.statements[0], choice).status_code == 303
    assert votes(app_on_both) == {stage.statements[0]: [-1]}
    again = phone.look(om=stage.statements[0]).text
    assert 'value="-1" aria-pressed="true"' in again


def test_twenty_presses_at_once_leave_one_vote(app_on_both: Application, stage: Stage) -> None:
    """F07."""
    phone = Phone.at(app_on_both, stage)
    other = Phone.at(app_on_both, stage)
    codes: list[int] = []

    def push() -> None:
        client = app_on_both.test_client(use_cookies=False)
        for way in (phone.way, other.way):
            sent = client.post(way, data={"saying": stage.statements[1], "choice": "1"})
            codes.append(sent.status_code)

    threads = [threading.Thread(target=push) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 20
    assert votes(app_on_both) == {stage.statements[1]: [1, 1]}


@pytest.mark.parametrize(
    "data",
    [
        {}, {"saying": "x"}, {"saying": "../../etc"}, {"choice": "1"},
        {"saying": "00000000-0000-0000-0000-000000000000", "choice": "1"},
    ],
)  # fmt: skip
def test_a_vote_on_nothing_changes_nothing(
    app_on_both: Application, stage: Stage, data: dict[str, str]
) -> None:
    phone = Phone.at(app_on_both, stage)
    assert phone.client.post(phone.way, data=data).status_code == 303
    assert votes(app_on_both) == {}


@pytest.mark.parametrize("choice", ["2", "", "1.0", "١", "-1 ", "9" * 40, "\0"])
def test_a_choice_that_is_none_is_refused(
    app_on_both: Application, stage: Stage, choice: str
) -> None:
    phone = Phone.at(app_on_both, stage)
    assert phone.vote(stage.statements[0], choice).status_code == 422
    assert votes(app_on_both) == {}


@pytest.mark.parametrize("seat", ["x", "a.b", "..", "e" * 60, "abc.def-_ghi"])
def test_a_seat_that_the_room_did_not_give_is_no_seat(
    app_on_both: Application, stage: Stage, seat: str
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    way = f"/sv/rum/{stage.code}/{seat}"
    assert client.get(way).status_code == 404
    sent = client.post(way, data={"saying": stage.statements[0], "choice": "1"})
    assert sent.status_code == 404
    assert votes(app_on_both) == {}


def test_a_seat_holds_only_in_its_own_room(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    """A12."""
    other = with_room(app_on_both, cast_on_both)
    phone = Phone.at(app_on_both, stage)
    seat = phone.way.rpartition("/")[2]
    assert phone.client.get(f"/sv/rum/{other.code}/{seat}").status_code == 404


def test_what_the_room_writes_is_read_before_anybody_sees_it(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone, other = Phone.at(app_on_both, stage), Phone.at(app_on_both, stage)
    sent = phone.write("Bussen måste gå även på helgen.")
    assert sent.status_code == 200
    assert receipt_on(sent.text)
    for address in (other.way, f"/sv/rum/{stage.code}/skarm"):
        assert "Bussen" not in other.client.get(address).text
    leader = signed_in(app_on_both, cast_on_both.host)
    way = f"/sv/arbetsrum/{stage.dialogue}/moten/{stage.meeting}/rummet"
    assert "Bussen" in leader.get(way).text
    (saying,) = [each for each in sayings(app_on_both) if each.from_room]
    assert press(leader, app_on_both, stage, f"show.{saying.id}").status_code == 303
    for address in (other.way, f"/sv/rum/{stage.code}/skarm"):
        page = other.client.get(address).text
        assert "Bussen" in page or "av 5" in page
    assert press(leader, app_on_both, stage, f"hide.{saying.id}").status_code == 303
    assert "Bussen" not in other.client.get(f"/sv/rum/{stage.code}/skarm").text


def test_the_same_form_sent_again_is_one_saying(app_on_both: Application, stage: Stage) -> None:
    phone = Phone.at(app_on_both, stage)
    form = phone.form() | {"text": "En gång räcker.", "kind": "statement"}
    pages = [phone.client.post(f"{phone.way}/skriv", data=form) for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    codes = {receipt_on(page.text) for page in pages}
    assert len(codes) == 1
    assert len([each for each in sayings(app_on_both) if each.from_room]) == 1


def test_too_long_or_empty_words_come_back(app_on_both: Application, stage: Stage) -> None:
    phone = Phone.at(app_on_both, stage)
    for text in ("", " \u200b ", "å" * 201):
        sent = phone.write(text)
        assert sent.status_code == 422
        assert text.strip(" \u200b") in sent.text
    assert phone.write("x", kind="röst").status_code == 422
    assert phone.write("å" * 200).status_code == 200
    assert [each.text for each in sayings(app_on_both) if each.from_room] == ["å" * 200]


def test_words_can_be_taken_back_until_they_are_brought_in(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    form = phone.form() | {"text": "Det här ångrar jag.", "kind": "question"}
    phone.client.post(f"{phone.way}/skriv", data=form)
    gone = phone.client.post(f"{phone.way}/skriv", data=form | {"go": "undo"})
    assert gone.status_code == 200
    assert not [each for each in sayings(app_on_both) if each.from_room]
    assert phone.client.post(f"{phone.way}/skriv", data=form | {"go": "undo"}).status_code == 200


def test_a_chosen_saying_becomes_a_contribution_that_its_teller_can_withdraw(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    sent = phone.write("Samma läkare varje gång, det är trygghet.", quote="yes")
    code = receipt_on(sent.text)
    (saying,) = [each for each in sayings(app_on_both) if each.from_room]
    leader = signed_in(app_on_both, cast_on_both.coordinator)
    assert press(leader, app_on_both, stage, f"bring.{saying.id}").status_code == 422
    press(leader, app_on_both, stage, f"show.{saying.id}")
    assert phone.vote(str(saying.id), 1).status_code == 303
    assert press(leader, app_on_both, stage, f"bring.{saying.id}").status_code == 303
    assert press(leader, app_on_both, stage, f"bring.{saying.id}").status_code == 422
    with app_on_both.app_context():
        made = session().scalars(select(Contribution)).one()
        assert (made.channel, made.stories[0].desk) == (Channel.MEETING, DeskState.WAITING)
        assert made.stories[0].text == "Samma läkare varje gång, det är trygghet."
        assert made.allows(Use.QUOTE)
        assert session().scalars(select(TableNote)).one().contribution_id == made.id
        assert made.receipt_hash == receipts().hash_of(code)
    client = app_on_both.test_client(use_cookies=False)
    token = re.findall(r'name="token" value="([^"]+)"', client.get("/sv/kvitto/").text)[0]
    gone = client.post("/sv/kvitto/ta-bort", data={"token": token, "code": code, "sure": "yes"})
    assert gone.status_code == 200
    with app_on_both.app_context():
        assert not session().scalar(select(func.count()).select_from(Contribution))
        assert session().get(LiveSaying, saying.id) is None
        assert not session().scalar(select(func.count()).select_from(LiveVote))


def test_what_the_facilitator_wrote_never_becomes_a_voice(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    leader = signed_in(app_on_both, cast_on_both.coordinator)
    assert press(leader, app_on_both, stage, f"bring.{stage.statements[0]}").status_code == 422


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


def test_questions_are_ordered_by_how_many_wonder(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    leader = signed_in(app_on_both, cast_on_both.host)
    phones = [Phone.at(app_on_both, stage) for _ in range(9)]
    for text in ("Vem bestämmer om bussen?", "När får vi svar?"):
        phones[0].write(text, kind="question")
    asked = {each.text: each for each in sayings(app_on_both) if each.from_room}
    for each in asked.values():
        press(leader, app_on_both, stage, f"show.{each.id}")
    wanted = asked["När får vi svar?"]
    for phone in phones:
        assert phone.vote(str(wanted.id), 1).status_code == 303
        assert phone.vote(str(wanted.id), -1).status_code == 422
    page = app_on_both.test_client().get(f"/sv/rum/{stage.code}/skarm").text
    assert page.index("När får vi svar?") < page.index("Vem bestämmer om bussen?")
    press(leader, app_on_both, stage, f"take.{wanted.id}")
    page = app_on_both.test_client().get(f"/sv/rum/{stage.code}/skarm").text
    assert page.index("När får vi svar?") > page.index("Vem bestämmer om bussen?")


def test_nothing_stored_tells_when_or_joins_words_to_votes(
    app_on_both: Application, stage: Stage
) -> None:
    """E02."""
    columns = {
        column.name
        for table in (LiveRoom.__table__, LiveSaying.__table__, LiveVote.__table__)
        for column in table.columns  # type: ignore[attr-defined]
    }
    assert not {"ip", "user_agent", "created_at", "at", "session_id", "seat", "author"} & columns
    phone = Phone.at(app_on_both, stage)
    phone.write("Ett påstående från samma telefon.")
    phone.vote(stage.statements[0], 1)
    with app_on_both.app_context():
        voter = session().scalars(select(LiveVote.voter)).one()
        (saying,) = session().scalars(select(LiveSaying).where(LiveSaying.from_room))
        assert voter != saying.receipt_hash
        assert phone.way.rpartition("/")[2].encode() not in voter


def test_the_table_code_opens_the_room_only_during_the_hours(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    from datetime import timedelta

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


def test_the_votes_can_be_removed_when_the_room_is_closed(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    leader = signed_in(app_on_both, cast_on_both.coordinator)
    Phone.at(app_on_both, stage).vote(stage.statements[0], 1)
    assert press(leader, app_on_both, stage, "forget").status_code == 422
    press(leader, app_on_both, stage, "state.closed")
    assert press(leader, app_on_both, stage, "forget").status_code == 303
    assert votes(app_on_both) == {}


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


def test_a_vote_on_words_that_were_just_taken_back_is_no_fault(
    app_on_both: Application, stage: Stage
) -> None:
    app_on_both.extensions["live rooms"] = Memory(60.0)
    phone = Phone.at(app_on_both, stage)
    with app_on_both.app_context():
        session().delete(session().get_one(LiveSaying, uuid.UUID(stage.statements[0])))
        session().commit()
    assert phone.vote(stage.statements[0], 1).status_code == 303
    assert phone.vote(stage.statements[1], 1).status_code == 303
    assert votes(app_on_both) == {stage.statements[1]: [1]}


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
