"""The rooms and the public pages in a real browser: axe, both languages, two widths, keys only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from dialogue.app import Application
from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.hosts import houses, inviting, life
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.life import Verb
from dialogue.hosts.models import Kept, StaffRole
from dialogue.hosts.rights import organisation_named
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.hosts.test_life import whole
from tests.hosts.test_logos import png_of
from tests.pages.walking import assert_sound, complaints_of_axe
from tests.stage import dialogue_of, tell, user_of

Visit = Callable[..., Page]
DIALOGUE = "arbetsrum/vad-ar-viktigt"
COORDINATOR = (
    "arbetsrum/", f"{DIALOGUE}/", "arbetsrum/ny", f"{DIALOGUE}/grund", f"{DIALOGUE}/meddelanden",
    f"{DIALOGUE}/lofte", f"{DIALOGUE}/personer", f"{DIALOGUE}/granskning",
    f"{DIALOGUE}/andra-asikt",
)  # fmt: skip
HOST = (
    "arbetsrum/", f"{DIALOGUE}/", f"{DIALOGUE}/granskning", f"{DIALOGUE}/andra-asikt",
    f"{DIALOGUE}/bekraftelse", f"{DIALOGUE}/personer", f"{DIALOGUE}/grund",
)  # fmt: skip
ADMINISTRATOR = (
    "organisationer/", "organisationer/norrmark/", "organisationer/norrmark/andra",
    "organisationer/norrmark/utseende", "organisationer/norrmark/bjud-in",
    f"{DIALOGUE}/krossa-glaset",
)  # fmt: skip
RESIDENT = (
    "", "dialog/vad-ar-viktigt", "organisation/hjart-lung", "organisation/storforsen",
    "dialog/vad-ar-viktigt/svara",
)  # fmt: skip


@pytest.fixture
def stage(app: Application, cast: Cast) -> str:
    """A dialogue with a history, a broken glass, lent colours, a logo, an invitation; its link."""
    with app.test_request_context("/sv/"):
        eva, sven = user_of(cast.coordinator), user_of(cast.administrator)
        dialogue = whole(cast, life.DialogueState.HOST_READY)
        life.take_step(session(), dialogue, Verb.RETURN, by=eva, words="Skriv vem det gäller.")
        for verb in (Verb.SEND, Verb.APPROVE, Verb.ANNOUNCE, Verb.OPEN):
            life.take_step(session(), dialogue, verb, by=eva)
        dialogue.kept, dialogue.kept_told_on = Kept.LATE, today()
        dialogue.texts = dict(dialogue.texts) | {"kept": {"sv": "En lucka.", "en": "A hatch."}}
        house = organisation_named("hjart-lung")
        houses.lend_colour(session(), house, "#6b1f3a", by=sven)
        houses.hang_logo(session(), house, png_of(120, 88), by=sven)
        session().add(
            BrokenGlass(
                dialogue_id=dialogue.id, user_id=sven.id, reason="Polisen har ringt om ett hot.",
                ends_at=now() + timedelta(minutes=20),
            )
        )  # fmt: skip
        _made, secret = inviting.invite(
            session(), organisation_named("norrmark"), "karin@norrmark.example",
            StaffRole.FACILITATOR, by=sven, name="Karin", dialogue=dialogue,
        )  # fmt: skip
        session().commit()
    return secret


@pytest.fixture
def visit(app: Application, cast: Cast, browser: Browser) -> Iterator[Visit]:
    """Opens a page of the application as somebody; fails when the console complains."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.port}"
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(path: str, who: str = "", width: int = 1280, **settings: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, **settings)  # type: ignore[arg-type]
        contexts.append(context)
        if who:
            client = signed_in(app, getattr(cast, who))
            client.get("/sv/arbetsrum/")
            cookie = client.get_cookie("s")
            assert cookie is not None
            context.add_cookies([{"name": "s", "value": cookie.value, "url": base}])
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and "status of" not in message.text
                else None
            ),
        )
        answer = page.goto(f"{base}/{path}")
        assert answer is not None and answer.status == 200, (path, answer and answer.status)
        return page

    yield make
    for context in contexts:
        context.close()
    server.shutdown()
    server.server_close()
    thread.join()
    assert not complaints, complaints


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("coordinator", COORDINATOR),
        ("host", HOST),
        ("administrator", ADMINISTRATOR),
        ("", RESIDENT),
    ],
    ids=["coordinator", "host", "administrator", "resident"],
)
def test_every_room_is_sound(
    stage: str, visit: Visit, who: str, paths: tuple[str, ...], width: int, language: str
) -> None:
    """I01, I03: axe, one h1, no sideways scroll."""
    page = visit(f"{language}/{paths[0]}", who, width)
    base = page.url.split(f"/{language}/")[0]
    for path in paths:
        page.goto(f"{base}/{language}/{path}")
        assert_sound(page)
        shown = page.locator("html").get_attribute("lang")
        assert shown == language


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_invitation_and_its_faults_are_sound(stage: str, visit: Visit, language: str) -> None:
    page = visit(f"{language}/inbjudan/{stage}", width=390)
    assert_sound(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#faults")).to_have_count(1)
    assert_sound(page)


def test_a_lent_colour_can_be_read_in_light_and_dark(stage: str, visit: Visit) -> None:
    """The host's own colour on buttons and links; axe measures every pair."""
    for scheme, colour in (("light", "rgb(107, 31, 58)"), ("dark", None)):
        page = visit("sv/dialog/vad-ar-viktigt", color_scheme=scheme)
        worn = page.locator("a.btn").first.evaluate("e => getComputedStyle(e).backgroundColor")
        assert worn == colour or (colour is None and worn != "rgb(168, 213, 189)")
        assert complaints_of_axe(page) == []
        marks = page.locator(".shore use.t1").first.evaluate("e => getComputedStyle(e).color")
        assert marks not in (worn, colour)


def test_residents_pages_ask_nobody_else_and_need_no_script(stage: str, visit: Visit) -> None:
    page = visit("sv/dialog/vad-ar-viktigt", java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert asked and all("127.0.0.1" in address for address in asked)
    assert any("utseende.css" in address for address in asked)
    assert any("logga" in address for address in asked)
    assert page.context.cookies() == []


def test_the_host_sends_a_dialogue_with_the_keyboard_alone(
    app: Application, cast: Cast, visit: Visit
) -> None:
    """From the overview: find the button by its name, press it, and read what comes next."""
    with app.test_request_context("/sv/"):
        whole(cast, life.DialogueState.DRAFT)
        session().commit()
    page = visit(f"en/{DIALOGUE}/", "host")
    for _press in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.textContent.trim()")
        shown = page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle !== 'none' || "
            "getComputedStyle(document.activeElement).boxShadow !== 'none'"
        )
        assert shown, focused
        if focused == "Send it for approval":
            page.keyboard.press("Enter")
            break
    else:
        raise AssertionError("the button was never reached")
    page.wait_for_selector("text=Sent for approval")
    assert_sound(page)
    with app.app_context():
        assert dialogue_of(cast.dialogue).state == life.DialogueState.HOST_READY


def test_a_logo_is_uploaded_as_a_person_does(app: Application, cast: Cast, visit: Visit) -> None:
    page = visit("en/organisationer/norrmark/utseende", "administrator", 390)
    page.set_input_files(
        "#logo", {"name": "logga.png", "mimeType": "image/png", "buffer": png_of(300, 100)}
    )
    page.get_by_role("button", name="Show this logo").click()
    page.wait_for_selector("img[alt='The logo of Region Norrmark']")
    assert_sound(page)
    page.fill("#accent", "#7aa98f")
    page.get_by_role("button", name="Lend this colour").click()
    page.wait_for_selector("#faults")
    assert "2.3" in page.locator("#faults").inner_text()
    assert_sound(page)


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_a_host_asks_and_a_second_reader_answers(
    stage: str, app: Application, cast: Cast, visit: Visit, language: str, width: int
) -> None:
    """From what waits on the first page to the answer beside the story, each page sound."""
    with app.app_context():
        tell(cast.dialogue, ["Sköterskan ringde upp dagen efter."], desk=DeskState.WAITING)
        session().commit()
    page = visit(f"{language}/arbetsrum/", "host", width)
    page.locator(".bar a[href*='/granskning']").click()
    page.locator("ul.waits a").first.click()
    page.locator("#asked summary").click()
    page.fill("#question", "Går det att känna igen någon här?")
    page.locator("#asked form button").click()
    assert_sound(page)
    expect(page.locator("#decide button[value=released]")).to_have_count(0)
    reader = visit(f"{language}/arbetsrum/", "reviewer", width)
    assert_sound(reader)
    reader.locator(".bar a[href*='/andra-asikt']").click()
    assert_sound(reader)
    reader.locator("ul.waits a").first.click()
    reader.locator("main form button[type=submit]").click()
    expect(reader.locator("#faults")).to_have_count(1)
    assert_sound(reader)
    reader.check("[name=says][value=release]")
    reader.fill("#why", "Ingen kan kännas igen.")
    reader.locator("main form button[type=submit]").click()
    assert_sound(reader)
    page.reload()
    assert "Ingen kan kännas igen." in page.locator("#asked").inner_text()
    page.locator("#decide button[value=released]").click()
    with app.app_context():
        stories = session().scalars(select(Story)).all()
        assert [story.desk for story in stories] == [DeskState.READ]


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_a_coordinator_invites_to_one_dialogue(
    stage: str, visit: Visit, language: str, width: int
) -> None:
    page = visit(f"{language}/{DIALOGUE}/personer", "coordinator", width)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#faults")).to_have_count(1)
    assert_sound(page)
    page.fill("#email", "olle@norrmark.example")
    page.check("[name=role][value=reviewer]")
    page.locator("main form button[type=submit]").last.click()
    link = page.locator("code.code").inner_text()
    assert "/inbjudan/" in link
    assert_sound(page)
    page.goto(page.url)
    page.locator("li:has-text('olle@norrmark.example') button").click()
    assert "olle@norrmark.example" not in page.locator("main").inner_text()
    assert_sound(page)
