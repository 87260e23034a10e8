"""A screen from memory says what a drawn one says, and nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState
from surveys.quick import Drawn, memory
from tests.conftest import Cast
from tests.survey import STORY, code_on, hidden_fields, open_form, press

OWN = re.compile(r'nonce="[^"]*"|name="(?:key|new_key|token)" value="[^"]*"')


@pytest.fixture
def remembering(app: Application, cast: Cast) -> Iterator[Application]:
    app.config["REMEMBER_SURVEYS_FOR"] = 60.0
    yield app
    memory_of(app).pages.clear()


def memory_of(app: Application):  # type: ignore[no-untyped-def]
    with app.app_context():
        return memory()


def walked(client: FlaskClient, language: str = "sv", text: str = STORY) -> list[str]:
    """Every page of a session, to the receipt."""
    pages = [client.get(f"/{language}/dialog/vad-ar-viktigt/svara").text]
    answers = [{"berattelse": text}, {"poang-1": "4"}, {"litar": "2"}, {"vart": "3"},
               {"slipper": "1"}, {"rost": "self"}, {"kommun": "umea"}]  # fmt: skip
    for answer in answers:
        fields = hidden_fields(pages[-1]) | answer
        pages.append(press(client, fields, "next", language=language).text)
    pages.append(press(client, hidden_fields(pages[-1]), "send", language=language).text)
    return pages


def test_a_session_from_memory_reads_like_a_drawn_one(remembering: Application) -> None:
    for language in ("sv", "en"):
        drawn = walked(remembering.test_client(use_cookies=False), language)
        recalled = walked(remembering.test_client(use_cookies=False), language)
        assert [OWN.sub("", page) for page in drawn[:-1]] == [
            OWN.sub("", page) for page in recalled[:-1]
        ]
        assert code_on(drawn[-1]) != code_on(recalled[-1])
    assert len(memory_of(remembering).pages) == 14


def test_keys_tokens_and_nonces_are_never_shared(remembering: Application) -> None:
    pages = [remembering.test_client().get("/sv/dialog/vad-ar-viktigt/svara") for _ in range(3)]
    for name in ("key", "new_key", "token"):
        assert len({hidden_fields(page.text)[name] for page in pages}) == 3
    nonces = [re.findall(r'nonce="([^"]+)"', page.text) for page in pages]
    assert len({one for found in nonces for one in found}) == 3
    for page, found in zip(pages, nonces, strict=True):
        assert f"'nonce-{found[0]}'" in page.headers["Content-Security-Policy"]


def test_nothing_that_somebody_typed_is_remembered(remembering: Application) -> None:
    secret = "Hemlig mening som bara en människa skrev."
    walked(remembering.test_client(use_cookies=False), text=secret)
    kept = "".join("".join(drawn.pieces) for drawn in memory_of(remembering).pages.values())
    assert kept
    assert secret not in kept


def test_a_chosen_key_cannot_cut_up_the_page_for_others(remembering: Application) -> None:
    client = remembering.test_client(use_cookies=False)
    for chosen in ("a", "e" * 30, "Viktigt", "hidden", '"><script>', "class"):
        fields = open_form(client) | {"key": chosen, "berattelse": STORY}
        memory_of(remembering).pages.clear()
        press(client, fields, "next")
    page = walked(remembering.test_client(use_cookies=False))[1]
    assert OWN.sub("", page) == OWN.sub("", walked(remembering.test_client())[1])


def test_what_was_typed_before_is_shown_again(remembering: Application) -> None:
    client = remembering.test_client(use_cookies=False)
    walked(client)
    fields = open_form(client) | {"berattelse": STORY, "litar": "5", "at": "poang"}
    page = press(client, fields, "next").text
    assert re.search(r'name="litar" value="5"[^>]*checked', page)


def test_a_survey_that_has_closed_goes_the_ordinary_way(
    remembering: Application,
) -> None:
    client = remembering.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    walked(client)
    with remembering.app_context():
        found = session().scalars(select(Dialogue).where(Dialogue.slug == "vad-ar-viktigt")).one()
        found.state = DialogueState.CLOSED
        session().commit()
    memory_of(remembering).surveys.clear()
    closed = press(client, form, "next")
    assert closed.status_code == 409
    assert STORY in closed.text


def test_a_page_with_a_hole_in_two_places_is_not_kept() -> None:
    assert Drawn.of("<p>abc</p><p>abc</p>", {"key": "abc"}) is None
    assert Drawn.of("<p>abc</p>", {"key": "xyz"}) is None
    drawn = Drawn.of("<p>abc</p>", {"key": "abc"})
    assert drawn is not None
    assert drawn.filled({"key": "def"}) == "<p>def</p>"
