"""Answering with the network cut, and on a device that several people use, in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from dialogue.app import Application, create_app
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from surveys.models import Survey
from tests.conftest import Cast, make_settings, play
from tests.databases import SqliteFiles

PATH = "/sv/dialog/vad-ar-viktigt/svara"
STORY = "Bussen gick innan jag hade fått min tid."
KEPT = (
    "async () => { const kept = []; for (const name of await caches.keys())"
    " for (const each of await (await caches.open(name)).keys()) kept.push(each.url); return kept }"
)


class Running:
    """The application on a port of its own, in threads beside the browser's event loop."""

    def __init__(self, url: str, folder: Path) -> None:
        self.apart = ThreadPoolExecutor(1)
        self.application: Application = self.within(
            lambda: create_app(make_settings(url, folder)), context=False
        )
        cast: Cast = self.within(lambda: play(self.application), context=False)
        assert cast.dialogue in PATH
        self.server = waitress.create_server(self.application, host="127.0.0.1", port=0, threads=4)
        self.base = f"http://127.0.0.1:{self.server.effective_port}"
        threading.Thread(target=self.server.run, daemon=True).start()

    def within(self, act: Callable[[], Any], *, context: bool = True) -> Any:
        """Call a function where the application may be called."""

        def inside() -> Any:
            if not context:
                return act()
            with self.application.app_context():
                return act()

        return self.apart.submit(inside).result(timeout=60)

    def texts(self) -> list[str]:
        return list(self.within(lambda: sorted(session().scalars(select(Story.text)))))

    def stop(self) -> None:
        self.server.close()
        self.server.task_dispatcher.shutdown()
        self.apart.shutdown()


@pytest.fixture
def running(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Running]:
    with sqlite_files.fresh(tmp_path) as url:
        served = Running(url, tmp_path)
        yield served
        served.stop()


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context
    context.close()


def keep(page: Page, base: str, path: str = PATH) -> None:
    """Open the answer form once, and wait until the device has kept it."""
    page.goto(base + path)
    for _try in range(100):
        if any(url.endswith(f"{path}/alla") for url in page.evaluate(KEPT)):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the device kept no page")


def told(page: Page, news: str) -> Locator:
    """What the page tells about answers that wait: no-signal, waits, sent or refused."""
    return page.locator(f"[data-told='{news}']").first


def outbox(page: Page) -> Any:
    return page.evaluate("self.answerQueue.all()")


def opened_without_signal(running: Running, device: BrowserContext) -> Page:
    """The page that was kept, opened where there is no signal."""
    page = device.new_page()
    keep(page, running.base)
    device.set_offline(True)
    page.goto(running.base + PATH)
    return page


def send_from_kept_page(page: Page, text: str) -> None:
    page.fill("#berattelse", text)
    page.check("input[name=litar][value='4']")
    page.locator("button[value=send]").click()
    expect(told(page, "waits")).to_be_visible()


def test_a_page_opened_once_is_answered_without_signal_and_sent_once_when_it_is_back(
    running: Running, device: BrowserContext
) -> None:
    """F18: the tab is closed and opened again in between."""
    page = opened_without_signal(running, device)
    expect(told(page, "no-signal")).to_be_visible()
    send_from_kept_page(page, STORY)
    assert running.texts() == []
    page.close()
    again = device.new_page()
    again.goto(running.base + PATH)
    expect(told(again, "waits")).to_be_visible()
    again.close()
    device.set_offline(False)
    back = device.new_page()
    back.goto(running.base + PATH)
    expect(back.locator("[data-waiting]")).to_contain_text(
        re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
    )
    assert running.texts() == [STORY]
    kept = outbox(back)
    assert [set(entry) for entry in kept] == [{"key", "state", "code"}]
    back.reload()
    expect(back.locator("[data-waiting]")).to_contain_text(kept[0]["code"])
    assert running.texts() == [STORY]
    back.locator("[data-waiting] button").click()
    expect(back.locator("[data-waiting]")).to_be_hidden()
    assert outbox(back) == []


def test_the_signal_comes_back_while_the_page_is_open(
    running: Running, device: BrowserContext
) -> None:
    page = opened_without_signal(running, device)
    send_from_kept_page(page, STORY)
    device.set_offline(False)
    expect(told(page, "sent")).to_be_visible()
    assert running.texts() == [STORY]


