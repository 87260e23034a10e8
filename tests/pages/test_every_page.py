"""What every page must be: sound in both languages, light and dark, narrow and wide, and light."""

from __future__ import annotations

import gzip
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.conftest import Site
from tests.pages.walking import SLUG, assert_sound

PUBLIC = (
    "/{language}/",
    f"/{{language}}/dialog/{SLUG}",
    f"/{{language}}/dialog/{SLUG}/svara",
    "/{language}/kvitto/",
    "/{language}/sa-anvander-vi-svaren",
    "/{language}/tillganglighet",
    "/{language}/hjalp",
    "/{language}/personal/logga-in",
    "/{language}/finns-inte",
)
LARGEST_VISIT = 30 * 1024


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize(
    ("language", "width", "settings"),
    [
        ("sv", 320, {"color_scheme": "light"}),
        ("en", 1280, {"color_scheme": "dark"}),
        ("sv", 390, {"forced_colors": "active"}),
    ],
)
def test_a_public_page_is_sound(
    site: Site,
    open_page: Callable[..., Page],
    path: str,
    language: str,
    width: int,
    settings: dict[str, Any],
) -> None:
    page = open_page(width=width, **settings)
    page.goto(site.base + path.format(language=language))
    assert page.locator("html").get_attribute("lang") == language
    assert_sound(page)


@pytest.mark.parametrize("path", PUBLIC[:-1])
def test_a_first_visit_is_light_and_asks_nobody_else(
    site: Site, open_page: Callable[..., Page], path: str
) -> None:
    asked: list[str] = []
    page = open_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.base + path.format(language="sv"))
    page.wait_for_load_state("networkidle")
    ours = [url for url in asked if url.startswith((site.base, "data:"))]
    assert ours == asked
    assert sum(compressed(url) for url in asked if not url.startswith("data:")) <= LARGEST_VISIT


def compressed(url: str) -> int:
    """How many bytes of a file travel when the server in front compresses it."""
    with urllib.request.urlopen(url) as answer:  # our own server on this machine
        return len(gzip.compress(answer.read(), 6))


def test_the_front_page_follows_the_browsers_language(
    site: Site, open_page: Callable[..., Page]
) -> None:
    for locale, language in (("en-GB", "en"), ("sv-SE", "sv"), ("fi-FI", "sv")):
        page = open_page(locale=locale)
        page.goto(site.base + "/")
        assert page.url == f"{site.base}/{language}/"


def test_the_language_changes_on_any_screen_and_nothing_typed_is_lost(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(scripts=False)
    page.goto(f"{site.base}/sv/dialog/{SLUG}/svara")
    page.fill("#berattelse", "Ord som ska följa med.")
    page.locator("button[value=stay][lang=en]").click()
    assert page.url == f"{site.base}/en/dialog/{SLUG}/svara"
    assert page.input_value("#berattelse") == "Ord som ska följa med."


def test_the_answer_form_works_by_keyboard_alone(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(width=1280)
    page.goto(f"{site.base}/sv/dialog/{SLUG}/svara")
    page.focus("#berattelse")
    page.keyboard.type("Skrivet utan mus.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#poang-1").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "poang-1":
            break
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.locator("#litar").wait_for()
    assert "Skrivet utan mus." in page.content()
