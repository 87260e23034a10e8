"""kill -9 in the middle of a thousand posts: what was acknowledged is kept, exactly once."""

from __future__ import annotations

import http.client
import queue
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.db import db, session
from dialogue.voices.models import Contribution, Story
from dialogue.voices.receipts import new_answer_key, receipts
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Databases, play
from tests.faults.server import Server
from tests.survey import code_on, open_form

POSTS = 1000
KILLS = 4
PATH = "/sv/dialog/vad-ar-viktigt/svara"


@pytest.fixture
def stage(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[tuple[Application, Server]]:
    """The service in its own process, and the application here to look into its database."""
    with databases.fresh(tmp_path) as url:
        application = app_on(url)
        play(application)
        server = Server(url, tmp_path)
        yield application, server
        if server.process is not None and server.process.poll() is None:
            server.end(signal.SIGKILL)
        with application.app_context():
            db.engine.dispose()


def post(port: int, form: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", PATH, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Senders:
    """People who send until their answer is acknowledged, always with the same form."""

    def __init__(self, port: int, form: dict[str, str], number: int) -> None:
        self.port, self.form = port, form
        self.waiting: queue.Queue[tuple[int, str]] = queue.Queue()
        for each in range(number):
            self.waiting.put((each, new_answer_key()))
        self.codes: dict[str, tuple[int, str]] = {}
        self.broken = self.odd = 0
        self._lock = threading.Lock()

    def work(self) -> None:
        while True:
            try:
                number, key = self.waiting.get_nowait()
            except queue.Empty:
                return
            self.send(number, key)

    def send(self, number: int, key: str) -> None:
        form = self.form | {
            "key": key, "berattelse": f"Berättelse nummer {number} av många.", "kommun": "umea",
            "at": "check", "go": "send",
        }  # fmt: skip
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                status, page = post(self.port, form)
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.05)
                continue
            if status == 200:
                with self._lock:
                    self.codes[key] = (number, code_on(page))
                return
            self.odd += 1
            time.sleep(0.1)


def test_what_was_acknowledged_is_kept_exactly_once(
    stage: tuple[Application, Server], record_property: Callable[[str, object], None]
) -> None:
    """F01, F04: kill -9 four times during a thousand posts, on both databases."""
    application, server = stage
    form = open_form(application.test_client(use_cookies=False))
    server.start()
    senders = Senders(server.port, form, POSTS)
    threads = [threading.Thread(target=senders.work) for _ in range(6)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for kill in range(1, KILLS + 1):
        while len(senders.codes) < kill * POSTS // (KILLS + 1):
            assert time.monotonic() - began < 300, len(senders.codes)
            time.sleep(0.005)
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
        server.start()
    for thread in threads:
        thread.join(300)
    assert len(senders.codes) == POSTS
    assert senders.broken >= KILLS
    record_property("broken", senders.broken)
    with application.app_context():
        texts = Counter(session().scalars(select(Story.text)))
        assert texts == Counter(f"Berättelse nummer {each} av många." for each in range(POSTS))
        for model in (Contribution, Response, BackgroundAnswer):
            assert session().scalar(select(func.count()).select_from(model)) == POSTS
        mint = receipts()
        kept = {
            contribution.receipt_hash: contribution.stories[0].text
            for contribution in session().scalars(select(Contribution))
        }
        for key, (number, code) in senders.codes.items():
            assert code == mint.code_for(key)
            assert kept[mint.hash_of(code)] == f"Berättelse nummer {number} av många."
    again = list(senders.codes.items())[:20]
    for key, (number, code) in again:
        senders.send(number, key)
        assert senders.codes[key][1] == code
    with application.app_context():
        assert session().scalar(select(func.count()).select_from(Contribution)) == POSTS
    log = server.log.read_text()
    assert "Berättelse" not in log
    assert "Traceback" not in log
    assert server.end(signal.SIGTERM) == 0


def test_ending_politely_finishes_what_was_begun(stage: tuple[Application, Server]) -> None:
    """F17: SIGTERM while people are sending; nobody's answer is lost or doubled."""
    application, server = stage
    form = open_form(application.test_client(use_cookies=False))
    server.start()
    senders = Senders(server.port, form, 60)
    threads = [threading.Thread(target=senders.work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(senders.codes) < 20:
        time.sleep(0.005)
    began = time.monotonic()
    server.end(signal.SIGTERM)
    assert time.monotonic() - began < 10
    server.start()
    for thread in threads:
        thread.join(60)
    assert len(senders.codes) == 60
    with application.app_context():
        assert session().scalar(select(func.count()).select_from(Contribution)) == 60
