"""Two worker processes on one PostgreSQL: every story is embedded once, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from analysis.models import StoryVector
from analysis.reading import vectors
from dialogue.app import Application
from dialogue.ground.db import db, session
from dialogue.voices.models import Story
from tests.conftest import PostgresDatabases, play
from tests.faults.server import ROOT, Server
from tests.stage import tell

STORIES = 1_200
SLUG = "vad-ar-viktigt"


class Endpoint(ThreadingHTTPServer):
    """An embeddings endpoint that writes down every text that it is asked for, and by whom."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[list[str]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    @property
    def texts(self) -> Counter[str]:
        with self.lock:
            return Counter(text for share in self.asked for text in share if text != "hej")


class Answering(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        with self.server.lock:
            self.server.asked.append(asked)
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        time.sleep(0.4)
        rows = [[1.0, len(text) / 100, len(set(text)) / 10, 0.5] for text in asked]
        body = json.dumps({"data": [{"index": n, "embedding": row} for n, row in enumerate(rows)]})
        with self.server.lock:
            self.server.at_once -= 1
        self.send_response(200)
        self.end_headers()
        try:
            self.wfile.write(body.encode())
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    serving = Endpoint()
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield serving
    serving.shutdown()
    serving.server_close()


class Workers:
    """``flask work``, as an administrator starts it, any number of times."""

    def __init__(self, url: str, folder: Path, endpoint: Endpoint) -> None:
        self.log = folder / "workers.log"
        self.environment = {
            **Server(url, folder).environment(),
            "EMBEDDER": "endpoint",
            "EMBEDDINGS_URL": f"http://127.0.0.1:{endpoint.server_port}",
            "EMBEDDINGS_MODEL": "counted",
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "work"],
                cwd=ROOT, env={**os.environ, **self.environment}, stdout=log, stderr=log,
            )  # fmt: skip
        self.running.append(worker)
        return worker

    def end(self) -> None:
        for worker in self.running:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
            worker.wait(30)


@pytest.fixture
def stage(
    postgres: PostgresDatabases, tmp_path: Path, app_on: Callable[..., Application],
    endpoint: Endpoint,
) -> Iterator[tuple[Application, Workers, Endpoint]]:  # fmt: skip
    with postgres.fresh(tmp_path) as url:
        application = app_on(
            url, environment="demo", embedder="endpoint", embeddings_model="counted",
            embeddings_url=f"http://127.0.0.1:{endpoint.server_port}",
        )  # fmt: skip
        play(application)
        with application.app_context():
            tell(SLUG, [f"Berättelse nummer {number} av många." for number in range(STORIES)])
            session().commit()
        workers = Workers(url, tmp_path, endpoint)
        yield application, workers, endpoint
        workers.end()
        with application.app_context():
            db.engine.dispose()


def until(done: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def embedded(application: Application) -> int:
    with application.app_context():
        count = session().scalar(select(func.count()).select_from(StoryVector)) or 0
        session().commit()
        return count


def ask(application: Application) -> None:
    """What the first worker does at the turn of the minute."""
    with application.app_context():
        vectors.ask_for_missing_vectors()


def test_two_workers_share_the_work_and_embed_every_story_once(
    stage: tuple[Application, Workers, Endpoint],
) -> None:
    application, workers, endpoint = stage
    workers.start()
    workers.start()
    ask(application)
    until(lambda: embedded(application) == STORIES)
    assert set(endpoint.texts.values()) == {1}
    assert len(endpoint.texts) == STORIES
    assert endpoint.most_at_once >= 2, "both had their share"


def test_the_share_of_a_killed_worker_is_taken_over(
    stage: tuple[Application, Workers, Endpoint],
) -> None:
    application, workers, endpoint = stage
    first, _second = workers.start(), workers.start()
    ask(application)
    until(lambda: endpoint.at_once >= 2)
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    until(lambda: embedded(application) == STORIES)
    again = {text for text, times in endpoint.texts.items() if times > 1}
    assert len(again) <= vectors.BATCH, "only the share in the dead one's hands is done again"
    assert max(endpoint.texts.values()) <= 2
    with application.app_context():
        everyone = session().scalar(select(func.count()).select_from(Story))
        assert everyone == len(endpoint.texts) == STORIES
