"""What holds everywhere: every view, every template, every module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from dialogue.app import Application
from dialogue.ground.access import Access, init_access, open_to, rule_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dialogue", "surveys", "analysis", "translations", "tests")
LEFTOVERS = {"utils", "util", "helpers", "helper", "common", "misc", "service", "services"}
LEFTOVERS |= {"manager", "managers", "tools", "stuff", "base"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def modules() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "__pycache__" not in path.parts
    ]


def test_every_view_says_who_may_call_it(app: Application) -> None:
    """A01."""
    silent = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule_of(app, rule.endpoint) is None
    ]
    assert not silent


def test_every_declared_rule_belongs_to_a_view(app: Application) -> None:
    assert set(app.extensions["access"]) <= set(app.view_functions)


def test_a_silent_view_answers_403() -> None:
    house = Flask("house")
    init_access(house, {})

    @house.get("/said")
    @open_to(Access.ANYONE)
    def said() -> str:
        return "open"

    @house.route("/silent", methods=["GET", "POST", "PUT", "DELETE"])
    def silent() -> str:
        return "never shown"

    client = house.test_client()
    assert client.get("/said").text == "open"
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = client.open("/silent", method=method)
        assert answer.status_code == 403, method
        assert "never shown" not in answer.text


def test_a_silent_view_in_the_whole_application_answers_403(app: Application) -> None:
    app.url_map.add(Rule("/silent", endpoint="silent", methods=["GET"]))
    app.view_functions["silent"] = lambda: "never shown"
    answer = app.test_client().get("/silent")
    assert answer.status_code == 403
    assert "never shown" not in answer.text


def test_no_module_is_named_for_a_leftover() -> None:
    assert not [path for path in modules() if path.stem in LEFTOVERS]
    assert len(modules()) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_what_the_policy_refuses(path: Path) -> None:
    """D02: no inline style, no inline script, no handler, nothing from elsewhere."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"<style\b|\sstyle\s*=", text)
    assert not re.search(r"[\s\"']on[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"javascript:", text, re.I)
    for script in re.findall(r"<script\b[^>]*>(.*?)</script>", text, re.S):
        assert not script.strip()
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script
        assert "nonce=" in script
    for address in re.findall(r"(?:src|href|action)=\"(https?:)?//([^\"/]+)", text):
        assert "<a " in text, address


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_turns_escaping_off(path: Path) -> None:
    """B01: nothing that somebody wrote can become markup."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)


def test_verbs_never_commit() -> None:
    """One place commits: the request, the job, the command and the views that promise."""
    allowed = {
        "dialogue/app.py", "dialogue/commands.py", "dialogue/ground/jobs.py",
        "dialogue/ground/schema.py", "analysis/reading/runs.py", "dialogue/followup/receipts.py",
        "dialogue/demo/__main__.py", "surveys/answering/drafts.py",
        "dialogue/meetings/arranging/forgetting.py", "analysis/reading/nightly.py",
        "analysis/reading/vectors.py", "analysis/reading/arrivals.py",
        "analysis/codebooks/previewing.py", "dialogue/meetings/table/own_note.py",
        "surveys/ending.py", "dialogue/voices/letting_go.py",
    }  # fmt: skip
    found = {
        str(path.relative_to(ROOT))
        for path in modules()
        if "tests" not in path.parts and ".commit()" in path.read_text(encoding="utf-8")
    }
    verbs = {
        path
        for path in found - allowed
        if not path.startswith(("surveys/answering/views", "dialogue/commands", "surveys/commands"))
    }
    assert not verbs
