"""A page from memory says what a drawn one says, and nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue
from surveys.answering.quick import HOLES, Drawn, Memory
from surveys.models import Survey, SurveyVersion
from tests.conftest import Cast
from tests.survey import STORY, code_on, hidden_fields, open_form, press

OWN = re.compile(
    r'nonce="[^"]*"|name="(?:key|new_key|token)" value="[^"]*"'
    r'|<p class="code".*?</p>|<path d="M0 0h7.*?/>'
)
ANSWERS: list[dict[str, Any]] = [
    {"berattelse": STORY}, {"poang-1": "4"}, {"litar": "2"}, {"vart": "3"}, {"slipper": "1"},
    {"rost": "self"}, {"kommun": "umea"},
]  # fmt: skip
FORM = "/sv/dialog/vad-ar-viktigt/svara"


@pytest.fixture
def remembering(app: Application, cast: Cast) -> Application:
    app.config["REMEMBER_SURVEYS_FOR"] = 60.0
    return app


def memory_of(application: Application) -> Memory:
    found: Memory = application.extensions["quick"]
    return found


def visitor(application: Application) -> FlaskClient:
    return application.test_client(use_cookies=False)


def walked(client: FlaskClient, language: str = "sv", text: str = STORY) -> list[str]:
    """Every page of a session, one question at a time, to the receipt."""
    pages = [client.get(f"/{language}/dialog/vad-ar-viktigt/svara").text]
    for answer in ({"berattelse": text}, *ANSWERS[1:]):
        fields = hidden_fields(pages[-1]) | answer
        pages.append(press(client, fields, "next", language=language).text)
    pages.append(press(client, hidden_fields(pages[-1]), "send", language=language).text)
    return pages


def walked_at_once(client: FlaskClient, language: str = "sv") -> list[str]:
    """Every page of a session with all questions on one page, to the receipt."""
    pages = [client.get(f"/{language}/dialog/vad-ar-viktigt/svara/alla").text]
    filled = hidden_fields(pages[-1]) | {k: v for each in ANSWERS for k, v in each.items()}
    pages.append(press(client, filled, "next", language=language).text)
    ticked = hidden_fields(pages[-1]) | {"use": ["quote", "research"]}
    pages.append(press(client, ticked, "send", language=language).text)
    return pages


def bare(pages: list[str]) -> list[str]:
    """Pages without what is one form's own."""
    return [OWN.sub("", page) for page in pages]


@pytest.mark.parametrize("walk", [walked, walked_at_once])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_session_from_memory_reads_like_a_drawn_one(
    remembering: Application, walk: Callable[[FlaskClient, str], list[str]], language: str
) -> None:
    remembering.config["REMEMBER_SURVEYS_FOR"] = 0.0
    drawn = walk(visitor(remembering), language)
    del remembering.extensions["quick"]
    remembering.config["REMEMBER_SURVEYS_FOR"] = 60.0
    first = walk(visitor(remembering), language)
    assert memory_of(remembering).pages
    recalled = walk(visitor(remembering), language)
    assert bare(drawn) == bare(first) == bare(recalled)
    assert len({code_on(pages[-1]) for pages in (drawn, first, recalled)}) == 3


def test_keys_tokens_and_nonces_are_never_shared(remembering: Application) -> None:
    for path in (FORM, f"{FORM}/alla"):
        pages = [visitor(remembering).get(path) for _ in range(4)]
        for name in ("key", "new_key", "token"):
            assert len({hidden_fields(page.text)[name] for page in pages}) == 4
        nonces = [set(re.findall(r'nonce="([^"]+)"', page.text)) for page in pages]
        assert len({one for found in nonces for one in found}) == 4
        for page, found in zip(pages, nonces, strict=True):
            assert f"'nonce-{found.pop()}'" in page.headers["Content-Security-Policy"]


def test_a_form_keeps_its_key_from_screen_to_screen(remembering: Application) -> None:
    walked(visitor(remembering))
    client = visitor(remembering)
    fields = open_form(client)
    after = hidden_fields(press(client, fields | {"berattelse": STORY}, "next").text)
    assert after["key"] == fields["key"]
    assert after["token"] != fields["token"]
    assert after["berattelse"] == STORY


