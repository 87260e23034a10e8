"""What the hosts' pages of meetings stand on: their address and who may come."""

from __future__ import annotations

from flask import Blueprint, abort

from dialogue.ground.db import session
from dialogue.hosts.rights import Holding, Right, dialogue_named
from dialogue.meetings.models import Meeting
from dialogue.meetings.planning import meeting_named

hosting = Blueprint(
    "hosting", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/moten"
)
BUILDERS = Holding(Right.BUILD_SURVEY)
WRITERS = Holding(Right.ENTER_ANSWERS)
GUESTS = Holding(Right.SEE_REGISTRATIONS)


def meeting_here(dialogue: str, slug: str) -> Meeting:
    """The meeting that an address names, or 404."""
    return meeting_named(session(), dialogue_named(dialogue), slug) or abort(404)
