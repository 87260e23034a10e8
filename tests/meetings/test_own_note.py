"""Somebody who spoke at a table has a code: they follow, change, take home and remove the note."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from analysis.models import StoryOutcome, ThemeStory
from dialogue.app import Application
from dialogue.followup.models import PublishedQuote
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.meetings.live.models import LiveSaying, SayingKind
from dialogue.meetings.live.rooms import bring_in, open_room, propose, show
from dialogue.meetings.minuting.minutes import draft, lock, new_version, send_out, withdrawn_since
from dialogue.meetings.models import Manner, Meeting, Minutes, TableNote
from dialogue.meetings.table.noting import notes_of
from dialogue.voices.erasure import reapply
from dialogue.voices.models import Contribution, DeskState, Story, Use
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast
from tests.meetings.stage import held, meeting_in, noted
from tests.stage import gather, publish_at_once, tell, user_of
from tests.survey import answer, hidden_fields

SAID = "Jag vågar inte ringa, för då hamnar jag i kö."
MEANT = "Jag ringer först när jag måste, för då hamnar jag i kö."
NAMED = "Min granne Lars Bergström väntar också. Ring 070-123 45 67."


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


def said_at_a_table(application: Application, cast: Cast, **changes: object) -> str:
    """A note at a table; its code."""
    with application.test_request_context("/sv/"):
        code = noted(meeting_in(cast), SAID, **changes).code
        session().commit()
        return code


def fields(client: FlaskClient, code: str) -> dict[str, str]:
    return {"token": hidden_fields(client.get("/sv/kvitto/").text)["token"], "code": code}


def change(client: FlaskClient, code: str, text: str, **more: str) -> TestResponse:
    """Press "Keep the new words", once."""
    form = fields(client, code) | {"go": "keep", "text": text} | more
    return client.post("/sv/kvitto/lapp", data=form)


def only_story() -> Story:
    return session().scalars(select(Story)).one()


def test_what_the_receipt_offers_is_what_it_does(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Every button on the page of a note's code leads on."""
    code = said_at_a_table(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    sent = fields(client, code)
    page = client.post("/sv/kvitto/", data=sent).text
    assert SAID in page and "Samtalskväll i bygdegården" in page
    assert "/svara/ratta" not in page
    form = client.post("/sv/kvitto/lapp", data=sent)
    assert form.status_code == 200 and SAID in form.text
    kept = change(client, code, MEANT)
    assert kept.status_code == 200 and MEANT in kept.text and SAID not in kept.text
    assert "Set-Cookie" not in kept.headers and kept.headers["Cache-Control"] == "no-store"
    gone = client.post("/sv/kvitto/ta-bort", data=sent | {"sure": "yes"})
    assert gone.status_code == 200
    with app_on_both.app_context():
        assert not session().scalar(select(func.count()).select_from(TableNote))


def test_an_answer_from_a_survey_is_changed_as_before(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client, SAID)
    sent = fields(client, code)
    assert "/svara/ratta" in client.post("/sv/kvitto/", data=sent).text
    assert client.post("/sv/kvitto/lapp", data=sent).status_code == 404
    with app.app_context():
        assert only_story().text == SAID


def test_the_new_words_are_the_tellers_own_and_are_read_anew(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = said_at_a_table(app_on_both, cast_on_both, manner=Manner.SUMMARISED, read_back=False)
    with app_on_both.app_context():
        only_story().desk = DeskState.READ
        session().commit()
    client = app_on_both.test_client(use_cookies=False)
    assert change(client, code, MEANT, quote="yes").status_code == 200
    with app_on_both.app_context():
        story = only_story()
        assert (story.text, story.desk) == (MEANT, DeskState.WAITING)
        assert story.contribution.uses == [Use.ANALYSIS, Use.QUOTE]
        note = session().scalars(select(TableNote)).one()
        assert (note.manner, note.read_back) == (Manner.VERBATIM, True)
        assert reapply(session()) == 0
    assert change(client, code, MEANT).status_code == 200
    with app_on_both.app_context():
        assert only_story().contribution.uses == [Use.ANALYSIS]


def test_old_words_leave_what_was_published(app_on_both: Application, cast_on_both: Cast) -> None:
    """E08."""
    cast = cast_on_both
    with app_on_both.test_request_context("/sv/"):
        code = noted(meeting_in(cast), SAID, quotable=True).code
        mine = only_story()
        mine.desk = DeskState.READ
        others = tell(cast.dialogue, [f"En annan berättelse, nummer {n}." for n in range(9)])
        gather(cast.dialogue, "Väntan", [mine, *others], quotes=3, signed=True)
        publish_at_once(cast.dialogue, cast.coordinator)
        old = mine.id
        session().commit()
        assert session().scalars(select(PublishedQuote).where(PublishedQuote.story_id == old)).all()
    client = app_on_both.test_client(use_cookies=False)
    way = f"/sv/dialog/{cast.dialogue}/resultat"
    assert "Jag vågar inte" in client.get(way).text
    assert change(client, code, MEANT, quote="yes").status_code == 200
    assert "Jag vågar inte" not in client.get(way).text
    with app_on_both.app_context():
        for model in (PublishedQuote, ThemeStory, StoryOutcome):
            column = model.story_id  # type: ignore[attr-defined]
            assert not session().scalars(select(model).where(column == old)).all(), model


def test_the_old_words_are_in_no_file(app: Application, cast: Cast) -> None:
    """E08: on SQLite, in the database and in its write-ahead log."""
    folder: Path = app.extensions["settings"].folder
    code = said_at_a_table(app, cast)

    def holding() -> list[str]:
        files = (file for file in folder.rglob("*") if file.is_file())
        return [file.name for file in files if "vågar inte ringa".encode() in file.read_bytes()]

    assert holding()
    assert change(app.test_client(use_cookies=False), code, MEANT).status_code == 200
    assert holding() == []


def test_a_backup_with_the_old_words_is_erased_again(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E11."""
    code = said_at_a_table(app_on_both, cast_on_both)
    with app_on_both.app_context():
        before = session().scalars(select(Contribution.content_hash)).one()
    client = app_on_both.test_client(use_cookies=False)
    assert change(client, code, MEANT).status_code == 200
    with app_on_both.app_context():
        story = only_story()
        story.text, story.contribution.content_hash = SAID, before
        session().commit()
        assert reapply(session()) == 1
        assert not session().scalar(select(func.count()).select_from(Story))


def test_a_draft_says_the_new_words_and_what_went_out_lacks_the_note(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.test_request_context("/sv/"):
        meeting: Meeting = meeting_in(cast)
        code, other = noted(meeting, SAID).code, noted(meeting, "Bussen går inte på kvällen.").code
        assert other
        by, day = user_of(cast.host), today()
        first = draft(session(), held(meeting), "sv", by=by, on=day)
        send_out(session(), first, by=by, on=day)
        second = new_version(session(), first, by=by, on=day)
        keys = (first.id, second.id)
        session().commit()
    client = app_on_both.test_client(use_cookies=False)
    assert change(client, code, MEANT).status_code == 200
    with app_on_both.test_request_context("/sv/"):
        out, drafted = (session().get_one(Minutes, key) for key in keys)
        said = [[line.text for line in each.lines] for each in (out, drafted)]
        assert SAID not in str(said) and MEANT not in said[0] and MEANT in said[1]
        assert all("Bussen går inte på kvällen." in each for each in said)
        send_out(session(), drafted, by=user_of(cast.host), on=today())
        assert drafted.answer_by is not None
        last = drafted.answer_by.replace(year=drafted.answer_by.year + 1)
        lock(session(), drafted, by=user_of(cast.host), on=last)
        session().commit()
        assert not withdrawn_since(drafted)
    assert change(client, code, SAID).status_code == 200
    with app_on_both.app_context():
        assert withdrawn_since(session().get_one(Minutes, keys[1]))


def test_a_saying_leaves_the_screen_with_its_votes(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both)
        room = open_room(session(), meeting, "test")
        saying, code = propose(
            session(), room, kind=SayingKind.STATEMENT, text=SAID, lang="sv",
            key=new_answer_key(), receipts=receipts(),
        )  # fmt: skip
        show(session(), saying)
        bring_in(session(), saying, "test")
        session().commit()
    client = app_on_both.test_client(use_cookies=False)
    assert change(client, code, SAID).status_code == 200
    with app_on_both.app_context():
        assert session().scalars(select(LiveSaying)).one()
    assert change(client, code, MEANT).status_code == 200
    with app_on_both.test_request_context("/sv/"):
        assert not session().scalars(select(LiveSaying)).all()
        meeting = session().scalars(select(Meeting)).one()
        assert [each.text for each in notes_of(session(), meeting)] == [MEANT]


def test_possible_names_are_asked_about_once_and_taken_out(app: Application, cast: Cast) -> None:
    code = said_at_a_table(app, cast)
    client = app.test_client(use_cookies=False)
    asked = change(client, code, NAMED)
    assert "Ta bort ”Lars Bergström”" in asked.text and "070-123 45 67" in asked.text
    with app.app_context():
        assert only_story().text == SAID
    left = change(client, code, NAMED, go="clear.Lars Bergström")
    assert "Min granne väntar också. Ring 070-123 45 67." in left.text
    form = hidden_fields(left.text)
    text = "Min granne väntar också. Ring 070-123 45 67."
    assert change(client, code, text, asked=form["asked"]).status_code == 200
    with app.app_context():
        assert only_story().text == text


@pytest.mark.parametrize("text", ["", " \u200b ", "\x00"])
def test_a_note_without_words_is_not_kept(app: Application, cast: Cast, text: str) -> None:
    code = said_at_a_table(app, cast)
    client = app.test_client(use_cookies=False)
    assert change(client, code, text).status_code == 422
    assert change(client, code, "o" * 4001).status_code == 422
    with app.app_context():
        assert only_story().text == SAID


@pytest.mark.parametrize("code", ["", "fel", "0000-0000-0000-0000", "å" * 300])
def test_a_code_that_opens_nothing_changes_nothing(app: Application, cast: Cast, code: str) -> None:
    said_at_a_table(app, cast)
    client = app.test_client(use_cookies=False)
    assert change(client, code, MEANT).status_code in (404, 422)
    forged = {"token": "x", "code": code, "text": MEANT, "go": "keep"}
    assert client.post("/sv/kvitto/lapp", data=forged).status_code == 403
    with app.app_context():
        assert only_story().text == SAID


def test_the_note_is_taken_home_as_a_file(app_on_both: Application, cast_on_both: Cast) -> None:
    """E17."""
    code = said_at_a_table(app_on_both, cast_on_both, quotable=True)
    client = app_on_both.test_client(use_cookies=False)
    sent = fields(client, code)
    page = client.post("/sv/kvitto/", data=sent).text
    way = re.search(r'formaction="([^"]+/svara/hamta)"', page)
    assert way
    file = client.post(way[1], data=sent)
    assert file.status_code == 200 and file.mimetype == "application/json"
    told = json.loads(file.data)
    assert SAID in str(told)
    assert (told["meeting"]["written"], told["meeting"]["read_back"]) == ("verbatim", True)
    assert told["meeting"]["title"]["sv"] == "Samtalskväll i bygdegården"
