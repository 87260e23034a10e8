"""A live room in a meeting that goes on, on both databases."""

from __future__ import annotations

import pytest

from dialogue.app import Application
from tests.conftest import Cast
from tests.meetings.rooms import Stage, with_room


@pytest.fixture
def stage(app_on_both: Application, cast_on_both: Cast) -> Stage:
    return with_room(app_on_both, cast_on_both)
