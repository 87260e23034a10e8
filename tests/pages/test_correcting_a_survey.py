"""In a browser: a correction with its moves, a question of another kind, an answer written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from dialogue.ground.clock import today
from tests.pages.test_building import desk
from tests.pages.walking import SLUG, assert_sound

__all__ = ["desk"]
Desk = Callable[..., Page]
TITLE = "Med bilder i Norrmark"


def opened(desk: Desk, **settings: Any) -> tuple[Page, str]:
    """A page in a dialogue of its own with an open survey, and the address of its questions."""
    page = desk("/arbetsrum/ny", width=1280, **settings)
    page.check("[name=template][value=tjugo_fragor]")
    page.fill("#title_sv", TITLE)
    page.fill("#title_en", "With pictures in Norrmark")
    page.locator("main form button[type=submit]").click()
    for line in ("to_settle", "about", "can_change", "who_decides"):
        page.fill(f"#{line}_sv", "Vi vill veta.")
        page.fill(f"#{line}_en", "We want to know.")
    page.select_option("#responder", label="Storforsens kommun")
    page.fill("#answer_by", (today() + timedelta(days=190)).isoformat())
    page.locator("main form button[type=submit]").first.click()
    outline = page.url
    page.goto(f"{outline}oppna")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Version 1")
    return page, outline


def test_a_correction_asks_what_became_of_each_choice(desk: Desk) -> None:
    page, outline = opened(desk)
    page.locator("form[action$='/ratta'] button").click()
    page.goto(f"{outline}fraga/kontakt")
    assert_sound(page)
    lines = page.input_value("#choices_sv").split("\n")
    english = page.input_value("#choices_en").split("\n")
    gone, renamed = lines[-1], lines[0]
    page.fill("#choices_sv", "\n".join(["Tala i telefon", *lines[1:-1]]))
    page.fill("#choices_en", "\n".join(["Talking on the phone", *english[1:-1]]))
    for name in ("choices_easy_sv", "choices_easy_en"):
        easy = page.locator(f"#{name}")
        easy.evaluate("(area) => { area.closest('details').open = true }")
        easy.fill("")
    page.locator("button[name=go][value=save]").click()
    expect(page.locator("main .bar[role=status]")).to_be_visible()
    page.goto(f"{outline}oppna")
    assert_sound(page)
    moves = page.locator("select[name^='moved.kontakt.choices.']")
    expect(moves).to_have_count(2)
    expect(page.get_by_label(re.compile(re.escape(renamed)))).not_to_have_value("")
    last = page.get_by_label(re.compile(re.escape(gone)))
    expect(last).to_have_value("")
    last.select_option(index=1)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_sound(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Version 2")


def test_a_question_becomes_another_kind_by_keyboard_and_without_scripts(desk: Desk) -> None:
    page = desk(f"/arbetsrum/{SLUG}/enkat/", scripts=False)
    page.locator("form[action$='/ratta'] button").click()
    outline = page.url.partition("/enkat")[0] + "/enkat/"
    page.goto(f"{outline}fraga/slipper/slag")
    page.select_option("#kind", value="multi")
    page.locator("main form[method=get] button").press("Enter")
    looked = desk(f"/arbetsrum/{SLUG}/enkat/fraga/slipper/slag?kind=multi")
    assert_sound(looked)
    page.locator("main form[method=post] button").last.press("Enter")
    expect(page.locator("h1")).to_contain_text("Välj flera")
    page.goto(outline)
    page.locator("details.sure summary").last.click()
    page.locator("details.sure[open] button").last.click()


def test_an_answer_by_telephone_is_written_down_by_keyboard(desk: Desk) -> None:
    page = desk(f"/arbetsrum/{SLUG}/skriv-av/")
    assert_sound(page)
    page.locator("input[name=channel][value=phone]").focus()
    page.keyboard.press("Space")
    page.locator("#berattelse").focus()
    page.keyboard.type("Det tog tre veckor att få en tid.")
    page.locator("input[name=litar]").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator("#berattelse").focus()
    page.locator("main button[name=go][value=keep]").last.press("Enter")
    expect(page.locator("main .bar[role=status]")).to_contain_text(
        re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")
    )
    assert_sound(page)
    page.goto(page.url.partition("/skriv-av")[0] + "/skriv-av/jamfor")
    expect(page.locator("#phone")).to_be_visible()
    expect(page.locator("main")).to_contain_text("någon annan läser")
    assert_sound(page)
    page.fill("#number", "7K4M-Q2XW-9D3H")
    page.locator("main button[name=go][value=show]").last.press("Enter")
    expect(page.locator("#number")).to_have_attribute("aria-invalid", "true")
    assert_sound(page)
