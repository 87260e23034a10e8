"""Every kind of question in a real browser: by keyboard alone, with scripts and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from surveys.questions.document import Question
from tests.surveys.kinds_app import QUESTIONS, VARIANTS, kinds_app, served
from tests.surveys.kinds_samples import SAMPLES

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
SMALL = """[...document.querySelectorAll('main .row, main .in, main form button:not(.vh)')]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width && Math.min(box.width, box.height) < 43.9)
  .map(([e]) => e.outerHTML.slice(0, 90))"""
FOCUSED = """() => { const e = document.activeElement;
  return [e.tagName, e.type || "", e.name || "", e.value || "", e.checked === true] }"""
HIDDEN_FIELDS = frozenset({"skillnad"})  # an order travels hidden: the tests of ordering press it
BY_KEYBOARD = [sample for sample in SAMPLES if not HIDDEN_FIELDS & set(sample[1])]
ONE_OF_EACH = list({question.kind: (question, *rest) for question, *rest in BY_KEYBOARD}.values())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(kinds_app()) as found:
        yield found


@dataclass(frozen=True)
class Asking:
    """Questions in one language, with scripts or without."""

    page: Page
    address: str
    scripts: bool

    def open(self, question: str, variant: str = "standard") -> Page:
        self.page.goto(f"{self.address}/ask/{question}?variant={variant}")
        return self.page


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Iterator[Page]:
    """One page without scripts for the many short walks."""
    with opened(browser, scripts=False) as page:
        yield page


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Page]:
    """One page with scripts for the many short walks."""
    with opened(browser, scripts=True) as page:
        yield page


@contextmanager
def opened(browser: Browser, scripts: bool) -> Iterator[Page]:
    """A page on a narrow screen, with scripts or without."""
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": 320, "height": 800}
    )
    yield context.new_page()
    context.close()


@pytest.fixture(params=[("sv", False), ("en", True)], ids=["sv-no-script", "en-script"])
def asked(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Asking]:
    """Questions in Swedish without scripts, and in English with them."""
    language, scripts = request.param
    with opened(browser, scripts) as page:
        yield Asking(page, f"{address}/{language}", scripts)


def send(page: Page) -> None:
    """Press Enter on a button, and wait for the page that comes."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def kept(page: Page) -> Any:
    return json.loads(page.locator("#kept").text_content() or "")


