"""A teller changes what their answer may be used for, with their receipt and nothing else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.voices.models import Contribution, Use


def permit(session: Session, contribution: Contribution, use: Use, allowed: bool) -> None:
    """Allow a use of an answer, or take the permission back; it counts at once."""
    kept = [each for each in contribution.uses if each != use]
    contribution.uses = [*kept, str(use)] if allowed else kept
    session.flush()
    act = "use allowed" if allowed else "use taken back"
    audit.record(session, act, contribution.dialogue_id, by="receipt", use=str(use))
