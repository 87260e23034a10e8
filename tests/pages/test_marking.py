"""A page without signal marks the same names and numbers as the server, and keeps no marks."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import dialogue
from dialogue.voices.first_names import FIRST_NAMES
from dialogue.voices.identifying import CUES, pointers, without
from dialogue.voices.marking_script import FILE, written
from tests.pages.test_offline import (
    PATH,
    Running,
    device,
    opened_without_signal,
    outbox,
    running,
    told,
)

__all__ = ["device", "running"]
STATIC = Path(dialogue.__file__).parent / "static"
SAID = (
    "Min granne Lars Bergström följde med. Ring 070-123 45 67 eller skriv till lars@post.example."
)
PIECES = [
    *sorted(CUES.split()), *sorted(FIRST_NAMES)[:60], "Doktor", "SYSTER", "Lindström", "Ek",
    "Storgatan 12", "Ålgatan 3 B", "vägen 40 min", "903 31 Umeå", "lgh 1203", "19121212-1212",
    "850101 – 1234", "070-123 45 67", "+46 (0)70 123 45 67", "08.00-16.00", "2024-01-02", "1177",
    "e.k@mail.example", "Region Norrmark", "Jag", "Och", "Hon heter Siv", "När", "E45", ".", ",",
    "(", "Anna-Karin",
    "\n", "åäö", "ö", "Ö", "Umeås", "Annas", "3,5", "12 kr", "mormor.", "Dr. Ek", "– ", "  ", "tre",
]  # fmt: skip


def texts() -> list[str]:
    """The same thousand texts in every run, made of words that lie near the patterns."""
    drawn = random.Random(20261122)
    return [
        "".join(
            drawn.choice(PIECES) + drawn.choice([" ", " ", " ", "", "\n"])
            for _piece in range(drawn.randint(1, 9))
        )
        for _text in range(1000)
    ] + [SAID]


@pytest.fixture
def script(browser: Browser) -> Any:
    """A blank page with the two scripts."""
    page = browser.new_page()
    for name in ("pointers.js", "marking.js"):
        page.add_script_tag(path=str(STATIC / name))
    yield page
    page.close()


def test_the_patterns_on_the_device_are_the_server_s() -> None:
    assert FILE.read_text(encoding="utf-8") == written()


def test_the_device_marks_what_the_server_marks(script: Page) -> None:
    tried = texts()
    found = script.evaluate(
        "texts => texts.map(text => self.marks.of(text).map(span => text.slice(...span)))", tried
    )
    expected = [[span.of(text) for span in pointers(text)] for text in tried]
    differing = [
        (text, ours, theirs)
        for text, ours, theirs in zip(tried, found, expected, strict=True)
        if ours != theirs
    ]
    assert not differing, differing[:3]
    assert sum(map(len, expected)) > 500


def test_the_device_takes_out_as_the_server_does(script: Page) -> None:
    tried = [text for text in texts() if pointers(text)]
    found = script.evaluate(
        "texts => texts.map(text => self.marks.without(text, self.marks.of(text)[0]))", tried
    )
    assert found == [without(text, pointers(text)[0]) for text in tried]


def test_without_signal_the_first_press_asks_and_the_second_sends(
    running: Running, device: BrowserContext
) -> None:
    page = opened_without_signal(running, device)
    page.fill("#berattelse", SAID)
    page.locator("button[value=send]").click()
    asked = page.locator("[data-marked]")
    expect(asked).to_be_visible()
    expect(asked.locator("h2")).to_be_focused()
    assert outbox(page) == []
    for words in ("Lars Bergström", "070-123 45 67"):
        asked.locator("button", has_text=words).click()
    expect(asked.locator("button")).to_have_count(1)
    page.keyboard.press("Tab")
    page.locator("button[value=send]").click()
    expect(told(page, "waits")).to_be_visible()
    (waiting,) = outbox(page)
    assert waiting["said"] == ["Min granne följde med. Ring eller skriv till lars@post.example."]
    assert "mark" not in str(waiting).lower()
    device.set_offline(False)
    page.goto(running.base + PATH)
    expect(told(page, "sent")).to_be_visible()
    assert running.texts() == waiting["said"]


def test_a_text_without_names_is_not_asked_about(running: Running, device: BrowserContext) -> None:
    page = opened_without_signal(running, device)
    page.fill("#berattelse", "Bussen gick innan jag hade fått min tid.")
    page.locator("button[value=send]").click()
    expect(told(page, "waits")).to_be_visible()
    assert len(outbox(page)) == 1
