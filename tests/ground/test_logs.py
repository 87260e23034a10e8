"""The logs hold nothing about a person: canary words go in everywhere and come out nowhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from dialogue.app import Application
from dialogue.ground.access import Access
from dialogue.ground.db import session
from dialogue.ground.logs import KEYS
from tests.conftest import Databases, play, signed_in
from tests.stage import forged_free
from tests.survey import answer, hidden_fields, open_form

CANARY = "kanariefågel"
ASCII = "kanariefagel"
ALLOWED = {"time", "level", "event", *KEYS}


@pytest.fixture
def live(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application as it runs outside tests, on both databases."""
    with databases.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        yield application
        with application.app_context():
            from dialogue.ground.db import db

            db.engine.dispose()


@pytest.fixture
def log(live: Application) -> Iterator[io.StringIO]:
    """Everything that is logged, down to the smallest detail, in the application's own format."""
    stream = io.StringIO()
    root = logging.getLogger()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    noisy = ("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "werkzeug", "huey", "psycopg")
    levels = {name: logging.getLogger(name).level for name in ("", *noisy)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    if before is not None:
        handler.setStream(before)


def person(path: str = "") -> dict[str, Any]:
    """What a person's browser tells of itself."""
    return {
        "headers": {
            "User-Agent": f"{ASCII}/1.0",
            "Referer": f"http://localhost/{ASCII}",
            "X-Forwarded-For": "203.0.113.77",
            "Accept-Language": f"sv,{ASCII}",
            "Cookie": f"{ASCII}=1",
        },
        "environ_base": {"REMOTE_ADDR": "203.0.113.77"},
        "query_string": {"q": CANARY},
    }


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def smash(**_: object) -> str:
    raise RuntimeError(f"{CANARY} {ASCII} in the argument of an error")


def unreachable(**_: object) -> str:
    raise OperationalError(f"SELECT '{ASCII}'", {"text": ASCII}, Exception(ASCII))


def spoilt(**_: object) -> str:
    session().execute(text("SELECT * FROM no_such_table WHERE text = :text"), {"text": ASCII})
    return ""


def test_nothing_of_a_person_is_logged(live: Application, log: io.StringIO, tmp_path: Path) -> None:
    """E01, B08."""
    cast = play(live)
    client = live.test_client(use_cookies=False)
    code = answer(client, text=f"Min {CANARY} {ASCII} bor i byn.", kommun="umea")
    told = person()
    client.get("/sv/", **told)
    client.get(f"/sv/{ASCII}/%0d%0a{ASCII}", **told)
    client.get(f"/sv/dialog/{ASCII}", **told)
    form = open_form(client) | {"berattelse": f"{ASCII} {CANARY}", "go": "send", "token": ASCII}
    client.post("/sv/dialog/vad-ar-viktigt/svara", data=form, **told)
    receipt = hidden_fields(client.get("/sv/kvitto/").text)
    for sent in (code, ASCII, "0000-0000-0000-0000"):
        client.post("/sv/kvitto/", data=receipt | {"code": sent}, **told)
    client.post("/sv/kvitto/ta-bort", data=receipt | {"code": code, "sure": "yes"}, **told)
    staff = signed_in(live, cast.coordinator)
    staff.get(f"/sv/arbetsrum/{cast.dialogue}/berattelser")
    browser = live.test_client()
    token = forged_free(browser, live)
    browser.post(
        "/sv/personal/logga-in",
        data={"email": f"{ASCII}@example.se", "password": ASCII, "csrf_token": token},
    )
    for view in (smash, unreachable, spoilt):
        view.access = Access.ANYONE  # type: ignore[attr-defined]
        live.view_functions["pages.help"] = view
        answered = client.get("/sv/hjalp", **told)
        assert answered.status_code in (500, 503)
        assert ASCII not in answered.text
    written = log.getvalue()
    assert len(lines(log)) > 15
    assert {"RuntimeError", "OperationalError"} & {line.get("error") for line in lines(log)}
    for word in (CANARY, ASCII, "203.0.113.77", "umea", code, code.replace("-", ""), "norrmark"):
        assert word.lower() not in written.lower(), word
    for line in lines(log):
        assert set(line) <= ALLOWED, line
    for file in tmp_path.rglob("*"):
        if file.is_file() and not file.name.startswith("dialogue.db"):
            assert ASCII.encode() not in file.read_bytes(), file


def test_a_route_is_logged_by_its_template(live: Application, log: io.StringIO) -> None:
    play(live)
    live.test_client().get("/sv/dialog/vad-ar-viktigt?x=1")
    live.test_client().open("/sv/", method=f"{ASCII}")
    first, second = (line for line in lines(log) if line["event"] == "request")
    assert first["route"] == "/<language:language>/dialog/<dialogue>"
    assert second["method"] == "other"


def test_a_line_break_in_an_address_makes_no_second_line(
    live: Application, log: io.StringIO
) -> None:
    """B08."""
    play(live)
    live.test_client().get("/sv/%0a{%22event%22:%22forged%22}%0d%1b[2J")
    assert sum(line["event"] == "request" for line in lines(log)) == 1
    assert "forged" not in log.getvalue()
