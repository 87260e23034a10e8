"""The components as a browser shows them: nothing wrong for assistive technology, nothing cut off,
and the small scripts do what the buttons do without them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.ground.gallery_app import PAGES, ROOT, STAFF, gallery_app

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
SMALL = """[...document.querySelectorAll('a, button, input, select, summary, textarea')]
  .filter(e => !e.closest('.row, .skip, p') && e.type !== 'hidden')
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width && Math.min(box.width, box.height) < 24)
  .map(([e]) => e.outerHTML.slice(0, 90))"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gallery as files, with the stylesheet and the scripts beside them."""
    folder = tmp_path_factory.mktemp("gallery")
    static = (ROOT / "dialogue/static").as_uri()
    rooms = {
        False: gallery_app(static).test_client(),
        True: gallery_app(static, visitor=object()).test_client(),
    }
    for name in PAGES:
        answer = rooms[name in STAFF].get(f"/sv/{name}")
        (folder / f"{name}.html").write_bytes(answer.data)
    return folder


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_every_component_is_free_of_known_barriers(
    browser: Browser, folder: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    found: dict[str, list[str]] = {}
    for name in PAGES:
        page = context.new_page()
        page.goto((folder / f"{name}.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        result = Axe().run(page, options={"runOnly": RULES})
        found[name] = [
            f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
            for fault in result.response["violations"]
        ]
        found[name] += page.evaluate(SMALL)
        if page.evaluate(SIDEWAYS) > 0:
            found[name].append("scrolls sideways")
        page.close()
    context.close()
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize("change", ["right to left", "spaced out", "twice as large", "easy read"])
def test_nothing_is_cut_off_when_the_reader_changes_the_text(
    browser: Browser, folder: Path, change: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    for name in PAGES:
        page.goto((folder / f"{name}.html").as_uri())
        if change == "right to left":
            page.evaluate("document.documentElement.dir = 'rtl'")
        elif change == "easy read":
            page.evaluate("document.body.classList.add('easy')")
        elif change == "spaced out":
            page.add_style_tag(content=SPACED)
        else:
            page.set_viewport_size({"width": 780, "height": 800})
            page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate(SIDEWAYS) <= 0, name
    page.close()


def test_the_steppers_count_at_once(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "points.html").as_uri())
    assert marks(page) == ["t1"] * 5 + ["t2"] * 2 + ["t3"] * 2 + ["t0"]
    before = page.locator(".fell .you").get_attribute("cx")
    page.locator(".step button").nth(5).click()
    assert marks(page) == ["t1"] * 5 + ["t2"] * 2 + ["t3"] * 3
    assert page.locator(".fell .you").get_attribute("cx") != before
    said = page.locator("output").inner_text()
    page.locator(".step button").nth(5).click()
    assert marks(page).count("t3") == 3, "an eleventh point is not given"
    page.locator(".step button").nth(0).click()
    assert marks(page) == ["t1"] * 4 + ["t2"] * 2 + ["t3"] * 3 + ["t0"]
    assert page.locator("output").inner_text() != said
    page.locator("#share-2").fill("9")
    assert "6" in page.locator("output").inner_text(), "4 + 9 + 3 is six too many"
    page.close()


def marks(page: Page) -> list[str]:
    band = page.locator(".sum .band use")
    return [band.nth(i).get_attribute("class") or "" for i in range(band.count())]


def test_without_the_script_each_step_is_sent_to_the_server(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    source = (folder / "points.html").read_text()
    (folder / "plain.html").write_text(source.replace('method="post"', 'method="get"'))
    page.goto((folder / "plain.html").as_uri())
    page.locator(".step button").nth(5).click()
    page.wait_for_url(re.compile(r"step=q2-3%2B"))
    assert "q2-1=5" in page.url
    context.close()


def test_the_code_in_the_address_is_put_in_the_field_and_wiped(
    browser: Browser, folder: Path
) -> None:
    page = browser.new_page()
    script = (ROOT / "dialogue/static/receipt.js").as_uri()
    (folder / "open.html").write_text(
        f'<!doctype html><title>x</title><input data-code-field><script src="{script}"></script>'
    )
    page.goto((folder / "open.html").as_uri() + "#7k4m-q2xw-9d3h-tr8e")
    assert page.locator("input").input_value() == "7K4M-Q2XW-9D3H-TR8E"
    assert "#" not in page.url
    page.goto("about:blank")
    page.goto((folder / "open.html").as_uri() + "#main")
    assert page.locator("input").input_value() == ""
    assert page.url.endswith("#main"), "other fragments are left alone"
    page.close()


def test_the_code_is_saved_as_a_file_and_the_buttons_show_only_then(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "receipt.html").as_uri())
    expect(page.locator("[data-save-code]")).to_be_hidden()
    context.close()
    page = browser.new_page(accept_downloads=True)
    page.goto((folder / "receipt.html").as_uri())
    with page.expect_download() as waiting:
        page.locator("[data-save-code]").click()
    kept = tmp_path / "code.txt"
    waiting.value.save_as(kept)
    assert waiting.value.suggested_filename == "kod.txt"
    assert kept.read_text() == "Min kod: 7K4M-Q2XW-9D3H-TR8E"
    page.close()


def test_chosen_rows_and_buttons_can_be_read_in_forced_colours(
    browser: Browser, folder: Path
) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto((folder / "scale.html").as_uri())
    look = "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor] }"
    colour, ground = page.locator(".go .btn").first.evaluate(look)
    assert colour != ground
    chosen = page.locator(".row:has(:checked)").first.evaluate(
        "e => getComputedStyle(e).outlineStyle"
    )
    assert chosen == "solid"
    context.close()
