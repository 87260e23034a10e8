"""What waits at the desk, for those who may do something about it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import ngettext

from analysis.desk.opinions import waiting_for
from analysis.desk.queue import CLEAN, MARKED, counts_of
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Right, may, reads_everything
from dialogue.hosts.waiting import Waiting, tells_what_waits


@tells_what_waits
def stories_at_the_desk(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """The stories that nobody has let through, for those who may read them."""
    if not may(user, Right.REVIEW_STORIES, dialogue) or not reads_everything(user, dialogue):
        return
    counts = counts_of(session(), dialogue.id)
    waiting = counts[MARKED] + counts[CLEAN]
    if waiting:
        yield Waiting(
            ngettext(
                "%(num)d story waits to be let through.",
                "%(num)d stories wait to be let through.",
                waiting,
            ),
            url_for(
                "analysis.desk",
                dialogue=dialogue.slug,
                show=MARKED if counts[MARKED] else CLEAN,
            ),
        )


@tells_what_waits
def questions(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """The second opinions that somebody asked for."""
    if not may(user, Right.ADVISE, dialogue):
        return
    asked = len(waiting_for(session(), dialogue, user))
    if asked:
        yield Waiting(
            ngettext(
                "%(num)d question waits for your second opinion.",
                "%(num)d questions wait for your second opinion.",
                asked,
            ),
            url_for("analysis.opinions", dialogue=dialogue.slug),
        )
