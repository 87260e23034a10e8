"""Possible names, numbers and places in a note: asked about at the table, marked at the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analysis.desk.screened import screening_of
from dialogue.app import Application
from dialogue.ground.db import Base, session
from dialogue.meetings.models import TableNote
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast
from tests.meetings.test_table_pages import let_in, note_form, staged, write
from tests.survey import hidden_fields

NAMED = "Min granne Lars Bergström bor i Granbäck. Ring 070-123 45 67."


def kept(application: Application) -> list[str]:
    with application.app_context():
        return [story.text for story in session().scalars(select(Story))]


def test_without_scripts_the_first_press_asks_and_the_second_keeps(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    _key, code = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED) | {"go": "send"}
    page = client.post(f"{way}anteckna", data=form)
    assert page.status_code == 200
    assert "Ta bort ”Lars Bergström”" in page.text and "Ta bort ”070-123 45 67”" in page.text
    assert NAMED in page.text and kept(app_on_both) == []
    fields = hidden_fields(page.text)
    assert fields["key"] == form["key"]
    again = client.post(f"{way}anteckna", data=form | fields)
    assert "Lappen är sparad" in again.text
    assert kept(app_on_both) == [NAMED]


def test_a_name_is_taken_out_with_one_press(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED)
    page = client.post(f"{way}anteckna", data=form | {"go": "clear.Lars Bergström"})
    left = "Min granne bor i Granbäck. Ring 070-123 45 67."
    assert left in page.text and "Ta bort ”070-123 45 67”" in page.text
    fields = hidden_fields(page.text)
    assert client.post(f"{way}anteckna", data=form | fields | {"text": left}).status_code == 200
    assert kept(app) == [left]


def test_words_that_were_added_after_the_question_are_asked_about(
    app: Application, cast: Cast
) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED)
    fields = hidden_fields(client.post(f"{way}anteckna", data=form).text)
    more = form | fields | {"text": f"{NAMED} Kusinen Siv Lindström också."}
    assert "Ta bort ”Siv Lindström”" in client.post(f"{way}anteckna", data=more).text
    assert kept(app) == []


def test_a_device_that_sends_what_waited_is_not_asked(app: Application, cast: Cast) -> None:
    """It asked before the note began to wait."""
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    sent = client.post(
        f"{way}anteckna",
        data=note_form(client, way, text=NAMED),
        headers={"Accept": "application/json"},
    )
    assert sent.status_code == 200 and sent.json and sent.json["code"]
    assert kept(app) == [NAMED]


def test_that_it_was_asked_is_stored_nowhere(app: Application, cast: Cast) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED)
    fields = hidden_fields(client.post(f"{way}anteckna", data=form).text)
    client.post(f"{way}anteckna", data=form | fields)
    with app.app_context():
        everything = [
            str(row)
            for table in Base.metadata.sorted_tables
            for row in session().execute(select(table))
        ]
    assert [row for row in everything if "Lars Bergström" in row]
    assert not [row for row in everything if fields["asked"] in row]


@pytest.mark.parametrize("press", ["clear.", "clear.Ingen", "clear.x.y", "clear." + "å" * 500])
def test_a_press_on_words_that_are_not_there_changes_nothing(
    app: Application, cast: Cast, press: str
) -> None:
    _key, code = staged(app, cast)
    client = app.test_client(use_cookies=False)
    way = let_in(client, code)
    page = client.post(f"{way}anteckna", data=note_form(client, way, text=NAMED) | {"go": press})
    assert page.status_code == 200 and NAMED in page.text
    write(client, way)
    with app.app_context():
        subject = session().scalars(select(TableNote.contribution_id)).one()
    sent = client.post(f"{way}lappar", data={"go": f"clear.{subject}.{press}"})
    assert sent.status_code == 303
    assert kept(app) == ["Jag vågar inte ringa, för då hamnar jag i kö."]


def test_when_it_is_read_back_marked_words_are_taken_out_but_it_is_not_ticked(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    _key, code = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED)
    client.post(f"{way}anteckna", data=form, headers={"Accept": "application/json"})
    assert "<mark>Lars Bergström</mark>" in client.get(f"{way}lappar").text
    with app_on_both.app_context():
        subject = session().scalars(select(TableNote.contribution_id)).one()
    pressed = {"go": f"clear.{subject}.Lars Bergström"}
    assert client.post(f"{way}lappar", data=pressed).status_code == 303
    page = client.get(f"{way}lappar").text
    assert "Bergström" not in page and "Inte uppläst" in page
    with app_on_both.app_context():
        session().scalars(select(Story)).one().desk = DeskState.READ
        session().commit()
    assert "Ta bort ”070" not in client.get(f"{way}lappar").text
    pressed = {"go": f"clear.{subject}.070-123 45 67"}
    assert client.post(f"{way}lappar", data=pressed).status_code == 409


def test_at_the_desk_a_note_is_marked_like_every_story(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Names, numbers and places where few people live."""
    _key, code = staged(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way, text=NAMED)
    client.post(f"{way}anteckna", data=form, headers={"Accept": "application/json"})
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        assert (story.desk, story.quotable) == (DeskState.WAITING, False)
        marks = screening_of(session(), story).marks
        assert [(NAMED[each["start"] : each["end"]], each["kind"]) for each in marks] == [
            ("Lars Bergström", "name"), ("Granbäck", "place"), ("070-123 45 67", "phone"),
        ]  # fmt: skip