def test_every_answer_from_a_kept_page_is_an_answer_of_its_own(
    running: Running, device: BrowserContext
) -> None:
    """Three people on one tablet in a place without signal."""
    page = opened_without_signal(running, device)
    for number in range(3):
        send_from_kept_page(page, f"Röst nummer {number}.")
        expect(page.locator("#berattelse")).to_have_value("")
    device.set_offline(False)
    expect(page.locator("[data-told=sent]")).to_have_count(3)
    assert running.texts() == [f"Röst nummer {number}." for number in range(3)]
    assert len({entry["code"] for entry in outbox(page)}) == 3


def test_two_tabs_and_a_lost_acknowledgement_still_give_one_answer(
    running: Running, device: BrowserContext
) -> None:
    """F04, F07."""
    page = opened_without_signal(running, device)
    send_from_kept_page(page, STORY)
    waiting = outbox(page)[0]
    other = device.new_page()
    other.goto(running.base + PATH)
    device.set_offline(False)
    for tab in (page, other):
        expect(told(tab, "sent")).to_be_visible()
    code = outbox(page)[0]["code"]
    page.evaluate("entry => self.answerQueue.put(entry)", waiting)
    page.evaluate("self.answerQueue.send()")
    assert outbox(page)[0] == {"key": waiting["key"], "state": "sent", "code": code}
    assert running.texts() == [STORY]


def test_the_signal_goes_in_the_middle_and_what_was_typed_comes_along(
    running: Running, device: BrowserContext
) -> None:
    page = device.new_page()
    keep(page, running.base)
    page.fill("#berattelse", STORY)
    page.locator("main button[value=next]").click()
    page.fill("#poang-1", "6")
    key = page.locator("input[name=key]").input_value()
    device.set_offline(True)
    page.locator("main button[value=next]").click()
    expect(told(page, "no-signal")).to_be_visible()
    assert page.input_value("#berattelse") == STORY
    assert page.input_value("#poang-1") == "6"
    assert page.locator("input[name=key]").input_value() == key
    page.locator("[data-kept-only] input[value=quote]").check()
    page.locator("button[value=send]").click()
    expect(told(page, "waits")).to_be_visible()
    device.set_offline(False)
    expect(told(page, "sent")).to_be_visible()
    uses, points = running.within(
        lambda: [
            (kept.uses, kept.stories[0].points) for kept in session().scalars(select(Contribution))
        ]
    )[0]
    assert uses == ["analysis", "quote"]
    assert points["trygghet"] == 6


def test_the_device_keeps_one_page_and_its_files_and_nothing_else(
    running: Running, device: BrowserContext
) -> None:
    page = device.new_page()
    keep(page, running.base)
    page.fill("#berattelse", STORY)
    page.locator("main button[value=next]").click()
    page.locator("button[value='layout.all']").click()
    page.locator("main button[value=next]").click()
    page.locator("button[value=send]").click()
    expect(page.locator("#code")).to_be_visible()
    assert device.cookies() == []
    for path in ("/sv/kvitto/", "/sv/personal/logga-in", "/sv/dialog/vad-ar-viktigt"):
        page.goto(running.base + path)
    page.goto(running.base + PATH)
    pages = [url for url in page.evaluate(KEPT) if "/static/" not in url]
    assert pages == [f"{running.base}{PATH}/alla"]
    bodies = page.evaluate(
        "async () => { const out = []; for (const n of await caches.keys()) { const c = await"
        " caches.open(n); for (const r of await c.keys()) out.push(await (await c.match(r)).text())"
        " } return out }"
    )
    assert not [body for body in bodies if STORY in body]
    assert page.evaluate("self.answerQueue.all()") == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_an_answer_that_comes_too_late_is_given_back(
    running: Running, device: BrowserContext
) -> None:
    page = opened_without_signal(running, device)
    send_from_kept_page(page, STORY)
    running.within(close_the_survey)
    device.set_offline(False)
    expect(told(page, "refused")).to_contain_text(STORY)
    assert running.texts() == []


def close_the_survey() -> None:
    for survey in session().scalars(select(Survey)):
        survey.opening = {"closes": "2020-01-01T12:00"}
    session().commit()


