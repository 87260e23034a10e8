"""An application that a sender of nonsense meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.db import db
from tests.conftest import Cast, Databases, play


@pytest.fixture
def live(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application as it runs outside tests, on both databases."""
    wrong_codes._tries.clear()
    with databases.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        yield application
        with application.app_context():
            db.engine.dispose()


@pytest.fixture
def people(live: Application) -> Cast:
    return play(live)
