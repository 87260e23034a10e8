"""``make bench-results``: a survey's results with 100,000 answers beside an empty survey's.

Both lie in one database and ask the same. Measured is what a coordinator waits for: the first
visit (everything is counted), a visit when nothing has changed, a visit when an answer has come,
and the release of the figures. The last line is JSON; the exit code is 0 when every figure keeps
its bar. ``ANSWERS`` (100000) and ``VISITS`` (30) may be set in the environment.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from dialogue.app import Application, create_app
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState
from surveys.models import Survey, SurveyVersion
from surveys.results import showing
from surveys.results.releases import release
from tests.bench.results.seeding import answer
from tests.bench.room.__main__ import databases
from tests.conftest import make_settings, play, signed_in
from tests.stage import dialogue_of, user_of
from tests.survey import DOCUMENT, TEXTS

ANSWERS = int(os.environ.get("ANSWERS", "100000"))
VISITS = int(os.environ.get("VISITS", "30"))
EMPTY = "tom"
MOST = {"first count, ratio": 250.0, "second visit, ratio": 3.0, "release, ratio": 700.0}
"""Bars as ratios to the empty survey's page, so that a busy machine meets both sides alike."""
MOST_MB = 100.0


def main() -> int:
    """Measure on both databases; 0 when every figure keeps its bar."""
    logging.disable(logging.CRITICAL)
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(folder) as addresses:
            for kind, url in addresses.items():
                found[kind] = measured(kind, create_app(make_settings(url, folder)))
    ok = all(
        each["memory, MB"] <= MOST_MB and all(each[name] <= most for name, most in MOST.items())
        for each in found.values()
    )
    print(json.dumps({"ok": ok, "answers": ANSWERS} | found))
    return 0 if ok else 1


def measured(kind: str, app: Application) -> dict[str, float]:
    """The figures on one database: seconds, ratios to the empty survey's page, megabytes."""
    cast = play(app)
    with app.app_context():
        ours = dialogue_of(cast.dialogue)
        empty = Dialogue(slug=EMPTY, organisation_id=ours.organisation_id, texts=TEXTS)
        empty.state = DialogueState.OPEN
        session().add(empty)
        session().flush()
        asked = Survey(dialogue_id=empty.id)
        asked.versions = [SurveyVersion(number=1, state="open", document=DOCUMENT)]
        session().add(asked)
        session().commit()
        began = time.perf_counter()
        answer(session(), survey_in(ours), ANSWERS)
        print(f"{kind}: {ANSWERS} answers in {time.perf_counter() - began:.0f} s", flush=True)
    client = signed_in(app, cast.coordinator)

    def visit(slug: str) -> None:
        page = client.get(f"/sv/arbetsrum/{slug}/svar/")
        assert page.status_code == 200, page.status_code

    for _each in range(3):
        visit(EMPTY)
    none = statistics.median(seconds(lambda: visit(EMPTY)) for _each in range(VISITS))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = statistics.median(counted_anew(lambda: visit(cast.dialogue)) for _each in range(3))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    second = statistics.median(seconds(lambda: visit(cast.dialogue)) for _each in range(VISITS))
    with app.app_context():
        answer(session(), survey_in(dialogue_of(cast.dialogue)), 1, seed=8)
    more = seconds(lambda: visit(cast.dialogue))
    with app.app_context():
        survey, by = survey_in(dialogue_of(cast.dialogue)), user_of(cast.coordinator)
        released = seconds(lambda: release(session(), survey, by=by, smallest=8))
        session().commit()
    told = {
        "empty page, ms": round(1000 * none, 1),
        "first count": round(first, 2),
        "first count, ratio": round(first / none, 1),
        "second visit, ms": round(1000 * second, 1),
        "second visit, ratio": round(second / none, 2),
        "an answer more": round(more, 2),
        "release": round(released, 2),
        "release, ratio": round(released / none, 1),
        "memory, MB": round(memory, 1),
    }
    for name, number in told.items():
        print(f"{kind:10} {name:20} {number:8}", flush=True)
    return told


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def counted_anew(act: Callable[[], object]) -> float:
    """The time of an act when nothing that was counted before is remembered."""
    showing.forget()
    return seconds(act)


def survey_in(dialogue: Dialogue) -> Survey:
    return session().scalars(select(Survey).where(Survey.dialogue_id == dialogue.id)).one()


if __name__ == "__main__":
    sys.exit(main())
