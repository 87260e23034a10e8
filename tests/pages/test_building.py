"""From a ready-made survey to an open one in a browser: clicks counted, keys only, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dialogue.ground.clock import today
from tests.pages.conftest import Site
from tests.pages.walking import SLUG, assert_sound

MOST_CLICKS = 25
OUTLINE = f"/arbetsrum/{SLUG}/enkat/"


@pytest.fixture
def desk(site: Site, open_page: Callable[..., Page], signed: dict[str, Any]) -> Callable[..., Page]:
    """Opens a page of the workroom as the coordinator."""

    def make(path: str, language: str = "sv", **settings: Any) -> Page:
        page = open_page(storage_state=signed, **settings)
        page.goto(f"{site.base}/{language}{path}")
        return page

    return make


@dataclass
class Hand:
    """A hand on a mouse: everything it does is a click, and every click is counted."""

    page: Page
    clicks: int = 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def write(self, selector: str, words: str) -> None:
        self.click(selector)
        self.page.locator(selector).fill(words)

    def choose(self, selector: str, **what: str) -> None:
        """A list costs two clicks: one that opens it and one that chooses."""
        self.page.locator(selector).select_option(**what)  # type: ignore[arg-type]
        self.clicks += 2


def test_from_a_ready_made_survey_to_an_open_one_in_fewer_than_25_clicks(
    site: Site, desk: Callable[..., Page], open_page: Callable[..., Page]
) -> None:
    page = desk("/arbetsrum/", width=1280)
    hand = Hand(page)
    hand.click("a[href$='/arbetsrum/ny']")
    assert_sound(page)
    hand.click("[name=template][value=hem_fran_sjukhuset]")
    hand.write("#title_sv", "Hem från sjukhuset")
    hand.write("#title_en", "Home from hospital")
    hand.click("main form button[type=submit]")
    assert_sound(page)
    hand.write("#to_settle_sv", "Ska alla bli uppringda dagen efter?")
    hand.write("#to_settle_en", "Should everybody be called the day after?")
    hand.write("#about_sv", "Dagarna efter sjukhuset.")
    hand.write("#about_en", "The days after hospital.")
    hand.write("#can_change_sv", "Hur vi följer upp dig som har kommit hem.")
    hand.write("#can_change_en", "How we follow up when you have come home.")
    hand.write("#who_decides_sv", "Den gemensamma nämnden.")
    hand.write("#who_decides_en", "The joint committee.")
    hand.choose("#responder", label="Storforsens kommun")
    hand.write("#opens_on", today().isoformat())
    hand.write("#answer_by", (today() + timedelta(days=120)).isoformat())
    hand.click("main form button[type=submit]")
    assert_sound(page)
    hand.click("a[href$='/oppna']")
    assert_sound(page)
    hand.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text(re.compile("Version 1"))
    assert_sound(page)
    print(f"clicks: {hand.clicks}")
    assert hand.clicks < MOST_CLICKS, hand.clicks

    resident = open_page()
    resident.goto(f"{site.base}/sv/dialog/hem-fran-sjukhuset/svara")
    expect(resident.locator("h1")).to_contain_text("kom hem från sjukhuset")
    resident.goto(f"{site.base}/en/dialog/hem-fran-sjukhuset/svara")
    expect(resident.locator("h1")).to_contain_text("came home from hospital")


@pytest.fixture
def draft(desk: Callable[..., Page]) -> Iterator[None]:
    """The demo survey with a correction begun, and thrown away afterwards."""
    page = desk(OUTLINE)
    page.locator("form[action$='/ratta'] button").click()
    yield
    page.goto(page.url.split("/arbetsrum/")[0] + OUTLINE)
    page.locator("details.sure summary").last.click()
    page.locator("details.sure[open] button").last.click()


def order(page: Page) -> list[str]:
    """The ids of the questions, as the list has them once its page is there."""
    page.wait_for_load_state()
    page.locator("li[data-question]").first.wait_for()
    return [
        str(row.get_attribute("data-question")) for row in page.locator("li[data-question]").all()
    ]


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_every_page_of_building_is_sound(
    desk: Callable[..., Page], language: str, width: int
) -> None:
    here = OUTLINE.rstrip("/")
    for path in (
        "/", "/fraga/litar", "/fraga/berattelse", "/fraga/kommun", "/fraga/poang", "/del/beratta",
        "/del/bakgrund", "/oppna", "/provtitt", "/provtitt?at=poang", "/provtitt?at=bakgrund",
    ):  # fmt: skip
        page = desk(here + path, language, width=width)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert_sound(page)
        page.close()
    page = desk("/arbetsrum/ny", language, width=width)
    assert_sound(page)


@pytest.mark.usefixtures("draft")
def test_a_question_is_added_moved_copied_and_removed_with_keys_and_without_scripts(
    desk: Callable[..., Page],
) -> None:
    page = desk(OUTLINE, scripts=False)
    before = order(page)
    page.locator("#add-beratta").focus()
    page.locator("#add-beratta").select_option("bank.en_sak")
    page.locator("form:has(#add-beratta) button").press("Enter")
    expect(page.locator("#text_sv")).to_have_value(re.compile("en enda sak"))
    page.locator("button[value=outline]").press("Enter")
    assert order(page)[6] == "en_sak"
    page.locator("button[value='en_sak:up']").press("Enter")
    assert order(page)[5] == "en_sak"
    page.locator("a[href$='/fraga/en_sak']").press("Enter")
    page.locator("button[value=duplicate]").press("Enter")
    page.locator("details.sure summary").press("Enter")
    page.locator("details.sure button").press("Enter")
    assert order(page) == [*before[:5], "en_sak", *before[5:]]


@pytest.mark.usefixtures("draft")
def test_dragging_only_adds_to_the_buttons(desk: Callable[..., Page]) -> None:
    page = desk(OUTLINE, width=1280)
    before = order(page)
    with page.expect_navigation():
        page.locator("li[data-question=slipper]").drag_to(
            page.locator("li[data-question=litar]"), source_position={"x": 20, "y": 10}
        )
    moved = [name for name in before if name != "slipper"]
    moved.insert(moved.index("litar"), "slipper")
    assert order(page) == moved


@pytest.mark.usefixtures("draft")
def test_advice_comes_while_writing_and_missing_words_are_said(desk: Callable[..., Page]) -> None:
    page = desk(OUTLINE.rstrip("/") + "/fraga/litar", "en", width=1280)
    expect(page.locator("#text_sv-a")).to_be_empty()
    page.locator("#text_sv").fill("Vad är viktigt för dig, och hur vill du ha det?")
    expect(page.locator("#text_sv-a")).to_contain_text("Two questions in one")
    page.locator("#text_en").fill("")
    page.locator("button[value=save]").click()
    expect(page.locator("main")).to_contain_text("Missing: English")
    assert_sound(page)


@pytest.mark.usefixtures("draft")
def test_the_preview_is_the_residents_own_page_and_keeps_nothing(
    desk: Callable[..., Page],
) -> None:
    page = desk(OUTLINE.rstrip("/") + "/provtitt", width=1280)
    assert page.locator("body").bounding_box()["width"] <= 390  # type: ignore[index]
    page.fill("#berattelse", "Det här sparas inte.")
    page.locator("main button[name=go][value=next]").last.click()
    expect(page.locator("#poang-1")).to_be_visible()
    assert page.locator("input[name=berattelse]").input_value() == "Det här sparas inte."
    page.locator("main button[name=go][value=back]").first.click()
    expect(page.locator("#berattelse")).to_have_value("Det här sparas inte.")
