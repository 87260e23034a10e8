"""A coordinator's whole day in the reading room, on two thousand stories, by keyboard alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dialogue.vision.codebook import load_codebook
from tests.pages.conftest import ROOT, Site, started
from tests.pages.walking import SLUG, assert_sound

SAMPLES = ROOT / "tests" / "samples"
STORIES = 2_000
MOST_TABS = 700
FOCUSED = """() => {
  const e = document.activeElement;
  const labels = e.labels ? [...e.labels].map((label) => label.innerText) : [];
  const words = [...labels, e.getAttribute("aria-label") || "", e.innerText || ""];
  return [e.tagName, words.join(" ").replace(/\\s+/g, " ").trim(), e.matches(":focus-visible")];
}"""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of its own, with two thousand stories more and the quick embedder."""
    folder = tmp_path_factory.mktemp("busy")
    with started(folder, EMBEDDER="static") as site:
        file = folder / "stories.jsonl"
        file.write_text("\n".join(told()), encoding="utf-8")
        keys = (folder / "keys.env").read_text(encoding="utf-8").splitlines()
        environment = {
            **site.environment, **dict(line.split("=", 1) for line in keys),
            "ENVIRONMENT": "demo", "DATA_FOLDER": str(folder), "PUBLIC_URL": site.base,
        }  # fmt: skip
        command = ("-m", "flask", "--app", "wsgi", "stories", "import", str(file))
        done = subprocess.run(
            [sys.executable, *command, "--dialogue", SLUG],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert f"{STORIES} stories came in" in done.stdout
        yield site


def told() -> list[str]:
    """Two thousand stories that are written for the project, a line each."""
    rows = [
        {"text": one.text, "lang": one.language}
        for theme in load_codebook().themes
        for one in theme.exemplars
    ]
    for name in ("development", "plain"):
        lines = (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows += [{key: json.loads(line)[key] for key in ("text", "lang")} for line in lines]
    assert len(rows) >= STORIES
    return [json.dumps(row, ensure_ascii=False) for row in rows[:STORIES]]


@dataclass
class Keyboard:
    """A person who has no mouse: Tab, Enter, Space, arrows and letters."""

    page: Page

    def to(self, words: str, tag: str = "", back: bool = False) -> None:
        """Tab until what has the focus says ``words``; the focus must always be seen."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            name, said, visible = self.page.evaluate(FOCUSED)
            if words.casefold() in said.casefold() and tag in ("", name):
                assert visible, f"the focus on “{words}” cannot be seen"
                return
        raise AssertionError(f"“{words}” cannot be reached by keyboard on {self.page.url}")

    def follow(self, words: str, tag: str = "A") -> None:
        """Go to a link or button and press Enter; wait for the page that comes."""
        self.to(words, tag)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, words: str) -> None:
        """Press a button that sends a form."""
        self.follow(words, "BUTTON")

    def fill(self, words: str, text: str) -> None:
        """Write in a field."""
        self.to(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, words: str, letters: str) -> None:
        """Choose in a list by typing the beginning of the choice."""
        self.to(words, "SELECT")
        self.page.keyboard.type(letters)

    def open(self, words: str) -> None:
        """Open something that is folded."""
        self.to(words, "SUMMARY")
        self.page.keyboard.press("Enter")


@pytest.fixture
def keys(open_page: Callable[..., Page]) -> Keyboard:
    return Keyboard(open_page(width=1280))


def test_a_whole_day(busy: Site, keys: Keyboard) -> None:
    page = keys.page
    sign_in(busy, keys)
    keys.to("Översikt", "A")
    while f"/{SLUG}/" not in page.evaluate("document.activeElement.href"):
        keys.to("Läs och arbeta med berättelserna", "A")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    read(keys)
    assert_sound(page)
    expect(page.locator("h1")).to_have_text("Läsrum")
    assert "2 200" in page.locator("main").inner_text().replace("\xa0", " ")
    rename_keep_and_undo(keys)
    split_and_merge(keys)
    search_filter_and_step(keys)
    pass_the_desk(keys)
    take_a_picture(keys)


def sign_in(site: Site, keys: Keyboard) -> None:
    keys.page.goto(f"{site.base}/sv/")
    keys.follow("För medarbetare")
    keys.fill("E-post", "samordnare@norrmark.example")
    keys.fill("Lösenord", site.password)
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    keys.to("kod")
    keys.page.keyboard.type(site.fresh_code())
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    expect(keys.page).to_have_url(re.compile("/sv/arbetsrum/"))


def read(keys: Keyboard) -> None:
    """Have the machine take in what is new, and wait for it."""
    keys.page.wait_for_load_state()
    wait_for_the_machine(keys)
    keys.press("Ta med de nya")
    wait_for_the_machine(keys)


def wait_for_the_machine(keys: Keyboard) -> None:
    deadline = time.monotonic() + 300
    while keys.page.locator("progress").count():
        assert time.monotonic() < deadline, "the machine never finished"
        time.sleep(1)
        keys.follow("Se hur långt den har kommit")


def rename_keep_and_undo(keys: Keyboard) -> None:
    page = keys.page
    first = page.locator("main a[href*='/tema/']").first.inner_text()
    keys.follow(" ".join(first.split()))
    keys.fill("Namn på svenska", "När kvällen kommer")
    keys.fill("Namn på engelska", "When the evening comes")
    keys.press("Ge temat det här namnet")
    expect(page.locator("h1")).to_have_text("När kvällen kommer")
    keys.press("Behåll temat")
    expect(page.locator("main")).to_contain_text("Behållet")
    keys.follow("Historik")
    assert_sound(page)
    keys.press("Ta tillbaka")
    keys.follow("Teman")


def split_and_merge(keys: Keyboard) -> None:
    page = keys.page
    before = len(page.locator("main table a[href*='/tema/']").all())
    keys.follow("När kvällen kommer")
    keys.follow("Se hur det kan delas")
    assert_sound(page)
    keys.fill("Namn på svenska", "Natten är lång")
    keys.fill("Namn på engelska", "The night is long")
    keys.press("Dela temat")
    keys.follow("Alla teman")
    assert len(page.locator("main table a[href*='/tema/']").all()) == before + 1
    keys.follow("Natten är lång")
    keys.choose("Slå ihop det med", "När kvällen kommer")
    keys.press("Slå ihop temana")
    expect(page.locator("h1")).to_have_text("När kvällen kommer")
    keys.follow("Alla teman")
    assert len(page.locator("main table a[href*='/tema/']").all()) == before


def search_filter_and_step(keys: Keyboard) -> None:
    page = keys.page
    keys.follow("Berättelser")
    keys.fill("Sök bland berättelserna", "telefonen")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main mark").count() > 3
    assert_sound(page)
    keys.open("Filter")
    keys.choose("Språk", "Svenska")
    keys.press("Sök")
    assert page.locator("main blockquote[lang=en]").count() == 0
    keys.follow("Öppna berättelsen")
    first = page.locator("main .lead").inner_text()
    keys.to("Nästa", "A")
    with page.expect_navigation():
        page.keyboard.press("j")
    assert page.locator("main .lead").inner_text() != first
    with page.expect_navigation():
        page.keyboard.press("k")
    assert page.locator("main .lead").inner_text() == first
    assert_sound(page)


def pass_the_desk(keys: Keyboard) -> None:
    """Release one that has no marks, cover what is marked in another."""
    page = keys.page
    keys.follow("Teman")
    keys.follow("Granskning")
    keys.follow("Väntar, med markeringar")
    keys.follow("Börja med den första")
    assert_sound(page)
    told = page.locator("#told").inner_text()
    keys.press("Täck och släpp")
    keys.follow("Teman")
    keys.follow("Granskning")
    keys.follow("Släppt")
    assert told not in page.locator("main").inner_text()


def take_a_picture(keys: Keyboard) -> None:
    page = keys.page
    keys.follow("Bilder")
    assert_sound(page)
    keys.to("Hämta som SVG", "A")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    path = taken.value.path()
    assert "När kvällen kommer" in Path(path).read_text(encoding="utf-8")
