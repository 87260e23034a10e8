"""Residents who answer: the requests of one session, against the product and the floor."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Callable
from urllib.parse import urlencode

FIELDS = {
    "berattelse": "Jag ringde klockan åtta varje morgon i tre veckor. Till slut svarade Siv. " * 3,
    "poang-1": "5", "poang-2": "3", "poang-3": "2", "litar": "2", "vart": "4",
    "slipper": "vet_inte", "rost": "self", "kommun": "umea", "alder": "50-64", "use": "quote",
}  # fmt: skip
STEPS = (
    ("berattelse",), ("poang-1", "poang-2", "poang-3"), ("litar",), ("vart",), ("slipper",),
    ("rost",), ("kommun", "alder"),
)  # fmt: skip
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
ANSWER = "/sv/dialog/vad-ar-viktigt/svara"

Ask = Callable[[str, str, dict[str, str] | None], str]


class Refused(Exception):
    """The server answered something else than 200."""


def asking(connection: http.client.HTTPConnection) -> Ask:
    """Send one request on a kept connection; the page."""

    def ask(method: str, path: str, fields: dict[str, str] | None = None) -> str:
        body = urlencode(fields) if fields is not None else None
        connection.request(method, path, body, FORM if body is not None else {})
        answer = connection.getresponse()
        page = answer.read().decode()
        if answer.status != 200:
            raise Refused(f"{method} {path}: {answer.status}")
        return page

    return ask


def hidden(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def paged(ask: Ask) -> None:
    """One question per screen: a GET, seven screens and the sending."""
    page = ask("GET", ANSWER, None)
    for names in STEPS:
        filled = hidden(page) | {name: FIELDS[name] for name in names} | {"go": "next"}
        page = ask("POST", ANSWER, filled)
    page = ask("POST", ANSWER, hidden(page) | {"use": "quote", "go": "send"})
    if 'id="code"' not in page:
        raise Refused("no receipt")


def one_page(ask: Ask) -> None:
    """All questions on one page: a GET, the page where the answers are checked, the sending."""
    page = ask("GET", ANSWER + "/alla", None)
    page = ask("POST", ANSWER, hidden(page) | FIELDS | {"go": "next"})
    page = ask("POST", ANSWER, hidden(page) | {"use": "quote", "go": "send"})
    if 'id="code"' not in page:
        raise Refused("no receipt")


def floor_paged(ask: Ask) -> None:
    ask("GET", "/", None)
    for _names in STEPS:
        ask("POST", "/", FIELDS | {"go": "next"})
    ask("POST", "/", FIELDS | {"go": "send"})


def floor_one_page(ask: Ask) -> None:
    ask("GET", "/", None)
    ask("POST", "/", FIELDS | {"go": "send"})
