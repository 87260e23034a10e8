"""What languages are called, in the reader's language."""

from __future__ import annotations

import pytest

from dialogue.app import Application
from dialogue.ground.i18n import language_said


@pytest.mark.parametrize(
    ("page", "code", "said"),
    [
        ("/sv/", "sv", "svenska"), ("/en/", "sv", "Swedish"), ("/sv/", "se", "nordsamiska"),
        ("/en/", "sv-SE", "Swedish"), ("/sv/", "", ""), ("/sv/", "ingen kod", "ingen kod"),
        ("/en/", "zzz", "zzz"),
    ],
)  # fmt: skip
def test_a_language_is_named(app: Application, page: str, code: str, said: str) -> None:
    with app.test_request_context(page):
        app.preprocess_request()
        assert language_said(code).casefold() == said.casefold()
