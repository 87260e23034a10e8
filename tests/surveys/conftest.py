"""What several files about surveys need on stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import g

from dialogue.app import Application
from dialogue.ground.db import session
from surveys import versions
from tests.conftest import Cast
from tests.surveys.each_kind import APP
from tests.surveys.test_versions import eva, ours


@pytest.fixture
def draft(app: Application, cast: Cast) -> Cast:
    """The cast with a correction begun, so that there is a draft."""
    with app.app_context():
        versions.begin_correction(session(), ours(cast), by=eva(cast))
        session().commit()
    return cast


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Everything holds in both languages."""
    with APP.test_request_context(f"/{request.param}/ask/viktigt"):
        g.language = request.param
        yield request.param
