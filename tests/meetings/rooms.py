"""Puts a live room on stage, and plays the phones in it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.live.models import LiveRoom, LiveSaying, LiveVote, SayingKind
from dialogue.meetings.live.rooms import open_room, propose
from dialogue.meetings.models import Meeting
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast
from tests.meetings.stage import meeting_in
from tests.stage import forged_free

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
STATEMENTS = (
    "En och samma chef för hemtjänst och hälsocentral skulle göra vardagen enklare.",
    "Besparingar ska aldrig gå före att ha vård i byn.",
    "Jag litar på att journalen följer med när jag byter vårdgivare.",
    "Digitala besök räcker för det mesta.",
)


@dataclass(frozen=True)
class Stage:
    """A room by its codes and keys."""

    code: str
    dialogue: str
    meeting: str
    statements: tuple[str, ...]


def with_room(
    application: Application, cast: Cast, statements: Sequence[str] = STATEMENTS
) -> Stage:
    """A meeting that goes on now, with a room and statements on its screen."""
    with application.app_context():
        meeting = meeting_in(cast)
        room = open_room(session(), meeting, "test")
        made = [
            propose(
                session(), room, kind=SayingKind.STATEMENT, text=text, lang="sv",
                key=new_answer_key(), receipts=receipts(), from_room=False,
            )[0]
            for text in statements
        ]  # fmt: skip
        stage = Stage(room.code, cast.dialogue, meeting.slug, tuple(str(each.id) for each in made))
        session().commit()
        return stage


def meeting_of(stage: Stage) -> Meeting:
    return session().scalars(select(Meeting).where(Meeting.slug == stage.meeting)).one()


def room_of(stage: Stage) -> LiveRoom:
    return session().scalars(select(LiveRoom).where(LiveRoom.code == stage.code)).one()


def sayings(application: Application) -> list[LiveSaying]:
    with application.app_context():
        return list(session().scalars(select(LiveSaying)))


def votes(application: Application) -> dict[str, list[int]]:
    """All votes by saying."""
    found: dict[str, list[int]] = {}
    with application.app_context():
        for saying, choice in session().execute(select(LiveVote.saying_id, LiveVote.choice)):
            found.setdefault(str(saying), []).append(choice)
    return found


@dataclass
class Phone:
    """A phone in the room: no cookies, and a seat of its own."""

    client: FlaskClient
    way: str

    @classmethod
    def at(cls, application: Application, stage: Stage, language: str = "sv") -> Phone:
        """Through the door, as somebody who follows the QR code."""
        client = application.test_client(use_cookies=False)
        door = client.get(f"/{language}/rum/{stage.code}")
        assert door.status_code == 200, door.status
        found = re.search(rf'href="(/{language}/rum/{stage.code}/[^"]+)"', door.text)
        assert found, door.text
        return cls(client, html.unescape(found[1]))

    def look(self, **arguments: str) -> TestResponse:
        return self.client.get(self.way, query_string=arguments)

    def vote(self, saying: str, choice: int | str) -> TestResponse:
        return self.client.post(self.way, data={"saying": saying, "choice": str(choice)})

    def write(self, text: str, kind: str = "statement", **more: str) -> TestResponse:
        fields = self.form() | {"text": text, "kind": kind} | more
        return self.client.post(f"{self.way}/skriv", data=fields)

    def form(self) -> dict[str, str]:
        page = self.client.get(f"{self.way}/skriv").text
        return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def press(
    client: FlaskClient, application: Application, stage: Stage, go: str, **more: str
) -> TestResponse:
    """One press on the page of staff who lead the room."""
    fields = {"csrf_token": forged_free(client, application), "go": go} | more
    return client.post(led_at(stage), data=fields)


def receipt_on(page: str) -> str:
    """The receipt code on a page, as it is read."""
    return re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", re.sub(r"<[^>]+>", "", page))[0]


def led_at(stage: Stage) -> str:
    """The page of staff who lead the room."""
    return f"/sv/arbetsrum/{stage.dialogue}/moten/{stage.meeting}/rummet"


def written(application: Application) -> list[LiveSaying]:
    """What the room itself has written."""
    return [each for each in sayings(application) if each.from_room]
