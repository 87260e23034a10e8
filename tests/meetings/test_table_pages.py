"""The pages at the tables: one meeting, during its hours, and never who registered."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.meetings.arranging.codes import Door, MeetingCodes, renew_codes
from dialogue.meetings.arranging.guests import Registration
from dialogue.meetings.models import Meeting, MeetingState, RoomTheme, TableNote, TablePhoto
from dialogue.meetings.table.door import wrong_codes
from dialogue.voices.models import Story
from dialogue.voices.receipts import receipts
from tests.conftest import Cast
from tests.meetings.stage import book, meeting_in, noted
from tests.meetings.test_photos import picture
from tests.stage import user_of
from tests.survey import hidden_fields

SAID = "Jag vågar inte ringa, för då hamnar jag i kö."


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> None:
    wrong_codes._tries.clear()


def staged(application: Application, cast: Cast, **changes: object) -> tuple[uuid.UUID, str]:
    """A meeting and the code of its tables."""
    with application.test_request_context("/sv/"):
        meeting = meeting_in(cast, **changes)  # type: ignore[arg-type]
        session().commit()
        return meeting.id, MeetingCodes(receipts()).of_meeting(Door.TABLE, meeting)


def let_in(client: FlaskClient, code: str, language: str = "sv") -> str:
    """The address within, for a code that opens."""
    answer = client.post(f"/{language}/bord/", data={"code": code})
    assert answer.status_code == 303, answer.text
    assert "Set-Cookie" not in answer.headers
    return str(answer.headers["Location"])


def note_form(client: FlaskClient, way: str, **typed: str) -> dict[str, str]:
    page = client.get(f"{way}anteckna").text
    table = re.search(r'name="table" value="([^"]+)"', page)
    assert table
    return hidden_fields(page) | {
        "table": table[1], "text": SAID, "manner": "verbatim", "voice": "self", "lang": "sv",
    } | typed  # fmt: skip


def write(client: FlaskClient, way: str, **typed: str) -> TestResponse:
    return client.post(f"{way}anteckna", data=note_form(client, way, **typed))


PAGES = ("", "manus", "anteckna", "lappar", "bilder", "ordning", "dorr", "avsluta")


def test_a_code_opens_one_meeting_and_nothing_of_another(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    key, code = staged(app_on_both, cast_on_both)
    other, other_code = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code.lower().replace("-", " "))
    with app_on_both.test_request_context("/sv/"):
        noted(session().get_one(Meeting, other), "Sagt på ett annat möte.")
        session().commit()
    for page in PAGES:
        answer = client.get(way + page)
        assert answer.status_code == 200, page
        assert answer.headers["Cache-Control"] == "no-store"
        assert "annat möte" not in answer.text
        assert client.get((way + page).replace(str(key), str(other))).status_code == 404
        assert client.get((way + page).replace(str(key), str(uuid.uuid4()))).status_code == 404
    assert let_in(client, other_code) != way


@pytest.mark.parametrize(
    ("begins", "opens"),
    [(-61, True), (-119, True), (61, False), (59, True), (-299, True), (-301, False)],
)
def test_the_code_opens_during_the_hours_and_their_margins(
    app: Application, cast: Cast, begins: int, opens: bool
) -> None:
    """Minutes from now to the beginning; two hours long, an hour before, three hours after."""
    starts = now() + timedelta(minutes=begins)
    _key, code = staged(app, cast, starts_at=starts, ends_at=starts + timedelta(hours=2))
    answer = app.test_client(use_cookies=False).post("/sv/bord/", data={"code": code})
    assert answer.status_code == (303 if opens else 409)


def test_the_ticket_dies_with_the_hours_and_with_new_codes(app: Application, cast: Cast) -> None:
    key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    with app.test_request_context("/sv/"):
        renew_codes(session(), session().get_one(Meeting, key), receipts(), by=user_of(cast.host))
        session().commit()
        fresh = MeetingCodes(receipts()).of_meeting(Door.TABLE, session().get_one(Meeting, key))
    assert all(client.get(way + page).status_code == 404 for page in PAGES)
    assert client.post("/sv/bord/", data={"code": code}).status_code == 404
    way = let_in(client, fresh)
    form = note_form(client, way)
    with app.app_context():
        meeting = session().get_one(Meeting, key)
        meeting.starts_at -= timedelta(hours=9)
        meeting.ends_at -= timedelta(hours=9)
        session().commit()
    assert all(client.get(way + page).status_code == 404 for page in PAGES)
    assert client.post(f"{way}anteckna", data=form).status_code == 404
    with app.app_context():
        assert not session().scalars(select(TableNote)).all()


def test_guessing_codes_is_slowed(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    statuses = [
        client.post("/sv/bord/", data={"code": f"0000-0000-{number:04d}"}).status_code
        for number in range(22)
    ]
    assert (statuses[0], statuses[-1]) == (404, 429)


def test_nobody_at_the_tables_sees_who_registered(app: Application, cast: Cast) -> None:
    key, code = staged(app, cast)
    with app.test_request_context("/sv/"):
        meeting = session().get_one(Meeting, key)
        coming = book(
            meeting, name="Fjällräven Öberg", contact="070-000 00 00", needs="Samisk tolk"
        )
        session().commit()
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    checked = client.post(f"{way}dorr", data={"code": coming.code})
    assert "1 person är incheckad" in checked.text
    pages = [client.get(way + page).text for page in PAGES] + [checked.text]
    for secret in ("Fjällräven", "070-000", "Samisk", coming.code):
        assert not [page for page in pages if secret in page]
    with app.app_context():
        assert session().scalars(select(Registration)).one().came
    assert client.post(f"{way}dorr", data={"code": "0000-0000-0000"}).status_code == 422


def test_a_note_is_kept_once_and_gives_a_receipt(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    _key, code = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, read_back="y", quotable="y")
    told = [
        client.post(f"{way}anteckna", data=form, headers={"Accept": "application/json"}).json
        for _again in range(3)
    ]
    assert told[0] is not None and told[0]["code"]
    assert told == [told[0]] * 3
    page = client.post(f"{way}anteckna", data=form)
    assert told[0]["code"] in page.text and "Den öppnar lappen under ”Jag har en kod”" in page.text
    assert hidden_fields(page.text)["key"] != form["key"]
    with app_on_both.app_context():
        assert [story.text for story in session().scalars(select(Story))] == [SAID]
    changed = client.post(
        f"{way}anteckna", data=form | {"text": "Annat"}, headers={"Accept": "application/json"}
    )
    assert changed.status_code == 422 and changed.json and changed.json["sentence"]


@pytest.mark.parametrize(
    "typed",
    [{"text": ""}, {"manner": ""}, {"table": ""}, {"table": str(uuid.uuid4())}, {"quotable": "y"},
     {"manner": "summarised", "quotable": "y", "read_back": "y"}, {"key": "kort"}],
)  # fmt: skip
def test_a_note_that_lacks_something_is_given_back(
    app: Application, cast: Cast, typed: dict[str, str]
) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    answer = write(client, way, **typed)
    assert answer.status_code == 422
    assert "Det finns ett problem" in answer.text
    if "text" not in typed:
        assert SAID in answer.text
    with app.app_context():
        assert not session().scalars(select(TableNote)).all()


def test_notes_are_read_back_ticked_and_changed(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    write(client, way)
    with app.app_context():
        subject = session().scalars(select(TableNote.contribution_id)).one()
    assert client.post(f"{way}lappar", data={"go": f"tick.{subject}"}).status_code == 303
    assert "Uppläst, stämmer" in client.get(f"{way}lappar").text
    new = {"go": f"rewrite.{subject}", f"text.{subject}": "Jag vågar inte ringa på morgonen."}
    assert client.post(f"{way}lappar", data=new).status_code == 303
    assert "på morgonen" in client.get(f"{way}lappar").text
    for wrong in (f"tick.{uuid.uuid4()}", "tick.", "", "tick.inte-en-nyckel"):
        assert client.post(f"{way}lappar", data={"go": wrong}).status_code == 409


def test_pictures_are_kept_shown_and_taken_away(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    table = note_form(client, way)["table"]

    def take(content: bytes, alt: str = "Tre lappar om bussen") -> TestResponse:
        data = {"table": table, "alt": alt, "go": "keep", "picture": (io.BytesIO(content), "a.jpg")}
        return client.post(f"{way}bilder", data=data, content_type="multipart/form-data")

    assert take(picture()).status_code == 303
    large = take(picture("PNG", (1200, 900)) + b"\0" * 400_000)
    assert large.status_code == 303
    for answer in (take(b"hej"), take(picture(colour="red"), ""), take(b"")):
        assert answer.status_code == 422
    page = client.get(f"{way}bilder").text
    assert 'alt="Tre lappar om bussen"' in page
    shown = re.findall(r'src="([^"]+/bilder/[^"]+)"', page)
    assert len(shown) == 2
    image = client.get(shown[0])
    assert image.mimetype == "image/jpeg" and image.headers["Cache-Control"] == "no-store"
    with app.app_context():
        subject = session().scalars(select(TablePhoto.id)).first()
    assert client.post(f"{way}bilder", data={"go": f"remove.{subject}"}).status_code == 303
    assert client.post(f"{way}bilder", data={"go": f"remove.{subject}"}).status_code == 422
    assert client.get(f"{way}bilder/{subject}").status_code == 404


def test_the_room_puts_themes_in_order(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    for words in ("Bussen", "Telefonen"):
        assert client.post(f"{way}ordning", data={"words": words, "go": "add"}).status_code == 303
    with app.app_context():
        bus, phone = session().scalars(select(RoomTheme).order_by(RoomTheme.place)).all()

    def order() -> list[str]:
        return re.findall(r"<br>(Bussen|Telefonen)</span>", client.get(f"{way}ordning").text)

    client.post(
        f"{way}ordning", data={"go": "dots", f"dots.{bus.id}": "2", f"dots.{phone.id}": "5"}
    )
    assert order() == ["Telefonen", "Bussen"]
    client.post(f"{way}ordning", data={"move": f"{bus.id}:up"})
    assert order() == ["Bussen", "Telefonen"]
    for wrong in (
        {"words": "bussen"}, {"move": "x:up"}, {"move": f"{bus.id}:away"}, {},
        {"go": "dots", f"dots.{bus.id}": "många"},
    ):  # fmt: skip
        assert client.post(f"{way}ordning", data=wrong).status_code == 422
    client.post(f"{way}ordning", data={"remove": str(bus.id)})
    assert order() == ["Telefonen"]


def test_tables_are_added_and_the_meeting_is_closed(app: Application, cast: Cast) -> None:
    key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    added = client.post(way, data={"go": "add", "name": "Köksbordet", "remote": "y"})
    assert added.status_code == 303
    assert "Köksbordet" in client.get(way).text
    assert client.post(way, data={"go": "add", "name": ""}).status_code == 422
    with app.app_context():
        at = session().get_one(Meeting, key).tables[0].id
    assert client.post(way, data={"go": "save", f"people.{at}": "7"}).status_code == 303
    assert client.post(way, data={"go": "save", f"people.{at}": "sju"}).status_code == 422
    assert 'value="7"' in client.get(f"{way}avsluta").text
    assert client.post(f"{way}avsluta", data={"people": "x"}).status_code == 422
    assert client.post(f"{way}avsluta", data={"people": "7", "mood": "Lugnt"}).status_code == 303
    with app.app_context():
        assert session().get_one(Meeting, key).state == MeetingState.HELD


def test_the_script_has_words_in_both_languages(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    swedish, english = (
        client.get(f"{let_in(client, code, language)}manus").text for language in ("sv", "en")
    )
    assert "Vi är här för att höra vad som är viktigt för er." in swedish
    assert "We are here to hear what matters to you." in english
    assert "90 minuter" in swedish and "90 minutes" in english
