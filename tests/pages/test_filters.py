"""Filters and lone voices in a real browser: both languages, both widths, no scripts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import ROOT, Site, started
from tests.pages.walking import SLUG, assert_sound, sign_in

AREAS = {"Malå": 9, "Sorsele": 12, "Dorotea": 3}
WORDS = {
    "sv": ("Språk", "Kommun eller område", "Färre än 8 berättelser", "Alla"),
    "en": ("Language", "Municipality or area", "Fewer than 8 stories", "All"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of its own, with stories that were told from three municipalities."""
    folder = tmp_path_factory.mktemp("areas")
    with started(folder, EMBEDDER="static") as site:
        file = folder / "stories.jsonl"
        lines = [
            {"text": f"Bussen i vår by går bara ibland, gång {n}.", "lang": "sv", "area": area}
            for area, count in AREAS.items()
            for n in range(count)
        ]
        file.write_text(
            "\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8"
        )
        run_command(site, "stories", "import", str(file), "--dialogue", SLUG)
        yield site


def run_command(site: Site, *words: str) -> str:
    keys = (site.folder / "keys.env").read_text(encoding="utf-8").splitlines()
    environment = {
        **site.environment, **dict(line.split("=", 1) for line in keys),
        "ENVIRONMENT": "demo", "DATA_FOLDER": str(site.folder), "PUBLIC_URL": site.base,
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def coordinator(browser: Browser, told: Site) -> dict[str, Any]:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, told, "sv", check=False)
    deadline = time.monotonic() + 60
    while page.locator("#area option").count() < 3:
        assert time.monotonic() < deadline, "the stories were not indexed"
        page.goto(f"{told.base}/sv/arbetsrum/{SLUG}/berattelser")
    state: dict[str, Any] = dict(context.storage_state())
    context.close()
    return state


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_every_filter_narrows_and_no_choice_singles_anybody_out(
    told: Site, coordinator: dict[str, Any], open_page: Callable[..., Page], language: str,
    width: int,
) -> None:  # fmt: skip
    page = open_page(width=width, storage_state=coordinator)
    base = f"{told.base}/{language}/arbetsrum/{SLUG}/berattelser"
    page.goto(base)
    every = shown(page)
    page.locator("main summary").first.click()
    assert_sound(page)
    offered = page.locator("#area option").all_inner_texts()
    assert offered == [WORDS[language][3], "Malå", "Sorsele"]
    for name in ("channel", "voice", "lang", "mark", "area"):
        values = [each.get_attribute("value") for each in page.locator(f"#{name} option").all()]
        counts = []
        for value in values[1:]:
            page.goto(f"{base}?{name}={value}")
            expect(page.locator("main details[open]")).to_have_count(1)
            expect(page.locator(f"#{name}")).to_have_value(str(value))
            counts.append(shown(page))
        assert counts and all(8 <= count < every for count in counts), (name, counts)
        if name != "area":
            assert sum(counts) <= every
    page.select_option("#area", "Malå")
    page.locator("main form button").first.click()
    assert shown(page) == AREAS["Malå"]
    assert_sound(page)


def shown(page: Page) -> int:
    """How many stories the page says that there are."""
    said = page.locator("main [role=status]").first.inner_text()
    found = re.search(r"\d[\d\s\u00a0,.]*", said)
    assert found, said
    return int(re.sub(r"\D", "", found[0]))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_group_that_is_too_small_is_not_shown_whatever_is_searched_for(
    told: Site, coordinator: dict[str, Any], open_page: Callable[..., Page], language: str
) -> None:
    page = open_page(width=390, storage_state=coordinator, scripts=language == "en")
    base = f"{told.base}/{language}/arbetsrum/{SLUG}/berattelser"
    for more in ("", "&words=bussen", "&desk=waiting"):
        page.goto(f"{base}?area=Dorotea{more}")
        expect(page.locator("main [role=status]")).to_contain_text(WORDS[language][2])
        expect(page.locator("main blockquote")).to_have_count(0)
    if language == "en":
        assert_sound(page)


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280)])
def test_lone_voices_are_opened_one_by_one_before_anything_is_signed(
    told: Site, coordinator: dict[str, Any], open_page: Callable[..., Page], language: str,
    width: int,
) -> None:  # fmt: skip
    page = open_page(width=width, storage_state=coordinator)
    page.goto(f"{told.base}/{language}/arbetsrum/{SLUG}/lasrum")
    lone = page.locator("section.lone")
    expect(lone).to_be_visible()
    before = [int(each) for each in re.findall(r"\d+", lone.locator("b.num").inner_text())]
    unopened = lone.locator(
        "figcaption", has_text={"sv": "Inte öppnad", "en": "Not opened"}[language]
    )
    if unopened.count():
        unopened.first.locator("a").click()
        assert_sound(page)
        page.goto(f"{told.base}/{language}/arbetsrum/{SLUG}/lasrum")
        after = [int(each) for each in re.findall(r"\d+", lone.locator("b.num").inner_text())]
        assert after == [before[0] + 1, before[1]]
    assert_sound(page)
    page.goto(f"{told.base}/{language}/arbetsrum/{SLUG}/berattelser?lone=1")
    assert shown(page) == before[1]
    assert_sound(page)