@pytest.fixture
def tablet(running: Running, browser: Browser) -> Iterator[Page]:
    """A shared device at a market place, opened from some other page."""
    context = browser.new_context(viewport={"width": 820, "height": 1180})
    page = context.new_page()
    page.clock.install()
    page.goto(running.base + "/sv/")
    page.goto(f"{running.base}{PATH}/delad")
    yield page
    context.close()


def answered_on(page: Page) -> None:
    page.fill("#berattelse", STORY)
    page.locator("main button[value=next]").click()
    expect(page.locator("#poang-1")).to_be_visible()


def nothing_left(page: Page, base: str) -> None:
    """E14: neither the screen, the way back, nor the device's stores hold the text."""
    assert STORY not in page.content()
    assert page.input_value("#berattelse") == ""
    page.go_back()
    assert page.url == f"{base}/sv/"
    assert STORY not in page.content()
    page.go_forward()
    page.wait_for_url(f"{base}{PATH}/delad")
    expect(page.locator("#berattelse")).to_have_value("")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_a_shared_device_forgets_when_the_answer_is_sent(running: Running, tablet: Page) -> None:
    answered_on(tablet)
    tablet.locator("button[value='layout.all']").click()
    expect(tablet.locator("#berattelse")).to_have_value(STORY)
    tablet.locator("main button[value=next]").click()
    expect(tablet.locator("main")).to_contain_text(STORY)
    tablet.locator("button[value=send]").click()
    expect(tablet.locator("#code")).to_be_visible()
    assert running.texts() == [STORY]
    tablet.locator("main .go a").click()
    expect(tablet.locator("#berattelse")).to_have_value("")
    nothing_left(tablet, running.base)


def test_a_shared_device_warns_and_clears_itself_after_ninety_quiet_seconds(
    running: Running, tablet: Page
) -> None:
    answered_on(tablet)
    warning = tablet.locator("[data-forgetting]")
    expect(warning).to_be_hidden()
    tablet.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    tablet.locator("[data-stay]").click()
    expect(warning).to_be_hidden()
    tablet.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    tablet.clock.fast_forward(30_000)
    expect(tablet.locator("#berattelse")).to_have_value("")
    assert running.texts() == []
    nothing_left(tablet, running.base)


def test_a_shared_device_is_cleared_at_once_by_its_button(running: Running, tablet: Page) -> None:
    answered_on(tablet)
    tablet.locator("[data-forget]").click()
    expect(tablet.locator("#berattelse")).to_have_value("")
    nothing_left(tablet, running.base)


VOICES = """
window.spoken = [];
const voices = %s;
class Words { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Words;
const speech = new EventTarget();
speech.getVoices = () => voices;
speech.speak = words => window.spoken.push([words.lang, words.text]);
speech.cancel = () => { window.stopped = (window.stopped || 0) + 1; };
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""


def test_the_page_is_read_aloud_in_its_own_language_and_stops(
    running: Running, device: BrowserContext
) -> None:
    """I16."""
    page = device.new_page()
    page.add_init_script(VOICES % '[{lang: "sv-SE"}, {lang: "en-GB"}]')
    page.goto(running.base + PATH)
    button = page.get_by_role("button", name="Läs upp")
    expect(button).to_be_visible()
    assert page.evaluate("window.spoken") == []
    button.click()
    spoken = page.evaluate("window.spoken")
    assert spoken[0][1].startswith("Fråga 1 av")
    assert any("Vad är viktigt för dig i vardagen" in text for _language, text in spoken)
    assert {language for language, _text in spoken} == {"sv"}
    stop = page.get_by_role("button", name="Sluta läsa")
    expect(stop).to_have_attribute("aria-pressed", "true")
    stop.click()
    assert page.evaluate("window.stopped") == 1
    expect(page.get_by_role("button", name="Läs upp")).to_have_attribute("aria-pressed", "false")


def test_without_a_voice_in_the_language_there_is_no_button(
    running: Running, device: BrowserContext
) -> None:
    page = device.new_page()
    page.add_init_script(VOICES % '[{lang: "de-DE"}]')
    page.goto(running.base + PATH)
    expect(page.locator("[data-read]")).to_be_hidden()


def test_a_first_visit_asks_for_four_files_at_most(
    running: Running, device: BrowserContext
) -> None:
    page = device.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(running.base + PATH)
    page.wait_for_load_state("networkidle")
    assert 3 <= len(asked) <= 4, asked
