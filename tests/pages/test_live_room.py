"""A live room with everybody in it at once: two phones, the big screen and whoever leads."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.pages.conftest import Site
from tests.pages.walking import assert_sound, sign_in

WORDS = "Kaffet efter mötet är viktigare än mötet."
QUESTION = "Who reads what we write tonight?"


def addresses(site: Site) -> tuple[str, str]:
    """The code of the demo's room, and where staff lead it."""
    told = (site.folder / "log").read_text(encoding="utf-8")
    code = re.search(r"/sv/rum/([0-9A-Z]{5})\b", told)
    lead = re.search(r"(/sv/arbetsrum/gemensam-ledning/moten/\S+/rummet)", told)
    assert code and lead, told
    return code[1], lead[1]


def go_in(page: Page, site: Site, code: str, language: str) -> None:
    page.goto(f"{site.base}/{language}/rum/{code}")
    assert_sound(page)
    page.locator("main a.btn").first.click()
    expect(page.locator(".vote h1")).to_be_visible()


def test_two_phones_a_screen_and_a_leader_at_once(
    site: Site, open_page: Callable[..., Page]
) -> None:
    code, lead = addresses(site)
    phone, other = open_page(), open_page(scripts=False)
    screen, leader = open_page(width=1280), open_page(width=1280)
    screen.goto(f"{site.base}/sv/rum/{code}/skarm")
    assert_sound(screen)
    sign_in(leader, site, "sv", check=False)
    leader.goto(site.base + lead)
    assert_sound(leader)

    go_in(phone, site, code, "sv")
    assert_sound(phone)
    first = phone.locator(".vote h1").inner_text()
    phone.get_by_role("button", name="Håller med", exact=True).click()
    expect(phone.locator(".vote h1")).not_to_have_text(first)

    other.goto(f"{site.base}/en/rum/{code}")
    other.locator("main a.btn").first.click()
    assert other.locator("html").get_attribute("lang") == "en"
    other.get_by_role("button", name="Disagree", exact=True).click()
    other.get_by_role("link", name="Write a statement or a question").click()
    other.check("input[value=question]")
    other.fill("#text", QUESTION)
    other.get_by_role("button", name="Send to the facilitator").click()
    expect(other.locator("main")).to_contain_text(QUESTION)

    phone.get_by_role("link", name="Skriv ett påstående eller en fråga").click()
    assert_sound(phone)
    phone.get_by_role("button", name="Skicka till samtalsledaren").click()
    expect(phone.locator("#faults")).to_be_visible()
    assert_sound(phone)
    phone.check("input[value=statement]")
    phone.fill("#text", WORDS)
    phone.get_by_role("button", name="Skicka till samtalsledaren").click()
    assert_sound(phone)
    expect(screen.locator("main")).not_to_contain_text(WORDS)

    for words in (WORDS, QUESTION):
        waits = leader.locator("[data-part=waiting] li", has_text=words)
        expect(waits).to_be_visible(timeout=20_000)
        waits.get_by_role("button", name="Visa").click()
        leader.wait_for_load_state()
        expect(screen.locator("main")).to_contain_text(words, timeout=20_000)
    assert_sound(screen)
    assert_sound(leader)

    phone.get_by_role("link", name="Tillbaka till rummet").click()
    counted = re.search(r"(\d+) av (\d+)", phone.locator(".trail").inner_text())
    assert counted
    for _ in range(1 + int(counted[2]) - int(counted[1])):
        with phone.expect_navigation():
            phone.get_by_role("button", name="Avstår", exact=True).click()
    expect(phone.locator("h1")).to_have_text("Du har röstat på allt")
    expect(phone.locator(".said")).to_be_visible()
    assert_sound(phone)


def test_a_phone_without_scripts_looks_again_by_itself(
    site: Site, open_page: Callable[..., Page]
) -> None:
    code, _lead = addresses(site)
    phone = open_page(scripts=False)
    phone.goto(f"{site.base}/sv/rum/{code}")
    phone.locator("main a.btn").first.click()
    counted = re.search(r"1 av (\d+)", phone.locator(".trail").inner_text())
    assert counted
    for _ in range(int(counted[1])):
        with phone.expect_navigation():
            phone.get_by_role("button", name="Avstår", exact=True).click()
    expect(phone.locator("h1")).to_have_text("Du har röstat på allt")
    told = phone.locator("meta[http-equiv=refresh]").first.get_attribute("content") or ""
    assert told.startswith("20;url=")
    phone.goto(site.base + told.partition("url=")[2])
    expect(phone.locator("script")).to_have_count(0)
    assert phone.locator("meta[http-equiv=refresh]").get_attribute("content") == "20"


def test_the_screen_is_sound_in_both_languages_narrow_wide_and_dark(
    site: Site, open_page: Callable[..., Page]
) -> None:
    code, _lead = addresses(site)
    for language, width, settings in (
        ("sv", 390, {}),
        ("en", 1280, {"color_scheme": "dark"}),
        ("sv", 1920, {"forced_colors": "active"}),
    ):
        page = open_page(width=width, **settings)
        page.goto(f"{site.base}/{language}/rum/{code}/skarm")
        assert page.locator("html").get_attribute("lang") == language
        assert_sound(page)
        expect(page.locator(".roomcode")).to_have_text(code)


def test_the_kits_page_is_sound(site: Site, open_page: Callable[..., Page]) -> None:
    _code, lead = addresses(site)
    page = open_page(width=390)
    sign_in(page, site, "en", check=False)
    page.goto(site.base + lead.replace("/sv/", "/en/").replace("/rummet", "/underlag/"))
    assert_sound(page)
    expect(page.get_by_role("heading", level=2)).to_have_count(8)
