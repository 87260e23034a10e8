"""A draft on stage, and the pages that change it."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dialogue.app import Application
from surveys.building import authoring
from surveys.questions.document import Document
from tests.conftest import Cast
from tests.surveys.test_versions import ours

HERE = "/sv/arbetsrum/vad-ar-viktigt/enkat"


def csrf(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, (page.status_code, page.text[-500:])
    return found.group(1)


def post(client: FlaskClient, address: str, seen_on: str = "", **fields: Any) -> TestResponse:
    token = csrf(client, seen_on or address)
    return client.post(address, data={"csrf_token": token, **fields})


def fields_of(page: str) -> dict[str, str]:
    """What the form of a question holds, as a browser would send it."""
    import html

    areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S)
    hidden = re.findall(r'<input[^>]*name="(seen|csrf_token)"[^>]*value="([^"]+)"', page)
    return {name: html.unescape(value) for name, value in [*areas, *hidden]}


def document(app: Application, cast: Cast) -> Document:
    with app.app_context():
        return authoring.draft_document(ours(cast))


def ids(found: Document) -> list[str]:
    return [each.id for each in found.questions]
