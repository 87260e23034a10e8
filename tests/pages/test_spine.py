"""The whole loop in a real browser: ask, answer, understand, review, publish, follow, withdraw."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Site
from tests.pages.walking import (
    SLUG,
    STORIES,
    answer,
    assert_sound,
    read_the_stories,
    sign_in,
)

GIVEN = {"sv": "Ett namn som Eva gav", "en": "A name that Eva gave"}


@pytest.mark.parametrize(
    ("language", "scripts", "width"), [("sv", True, 390), ("en", True, 1280), ("sv", False, 390)]
)
def test_the_whole_loop(
    site: Site, open_page: Callable[..., Page], language: str, scripts: bool, width: int
) -> None:
    resident = open_page(width=width, scripts=scripts)
    code = answer(resident, site, language, check=scripts)
    assert resident.context.cookies() == []

    staff = open_page(width=width, scripts=scripts)
    sign_in(staff, site, language, check=scripts)
    read_the_stories(staff, site, language)
    if scripts:
        assert_sound(staff)
    name = f"{GIVEN[language]} {width} {scripts}"
    review_the_story(staff, site, language, scripts)
    open_the_lone_voices(staff, site, language)
    rename(staff, language, name, scripts)
    signer = open_page(width=width, scripts=scripts)
    sign_in(signer, site, language, check=False, who="granskare")
    sign(signer, site, language, name, scripts)
    publish(staff, site, language, scripts)

    resident.goto(f"{site.base}/{language}/dialog/{SLUG}/resultat")
    expect(resident.locator("main")).to_contain_text(name)
    if scripts:
        assert_sound(resident)
    follow_and_withdraw(resident, site, language, code, name, scripts)

    read_the_stories(staff, site, language)
    expect(staff.locator("main")).to_contain_text(name)


def open_own_story(page: Page, language: str) -> None:
    """Page on through the list until the resident's story is there, and open it."""
    mine = page.locator("figure.quote").filter(has_text=STORIES[language][:40])
    while mine.count() == 0:
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
    mine.first.locator("a").first.click()


def review_the_story(page: Page, site: Site, language: str, check: bool) -> None:
    """Find the resident's story on the desk and mark it as read, which makes it quotable."""
    page.goto(f"{site.base}/{language}/arbetsrum/{SLUG}/berattelser?desk=waiting")
    if check:
        assert_sound(page)
    open_own_story(page, language)
    if check:
        assert_sound(page)
    page.locator("button[name=read]").click()


def open_the_lone_voices(page: Page, site: Site, language: str) -> None:
    """Nothing is signed before every story that resembles no other was opened."""
    page.goto(f"{site.base}/{language}/arbetsrum/{SLUG}/lasrum")
    links = page.locator(".lone a[href*='/berattelser/']")
    for address in [link.get_attribute("href") for link in links.all()]:
        page.goto(f"{site.base}{address}")


def sign(page: Page, site: Site, language: str, name: str, check: bool) -> None:
    """Another person reads what the coordinator wrote, and signs it."""
    page.goto(f"{site.base}/{language}/arbetsrum/{SLUG}/underteckna")
    if check:
        assert_sound(page)
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_have_text(name)
    if check:
        assert_sound(page)
    page.locator("button[name=sign]").press("Enter")
    expect(page.locator("main")).to_contain_text(name)


def publish(page: Page, site: Site, language: str, check: bool) -> None:
    """Say why nobody is asked, look at what would be published, and publish it."""
    page.goto(f"{site.base}/{language}/arbetsrum/{SLUG}/bekraftelse")
    for closed in page.locator("main details:not([open]) > summary").all():
        closed.click()
    if check:
        assert_sound(page)
    page.locator("textarea[name=because]").fill("Det här är en provtur genom hela huset.")
    page.locator("form[action$='/bekraftelse/utan'] button").press("Enter")
    page.goto(f"{site.base}/{language}/arbetsrum/{SLUG}/publicera")
    if check:
        assert_sound(page)
    page.locator("form[action$='/publicera'] button").press("Enter")
    expect(page).to_have_url(re.compile("/resultat$"))


def rename(page: Page, language: str, name: str, check: bool) -> None:
    """Open the theme that holds the story; rename it and hide a quote."""
    page.goto(page.url.split("/arbetsrum/")[0] + f"/arbetsrum/{SLUG}/berattelser?desk=read")
    open_own_story(page, language)
    page.locator("a[href*='/tema/']").first.click()
    if check:
        assert_sound(page)
    page.fill("#sv" if language == "sv" else "#en", name)
    page.locator(f"form:has(#{language}) button").click()
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()
    hide = page.locator("button[name=hide]")
    before = hide.count()
    if before > 1:
        hide.first.click()
        expect(page.locator("button[name=hide]")).to_have_count(before - 1)
    expect(page.locator("button[name=sign]")).to_have_count(0)


def follow_and_withdraw(
    page: Page, site: Site, language: str, code: str, name: str, check: bool
) -> None:
    page.goto(f"{site.base}/{language}/kvitto/")
    page.fill("[name=code]", code.replace("-", " ").lower())
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(STORIES[language])
    expect(page.locator("main")).to_contain_text(name)
    if check:
        assert_sound(page)
    assert code not in page.url
    page.locator("details.sure summary").last.click()
    page.locator("details.sure[open] button").last.click()
    expect(page.locator("main")).not_to_contain_text(STORIES[language])
    page.goto(f"{site.base}/{language}/dialog/{SLUG}/resultat")
    expect(page.locator("main")).not_to_contain_text(STORIES[language])
    expect(page.locator("main")).to_contain_text(name)
