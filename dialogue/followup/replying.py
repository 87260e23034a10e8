"""A round ends: whoever wrote what should be changed gets a reply, and then it may be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.heard import texts_in
from dialogue.followup.round_models import (
    ConfirmationReply,
    ConfirmationRound,
    ConfirmationSay,
    Verdict,
)
from dialogue.followup.rounds import newest_round
from dialogue.followup.signed import SignedTheme
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User

LONGEST_REPLY = 2_000


class ReplyOvertaken(Refusal):
    """Somebody else replied to a correction since the form was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has replied while you had this open."))


def corrections_of(session: Session, dialogue: Dialogue) -> Sequence[ConfirmationSay]:
    """What people want corrected or miss, in words, since the last publication."""
    return session.scalars(
        select(ConfirmationSay)
        .join(ConfirmationRound, ConfirmationRound.id == ConfirmationSay.round_id)
        .where(
            ConfirmationRound.dialogue_id == dialogue.id,
            ConfirmationRound.publication_id.is_(None),
            ConfirmationSay.verdict != Verdict.AGREES,
            ConfirmationSay.words != "",
        )
        .order_by(ConfirmationSay.about, ConfirmationSay.id)
    ).all()


def reply_to(
    session: Session, said: ConfirmationSay, changed: bool, text: str, *, by: User, seen: int = 0
) -> ConfirmationReply:
    """Tell somebody who wanted a change what was done. ``seen`` is the version that was open.

    Raises:
        Refusal: when nothing is said, it is too long, or somebody else was first.
    """
    if not text:
        raise Refusal(_("Say what you changed.") if changed else _("Say why you do not change it."))
    if len(text) > LONGEST_REPLY:
        raise Refusal(_("A reply has at most %(num)d characters.", num=LONGEST_REPLY))
    session.refresh(said, with_for_update=True)
    reply = session.get(ConfirmationReply, said.id, populate_existing=True)
    if (reply.version if reply else 0) != seen:
        raise ReplyOvertaken
    if reply is None:
        reply = ConfirmationReply(say_id=said.id, version=0)
        session.add(reply)
    reply.changed, reply.text, reply.of_words = changed, text, said.digest
    reply.by, reply.version = by.id, reply.version + 1
    session.flush()
    session.expire(said, ["reply"])
    audit.record(session, "correction replied to", said.id, by.id, changed=changed)
    return reply


def ready_round(
    session: Session, dialogue: Dialogue, themes: Iterable[SignedTheme], on: date | None = None
) -> ConfirmationRound:
    """The round that lets these themes be published.

    Raises:
        Refusal: when there is none, it has not ended, a theme was not in it, or a correction has
            no reply.
    """
    newest = newest_round(session, dialogue)
    if newest is None or newest.publication_id is not None:
        raise Refusal(
            _("Ask those who took part whether the themes are right, or say why you do not.")
        )
    if not newest.is_over(on or today()):
        raise Refusal(_("The round has not ended. Publish when everybody has had their time."))
    if not newest.waived:
        shown = texts_in(newest)
        for theme in themes:
            if str(theme.key) not in shown:
                raise Refusal(
                    _(
                        "“%(theme)s” was not in the round. Start another round, or say why there "
                        "is none.",
                        theme=theme.name.sv or theme.name.en,
                    )
                )
    left = sum(not each.answered for each in corrections_of(session, dialogue))
    if left:
        raise Refusal(
            ngettext(
                "%(num)d correction waits for a reply. Answer it before you publish.",
                "%(num)d corrections wait for a reply. Answer them before you publish.",
                left,
            )
        )
    return newest
