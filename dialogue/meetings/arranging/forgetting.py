"""Every minute a worker looks whether the day has come to delete a meeting's registrations."""

from __future__ import annotations

from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.jobs import every_minute
from dialogue.meetings.arranging.registering import forget


@every_minute
def forget_registrations() -> None:
    """Delete what should not be kept any longer."""
    forget(session(), today())
    session().commit()
