"""The survey of the tests: the demo dialogue's questions and texts, and ways to fill them in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import dialogue.demo
from surveys.questions.document import Document

TOLD: dict[str, Any] = tomllib.loads(
    (Path(dialogue.demo.__file__).parent / "dialogue.toml").read_text(encoding="utf-8")
)
TEXTS: dict[str, Any] = TOLD["texts"]
DOCUMENT = Document.of({"sections": TOLD["sections"]}).as_dict()
STORY = "Jag ringde klockan åtta varje morgon i tre veckor. Till slut svarade en som hette Siv."


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the answer form on a page."""
    import html

    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def open_form(
    client: FlaskClient, slug: str = "vad-ar-viktigt", language: str = "sv"
) -> dict[str, str]:
    """A fresh form: its key, its token and where it stands."""
    page = client.get(f"/{language}/dialog/{slug}/svara")
    assert page.status_code == 200, page.status_code
    return hidden_fields(page.text)


def press(
    client: FlaskClient,
    fields: dict[str, Any],
    button: str,
    slug: str = "vad-ar-viktigt",
    language: str = "sv",
) -> TestResponse:
    """Press a button of the form with these fields in it."""
    return client.post(f"/{language}/dialog/{slug}/svara", data=fields | {"go": button})


def answer(
    client: FlaskClient, text: str = STORY, uses: tuple[str, ...] = (), **fields: str
) -> str:
    """Send an answer; the receipt code."""
    form: dict[str, Any] = open_form(client) | {
        "berattelse": text,
        "at": "check",
        "use": list(uses),
    }
    page = press(client, form | fields, "send")
    assert page.status_code == 200, (page.status_code, page.text[-2000:])
    return code_on(page.text)


def code_on(page: str) -> str:
    """The receipt code that a page shows."""
    shown = re.search(r'id="code"[^>]*>(.*?)</p>', page, re.S)
    assert shown, "no code on the page"
    return "-".join(re.findall(r"[0-9A-Z]{4}", re.sub(r"<[^>]+>", " ", shown.group(1))))
