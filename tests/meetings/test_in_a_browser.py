"""A table with the network cut, the timer, and every page of meetings in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.minuting.minutes import draft, send_out
from dialogue.meetings.models import Meeting, TableNote
from dialogue.meetings.table.ordering import add_theme
from dialogue.voices.receipts import receipts
from tests.conftest import Cast
from tests.databases import SqliteFiles
from tests.meetings.stage import book, held, meeting_in, noted
from tests.pages.test_offline import KEPT, Running
from tests.pages.walking import assert_sound

SAID = "Jag vågar inte ringa, för då hamnar jag i telefonkö."
SLUG = "vad-ar-viktigt"


@pytest.fixture
def running(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Running]:
    with sqlite_files.fresh(tmp_path) as url:
        served = Running(url, tmp_path)
        yield served
        served.stop()


def within(running: Running, act: Callable[[], Any]) -> Any:
    """Call a function where sentences can be said in Swedish."""

    def inside() -> Any:
        with running.application.test_request_context("/sv/"):
            return act()

    return running.within(inside, context=False)


def host() -> Any:
    """Somebody of the cast, by the address that every play gives them."""
    from dialogue.hosts.models import User

    return session().scalars(select(User).where(User.email.startswith("aino"))).one()


def staged(**changes: Any) -> tuple[str, str]:
    """A meeting that goes on; its slug and the code of its tables."""

    uniquifier = host().fs_uniquifier
    cast = Cast(SLUG, "", "", uniquifier, "", "", "", "", "")
    meeting = meeting_in(cast, **changes)
    session().commit()
    return meeting.slug, MeetingCodes(receipts()).of_meeting(Door.TABLE, meeting)


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context
    context.close()


def enter(page: Page, base: str, code: str, language: str = "sv") -> str:
    """Open the tables with the code; the address within."""
    page.goto(f"{base}/{language}/bord/")
    page.fill("#code-field", code)
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/bord/[0-9a-f-]{36}/"))
    return page.url


def keep(page: Page, way: str) -> None:
    """Wait until the device has kept the script and the empty note."""
    page.goto(f"{way}manus")
    for _try in range(100):
        kept = page.evaluate(KEPT)
        if all(any(url.endswith(name) for url in kept) for name in ("manus", "anteckna")):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the device kept no pages")


def write(page: Page, text: str) -> None:
    page.locator("input[name=table]").first.check()
    page.fill("#text", text)
    page.check("input[name=manner][value=verbatim]")
    page.check("input[name=read_back]")
    page.locator("#note .go button").click()


def told(page: Page, news: str) -> Any:
    return page.locator(f"[data-told='{news}']")


def notes() -> list[tuple[str, bool]]:
    rows = session().scalars(select(TableNote))
    return sorted((row.contribution.stories[0].text, row.read_back) for row in rows)


def test_a_table_goes_on_without_signal_and_each_note_is_sent_once(
    running: Running, device: BrowserContext
) -> None:
    """The script is read, two notes are written, the tab is closed; then the signal is back."""
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    keep(page, way)
    device.set_offline(True)
    page.goto(f"{way}manus")
    expect(page.locator("main")).to_contain_text("Vi är här för att höra vad som är viktigt")
    page.goto(f"{way}anteckna")
    expect(told(page, "no-signal")).to_be_visible()
    write(page, SAID)
    expect(told(page, "waits")).to_contain_text("1")
    write(page, "Bussen går inte på kvällen.")
    expect(told(page, "waits")).to_contain_text("2")
    assert running.texts() == []
    page.close()
    again = device.new_page()
    again.goto(f"{way}anteckna")
    expect(told(again, "waits")).to_contain_text("2")
    device.set_offline(False)
    expect(told(again, "sent")).to_have_count(2)
    again.reload()
    again.evaluate("self.noteQueue.send()")
    assert within(running, notes) == [("Bussen går inte på kvällen.", True), (SAID, True)]
    kept = again.evaluate("self.noteQueue.all()")
    assert all(sorted(entry) == ["code", "key", "scope", "state"] for entry in kept)
    again.get_by_role("button", name="Personen har fått koden").first.click()
    expect(told(again, "sent")).to_have_count(1)


def test_a_note_whose_answer_was_lost_on_the_way_is_sent_again_and_is_one(
    running: Running, device: BrowserContext
) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    page.goto(f"{way}anteckna")

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/anteckna", lose)
    write(page, SAID)
    for _try in range(100):
        if within(running, notes):
            break
        page.wait_for_timeout(100)
    assert [text for text, _read in within(running, notes)] == [SAID]
    expect(told(page, "waits")).to_be_visible()
    expect(told(page, "sent")).to_have_count(0)
    page.unroute("**/anteckna")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(told(page, "sent")).to_be_visible()
    assert [text for text, _read in within(running, notes)] == [SAID]


def test_notes_that_come_too_late_stay_on_the_device_and_say_so(
    running: Running, device: BrowserContext
) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    keep(page, way)
    device.set_offline(True)
    page.goto(f"{way}anteckna")
    write(page, SAID)
    expect(told(page, "waits")).to_be_visible()

    def over() -> None:
        meeting = session().scalars(select(Meeting)).one()
        meeting.margin_after = 0
        meeting.ends_at = meeting.starts_at
        session().commit()

    within(running, over)
    device.set_offline(False)
    expect(told(page, "closed")).to_contain_text(SAID)
    assert within(running, notes) == []


def test_the_device_keeps_two_pages_and_no_cookie(running: Running, device: BrowserContext) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    keep(page, way)
    write_page = f"{way}anteckna"
    page.goto(write_page)
    write(page, SAID)
    expect(told(page, "sent")).to_be_visible()
    for name in ("", "lappar", "bilder", "ordning", "dorr", "avsluta"):
        page.goto(way + name)
    pages = [url for url in page.evaluate(KEPT) if "/static/" not in url]
    assert sorted(pages) == [f"{way}anteckna", f"{way}manus"]
    assert device.cookies() == []


def test_the_note_says_what_it_lacks_before_it_waits(
    running: Running, device: BrowserContext
) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    page.goto(enter(page, running.base, code) + "anteckna")
    page.locator("#note .go button").click()
    problem = page.locator("[data-problem]")
    expect(problem).to_contain_text("Välj bordet.")
    expect(problem).to_be_focused()
    page.locator("input[name=table]").first.check()
    page.fill("#text", SAID)
    page.check("input[name=manner][value=summarised]")
    page.check("input[name=quotable]")
    page.locator("#note .go button").click()
    expect(problem).to_contain_text("Bara en lapp som är ordagrann")
    assert within(running, notes) == []


def test_every_turn_is_equally_long_and_told_in_words(
    running: Running, device: BrowserContext
) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    page.clock.install()
    page.goto(f"{way}manus")
    page.fill("#turn-people", "2")
    page.fill("#turn-minutes", "1")
    now, clock = page.locator("[data-now]"), page.locator("[data-clock]")
    page.get_by_role("button", name="Börja").click()
    expect(now).to_have_text("Person 1 av 2")
    page.clock.run_for(20_000)
    expect(clock).to_have_text("0:40")
    page.locator("[data-pause]").click()
    page.clock.run_for(60_000)
    expect(clock).to_have_text("0:40")
    page.locator("[data-pause]").click()
    page.clock.run_for(41_000)
    expect(now).to_contain_text("Tiden är slut")
    page.get_by_role("button", name="Nästa person").click()
    expect(now).to_have_text("Person 2 av 2")
    expect(clock).to_have_text("1:00")
    page.get_by_role("button", name="Nästa person").click()
    expect(now).to_have_text("Alla har fått tala.")


def rich() -> tuple[str, str, str]:
    """A meeting with notes, themes and minutes that are out; slug, table code, minutes code."""
    slug, code = staged()
    meeting = session().scalars(select(Meeting).where(Meeting.slug == slug)).one()
    book(meeting, seats=2)
    noted(meeting, SAID)
    noted(meeting, "Bussen går inte på kvällen.", read_back=False)
    for words in ("Bussen", "Telefonen", "Samma person varje gång"):
        add_theme(session(), meeting, words)
    held(meeting)
    minutes = draft(session(), meeting, "sv", by=host(), on=today())
    send_out(session(), minutes, by=host(), on=today())
    session().commit()
    return slug, code, MeetingCodes(receipts()).of_meeting(Door.MINUTES, meeting)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_at_the_tables_are_sound(
    running: Running, browser: Browser, language: str, width: int
) -> None:
    """I01, I09: axe, one h1, no sideways scroll."""
    _slug, code, _minutes = within(running, rich)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{running.base}/{language}/bord/")
    assert_sound(page)
    way = enter(page, running.base, code, language)
    for name in ("", "manus", "anteckna", "lappar", "bilder", "ordning", "dorr", "avsluta"):
        page.goto(way + name)
        assert_sound(page)
    page.goto(f"{way}avsluta")
    page.fill("#people", "")
    page.locator("main form button").last.click()
    expect(page.locator("#faults")).to_be_visible()
    assert_sound(page)
    context.close()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_residents_pages_are_sound(
    running: Running, browser: Browser, language: str, width: int
) -> None:
    """Also without scripts: register, see the place, confirm the minutes."""
    slug, _code = within(running, lambda: staged(capacity=None))
    _slug, _code, minutes = within(running, rich)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    meeting = f"{running.base}/{language}/dialog/{SLUG}/moten/{slug}"
    page.goto(f"{running.base}/{language}/dialog/{SLUG}")
    assert_sound(page)
    page.goto(meeting)
    assert_sound(page)
    page.goto(f"{meeting}/anmalan")
    assert_sound(page)
    page.fill("#seats", "0")
    page.locator("main form button").click()
    expect(page.locator("#faults")).to_be_visible()
    assert_sound(page)
    page.fill("#seats", "2")
    page.locator("main form button").click()
    expect(page.locator("#code")).to_be_visible()
    assert_sound(page)
    for address in ("mote/kod", "mote/protokoll"):
        page.goto(f"{running.base}/{language}/{address}")
        assert_sound(page)
    page.fill("#code-field", minutes)
    page.locator("main form button").click()
    expect(page.locator("blockquote")).to_contain_text(SAID)
    assert_sound(page)
    page.locator("button[value=say]").click()
    expect(page.locator("#faults")).to_be_visible()
    assert_sound(page)
    page.check("input[value=confirm]")
    page.locator("button[value=say]").click()
    expect(page.locator("h1")).to_have_text(re.compile("Tack|Thank"))
    assert_sound(page)
    context.close()


def test_the_hosts_pages_are_sound(running: Running, browser: Browser) -> None:
    slug, _code, _minutes = within(running, rich)
    uniquifier = within(running, lambda: host().fs_uniquifier)
    cookie = running.within(lambda: session_cookie(running, uniquifier), context=False)
    for width, language in ((390, "sv"), (1280, "en")):
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "s", "value": cookie, "url": running.base}])
        page = context.new_page()
        base = f"{running.base}/{language}/arbetsrum/{SLUG}/moten"
        for path in (
            "/",
            "/nytt",
            *(f"/{slug}{end}" for end in ("/", "/plan", "/manus", "/anmalda", "/protokoll")),
        ):
            page.goto(base + path)
            assert "logga-in" not in page.url
            assert_sound(page)
        page.goto(f"{base}/nytt")
        page.locator("main form button").click()
        expect(page.locator("#faults")).to_be_visible()
        assert_sound(page)
        context.close()


def session_cookie(running: Running, uniquifier: str) -> str:
    """The cookie of somebody who has signed in already."""
    from tests.conftest import signed_in

    client = signed_in(running.application, uniquifier)
    cookie = client.get_cookie("s")
    assert cookie is not None
    return str(cookie.value)


def test_a_note_is_written_and_read_back_by_keyboard_and_without_scripts(
    running: Running, browser: Browser
) -> None:
    _slug, code = within(running, staged)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    way = enter(page, running.base, code)
    page.goto(f"{way}anteckna")
    page.locator("input[name=table]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(SAID)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main .code")).to_be_visible()
    page.goto(f"{way}lappar")
    page.locator("button[value^=tick]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Uppläst, stämmer")
    assert within(running, notes) == [(SAID, True)]
    context.close()
