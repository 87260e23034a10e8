"""``python -m tests.everything``: everything that must hold, one named step after the other.

``python -m tests.everything checks`` runs only the steps that need no database and no browser.
All checks run even when one fails; the tests run last. The exit code is 0 only when all is well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MOST_SECONDS = 75 * 60


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must hold, and the command that shows whether it does."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Step("Format (ruff)", ("ruff", "format", "--check", "--no-cache", ".")),
    Step("Lint (ruff)", ("ruff", "check", "--no-cache", ".")),
    Step("Types (mypy, strict)", ("mypy",)),
    Step("Import contracts (import-linter)", ("lint-imports", "--no-cache")),
    Step("Templates (djlint)", ("djlint", "templates", "--lint", "--quiet")),
    Step("Swedish is complete", ("python", "-m", "translations.workflow", "check")),
    Step("Swedish is compiled", ("python", "-m", "translations.workflow", "compile")),
)
TESTS = Step("Tests (pytest)", ("python", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"))


def main(arguments: Sequence[str]) -> int:
    """Run the steps; 0 when every one held."""
    if arguments not in ([], ["checks"]):
        print("Use: python -m tests.everything [checks]")
        return 2
    fallen = [step.name for step in CHECKS if not held(step)]
    if not arguments:
        chromium = find_chromium()
        if chromium is None:
            fallen.append("Chromium")
        elif not tested({**surroundings(), "CHROMIUM": chromium}):
            fallen.append(TESTS.name)
    if fallen:
        print(f"Not everything holds: {', '.join(fallen)}.", flush=True)
        return 1
    return 0


def surroundings() -> dict[str, str]:
    """The environment of every step: the virtual environment's programs first."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def held(step: Step) -> bool:
    """Run a check; print what it said only when it failed."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    told = "holds" if done.returncode == 0 else "FAILS"
    print(f"{step.name}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
    if done.returncode != 0:
        print(done.stdout.rstrip(), flush=True)
    return done.returncode == 0


def tested(environment: Mapping[str, str]) -> bool:
    """Run the tests, as they tell of themselves."""
    print(f"{TESTS.name}:", flush=True)
    try:
        done = subprocess.run(
            TESTS.command, cwd=ROOT, env=dict(environment), timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"The tests took longer than {MOST_SECONDS // 60} minutes and were ended.")
        return False
    return done.returncode == 0


def find_chromium() -> str | None:
    """The path of a Chromium, installed if there was none; None when it cannot be had."""
    for found in (named_chromium, debians_chromium, playwrights_chromium):
        path = found()
        if path is not None:
            print(f"Chromium: {path}", flush=True)
            return path
    print(
        "Chromium: FAILS\nThe pages are tested in a real Chromium, and none could be found or "
        "installed. Install your system's chromium package, or name the program: "
        "CHROMIUM=/path/to/chromium make test",
        flush=True,
    )
    return None


def named_chromium() -> str | None:
    """The one that the environment names, or that stands on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return shutil.which("chromium") or shutil.which("chromium-browser")


def debians_chromium() -> str | None:
    """Debian's package, when this is Debian and we are root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("Chromium is missing: installing Debian's package.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ("update", "-qq"),
        ("install", "-y", "-qq", "--no-install-recommends", "chromium"),
    ):
        quiet = subprocess.run(
            ("apt-get", *words), env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if quiet.returncode != 0:
            return None
    return shutil.which("chromium")


def playwrights_chromium() -> str | None:
    """The one that Playwright brings, downloaded unless it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        print("Chromium is missing: installing Playwright's.", flush=True)
        install = (sys.executable, "-m", "playwright", "install", "chromium")
        subprocess.run(install, stdout=subprocess.DEVNULL, check=False)
    return path if Path(path).exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
