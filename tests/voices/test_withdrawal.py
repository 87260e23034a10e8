"""Taking an answer back: everything of it is gone, and the counts that were published stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from analysis.models import StoryOutcome, StoryVector, Theme, ThemeQuote, ThemeStory
from dialogue.app import Application
from dialogue.followup.models import Publication, PublishedQuote, PublishedStory
from dialogue.followup.publishing import digest_of
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import Base, db, session, truncate_wal
from dialogue.voices.erasure import Erasure
from dialogue.voices.models import Contribution, DeskState, Story
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Cast, play
from tests.databases import PostgresDatabases, SqliteFiles
from tests.stage import gather, publish_at_once, tell
from tests.survey import answer, hidden_fields, open_form

CANARY = "Kanariefågeln Snöfrid sjöng i väntrummet hela natten."
OTHER = "En annan berättelse, som står kvar."
WORD = "Snöfrid"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


def withdraw(client: FlaskClient, code: str) -> TestResponse:
    form = hidden_fields(client.get("/sv/kvitto/").text)
    return client.post("/sv/kvitto/ta-bort", data=form | {"code": code, "sure": "yes"})


def told_and_published(application: Application, cast: Cast) -> str:
    """An answer with a canary word, quoted in a published theme; its code."""
    client = application.test_client(use_cookies=False)
    code = answer(client, CANARY, ("quote",), kommun="umea", alder="30-49", litar="4")
    answer(client, OTHER, ("quote",), kommun="lycksele")
    with application.app_context():
        session().execute(update(Story).values(desk=DeskState.READ))
        mine = list(session().scalars(select(Story)))
        mine.sort(key=lambda story: story.text != CANARY)
        others = tell(cast.dialogue, [f"Också en berättelse, nummer {n}." for n in range(8)])
        gather(cast.dialogue, "Väntan", [*mine, *others], quotes=3, signed=True)
        session().flush()
        publish_at_once(cast.dialogue, cast.coordinator)
        session().commit()
    return code


def count(model: Any) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def words_in_the_database() -> str:
    return json.dumps(
        [
            [str(value) for value in row]
            for table in Base.metadata.sorted_tables
            for row in session().execute(select(table))
        ],
        ensure_ascii=False,
    )


def test_everything_of_an_answer_goes_and_published_counts_stay(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E08."""
    app = app_on_both
    code = told_and_published(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    report = client.get("/sv/dialog/vad-ar-viktigt/resultat")
    assert WORD in report.text
    with app.app_context():
        before = {
            model.__tablename__: count(model)
            for model in (
                Contribution, Story, Response, BackgroundAnswer, StoryVector, StoryOutcome,
                ThemeStory, ThemeQuote, PublishedQuote, PublishedStory,
            )
        }  # fmt: skip
        snapshot = session().scalars(select(Publication)).one().snapshot
        assert WORD in words_in_the_database()
    page = withdraw(client, code)
    assert page.status_code == 200
    assert WORD not in page.text
    with app.app_context():
        after = {
            model.__tablename__: count(model)
            for model in (
                Contribution, Story, Response, BackgroundAnswer, StoryVector, StoryOutcome,
                ThemeStory, ThemeQuote, PublishedQuote, PublishedStory,
            )
        }  # fmt: skip
        assert after == {name: number - 1 for name, number in before.items()}
        assert WORD not in words_in_the_database()
        kept = session().scalars(select(Publication)).one()
        assert kept.snapshot == snapshot
        assert kept.digest == digest_of(kept.snapshot)
        assert count(Erasure) == 1
    after_report = client.get("/sv/dialog/vad-ar-viktigt/resultat")
    assert WORD not in after_report.text
    assert OTHER[:40] in after_report.text


def test_the_receipt_tells_that_it_is_gone_and_opens_nothing(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    code = told_and_published(app_on_both, cast_on_both)
    withdraw(client, code)
    form = hidden_fields(client.get("/sv/kvitto/").text)
    again = client.post("/sv/kvitto/", data=form | {"code": code})
    assert again.status_code == 200
    assert WORD not in again.text
    assert withdraw(client, code).status_code == 200
    with app_on_both.app_context():
        assert count(Erasure) == 1
        acts = session().scalars(select(AuditEvent.act)).all()
        assert acts.count("contribution withdrawn") == 1


def test_nothing_goes_unless_the_teller_is_sure(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client, CANARY)
    form = hidden_fields(client.get("/sv/kvitto/").text)
    for fields in ({"code": code}, {"code": code, "sure": "no"}, {"code": "", "sure": "yes"}):
        client.post("/sv/kvitto/ta-bort", data=form | fields)
    forged = client.post(
        "/sv/kvitto/ta-bort", data={"code": code, "sure": "yes", "token": "forged"}
    )
    assert forged.status_code == 403
    away = client.post(
        "/sv/kvitto/ta-bort",
        data=form | {"code": code, "sure": "yes"},
        headers={"Origin": "http://evil.example"},
    )
    assert away.status_code == 403
    assert client.get("/sv/kvitto/ta-bort").status_code == 405
    with app.app_context():
        assert count(Contribution) == 1


def test_the_bytes_are_gone_from_the_file_and_the_log(app: Application, cast: Cast) -> None:
    """E08: on SQLite, in the database and in its write-ahead log, after the checkpoint."""
    settings = app.extensions["settings"]
    folder: Path = settings.folder
    code = told_and_published(app, cast)
    needle = WORD.encode()

    def holding() -> list[str]:
        return [
            file.name
            for file in folder.rglob("*")
            if file.is_file() and needle in file.read_bytes()
        ]

    assert holding()
    assert withdraw(app.test_client(use_cookies=False), code).status_code == 200
    with app.app_context():
        truncate_wal()
    assert holding() == []


def test_the_bytes_go_although_somebody_reads_meanwhile(app: Application, cast: Cast) -> None:
    """E08: a reader keeps the log from being emptied; the worker's next minute empties it."""
    import sqlite3

    from dialogue.ground.jobs import _sweeps

    folder: Path = app.extensions["settings"].folder
    code = told_and_published(app, cast)
    reader = sqlite3.connect(folder / "dialogue.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM story").fetchall()
    with app.app_context():
        db.engine.dispose()
    assert withdraw(app.test_client(use_cookies=False), code).status_code == 200
    reader.close()
    with app.app_context():
        for sweep in _sweeps:
            if sweep.__module__.startswith("dialogue"):
                sweep()
    assert not [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and WORD.encode() in file.read_bytes()
    ]


def test_a_form_that_was_taken_back_is_sent_again_as_a_new_answer(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """The page behind the browser's back button still holds the form and its key."""
    from tests.survey import code_on, press

    client = app_on_both.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": CANARY, "at": "check"}
    code = code_on(press(client, form, "send").text)
    assert withdraw(client, code).status_code == 200
    again = press(client, form, "send")
    assert again.status_code == 409
    assert CANARY in again.text
    anew = press(client, hidden_fields(again.text) | {"berattelse": CANARY}, "send.new")
    assert anew.status_code == 200
    assert code_on(anew.text) != code
    with app_on_both.app_context():
        assert count(Contribution) == 1
    assert withdraw(client, code_on(anew.text)).status_code == 200
    with app_on_both.app_context():
        assert count(Contribution) == 0


def test_an_old_backup_does_not_bring_an_answer_back_on_sqlite(
    sqlite_files: SqliteFiles, tmp_path: Path, app_on: Callable[..., Application]
) -> None:
    """E11: back up, withdraw, lose the database, restore, reapply."""
    import sqlite3

    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url)
        cast = play(application)
        code = told_and_published(application, cast)
        file, backup = tmp_path / "dialogue.db", tmp_path / "backup.db"
        with sqlite3.connect(file) as connection:
            connection.execute("VACUUM INTO ?", (str(backup),))
        client = application.test_client(use_cookies=False)
        withdraw(client, code)
        with application.app_context():
            db.engine.dispose()
        for old in tmp_path.glob("dialogue.db*"):
            old.unlink()
        backup.rename(file)
        with application.app_context():
            assert WORD in words_in_the_database()
            assert count(BackgroundAnswer) == 2
            session().rollback()
        run = application.test_cli_runner().invoke(args=["erasures", "reapply"])
        assert run.exit_code == 0, run.output
        assert run.output.startswith("1 ")
        assert_gone(application)
        assert WORD.encode() not in file.read_bytes()
        twice = application.test_cli_runner().invoke(args=["erasures", "reapply"])
        assert twice.output.startswith("0 ")


def test_an_old_backup_does_not_bring_an_answer_back_on_postgresql(
    postgres: PostgresDatabases, tmp_path: Path, app_on: Callable[..., Application]
) -> None:
    """E11, with the database copied before the withdrawal, and two machines' lists."""
    with postgres.fresh(tmp_path) as url:
        application = app_on(url)
        cast = play(application)
        code = told_and_published(application, cast)
        with application.app_context():
            db.engine.dispose()
        name = url.partition("?")[0].rpartition("/")[2]
        postgres._run(f"CREATE DATABASE {name}_backup TEMPLATE {name}")
        withdraw(application.test_client(use_cookies=False), code)
        with application.app_context():
            db.engine.dispose()
        postgres._run(
            f"DROP DATABASE {name} WITH (FORCE)", f"ALTER DATABASE {name}_backup RENAME TO {name}"
        )
        with application.app_context():
            assert WORD in words_in_the_database()
            session().rollback()
        moved = tmp_path / "web2.jsonl"
        (tmp_path / "erasures.jsonl").rename(moved)
        run = application.test_cli_runner().invoke(args=["erasures", "reapply"])
        assert run.output.startswith("0 ")
        run = application.test_cli_runner().invoke(args=["erasures", "reapply", str(moved)])
        assert run.output.startswith("1 "), run.output
        assert_gone(application)
        with application.app_context():
            db.engine.dispose()


def assert_gone(application: Application) -> None:
    with application.app_context():
        assert WORD not in words_in_the_database()
        assert count(Contribution) == 9
        assert count(BackgroundAnswer) == 1
        assert count(PublishedQuote) == 2
        assert count(Erasure) == 1
        assert len(session().scalars(select(Theme)).one().assignments) == 9


def test_the_list_leads_nowhere_and_is_for_its_owner_alone(app: Application, cast: Cast) -> None:
    code = told_and_published(app, cast)
    withdraw(app.test_client(use_cookies=False), code)
    file = app.extensions["settings"].folder / "erasures.jsonl"
    assert file.stat().st_mode & 0o077 == 0
    (line,) = file.read_text().splitlines()
    told = json.loads(line)
    assert set(told) == {"receipt", "background", "on"}
    assert len({told["receipt"], told["background"]}) == 2
    for word in (code, code.replace("-", ""), WORD, "umea"):
        assert word not in line


def test_a_withdrawal_that_is_rolled_back_stands_on_no_list(app: Application, cast: Cast) -> None:
    from dialogue.ground.clock import today
    from dialogue.voices.erasure import withdraw as erase
    from dialogue.voices.receipts import receipts

    code = answer(app.test_client(use_cookies=False), CANARY)
    with app.app_context():
        assert erase(session(), code, receipts(), today())
        session().rollback()
        session().commit()
        assert count(Contribution) == 1
    assert not (app.extensions["settings"].folder / "erasures.jsonl").exists()


def test_a_broken_list_is_refused_and_erases_nothing(
    app: Application, cast: Cast, tmp_path: Path
) -> None:
    answer(app.test_client(use_cookies=False), CANARY)
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"on": "2026-11-22", "receipt": "00ff"}\n{"on": "igår"}\n')
    run = app.test_cli_runner().invoke(args=["erasures", "reapply", str(broken)])
    assert run.exit_code == 1
    assert "Line 2" in run.output
    with app.app_context():
        assert count(Contribution) == 1
        assert count(Erasure) == 0
