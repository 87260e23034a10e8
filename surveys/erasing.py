"""Erases what hangs on no answer: background brought back by a backup, or past its keeping."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from dialogue.voices.erasure import also_erase_again
from dialogue.voices.letting_go import also_let_go
from surveys.models import BackgroundAnswer, Survey


@also_erase_again
def erase_backgrounds_again(session: Session, withdrawn: Select[Any]) -> None:
    """Erase the background answers whose hash ``withdrawn`` selects."""
    session.execute(delete(BackgroundAnswer).where(BackgroundAnswer.withdrawal_hash.in_(withdrawn)))


@also_let_go
def let_backgrounds_go(session: Session, dialogue: uuid.UUID) -> None:
    """Delete the background answers that were given in a dialogue."""
    mine = select(Survey.id).where(Survey.dialogue_id == dialogue)
    session.execute(delete(BackgroundAnswer).where(BackgroundAnswer.survey_id.in_(mine)))
