"""One hybrid evening with four people at once: host, resident, facilitator and coordinator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.hosts.models import User
from dialogue.meetings.models import TableNote
from dialogue.voices.models import Channel, DeskState, Story
from tests.databases import SqliteFiles
from tests.meetings.test_in_a_browser import SLUG, enter, session_cookie, told, within
from tests.pages.test_offline import Running
from tests.pages.walking import assert_sound

IN_THE_ROOM = "Bussen går inte hem efter åtta."
AT_A_DISTANCE = "The screen is fine, but I want to meet somebody once a year."


@pytest.fixture
def running(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Running]:
    with sqlite_files.fresh(tmp_path) as url:
        served = Running(url, tmp_path)
        yield served
        served.stop()


def seated(stack: ExitStack, running: Running, browser: Browser, who: str, width: int) -> Page:
    """A browser of one's own; signed in when ``who`` is somebody of the cast."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    stack.callback(context.close)
    if who:

        def uniquifier() -> str:
            mine = select(User.fs_uniquifier).where(User.email.startswith(who))
            return session().scalars(mine).one()

        kept = within(running, uniquifier)
        cookie = running.within(lambda: session_cookie(running, kept), context=False)
        context.add_cookies([{"name": "s", "value": cookie, "url": running.base}])
    return context.new_page()


def write(page: Page, table: int, text: str, *, quotable: bool) -> None:
    page.locator("input[name=table]").nth(table).check()
    page.fill("#text", text)
    page.check("input[name=manner][value=verbatim]")
    page.check("input[name=read_back]")
    if quotable:
        page.check("input[name=quotable]")
    page.locator("#note .go button").click()


@pytest.mark.parametrize(("ours", "theirs"), [("sv", "en"), ("en", "sv")])
def test_four_people_hold_a_hybrid_meeting_in_two_languages(
    running: Running, browser: Browser, ours: str, theirs: str
) -> None:
    with ExitStack() as stack:
        host = seated(stack, running, browser, "aino", 1280)
        coordinator = seated(stack, running, browser, "eva", 1280)
        resident = seated(stack, running, browser, "", 390)
        facilitator = seated(stack, running, browser, "", 390)
        desk = f"{running.base}/{ours}/arbetsrum/{SLUG}/moten"

        host.goto(f"{desk}/nytt")
        host.check("input[name=format][value=hybrid]")
        for name, value in {
            "title_sv": "Kväll om vägen hem", "title_en": "Evening about the way home",
            "day": today().isoformat(), "begins": "00:00", "ends": "23:59",
            "place_sv": "Folkets hus", "place_en": "Folkets hus",
            "link": "https://motet.example/rum", "capacity": "20",
        }.items():  # fmt: skip
            host.fill(f"#{name}", value)
        host.check("input[name=access][value=hearing_loop]")
        host.locator("main form button").last.click()
        host.locator("button[value=open]").click()
        expect(host.locator("button[value=open]")).to_have_count(0)
        assert_sound(host)
        own = host.url.removesuffix("/")
        table_code, minutes_code = host.locator("main b.code").all_inner_texts()

        resident.goto(f"{running.base}/{theirs}/dialog/{SLUG}")
        resident.get_by_role("link", name=re.compile("way home|vägen hem")).click()
        resident.get_by_role("link", name=re.compile("^(Register|Anmäl dig)")).click()
        resident.fill("#seats", "2")
        resident.fill("#name", "Kim på distans")
        resident.locator("main form button").click()
        expect(resident.get_by_role("link", name="https://motet.example/rum")).to_be_visible()
        assert_sound(resident)

        host.goto(f"{own}/anmalda")
        expect(host.locator("main")).to_contain_text("Kim på distans")
        coordinator.goto(own + "/")
        expect(coordinator.locator("main")).not_to_contain_text("Kim")
        assert coordinator.goto(f"{own}/anmalda").status == 404  # type: ignore[union-attr]

        way = enter(facilitator, running.base, table_code, ours)
        facilitator.goto(f"{way}anteckna")
        write(facilitator, 0, IN_THE_ROOM, quotable=True)
        expect(told(facilitator, "sent")).to_have_count(1)
        write(facilitator, 1, AT_A_DISTANCE, quotable=False)
        expect(told(facilitator, "sent")).to_have_count(2)
        codes = told(facilitator, "sent").all_inner_texts()
        facilitator.goto(f"{way}dorr")
        facilitator.fill("#code-field", resident.locator("#code").inner_text())
        facilitator.locator("main form button").click()
        expect(facilitator.locator("[role=status] p").last).to_contain_text("2")
        expect(facilitator.locator("main")).not_to_contain_text("Kim")
        facilitator.goto(f"{way}ordning")
        facilitator.fill("#words", "Vägen hem")
        facilitator.locator("button[value=add]").click()
        facilitator.goto(f"{way}avsluta")
        facilitator.fill("#people", "9")
        facilitator.locator("main form button").last.click()
        assert_sound(facilitator)

        def kept() -> list[tuple[str, str, bool, str]]:
            rows = session().scalars(select(TableNote))
            return sorted(
                (
                    row.contribution.stories[0].text,
                    row.contribution.channel,
                    bool(row.table and row.table.remote),
                    row.contribution.stories[0].desk,
                )
                for row in rows
            )

        assert within(running, kept) == [
            (IN_THE_ROOM, Channel.TABLE, False, DeskState.WAITING),
            (AT_A_DISTANCE, Channel.TABLE, True, DeskState.WAITING),
        ]

        host.goto(f"{own}/protokoll")
        host.locator("button[value=draft]").click()
        host.locator("button[value=send]").click()
        expect(host.locator("main")).to_contain_text(minutes_code)
        assert_sound(host)

        resident.goto(f"{running.base}/{theirs}/mote/protokoll")
        resident.fill("#code-field", minutes_code)
        resident.locator("main form button").click()
        expect(resident.locator("main")).to_contain_text(AT_A_DISTANCE)
        resident.check("input[value=missing]")
        resident.fill("#text", "We also spoke of dentists.")
        resident.locator("button[value=say]").click()
        expect(resident.locator("h1")).to_have_text(re.compile("Tack|Thank"))

        coordinator.goto(f"{own}/protokoll")
        expect(coordinator.locator("main")).to_contain_text("We also spoke of dentists.")
        assert_sound(coordinator)

        receipt = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", codes[0])
        assert receipt
        resident.goto(f"{running.base}/{theirs}/kvitto/")
        resident.fill("#code-field", receipt[0])
        resident.locator("main form button").click()
        expect(resident.locator("main")).to_contain_text(
            re.compile(f"{IN_THE_ROOM}|{AT_A_DISTANCE}")
        )
        assert_sound(resident)
        stories = within(running, lambda: len(session().scalars(select(Story)).all()))
        assert stories == 2
