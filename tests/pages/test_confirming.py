"""The way from a signature to everybody, and reading together, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Site
from tests.pages.walking import assert_sound

SPRING = "hem-fran-sjukhuset-i-varas"
ROOM = f"/arbetsrum/{SPRING}"


@pytest.fixture
def desk(site: Site, open_page: Callable[..., Page], signed: dict[str, Any]) -> Callable[..., Page]:
    """Opens a page of the room as the coordinator."""

    def make(path: str, language: str = "sv", **settings: Any) -> Page:
        page = open_page(storage_state=signed, **settings)
        page.goto(f"{site.base}/{language}{ROOM}/{path}")
        return page

    return make


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_every_page_on_the_way_is_sound(
    desk: Callable[..., Page], language: str, width: int
) -> None:
    for path in (
        "underteckna", "bekraftelse", "bekraftelse/rattelser", "publicera", "kodningar",
        "tillsammans", "bibliotek", "lasrum", "indikatorer",
    ):  # fmt: skip
        page = desk(path, language, width=width)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert_sound(page)
        inside = {
            "underteckna": ["/underteckna/"], "tillsammans": ["/tillsammans/", "/indikator/"],
            "indikatorer": ["/indikatorer/"],
        }  # fmt: skip
        for way in inside.get(path, ()):
            page.locator(f"main a[href*='{way}']").first.press("Enter")
            page.wait_for_url(re.compile(re.escape(way)))
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            assert_sound(page)
        page.close()


def test_the_published_page_tells_what_participants_said_and_the_reservation(
    site: Site, open_page: Callable[..., Page]
) -> None:
    for language, width, words in (("sv", 390, "Reservation från"), ("en", 1280, "Reservation by")):
        page = open_page(width=width, scripts=False)
        page.goto(f"{site.base}/{language}/dialog/{SPRING}/resultat")
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("#confirmed + p")).to_contain_text("25")


def test_a_round_in_a_meeting_by_keyboard_without_scripts(
    desk: Callable[..., Page], open_page: Callable[..., Page], site: Site
) -> None:
    """Last in this file: it begins a new round in the demo's third dialogue."""
    page = desk("bekraftelse", "sv", width=1280)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.locator("form[action$='/borja'] button").press("Enter")
    expect(page.locator("main")).to_contain_text("Öppet till och med")
    assert_sound(page)
    page.locator("#name").fill("Torget")
    page.locator("#places").fill("30")
    page.locator("form[action$='/adress'] button").press("Enter")
    assert_sound(page)
    address = page.locator(".code").inner_text()
    assert address.startswith(site.base)
    for path in ("bekraftelse/blankett", "bekraftelse/papper"):
        each = desk(path, "en", width=390)
        assert_sound(each)
        each.close()
    for width, scripts in ((390, True), (390, False)):
        phone = open_page(width=width, scripts=scripts)
        phone.goto(address)
        if scripts:
            assert_sound(phone)
        phone.locator("button[name=go][value=send]").press("Enter")
        expect(phone.locator("#faults")).to_be_visible()
        phone.locator("input[type=radio][value=agrees]").first.press("Space")
        phone.locator("#w-whole").fill("Maten saknas.")
        phone.locator("input[name=v-whole][value=missing]").press("Space")
        phone.locator("button[name=go][value=send]").press("Enter")
        expect(phone.locator("h1")).to_contain_text("Tack")
        if scripts:
            assert_sound(phone)
        assert phone.context.cookies() == []
    page = desk("bekraftelse/rattelser", "sv", width=390)
    expect(page.locator("figure.quote").filter(has_text="Maten saknas.")).to_have_count(2)
    assert_sound(page)
