"""Words in a live room: read before anybody sees them, and their teller's own all the way."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.live.models import LiveSaying, LiveVote
from dialogue.meetings.models import TableNote
from dialogue.voices.models import Channel, Contribution, DeskState, Use
from dialogue.voices.receipts import receipts
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import (
    Phone,
    Stage,
    led_at,
    press,
    receipt_on,
    written,
)


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
    assert "Bussen" in leader.get(led_at(stage)).text
    (saying,) = written(app_on_both)
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
    assert len(written(app_on_both)) == 1


def test_too_long_or_empty_words_come_back(app_on_both: Application, stage: Stage) -> None:
    phone = Phone.at(app_on_both, stage)
    for text in ("", " \u200b ", "å" * 201):
        sent = phone.write(text)
        assert sent.status_code == 422
        assert text.strip(" \u200b") in sent.text
    assert phone.write("x", kind="röst").status_code == 422
    assert phone.write("å" * 200).status_code == 200
    assert [each.text for each in written(app_on_both)] == ["å" * 200]


def test_words_can_be_taken_back_until_they_are_brought_in(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    form = phone.form() | {"text": "Det här ångrar jag.", "kind": "question"}
    phone.client.post(f"{phone.way}/skriv", data=form)
    gone = phone.client.post(f"{phone.way}/skriv", data=form | {"go": "undo"})
    assert gone.status_code == 200
    assert not written(app_on_both)
    assert phone.client.post(f"{phone.way}/skriv", data=form | {"go": "undo"}).status_code == 200


def test_a_chosen_saying_becomes_a_contribution_that_its_teller_can_withdraw(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    sent = phone.write("Samma läkare varje gång, det är trygghet.", quote="yes")
    code = receipt_on(sent.text)
    (saying,) = written(app_on_both)
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


def test_questions_are_ordered_by_how_many_wonder(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    leader = signed_in(app_on_both, cast_on_both.host)
    phones = [Phone.at(app_on_both, stage) for _ in range(9)]
    for text in ("Vem bestämmer om bussen?", "När får vi svar?"):
        phones[0].write(text, kind="question")
    asked = {each.text: each for each in written(app_on_both)}
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
