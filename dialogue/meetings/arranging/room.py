"""What the hosts' pages of meetings stand on: their address and who may come."""

from __future__ import annotations

from flask import Blueprint, abort

from dialogue.ground.db import session
from dialogue.hosts.rights import (
    Holding,
    Right,
    dialogue_named,
    is_held_back,
    is_let_through,
    may,
    reads_everything,
    signed_in,
)
from dialogue.meetings.arranging.planning import meeting_named
from dialogue.meetings.models import Meeting

hosting = Blueprint(
    "hosting", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/moten"
)
BUILDERS = Holding(Right.BUILD_SURVEY)
WRITERS = Holding(Right.ENTER_ANSWERS)
GUESTS = Holding(Right.SEE_REGISTRATIONS)


def meeting_here(dialogue: str, slug: str) -> Meeting:
    """The meeting that an address names, or 404."""
    return meeting_named(session(), dialogue_named(dialogue), slug) or abort(404)


def sees_words(meeting: Meeting) -> bool:
    """Whether the reader may see what was said: not one from whom the host keeps the stories."""
    user, dialogue = signed_in(), meeting.dialogue
    if is_let_through(dialogue) and may(user, Right.READ_STORIES, dialogue):
        return reads_everything(user, dialogue)
    rights = (Right.READ_STORIES, Right.SEE_REGISTRATIONS)
    return not is_held_back(dialogue) or any(may(user, right, dialogue) for right in rights)


def words_here(dialogue: str, slug: str) -> Meeting:
    """The meeting that an address names, for a page that shows what was said; 404 otherwise."""
    meeting = meeting_here(dialogue, slug)
    if not sees_words(meeting):
        abort(404)
    return meeting
