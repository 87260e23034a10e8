"""Puts a confirmation round on stage: a signed theme that is out, an answer in it, a correction."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from unittest import mock

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from analysis.signing.signing import send_for_confirmation
from dialogue.app import Application
from dialogue.followup import confirm_pages, confirming, replying, rounds
from dialogue.followup.round_models import Channel, ConfirmationSay, Verdict
from dialogue.followup.rounds import newest_round
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast
from tests.stage import dialogue_of, gather, tell, user_of
from tests.survey import answer, hidden_fields

AFTER = 20
"""Days from now on which every round has ended."""
BY_CODE = "/sv/kvitto/kanner-du-igen-dig"


def words_of(page: str) -> str:
    """What stands in the main part of a page, without its marks and without days of a year."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\d{1,2} \w+ 20\d\d", " ", re.sub(r"<[^>]+>", " ", main))


@contextmanager
def later(days: int = AFTER) -> Iterator[None]:
    """The same rules on another day."""
    with ExitStack() as patches:
        for module in (rounds, confirming, replying):
            day = today() + timedelta(days=days)
            patches.enter_context(mock.patch.object(module, "today", return_value=day))
        yield


def texts(word: str, count: int = 10) -> list[str]:
    return [f"{word}: berättelse nummer {number} om det som hände." for number in range(count)]


def out(cast: Cast, name: str = "Väntan", days: int = 10) -> uuid.UUID:
    """A signed theme, sent out; its key."""
    theme = gather(cast.dialogue, name, tell(cast.dialogue, texts(name)), signed=True)
    send_for_confirmation(
        session(), dialogue_of(cast.dialogue), days, by=user_of(cast.coordinator), smallest=8
    )
    session().commit()
    return theme.id


def told_and_out(app: Application, cast: Cast) -> tuple[str, uuid.UUID]:
    """Somebody's answer in a theme that is out; its code and the theme's key."""
    code = answer(app.test_client(use_cookies=False), "Jag väntade hela natten.", ("quote",))
    with app.app_context():
        mine = session().scalars(select(Story)).one()
        mine.desk = DeskState.READ
        stories = [mine, *tell(cast.dialogue, texts("Väntan"))]
        theme = gather(cast.dialogue, "Väntan", stories, signed=True)
        send_for_confirmation(
            session(), dialogue_of(cast.dialogue), 10, by=user_of(cast.coordinator), smallest=8
        )
        session().commit()
        return code, theme.id


def open_receipt(client: FlaskClient, code: str) -> dict[str, str]:
    return hidden_fields(client.get("/sv/kvitto/").text) | {"code": code}


def say_by_code(
    client: FlaskClient, fields: dict[str, str], about: object, verdict: str, words: str = ""
) -> TestResponse:
    """Send the form that a receipt opens, with one thing said of one text."""
    said = {"go": "send", f"v-{about}": verdict, f"w-{about}": words}
    return client.post(BY_CODE, data=fields | said)


def says() -> list[tuple[str, str, str, str]]:
    rows = session().scalars(select(ConfirmationSay).order_by(ConfirmationSay.about))
    return [(each.about, each.channel, each.verdict, each.words) for each in rows]


def corrected(cast: Cast, words: str = "Det är fel.") -> ConfirmationSay:
    """A correction in the open round."""
    held = newest_round(session(), dialogue_of(cast.dialogue))
    assert held is not None
    about = held.snapshot["themes"][0]["key"]
    confirming.say(
        session(), held, {about: (Verdict.CORRECT, words)}, lang="sv", channel=Channel.MEETING,
        voice=confirm_pages.voice_of("meeting", words),
    )  # fmt: skip
    session().commit()
    return session().scalars(select(ConfirmationSay).where(ConfirmationSay.words == words)).one()
