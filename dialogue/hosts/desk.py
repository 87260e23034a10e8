"""The first page of those who work with dialogues."""

from __future__ import annotations

from flask import Blueprint, render_template

from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.hosts.models import StaffRole
from dialogue.hosts.rights import Right, dialogues_of, may, signed_in

desk = Blueprint("hosts", __name__, url_prefix="/<language:language>/arbetsrum")


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
        begins=any(
            each.role == StaffRole.COORDINATOR and each.dialogue_id is None
            for each in user.memberships
        ),
    )
