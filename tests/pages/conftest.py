"""A real browser, and the demo as ``make demo`` starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """The Chromium to test in; None lets Playwright use its own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@dataclass
class Site:
    """The running demo: its address, its folder, and the codes that were used up."""

    base: str
    folder: Path
    environment: dict[str, str]
    used: str = ""

    @property
    def password(self) -> str:
        text = (self.folder / "keys.env").read_text(encoding="utf-8")
        return dict(line.split("=", 1) for line in text.splitlines())["DEMO_PASSWORD"]

    def fresh_code(self) -> str:
        """A one-time code that has not been used; waits for the next one when it has."""
        deadline = time.monotonic() + 45
        while time.monotonic() < deadline:
            code = subprocess.run(
                [sys.executable, "-m", "dialogue.demo", "code"],
                cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True,
            ).stdout.strip()  # fmt: skip
            if code != self.used:
                self.used = code
                return code
            time.sleep(2)
        raise AssertionError("no fresh one-time code came")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(folder: Path, **changes: str) -> Iterator[Site]:
    """The demo in a process of its own, web server and worker, ended by its own id."""
    port = free_port()
    environment = {**os.environ, "DEMO_FOLDER": str(folder), "PORT": str(port), **changes}
    for name in ("DATABASE_URL", "DATA_FOLDER", "ENVIRONMENT", "SECRET_KEY", "PUBLIC_URL"):
        environment.pop(name, None)
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "dialogue.demo"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        deadline = time.monotonic() + 120
        while "Sign in as coordinator" not in (folder / "log").read_text():
            assert process.poll() is None, (folder / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the demo did not start"
            time.sleep(0.3)
        yield Site(f"http://127.0.0.1:{port}", folder, environment)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo as ``make demo`` starts it."""
    with started(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def signed(browser: Browser, site: Site) -> dict[str, Any]:
    """The cookies of the coordinator, so that the one-time code is used once."""
    from tests.pages.walking import sign_in

    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site, "sv", check=False)
    state: dict[str, Any] = dict(context.storage_state())
    context.close()
    return state


@pytest.fixture(scope="module")
def kept(browser: Browser, site: Site, signed: dict[str, Any]) -> dict[str, Any]:
    """The coordinator's cookies, when the machine has read the stories."""
    from tests.pages.walking import read_the_stories

    context = browser.new_context(storage_state=signed)  # type: ignore[arg-type]
    read_the_stories(context.new_page(), site, "sv")
    context.close()
    return signed


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page; fails the test when the console or the network complains."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(width: int = 390, scripts: bool = True, **settings: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=scripts, **settings
        )  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and "status of" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints
