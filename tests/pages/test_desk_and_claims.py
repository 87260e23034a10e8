"""The safety desk and the claims in a real browser: by keyboard, sound, narrow and wide."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Site
from tests.pages.walking import SLUG, assert_sound

ROOM = f"/{{language}}/arbetsrum/{SLUG}"


@pytest.fixture(scope="module")
def written(browser: Browser, site: Site, kept: dict[str, Any]) -> dict[str, Any]:
    """The same cookies, when the demo has written its claims, too."""
    context = browser.new_context(storage_state=kept)  # type: ignore[arg-type]
    claims_are_written(context.new_page(), site)
    context.close()
    return kept


def claims_are_written(page: Page, site: Site) -> None:
    """The demo writes its claims once the machine has read; wait for the first."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if theme_with_claims(page, site):
            return
        time.sleep(2)
    raise AssertionError("the demo never wrote its claims")


def theme_with_claims(page: Page, site: Site, language: str = "sv") -> str:
    """The address of the claims of the first theme that has any; empty without one."""
    page.goto(site.base + ROOM.format(language=language) + "/lasrum")
    links = page.locator("table a[href*='/tema/']").evaluate_all("all => all.map(a => a.href)")
    for link in links[:8]:
        page.goto(f"{link}/pastaenden")
        if page.locator("section.claim .st.ok").count():
            return page.url
    return ""


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_the_desk_is_sound(
    site: Site, written: dict[str, Any], open_page: Callable[..., Page], language: str, width: int
) -> None:
    page = open_page(width=width, storage_state=written)
    desk = site.base + ROOM.format(language=language) + "/granskning"
    for show in ("marked", "clean", "held", "released"):
        page.goto(f"{desk}?show={show}")
        assert_sound(page)
    page.goto(f"{desk}?show=marked")
    page.locator("ul.waits a").first.click()
    page.locator("#others > summary").click()
    assert_sound(page)


def test_a_marked_story_is_covered_and_released_by_keyboard(
    site: Site, written: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = open_page(width=1280, storage_state=written)
    desk = site.base + ROOM.format(language="sv") + "/granskning?show=marked"
    page.goto(desk)
    waiting = page.locator("ul.waits > li").count()
    assert waiting >= 2
    page.locator("main a.btn").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#steps")).to_be_focused()
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"granskning/(?!" + re.escape(first.split("/")[-1][:36]) + ")"))
    expect(page.locator("#steps")).to_be_focused()
    page.keyboard.press("k")
    page.wait_for_url(re.compile(re.escape(first.split("/")[-1][:36])))
    hidden = page.locator("#told mark").first.evaluate("mark => mark.firstChild.textContent")
    page.locator("button[name=act][value=released]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"granskning/(?!" + re.escape(first.split("/")[-1][:36]) + ")"))
    expect(page.locator("#steps")).to_be_focused()
    page.goto(first)
    assert hidden not in page.locator("#told").inner_text()
    assert "[" in page.locator("#told").inner_text()
    page.goto(desk)
    expect(page.locator("ul.waits > li")).to_have_count(waiting - 1)


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_the_claims_are_sound_and_written_by_keyboard(
    site: Site, written: dict[str, Any], open_page: Callable[..., Page], language: str, width: int
) -> None:
    page = open_page(width=width, storage_state=written)
    address = theme_with_claims(page, site, language)
    assert address
    assert_sound(page)
    page.locator("section.claim details summary").first.click()
    assert_sound(page)
    page.locator("button[value=write]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/pastaenden/[0-9a-f-]{36}"))
    assert_sound(page)
    for column, words in (("sv", "Vi väntar."), ("en", "We wait."), ("easy", "Folk väntar.")):
        page.focus(f"#words-{column}")
        page.keyboard.type(words)
    page.locator("button[value=accept]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_be_visible()
    assert page.input_value("#words-sv") == "Vi väntar."
    page.locator("input[name=span]").first.focus()
    page.keyboard.press("Space")
    page.locator("button[value=accept]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    assert "Vi väntar." in page.locator("main").inner_text()
    assert_sound(page)