def focused(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(FOCUSED)
    return found


def tab_to(page: Page, name: str, value: str = "") -> None:
    """Press Tab until a control has focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        _tag, _type, found, held, _checked = focused(page)
        if found == name and (not value or held == value):
            return
    raise AssertionError(f"no key leads to {name} {value}")


def fill_in(page: Page, fields: dict[str, list[str]]) -> None:
    """Walk through the form with Tab, and answer where there is something to answer."""
    left = {name: [value for value in values if value] for name, values in fields.items()}
    for _press in range(120):
        page.keyboard.press("Tab")
        tag, kind, name, value, _checked = focused(page)
        if tag == "BUTTON" and name == "go" and value == "next":
            return
        if not left.get(name):
            continue
        if kind == "checkbox":
            if value in left[name]:
                page.keyboard.press("Space")
        elif kind == "radio":
            choose(page, left.pop(name)[0])
        elif tag == "SELECT":
            select(page, left.pop(name)[0])
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(left.pop(name)[0])
    raise AssertionError("no key leads to the button that goes on")


def choose(page: Page, wanted: str) -> None:
    """The radio with this value, from the group's first one."""
    page.keyboard.press("Space")
    for _press in range(12):
        if focused(page)[3] == wanted:
            assert focused(page)[4], "the arrow keys choose"
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow key leads to {wanted}")


def select(page: Page, wanted: str) -> None:
    for _press in range(12):
        page.keyboard.press("ArrowDown")
        if focused(page)[3] == wanted:
            return
    raise AssertionError(f"no arrow key leads to {wanted}")


@pytest.mark.parametrize(
    ("question", "fields", "value"),
    BY_KEYBOARD,
    ids=[f"{each[0].id}-{n}" for n, each in enumerate(BY_KEYBOARD)],
)
def test_a_question_is_answered_by_keyboard_without_scripts(
    plain: Page, address: str, question: Question, fields: dict[str, list[str]], value: Any
) -> None:
    plain.goto(f"{address}/sv/ask/{question.id}")
    assert kept(plain) is None
    fill_in(plain, fields)
    send(plain)
    assert kept(plain) == value


@pytest.mark.parametrize(
    ("question", "fields", "value"), ONE_OF_EACH, ids=[each[0].kind for each in ONE_OF_EACH]
)
def test_every_kind_is_answered_by_keyboard_with_scripts(
    scripted: Page, address: str, question: Question, fields: dict[str, list[str]], value: Any
) -> None:
    scripted.goto(f"{address}/en/ask/{question.id}?variant=pictures")
    if question.kind == "rank":
        fields, value = {"skillnad-pick": ["veta"]}, ["veta"]
    fill_in(scripted, fields)
    send(scripted)
    assert kept(scripted) == value


def press(asked: Asking, button: str) -> None:
    """Go to a button with Tab and press it; without scripts a new page comes."""
    tab_to(asked.page, "go", button)
    if asked.scripts and button != "next" and button[-1] in "+-np":
        asked.page.keyboard.press("Enter")
    else:
        send(asked.page)


def test_a_list_is_put_in_order_by_keyboard(asked: Asking) -> None:
    page = asked.open("skillnad")
    for button in ("skillnad-veta:up", "skillnad-veta:up", "skillnad-samma:down", "next"):
        press(asked, button)
    assert kept(page) == ["veta", "komma_fram", "hemma", "samma", "narmare"]


def test_things_are_picked_one_at_a_time_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, scripts=False) as page:
        page.goto(f"{address}/sv/ask/skillnad?variant=easy")
        for thing, button in (("hemma", "skillnad:pick"), ("samma", "skillnad:pick")):
            tab_to(page, "skillnad-pick")
            choose(page, thing)
            tab_to(page, "go", button)
            send(page)
        expect(page.locator("ol.order li")).to_have_count(2)
        tab_to(page, "skillnad-pick")
        choose(page, "veta")
        tab_to(page, "go", "next")
        send(page)
        assert kept(page) == ["hemma", "samma", "veta"]
        tab_to(page, "go", "skillnad:again")
        send(page)
        assert kept(page) is None


def test_with_the_script_things_are_picked_at_once(browser: Browser, address: str) -> None:
    with opened(browser, scripts=True) as page:
        page.goto(f"{address}/sv/ask/skillnad?variant=easy")
        page.locator('[value="samma"]').check()
        page.locator("[data-put]").click()
        assert focused(page)[2] == "skillnad-pick"
        assert "1" in page.locator("[role=status]").inner_text()
        expect(page.locator(".row:visible")).to_have_count(4)
        page.locator("[data-again] button").click()
        expect(page.locator(".row:visible")).to_have_count(5)
        for thing in ("veta", "samma", "hemma", "narmare"):
            page.locator(f'[value="{thing}"]:visible').check()
            page.locator("[data-put]").click()
        expect(page.locator("ol.order li")).to_have_count(5)
        expect(page.locator("[data-put]")).to_be_hidden()
        page.locator('.go button[value="next"]').click()
        assert kept(page) == ["veta", "samma", "hemma", "narmare", "komma_fram"]


@pytest.mark.parametrize("variant", ["standard", "easy"])
def test_an_order_that_is_filled_in_from_outside_is_shown(
    browser: Browser, address: str, variant: str
) -> None:
    order = ["narmare", "veta", "samma", "komma_fram", "hemma"]
    with opened(browser, scripts=True) as page:
        page.goto(f"{address}/sv/ask/skillnad?variant={variant}")
        page.evaluate(
            """order => document.querySelectorAll('[data-arrange] [type=hidden]')
            .forEach((field, i) => { field.value = order[i];
              field.dispatchEvent(new Event('input', { bubbles: true })) })""",
            order,
        )
        assert order_of(page)[0].startswith("Att få vård" if variant == "standard" else "Vård")
        page.locator('.go button[value="next"]').click()
        assert kept(page) == order


