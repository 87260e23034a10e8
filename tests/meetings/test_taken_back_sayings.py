"""What somebody wrote in a live room and took back is gone for good, whatever backup comes back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, inspect, select

from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.db import session
from dialogue.meetings.live.models import LiveSaying, LiveVote
from dialogue.voices import erasure_list
from dialogue.voices.erasure import Erasure
from dialogue.voices.models import Contribution
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import Phone, Stage, press, receipt_on, room_of, sayings, with_room

WORDS = "Det här ångrar jag att jag skrev."


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


@pytest.fixture
def stage(app_on_both: Application, cast_on_both: Cast) -> Stage:
    return with_room(app_on_both, cast_on_both)


def told(application: Application) -> list[str]:
    return [each.text for each in sayings(application) if each.from_room]


def written(phone: Phone) -> tuple[dict[str, str], str]:
    """The form that was sent, and the receipt code."""
    form = phone.form() | {"text": WORDS, "kind": "statement"}
    return form, receipt_on(phone.client.post(f"{phone.way}/skriv", data=form).text)


def undo(phone: Phone, form: dict[str, str]) -> str:
    return str(phone.client.post(f"{phone.way}/skriv", data=form | {"go": "undo"}).text)


def at_receipts(application: Application, code: str, path: str = "", **more: str) -> str:
    client = application.test_client(use_cookies=False)
    token = re.findall(r'name="token" value="([^"]+)"', client.get("/sv/kvitto/").text)[0]
    fields = {"token": token, "code": code} | more
    return str(client.post(f"/sv/kvitto/{path}", data=fields).text)


def restored(application: Application, row: dict[str, object]) -> None:
    """A backup from before brings the saying back, and knows of no withdrawal."""
    with application.app_context():
        session().execute(Erasure.__table__.delete())
        session().add(LiveSaying(**row))
        session().add(LiveVote(voter=b"v" * 32, saying_id=row["id"], choice=1))
        session().commit()


def row_of(application: Application) -> dict[str, object]:
    with application.app_context():
        found = session().scalars(select(LiveSaying).where(LiveSaying.from_room)).one()
        columns = inspect(LiveSaying).columns.keys()
        return {name: getattr(found, name) for name in columns}


@pytest.mark.parametrize("way", ["phone", "receipt"])
def test_no_restored_backup_brings_back_what_was_taken_back(
    app_on_both: Application, cast_on_both: Cast, stage: Stage, way: str
) -> None:
    """E11: the saying never became a contribution."""
    phone = Phone.at(app_on_both, stage)
    form, code = written(phone)
    row = row_of(app_on_both)
    if way == "phone":
        undo(phone, form)
    else:
        assert "Ditt svar är borttaget" in at_receipts(app_on_both, code, "ta-bort", sure="yes")
    assert told(app_on_both) == []
    restored(app_on_both, row)
    assert told(app_on_both) == [WORDS]
    runner = app_on_both.test_cli_runner()
    run = runner.invoke(args=["erasures", "reapply"])
    assert run.exit_code == 0, run.output
    assert run.output.startswith("1 ")
    assert told(app_on_both) == []
    with app_on_both.app_context():
        assert session().scalar(select(func.count()).select_from(LiveVote)) == 0
        assert len(session().scalars(select(LiveSaying)).all()) == len(stage.statements)
    assert runner.invoke(args=["erasures", "reapply"]).output.startswith("0 ")


def test_what_is_remembered_holds_no_words(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    form, code = written(phone)
    undo(phone, form)
    with app_on_both.app_context():
        kept = erasure_list.list_file().read_text(encoding="utf-8")
        row = session().scalars(select(Erasure)).one()
        assert row.receipt_hash.hex() in kept
        assert row.background_hash is None
    assert "ångrar" not in kept
    assert code not in kept
    undo(phone, form)
    with app_on_both.app_context():
        assert erasure_list.list_file().read_text(encoding="utf-8") == kept


def test_a_form_whose_words_were_taken_back_is_sent_again_as_a_new_one(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    """Under the old key a restore would take the words away once more."""
    phone = Phone.at(app_on_both, stage)
    form, _code = written(phone)
    undo(phone, form)
    again = phone.client.post(f"{phone.way}/skriv", data=form)
    assert again.status_code == 422
    assert WORDS in again.text
    assert told(app_on_both) == []
    (key,) = re.findall(r'name="key" value="([^"]+)"', again.text)
    assert key != form["key"]
    assert phone.client.post(f"{phone.way}/skriv", data=form | {"key": key}).status_code == 200
    assert told(app_on_both) == [WORDS]
    assert app_on_both.test_cli_runner().invoke(args=["erasures", "reapply"]).output[0] == "0"


def test_the_receipt_opens_words_that_wait_and_removes_them(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    phone = Phone.at(app_on_both, stage)
    _form, code = written(phone)
    waiting = at_receipts(app_on_both, code)
    assert "Dina ord är hos samtalsledaren" in waiting
    assert WORDS not in waiting
    at_receipts(app_on_both, code, "ta-bort", sure="yes")
    assert told(app_on_both) == []
    assert "Dina ord är hos samtalsledaren" not in at_receipts(app_on_both, code)


def test_what_was_brought_in_is_withdrawn_as_an_answer(
    app_on_both: Application, cast_on_both: Cast, stage: Stage
) -> None:
    """The phone no longer takes it back, the receipt does, and neither comes back."""
    phone = Phone.at(app_on_both, stage)
    form, code = written(phone)
    key = row_of(app_on_both)["id"]
    leader = signed_in(app_on_both, cast_on_both.coordinator)
    press(leader, app_on_both, stage, f"show.{key}")
    press(leader, app_on_both, stage, f"bring.{key}")
    undo(phone, form)
    assert told(app_on_both) == [WORDS]
    at_receipts(app_on_both, code, "ta-bort", sure="yes")
    assert told(app_on_both) == []
    with app_on_both.app_context():
        assert room_of(stage).code == stage.code
        assert session().scalar(select(func.count()).select_from(Contribution)) == 0
