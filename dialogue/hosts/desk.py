"""The first page of those who work with dialogues."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.hosts.breaking_glass import glass_of
from dialogue.hosts.life_words import what_next
from dialogue.hosts.rights import Right, coordinated_by, dialogues_of, may, signed_in
from dialogue.hosts.waiting import what_waits

desk = Blueprint("hosts", __name__, url_prefix="/<language:language>/arbetsrum")
LATELY = timedelta(days=30)
"""How long a look at stories stays on the desk of those concerned; the overview keeps it."""


@desk.get("/", endpoint="desk")
@open_to(Access.STAFF)
def show() -> str:
    """The dialogues that the reader takes part in."""
    user = signed_in()
    found = [
        each
        for each in session().scalars(dialogues_of(user))
        if may(user, Right.SEE_DIALOGUE, each)
    ]
    readable = {each.id for each in found if may(user, Right.READ_STORIES, each)}
    buildable = {each.id for each in found if may(user, Right.BUILD_SURVEY, each)}
    return render_template(
        "hosts/desk.html",
        dialogues=found,
        readable=readable,
        buildable=buildable,
        begins=bool(coordinated_by(user)),
        next_words={each.id: what_next(each) for each in found},
        waits={each.id: what_waits(each, user) for each in found},
        glass=[each for each in glass_of(session(), *found) if each.ends_at > now() - LATELY],
        now=now(),
    )
