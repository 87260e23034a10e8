"""The whole way of a resident, with nothing but forms: no cookie, no script."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.access import Access, rule_of
from dialogue.ground.db import Base, session
from surveys.questions.document import Document
from tests.conftest import Cast
from tests.survey import DOCUMENT, STORY, answer, code_on, hidden_fields, press

FILLED = {
    "berattelse": STORY, "poang-1": "5", "poang-2": "3", "poang-3": "2", "litar": "4",
    "rost": "self", "kommun": "umea", "alder": "30-49",
}  # fmt: skip


def rows_in(application: Application) -> int:
    with application.app_context():
        return sum(
            session().scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        )


def typed_on(page: str, names: set[str]) -> dict[str, str]:
    """What a person fills in of the fields that the page shows."""
    shown = set(re.findall(r"<(?:input|textarea|select)[^>]*\bname=\"([^\"]+)\"", page))
    return {name: value for name, value in FILLED.items() if name in shown & names}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_screen_in_turn_without_cookies_or_scripts(
    app: Application, cast: Cast, language: str
) -> None:
    """C15, I06: from the front page to the receipt and the fate, each page by its own buttons."""
    client = app.test_client(use_cookies=False)
    before = rows_in(app)
    front = client.get(f"/{language}/")
    assert f"/{language}/dialog/vad-ar-viktigt" in front.text
    assert (
        f"/{language}/dialog/vad-ar-viktigt/svara"
        in client.get(f"/{language}/dialog/vad-ar-viktigt").text
    )
    page = client.get(f"/{language}/dialog/vad-ar-viktigt/svara")
    steps = Document.of(DOCUMENT).steps
    for step in steps:
        fields = hidden_fields(page.text)
        assert fields["at"] == step.id
        page = press(client, fields | typed_on(page.text, set(FILLED)), "next", language=language)
        assert page.status_code == 200, step.id
    fields = hidden_fields(page.text)
    assert fields["at"] == "check"
    assert html.escape(STORY, quote=False) in page.text
    assert rows_in(app) == before
    sent = press(client, fields | {"use": ["quote"]}, "send", language=language)
    assert sent.status_code == 200
    code = code_on(sent.text)
    receipt = hidden_fields(client.get(f"/{language}/kvitto/").text)
    fate = client.post(f"/{language}/kvitto/", data=receipt | {"code": code})
    assert fate.status_code == 200
    assert "vad-ar-viktigt" in fate.text or STORY in fate.text


def test_changing_language_on_any_screen_keeps_what_was_typed(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    page = client.get("/sv/dialog/vad-ar-viktigt/svara")
    for step in Document.of(DOCUMENT).steps:
        fields = hidden_fields(page.text) | typed_on(page.text, set(FILLED))
        other = press(client, fields, "stay", language="en")
        assert other.status_code == 200
        assert '<html lang="en"' in other.text
        assert hidden_fields(other.text)["at"] == step.id
        assert html.escape(STORY, quote=False) in html.unescape(other.text)
        assert hidden_fields(other.text)["key"] == fields["key"]
        page = press(client, fields, "next")


def test_no_public_page_sets_a_cookie(app: Application, cast: Cast) -> None:
    """C15."""
    client: FlaskClient = app.test_client()
    answer(client)
    seen = 0
    for rule in app.url_map.iter_rules():
        if rule_of(app, rule.endpoint) is not Access.ANYONE or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint.startswith("security.") or rule.arguments - {"language", "dialogue"}:
            continue
        values = {"language": "sv", "dialogue": "vad-ar-viktigt"}
        adapter = app.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        page = client.get(address)
        seen += 1
        assert not page.headers.getlist("Set-Cookie"), address
    assert seen >= 7
