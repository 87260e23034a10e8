"""A person who works in a browser without a mouse."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

MOST_TABS = 700
FOCUSED = """() => {
  const e = document.activeElement;
  const labels = e.labels ? [...e.labels].map((label) => label.innerText) : [];
  const words = [...labels, e.getAttribute("aria-label") || "", e.innerText || ""];
  return [e.tagName, words.join(" ").replace(/\\s+/g, " ").trim(), e.matches(":focus-visible")];
}"""


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

    def fill(self, words: str, text: str, tag: str = "") -> None:
        """Write in a field."""
        self.to(words, tag)
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
