"""The demo dialogue: invented, large enough to be read, and taken in through everybody's door."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

import dialogue.demo
from dialogue.app import Application
from dialogue.demo.loading import is_loaded, load_demo
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, Organisation, OrganisationKind, User
from dialogue.hosts.sign_in import new_totp_secret
from dialogue.meetings.live.models import LiveRoom
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.noting import tables_open
from dialogue.voices.models import Channel, Contribution, DeskState, Story
from dialogue.voices.receipts import receipts
from surveys.models import BackgroundAnswer, Survey, SurveyVersion
from surveys.questions.document import Document

LINES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(dialogue.demo.__file__).parent / "stories.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def test_every_story_is_its_own() -> None:
    assert len(LINES) >= 160
    languages = Counter(line["lang"] for line in LINES)
    assert languages["sv"] >= 90
    assert languages["en"] >= 55
    texts = [line["text"] for line in LINES]
    assert len(set(texts)) == len(texts)


def test_the_demo_is_marked_as_invented_and_mostly_read(app_on_both: Application) -> None:
    with app_on_both.app_context():
        assert not is_loaded(session())
        made = load_demo(
            session(), receipts(), password="a demo password", totp_secret=new_totp_secret()
        )
        session().commit()
        assert is_loaded(session())
        assert made.invented
        by_desk = dict(
            session().execute(select(Story.desk, func.count()).group_by(Story.desk)).all()
        )
        assert by_desk[DeskState.READ] >= 130
        assert by_desk[DeskState.WAITING] >= 20
        kinds = set(session().scalars(select(Organisation.kind)))
        assert kinds == set(OrganisationKind)
        people = session().scalars(select(User)).all()
        assert all(
            person.password and "a demo password" not in person.password for person in people
        )
        assert session().scalar(select(func.count()).select_from(BackgroundAnswer))
    page = app_on_both.test_client().get("/en/dialog/vad-ar-viktigt").text
    assert "invented" in page


def test_the_survey_asks_seven_questions(app: Application) -> None:
    with app.app_context():
        load_demo(session(), receipts(), password="a demo password", totp_secret=new_totp_secret())
        slug = "vad-ar-viktigt"
        version = (
            session()
            .scalars(
                select(SurveyVersion)
                .join(Survey, Survey.id == SurveyVersion.survey_id)
                .join(Dialogue, Dialogue.id == Survey.dialogue_id)
                .where(Dialogue.slug == slug)
            )
            .one()
        )
        steps = Document.of(version.document).steps
        session().commit()
    assert [step.questions[0].kind for step in steps] == [
        "story", "selfcode3", "scale5", "scale5", "scale5", "who", "place",
    ]  # fmt: skip
    assert steps[-1].section.kept_apart
    places = steps[-1].questions[0].choices
    assert len(places) == 15
    assert app.test_client().get(f"/sv/dialog/{slug}").status_code == 200


def test_the_second_demo_shows_an_evening_with_tables_and_a_live_room(
    app_on_both: Application,
) -> None:
    with app_on_both.app_context():
        load_demo(session(), receipts(), password="a demo password", totp_secret=new_totp_secret())
        session().commit()
        meeting = session().scalars(select(Meeting)).one()
        assert meeting.dialogue.invented
        assert tables_open(meeting, now())
        assert sum(table.people for table in meeting.tables) == 43
        channels = set(
            session().scalars(
                select(Contribution.channel).where(Contribution.dialogue_id == meeting.dialogue_id)
            )
        )
        assert channels == {Channel.WEB, Channel.TABLE, Channel.MEETING}
        room = session().scalars(select(LiveRoom)).one()
        assert len(room.release["groups"]["sizes"]) == 3
        assert room.release["groups"]["shared"]
        code = room.code
    client = app_on_both.test_client()
    assert "invented" in client.get("/en/dialog/gemensam-ledning").text
    screen = client.get(f"/sv/rum/{code}/skarm").text
    assert "Chefen ska ha sitt skrivbord i Hällsjö" in screen
    assert "Britta" not in screen


def test_a_busy_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    import os

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "dialogue.demo"],
            env={**os.environ, "PORT": str(port), "DEMO_FOLDER": str(tmp_path)},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert "already listens" in ended.stderr
    assert "Traceback" not in ended.stderr
