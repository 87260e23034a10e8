"""What the machine is least sure of, and a theme's mood: sound pages, worked by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Site
from tests.pages.walking import SLUG, assert_sound


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_the_list_and_the_moods_are_sound(
    site: Site, kept: dict[str, Any], open_page: Callable[..., Page], language: str, width: int
) -> None:
    page = open_page(width=width, storage_state=kept)
    room = f"{site.base}/{language}/arbetsrum/{SLUG}/lasrum"
    page.goto(room)
    assert_sound(page)
    page.locator("a[href$='/minst-sakra']").press("Enter")
    for closed in page.locator("main details:not([open]) > summary").all()[:3]:
        closed.press("Enter")
    assert_sound(page)
    page.goto(room)
    page.locator("ol.list a").first.click()
    assert_sound(page)
    expect(page.locator("#mood-t")).to_be_visible()


def test_a_story_is_confirmed_and_another_moved_by_keyboard(
    site: Site, kept: dict[str, Any], open_page: Callable[..., Page]
) -> None:
    page = open_page(storage_state=kept)
    page.goto(f"{site.base}/en/arbetsrum/{SLUG}/lasrum/minst-sakra")
    first = page.locator("#list section form").first.get_attribute("action")
    page.locator("button[name=stands]").first.press("Enter")
    expect(page).to_have_url(re.compile("klart=ratt#list$"))
    expect(page.locator("[role=status]")).to_contain_text("stands where it should")
    expect(page.locator(f"form[action='{first}']")).to_have_count(0)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#list') !== null")
    second = page.locator("#list section").first
    action = second.locator("form").first.get_attribute("action")
    second.locator("summary").press("Enter")
    second.locator("select").select_option(index=1)
    second.locator("details button").press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("The story was moved")
    expect(page.locator(f"form[action='{action}']")).to_have_count(0)
    assert_sound(page)
