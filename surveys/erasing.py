"""Erases background answers again that a restored backup brought back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from dialogue.voices.erasure import also_erase_again
from surveys.models import BackgroundAnswer


@also_erase_again
def erase_backgrounds_again(session: Session, withdrawn: Select[Any]) -> None:
    """Erase the background answers whose hash ``withdrawn`` selects."""
    session.execute(delete(BackgroundAnswer).where(BackgroundAnswer.withdrawal_hash.in_(withdrawn)))
