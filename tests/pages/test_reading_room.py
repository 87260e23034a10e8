"""A coordinator's whole day in the reading room, on two thousand stories, by keyboard alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dialogue.vision.codebook import load_codebook
from tests.pages.conftest import ROOT, Site, started
from tests.pages.keyboard import Keyboard
from tests.pages.walking import SLUG, assert_sound

SAMPLES = ROOT / "tests" / "samples"
STORIES = 2_000


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


@pytest.fixture
def keys(open_page: Callable[..., Page]) -> Keyboard:
    return Keyboard(open_page(width=1280))


def test_a_whole_day(busy: Site, keys: Keyboard, open_page: Callable[..., Page]) -> None:
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
    make_a_theme_and_move_a_story(keys)
    drop_a_theme_and_take_it_back(keys)
    answer_what_the_machine_asks(keys)
    search_filter_and_step(keys)
    code_a_story_and_go_on_unread(keys)
    pass_the_desk(keys)
    hear_every_lone_voice(keys)
    write_a_summary(keys)
    read_together_and_look_in_the_library(keys)
    follow_an_indicator(keys)
    take_a_picture(keys)
    with another_person(busy, open_page, "granskare") as second:
        sign_what_somebody_else_wrote(second)
    publish(keys)


def sign_in(site: Site, keys: Keyboard, who: str = "samordnare") -> None:
    keys.page.goto(f"{site.base}/sv/")
    keys.follow("För medarbetare")
    keys.fill("E-post", f"{who}@norrmark.example")
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


def make_a_theme_and_move_a_story(keys: Keyboard) -> None:
    page = keys.page
    keys.fill("Namn på svenska", "Det som ingen frågar om")
    keys.fill("Namn på engelska", "What nobody asks about")
    keys.press("Gör temat")
    expect(page.locator("h1")).to_have_text("Det som ingen frågar om")
    keys.follow("Alla teman")
    keys.follow("När kvällen kommer")
    keys.follow("Öppna berättelsen")
    keys.open("Flytta den till ett annat tema")
    keys.choose("Tema", "Det som ingen")
    keys.fill("Anledning", "Den säger något annat")
    keys.press("Flytta berättelsen")
    expect(page.locator("main")).to_contain_text("Det som ingen frågar om")
    keys.follow("Historik")
    expect(page.locator("main")).to_contain_text("Den säger något annat")
    keys.follow("Teman")


def drop_a_theme_and_take_it_back(keys: Keyboard) -> None:
    page = keys.page
    last = page.locator("main table a[href*='/tema/']").last.inner_text()
    keys.follow(" ".join(last.split()))
    name = page.locator("h1").inner_text()
    keys.open("Stryk temat")
    keys.press("Ja, stryk temat")
    expect(page.locator("#faults")).to_contain_text("Säg varför du stryker temat.")
    assert_sound(page)
    keys.to("Säg varför du stryker temat", "A")
    page.keyboard.press("Enter")
    page.keyboard.type("Det säger samma sak som ett annat")
    keys.press("Ja, stryk temat")
    keys.follow("Teman")
    expect(page.locator("section[aria-labelledby=dropped]")).to_contain_text(name)
    keys.follow("Historik")
    keys.press("Ta tillbaka")
    keys.follow("Teman")
    expect(page.locator("section[aria-labelledby=dropped]")).to_have_count(0)


def answer_what_the_machine_asks(keys: Keyboard) -> None:
    keys.follow("De här är maskinen minst säker på")
    assert_sound(keys.page)
    keys.press("Den hör hemma där")
    expect(keys.page.locator("main")).to_contain_text("Noterat: berättelsen står där den ska.")


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
    expect(page.locator("main blockquote[lang=en]")).to_have_count(0)
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


def code_a_story_and_go_on_unread(keys: Keyboard) -> None:
    """Say what the story is about, and go on to one that was not read yet."""
    page = keys.page
    seen = [page.locator("main .lead").inner_text()]
    keys.to("Trygghet", "INPUT")
    page.keyboard.press("Space")
    keys.press("Spara och gå vidare")
    seen.append(page.locator("main .lead").inner_text())
    keys.to("Nästa olästa", "A", back=True)
    with page.expect_navigation():
        page.keyboard.press("u")
    seen.append(page.locator("main .lead").inner_text())
    assert len(set(seen)) == 3
    keys.follow("Kodningar")
    assert_sound(page)
    keys.follow("Berättelser")
    expect(page.locator("main")).to_contain_text("Inte lästa av dig")


def pass_the_desk(keys: Keyboard) -> None:
    """Release one that has no marks, cover what is marked in another."""
    page = keys.page
    keys.follow("Teman")
    keys.follow("Granskning")
    keys.follow("Väntar, med markeringar")
    keys.follow("Börja med den första")
    assert_sound(page)
    told = page.locator("#told").inner_text()
    keys.press("Spara valen och släpp")
    keys.follow("Teman")
    keys.follow("Granskning")
    keys.follow("Släppt")
    assert told not in page.locator("main").inner_text()


def hear_every_lone_voice(keys: Keyboard) -> None:
    """Nothing is signed before each was opened: J, again and again."""
    page = keys.page
    keys.follow("Teman")
    keys.follow("Alla ensamma röster")
    keys.follow("Öppna berättelsen")
    keys.to("Nästa", "A")
    heard = 1
    while page.locator("a[rel=next]").count():
        with page.expect_navigation():
            page.keyboard.press("j")
        heard += 1
    assert heard > 10
    keys.follow("Teman")
    expect(page.locator("section.lone")).to_contain_text(f"{heard} av {heard} öppnade.")


def write_a_summary(keys: Keyboard) -> None:
    page = keys.page
    keys.follow("När kvällen kommer")
    keys.follow("påstående")
    keys.press("Låt maskinen göra utkast")
    assert_sound(page)
    keys.follow("Bestäm och ändra")
    assert_sound(page)
    keys.fill("Svenska", "Om natten vet många inte vart de ska ringa.", "TEXTAREA")
    keys.fill("Engelska", "At night many do not know whom to call.", "TEXTAREA")
    keys.fill("Lättläst", "På natten vet många inte vem de kan ringa.", "TEXTAREA")
    keys.press("Godkänn påståendet")
    expect(page.locator("main")).to_contain_text("Om natten vet många inte vart de ska ringa.")
    keys.follow("När kvällen kommer")
    expect(page.locator("section[aria-labelledby=sign]")).to_contain_text("Be någon annan")


def read_together_and_look_in_the_library(keys: Keyboard) -> None:
    page = keys.page
    keys.follow("Läs tillsammans")
    keys.fill("Namn", "Måndagsgruppen")
    keys.press("Börja")
    expect(page.locator("h1")).to_contain_text("Måndagsgruppen")
    assert_sound(page)
    keys.follow("Bibliotek")
    assert_sound(page)


def follow_an_indicator(keys: Keyboard) -> None:
    """Choose a ready-made one with a reason, and write its first value."""
    page = keys.page
    keys.follow("Indikatorer")
    assert_sound(page)
    keys.fill("Varför den är viktig här", "Många börjar om från början.", "INPUT")
    keys.press("Följ den")
    expect(page.locator("h1")).to_have_text("Invånare med en fast läkarkontakt")
    keys.fill("Tid", "2026-04", "INPUT")
    keys.fill("Värde", "20", "INPUT")
    keys.press("Spara värdet")
    expect(page.locator("main dl").first).to_contain_text("20\u00a0%")
    assert_sound(page)


@contextmanager
def another_person(site: Site, open_page: Callable[..., Page], who: str) -> Iterator[Keyboard]:
    """Somebody else, at a keyboard of their own."""
    keys = Keyboard(open_page(width=1280))
    sign_in(site, keys, who)
    keys.page.goto(f"{site.base}/sv/arbetsrum/{SLUG}/underteckna")
    yield keys
    keys.page.close()


def sign_what_somebody_else_wrote(keys: Keyboard) -> None:
    page = keys.page
    assert_sound(page)
    keys.follow("När kvällen kommer")
    assert_sound(page)
    keys.press("Underteckna temat")
    expect(page.locator("section[aria-labelledby=done]")).to_contain_text("När kvällen kommer")


def publish(keys: Keyboard) -> None:
    """Say why nobody is asked, look at what would be published, and publish it."""
    page = keys.page
    keys.follow("Bekräftelse")
    keys.fill("Ingen runda, därför att", "Dagen är en provtur genom hela huset.")
    keys.press("Gå vidare utan att fråga")
    keys.follow("Se vad som skulle publiceras")
    assert_sound(page)
    keys.press("Publicera det här")
    expect(page).to_have_url(re.compile("/resultat$"))
    expect(page.locator("main")).to_contain_text("Om natten vet många inte vart de ska ringa.")


def take_a_picture(keys: Keyboard) -> None:
    page = keys.page
    keys.follow("Bilder")
    assert_sound(page)
    keys.to("Hämta som SVG", "A")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    path = taken.value.path()
    assert "När kvällen kommer" in Path(path).read_text(encoding="utf-8")