def test_nothing_that_somebody_typed_is_remembered(remembering: Application) -> None:
    secret = "Hemlig mening som bara Gunnel Fjällström skrev, på 070-123 45 67."
    pages = walked(visitor(remembering), text=secret)
    assert "Fjällström" in pages[-2]
    code = code_on(pages[-1])
    kept = memory_of(remembering)
    held = "".join(
        piece for drawn in (*kept.pages.values(), *kept.rows.values()) for piece in drawn.pieces
    )
    assert len(held) > 10_000
    own = [value for page in pages[:-1] for name, value in hidden_fields(page).items()
           if name in ("key", "new_key", "token")]  # fmt: skip
    nonces = [one for page in pages for one in re.findall(r'nonce="([^"]+)"', page)]
    for each in ("Fjällström", "070-123", "Hemlig", *code.split("-"), *own, *nonces):
        assert each not in held, each


def test_a_chosen_key_cannot_cut_up_the_page_for_others(remembering: Application) -> None:
    client = visitor(remembering)
    expected = bare(walked(client))[1]
    for chosen in ("a", "e" * 30, "Viktigt", "hidden", '"><script>', "class", str(HOLES["key"])):
        memory_of(remembering).pages.clear()
        fields = open_form(client) | {"key": chosen, "berattelse": STORY}
        assert "<script>" not in press(client, fields, "next").text
        assert bare(walked(client))[1] == expected


def test_what_was_typed_before_is_shown_again(remembering: Application) -> None:
    client = visitor(remembering)
    walked(client)
    fields = open_form(client) | {"berattelse": STORY, "litar": "5", "at": "poang"}
    page = press(client, fields, "next").text
    assert re.search(r'name="litar" value="5"[^>]*checked', page)


def test_words_that_need_help_bring_the_door_on_every_later_page(remembering: Application) -> None:
    walked(visitor(remembering))
    pages = walked(visitor(remembering), text="Jag orkar inte leva längre.")
    assert "door near" not in pages[0]
    assert all("door near" in page for page in pages[1:-1])
    assert "door near" not in walked(visitor(remembering))[1]


Change = Callable[[Dialogue, Survey], None]


def _title(dialogue: Dialogue, _survey: Survey) -> None:
    dialogue.texts = dialogue.texts | {"title": {"sv": "En ny rubrik", "en": "A new title"}}


def _pause(_dialogue: Dialogue, survey: Survey) -> None:
    survey.opening = {"pauses": [["2020-01-01T00:00", "2099-01-01T00:00"]], "grace": 0}


def _version(_dialogue: Dialogue, survey: Survey) -> None:
    document = dict(survey.versions[-1].document)
    sections = [dict(section) for section in document["sections"]]
    sections[0]["questions"] = [dict(each) for each in sections[0]["questions"]]
    sections[0]["questions"][0]["text"] = {"sv": "En ny rubrik", "en": "A new title"}
    document["sections"] = sections
    survey.versions.append(SurveyVersion(number=2, state="open", document=document))


@pytest.mark.parametrize(
    ("change", "seen"),
    [(_title, "En ny rubrik"), (_pause, "vilar"), (_version, "En ny rubrik")],
)
def test_a_change_is_seen_as_soon_as_the_survey_is_read_again(
    remembering: Application, change: Change, seen: str
) -> None:
    client = visitor(remembering)
    assert seen not in client.get(f"{FORM}/alla").text
    with remembering.app_context():
        found = session().scalars(select(Dialogue).where(Dialogue.slug == "vad-ar-viktigt")).one()
        change(found, session().scalars(select(Survey).where(Survey.dialogue_id == found.id)).one())
        session().commit()
    memory_of(remembering).seconds = 0.0001
    assert seen in client.get(f"{FORM}/alla").text


def test_a_page_is_drawn_anew_after_a_while(remembering: Application) -> None:
    client = visitor(remembering)
    client.get(FORM)
    before = memory_of(remembering).surveys["vad-ar-viktigt"].mark
    memory_of(remembering).seconds = 0.0001
    client.get(FORM)
    assert memory_of(remembering).surveys["vad-ar-viktigt"].mark > before


def test_a_page_is_cut_at_its_holes_and_filled() -> None:
    drawn = Drawn.of(f"<p>{HOLES['key']} {HOLES['nonce']} {HOLES['nonce']}</p>")
    assert drawn.names == ("key", "nonce", "nonce")
    assert drawn.filled({"key": "å", "nonce": "n"}).decode() == "<p>å n n</p>"
    assert Drawn.of("<p>abc</p>").filled({}) == b"<p>abc</p>"


@pytest.fixture(autouse=True)
def _forget(app: Application) -> Iterator[None]:
    yield
    app.extensions.pop("quick", None)
