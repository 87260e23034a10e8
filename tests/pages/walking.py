"""What a resident and a coordinator do, step by step, in a real browser."""

from __future__ import annotations

import re
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.conftest import Site

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SLUG = "vad-ar-viktigt"
STORIES = {
    "sv": "När telefonen till hälsocentralen äntligen svarade hade de slutat för dagen. Jag grät.",
    "en": "When the health centre finally picked up, they had closed for the day. I cried.",
}


def complaints_of_axe(page: Page) -> list[str]:
    """What axe finds wrong on a page, a line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def assert_sound(page: Page) -> None:
    """The page has one h1, no sideways scroll and nothing that axe complains about."""
    page.wait_for_load_state()  # A click waits until the next page begins to come, no longer.
    expect(page.locator("h1")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.title()} is {wide} px too wide"
    assert complaints_of_axe(page) == [], page.title()


def next_screen(page: Page) -> None:
    page.locator("main button[name=go][value=next]").click()


def answer(page: Page, site: Site, language: str, check: bool) -> str:
    """Answer the seven questions and send; the receipt code."""
    sound = assert_sound if check else (lambda page: None)
    page.goto(f"{site.base}/{language}/dialog/{SLUG}")
    sound(page)
    page.locator(f"a[href$='/{SLUG}/svara']").first.click()
    sound(page)
    page.fill("#berattelse", STORIES[language])
    next_screen(page)
    sound(page)
    for place, points in enumerate(("2", "6", "2"), start=1):
        page.fill(f"#poang-{place}", points)
    next_screen(page)
    sound(page)
    for choice in ("2", "1", "vet_inte"):
        page.check(f"input[type=radio][value='{choice}']")
        next_screen(page)
    sound(page)
    page.check("input[type=radio][value=self]")
    next_screen(page)
    sound(page)
    page.select_option("#kommun", "umea")
    page.check("input[type=radio][value='50-64']")
    next_screen(page)
    sound(page)
    expect(page.locator("main")).to_contain_text(STORIES[language])
    expect(page.locator("input[name=use]:checked")).to_have_count(0)
    page.check("input[name=use][value=quote]")
    page.locator("button[value=send]").click()
    sound(page)
    return "-".join(re.findall(r"[0-9A-Z]{4}", page.locator("#code").inner_text()))


def sign_in(page: Page, site: Site, language: str, check: bool, who: str = "samordnare") -> None:
    """Password and one-time code."""
    page.goto(f"{site.base}/{language}/arbetsrum/")
    if check:
        assert_sound(page)
    page.fill("[name=email]", f"{who}@norrmark.example")
    page.fill("[name=password]", site.password)
    page.locator("main form button[type=submit]").first.click()
    if check:
        assert_sound(page)
    for _ in range(2):  # A code lives for half a minute: on a slow machine it may be too old.
        page.fill("[name=code]", site.fresh_code())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        if page.locator("[name=code]").count() == 0:
            break
    expect(page).to_have_url(re.compile(f"/{language}/arbetsrum/"))


def read_the_stories(page: Page, site: Site, language: str) -> None:
    """Wait for the first reading, then have the machine take in what is newer."""
    room = f"{site.base}/{language}/arbetsrum/{SLUG}/lasrum"
    for again in range(2):
        page.goto(room)
        deadline = time.monotonic() + 300
        while page.locator("progress").count() and time.monotonic() < deadline:
            time.sleep(1)
            page.goto(room)
        if not again:
            page.locator("form[action$='/las'] button").click()
    expect(page.locator("progress")).to_have_count(0)
