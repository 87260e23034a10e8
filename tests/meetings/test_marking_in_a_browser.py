"""Possible names are marked while a note is written, with a signal and without; then it asks."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.meetings.test_in_a_browser import (
    Running,
    device,
    enter,
    keep,
    notes,
    running,
    staged,
    told,
    within,
    write,
)
from tests.pages.walking import assert_sound

__all__ = ["device", "running"]
NAMED = "Min granne Lars Bergström väntar också. Ring 070-123 45 67."
LEFT = "Min granne väntar också. Ring 070-123 45 67."


@pytest.mark.parametrize("signal", [True, False])
def test_names_are_marked_while_writing_and_the_first_press_asks(
    running: Running, device: BrowserContext, signal: bool
) -> None:
    _slug, code = within(running, staged)
    page = device.new_page()
    way = enter(page, running.base, code)
    keep(page, way)
    device.set_offline(not signal)
    page.goto(f"{way}anteckna")
    marked = page.locator("[data-marked]")
    expect(marked).to_be_hidden()
    page.fill("#text", NAMED)
    expect(marked).to_be_visible()
    expect(page.locator("#text")).to_be_focused()
    assert_sound(page)
    write(page, NAMED)
    expect(marked.locator("h2")).to_be_focused()
    expect(told(page, "waits")).to_have_count(0)
    assert within(running, notes) == []
    marked.get_by_role("button", name="Ta bort ”Lars Bergström”").click()
    expect(page.locator("#text")).to_have_value(LEFT)
    page.locator("#note .go button").click()
    expect(told(page, "sent" if signal else "waits")).to_be_visible()
    expect(marked).to_be_hidden()
    device.set_offline(False)
    expect(told(page, "sent")).to_be_visible()
    assert [text for text, _read in within(running, notes)] == [LEFT]
