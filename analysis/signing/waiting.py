"""What waits between signing and publishing, for those who may do something about it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.followup import replying, reserving, rounds
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.i18n import long_date
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Right, may
from dialogue.hosts.waiting import Waiting, tells_what_waits


@tells_what_waits
def corrections(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """The corrections that nobody has replied to."""
    if not may(user, Right.EDIT_THEMES, dialogue):
        return
    left = sum(not each.answered for each in replying.corrections_of(session(), dialogue))
    if left:
        yield Waiting(
            ngettext(
                "%(num)d correction waits for a reply.",
                "%(num)d corrections wait for a reply.",
                left,
            ),
            url_for("analysis.corrections", dialogue=dialogue.slug),
        )


@tells_what_waits
def a_say_for_the_host(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """The summary that is out, for the host to read before it is published."""
    if not dialogue.is_hosted or not may(user, Right.RESERVE, dialogue):
        return
    held = rounds.newest_round(session(), dialogue)
    if held is None or held.publication_id is not None or held.ends_on is None:
        return
    if reserving.reservations(session(), dialogue):
        return
    there = url_for("analysis.confirmation", dialogue=dialogue.slug) + "#reservations"
    if held.is_open(today()):
        sentence = _(
            "The summary is out until %(day)s. Say if you do not agree with it.",
            day=long_date(held.ends_on),
        )
    else:
        sentence = _("The summary is about to be published. Say if you do not agree with it.")
    yield Waiting(str(sentence), there)
