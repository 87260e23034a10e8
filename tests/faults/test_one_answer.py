"""However a form is sent, and whatever the database does, one form is one answer or none."""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground import db as database
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from tests.conftest import Cast, play
from tests.databases import PostgresDatabases, SqliteFiles
from tests.racing import at_once
from tests.survey import STORY, answer, code_on, hidden_fields, open_form, press


def kept(application: Application) -> int:
    with application.app_context():
        return session().scalar(select(func.count()).select_from(Contribution)) or 0


def test_twenty_at_once_with_one_key_are_one_answer(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """F07: a double click, two tabs, an impatient proxy."""
    form = open_form(app_on_both.test_client(use_cookies=False)) | {"berattelse": STORY}

    def send(_number: int, ready: Callable[[], object]) -> tuple[int, str]:
        client = app_on_both.test_client(use_cookies=False)
        ready()
        page = press(client, form, "send")
        return page.status_code, code_on(page.text) if page.status_code == 200 else ""

    pages = at_once(20, send)
    assert {status for status, _code in pages} == {200}
    assert len({code for _status, code in pages}) == 1
    assert kept(app_on_both) == 1


def test_twenty_at_once_with_other_words_keep_the_first(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """F08: one is kept, the others are asked and get their words back; nothing is overwritten."""
    form = open_form(app_on_both.test_client(use_cookies=False))

    def send(number: int, ready: Callable[[], object]) -> tuple[int, str, str]:
        client = app_on_both.test_client(use_cookies=False)
        words = f"Ordval nummer {number}."
        ready()
        page = press(client, form | {"berattelse": words}, "send")
        return page.status_code, words, page.text

    pages = at_once(12, send)
    statuses = sorted(status for status, _words, _page in pages)
    assert statuses == [200] + [409] * 11
    assert all(words in page for status, words, page in pages if status == 409)
    won = next(words for status, words, _page in pages if status == 200)
    with app_on_both.app_context():
        assert session().scalars(select(Story.text)).all() == [won]


@pytest.fixture
def impatient(
    sqlite_files: SqliteFiles,
    tmp_path: Path,
    app_on: Callable[..., Application],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Application]:
    """On SQLite, waiting 0.3 s for the lock instead of ten."""
    monkeypatch.setattr(database, "PATIENCE", 300)
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        play(application)
        yield application


@pytest.mark.parametrize("button", ["send", "next", "stay"])
def test_a_locked_database_gives_the_words_back(impatient: Application, button: str) -> None:
    """F20: 503, when to come back, and a form that sends the same answer again."""
    client = impatient.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY, "poang-1": "7", "at": "check"}
    lock = sqlite3.connect(impatient.extensions["settings"].sqlite_file, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    refused = press(client, form | {"use": ["quote", "research"]}, button)
    assert client.get("/sv/dialog/vad-ar-viktigt").status_code == 200
    lock.execute("ROLLBACK")
    lock.close()
    if refused.status_code == 200:
        assert button != "send"
        return
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Cache-Control"] == "no-store"
    assert html.escape(STORY, quote=False) in refused.text
    back = hidden_fields(refused.text)
    assert back["key"] == form["key"]
    assert back["berattelse"] == STORY
    assert back["poang-1"] == "7"
    assert kept(impatient) == 0
    sent = press(client, {**form, **back}, "send")
    assert sent.status_code == 200
    assert kept(impatient) == 1


def test_a_locked_database_keeps_the_code_of_who_withdraws(impatient: Application) -> None:
    client = impatient.test_client(use_cookies=False)
    code = answer(client)
    form = hidden_fields(client.get("/sv/kvitto/").text) | {"code": code, "sure": "yes"}
    lock = sqlite3.connect(impatient.extensions["settings"].sqlite_file, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    refused = client.post("/sv/kvitto/ta-bort", data=form)
    lock.execute("ROLLBACK")
    lock.close()
    assert refused.status_code == 503
    assert hidden_fields(refused.text)["code"] == code
    assert kept(impatient) == 1
    assert client.post("/sv/kvitto/ta-bort", data=form).status_code == 200
    assert kept(impatient) == 0


def test_a_lost_database_gives_the_words_back(
    postgres: PostgresDatabases, tmp_path: Path, app_on: Callable[..., Application]
) -> None:
    """F02: the server goes away between the form and the answer, and comes back."""
    with postgres.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        play(application)
        client = application.test_client(use_cookies=False)
        form = open_form(client) | {"berattelse": STORY, "at": "check"}
        with application.app_context():
            database.db.engine.dispose()
        name = url.partition("?")[0].rpartition("/")[2]
        postgres._run(f"ALTER DATABASE {name} RENAME TO {name}_away")
        refused = press(client, form, "send")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert hidden_fields(refused.text)["berattelse"] == STORY
        assert client.get("/sv/").status_code == 503
        postgres._run(f"ALTER DATABASE {name}_away RENAME TO {name}")
        assert press(client, form, "send").status_code == 200
        assert kept(application) == 1
        with application.app_context():
            database.db.engine.dispose()