def test_the_points_are_counted_by_their_buttons(asked: Asking) -> None:
    page = asked.open("poang")
    for button in ["poang-1+"] * 2 + ["poang-3+", "poang-1-", "next"]:
        press(asked, button)
    assert kept(page) == {"trygghet": 1, "tillgänglighet": 0, "tillsammans": 1}


@pytest.fixture
def ranking(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(f"{address}/sv/ask/skillnad")
    yield page
    page.close()


def order_of(page: Page) -> list[str]:
    return [
        text.strip() for text in page.locator(".order li > span:nth-child(2)").all_inner_texts()
    ]


def test_with_the_script_things_move_at_once_and_it_is_said(ranking: Page) -> None:
    before = order_of(ranking)
    down = ranking.locator('button[value="skillnad-komma_fram:down"]')
    down.focus()
    ranking.keyboard.press("Enter")
    ranking.keyboard.press("Enter")
    assert order_of(ranking) == [before[1], before[2], before[0], *before[3:]]
    assert before[0] in ranking.locator("[role=status]").inner_text()
    assert "3" in ranking.locator("[role=status]").inner_text()
    assert focused(ranking)[3] == "skillnad-komma_fram:down", "the focus goes with the thing"
    name = ranking.evaluate("document.activeElement.getAttribute('aria-label')")
    assert before[0] in name
    ranking.locator('.go button[value="next"]').click()
    assert kept(ranking) == ["samma", "veta", "komma_fram", "hemma", "narmare"]


def test_dragging_gives_the_same_order_as_the_buttons(ranking: Page) -> None:
    rows = ranking.locator(".order li")
    start, end = rows.nth(3).bounding_box(), rows.nth(0).bounding_box()
    assert start
    assert end
    ranking.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    ranking.mouse.down()
    ranking.mouse.move(end["x"] + 60, end["y"] + end["height"] / 2, steps=12)
    ranking.mouse.up()
    expect(ranking.locator(".order .cur")).to_have_count(0)
    ranking.locator('.go button[value="next"]').click()
    assert kept(ranking) == ["hemma", "komma_fram", "samma", "veta", "narmare"]


def test_a_list_that_nobody_touched_is_no_answer_with_the_script_either(ranking: Page) -> None:
    ranking.locator('.go button[value="next"]').click()
    assert kept(ranking) is None
    ranking.locator('button[value="skillnad-veta:up"]').click()
    expect(ranking.locator('[name="skillnad-as_is"]')).to_be_hidden()
    ranking.locator('button[value="skillnad:again"]').click()
    assert kept(ranking) is None


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.id)
def test_no_known_barrier_on_a_narrow_screen(
    scripted: Page, address: str, question: Question
) -> None:
    scripted.emulate_media(color_scheme="dark")
    scripted.goto(f"{address}/sv/ask/{question.id}")
    assert scripted.evaluate(SIDEWAYS) <= 0
    assert scripted.evaluate(SMALL) == []
    assert barriers(scripted) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_questions_on_one_page_have_no_known_barrier(
    browser: Browser, address: str, variant: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(f"{address}/en/all/questions?variant={variant}")
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(SMALL) == []
    assert barriers(page) == []
    page.close()


def test_a_fault_takes_the_reader_to_the_control(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    for question, value, control in (
        ("kontakt", None, "kontakt"),
        ("antal", "7", "antal"),
        ("poang", "11", "poang-1"),
    ):
        page.goto(f"{address}/en/ask/{question}")
        if value is None:
            for box in page.locator('[name="kontakt"]').all():
                box.check()
        else:
            page.locator(f"#{control}").fill(value)
        page.locator('.go button[value="next"]').click()
        page.wait_for_function("document.activeElement.id === 'faults'")
        page.locator(".fix a").click()
        assert focused(page)[2] == control
        assert barriers(page) == []
    page.close()


def barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found]
