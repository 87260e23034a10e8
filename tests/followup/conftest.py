"""Nobody has guessed codes when a test begins."""

from __future__ import annotations

import pytest

from dialogue.followup import receipts


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    receipts.wrong_codes._tries.clear()
