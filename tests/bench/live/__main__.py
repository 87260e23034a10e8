"""``make bench-live``: 300 phones in one room at once, on SQLite and on PostgreSQL.

Every phone votes on every statement without a pause; some press twice, some twice at once, some
change their minds. Afterwards the database must hold exactly one vote for each phone and statement,
the last one sent. Times stand as ratios to an empty page that the same web server hands out to as
many clients. The last line is JSON; the exit code follows ``ok``: no vote lost, none doubled, and
a page at most ``MOST`` times the empty one at the 95th percentile.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from dialogue.settings import sqlalchemy_address
from tests.bench.answers.__main__ import free_port, served
from tests.bench.live.phones import Phone, Told, all_at_once, empty_pages
from tests.databases import PostgresDatabases, SqliteFiles, started_postgres

PHONES = int(os.environ.get("PHONES", "300"))
STATEMENTS = int(os.environ.get("STATEMENTS", "6"))
EMPTY_PAGES = 6
MOST = 40.0


def p95(times: Sequence[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return 1000 * sorted(times)[int(0.95 * (len(times) - 1))]


def measure(name: str, url: str, folder: Path) -> dict[str, Any]:
    """Play the room on one database; what was lost, what was doubled, and the ratios."""
    keys = {key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "RECEIPT_KEY", "TOTP_KEY")}
    environment = {
        **os.environ, **keys, "ENVIRONMENT": "demo", "DATABASE_URL": url,
        "DATA_FOLDER": str(folder), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.live.prepare", str(STATEMENTS)],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    room = json.loads(made.stdout.splitlines()[-1])
    port, floor = free_port(), free_port()
    floor_url = f"sqlite:///{folder / f'floor-{name}.db'}"
    lean = ["-m", "tests.bench.answers.floor", str(floor), floor_url]
    empty: list[float] = []
    clients = [empty_pages(floor, EMPTY_PAGES, empty) for _ in range(PHONES)]
    told = Told()
    phones = [Phone(port, room["code"], room["statements"], n, told) for n in range(PHONES)]
    product = ["-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    with served(product, port, environment), served(lean, floor, environment):
        all_at_once(clients)
        took = all_at_once([phone.play for phone in phones])
        all_at_once(clients)
    lost, doubled = held_against(url, phones)
    base = p95(empty)
    found: dict[str, Any] = {"lost": lost + len(told.lost), "doubled": doubled}
    for kind, times in sorted(told.took.items()):
        found[f"{kind}_p95_vs_empty"] = round(p95(times) / base, 2)
        print(
            f"{name:10} {kind:5} {len(times):6} requests  p50 "
            f"{1000 * statistics.median(times):6.0f} ms  p95 {p95(times):6.0f} ms "
            f"= {p95(times) / base:5.2f} × an empty page ({base:.0f} ms)"
        )
    print(
        f"{name:10} {PHONES} phones, {told.posts} presses in {took:.0f} s "
        f"({told.posts / took:.0f} votes/s), {told.again} sent again, {found['lost']} lost, "
        f"{doubled} doubled",
        flush=True,
    )
    return found


def held_against(url: str, phones: Sequence[Phone]) -> tuple[int, int]:
    """How many votes are missing or wrong, and how many are there beside what was sent."""
    engine = create_engine(sqlalchemy_address(url))
    rows = text(
        "SELECT CAST(saying_id AS VARCHAR(40)), choice, COUNT(*) FROM live_vote GROUP BY 1, 2"
    )
    with engine.connect() as connection:
        kept = Counter(
            {
                (str(saying).replace("-", ""), str(choice)): count
                for saying, choice, count in connection.execute(rows)
            }
        )
    engine.dispose()
    sent = Counter(
        (statement.replace("-", ""), choice)
        for phone in phones
        for statement, choice in phone.wanted.items()
    )
    missing = PHONES * STATEMENTS - sum(sent.values())
    return missing + sum((sent - kept).values()), sum((kept - sent).values())


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sqlite").mkdir()
        with SqliteFiles(folder / "sqlite").fresh(folder) as url:
            on_sqlite = measure("SQLite", url, folder)
        server = started_postgres(folder / "pg")
        with PostgresDatabases(server.get_uri()).fresh(folder) as url:
            on_postgres = measure("PostgreSQL", url, folder)
        server.cleanup()
    worst = {key: max(on_sqlite[key], on_postgres[key]) for key in on_sqlite}
    ok = not worst["lost"] and not worst["doubled"] and worst["page_p95_vs_empty"] <= MOST
    print(json.dumps({"phones": PHONES, "statements": STATEMENTS, **worst, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
