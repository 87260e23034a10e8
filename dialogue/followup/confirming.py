"""In a round one voice says one thing of each text, and may change it until the end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.heard import texts_in
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationRound,
    ConfirmationSay,
    Verdict,
)
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import Contribution

LONGEST_WORDS = 2_000
MOST_LINKS = 50


def say(
    session: Session,
    round_: ConfirmationRound,
    said: Mapping[str, tuple[Verdict | None, str]],
    *,
    voice: bytes,
    channel: Channel,
    lang: str,
    contribution: Contribution | None = None,
    link: ConfirmationLink | None = None,
    by: User | None = None,
    on: date | None = None,
) -> int:
    """Keep what one voice says of the texts of a round; how many texts it says something of.

    ``said`` holds a verdict and words by text. What the voice said before is replaced; without
    a verdict it is taken away.

    Raises:
        Refusal: when the round has ended, a text is unknown, or the words are too long.
    """
    on = on or today()
    same = select(ConfirmationRound).where(ConfirmationRound.id == round_.id)
    current = session.scalars(
        same.with_for_update().execution_options(populate_existing=True)
    ).one()
    if not current.is_open(on):
        raise Refusal(_("The round has ended. What you wrote was not kept."))
    known = texts_in(current)
    before = says_of(session, current, voice)
    for about, (verdict, words) in said.items():
        if about not in known:
            raise Refusal(_("One of the texts is not in this round."))
        if len(words) > LONGEST_WORDS:
            raise Refusal(_("Write at most %(num)d characters about each text.", num=LONGEST_WORDS))
        old = before.get(about)
        if verdict is None:
            if old is not None:
                session.delete(old)
            continue
        if old is None:
            old = ConfirmationSay(round_id=current.id, about=about, voice=voice, channel=channel)
            session.add(old)
        old.verdict, old.words, old.lang, old.said_on = verdict, words, lang, on
        old.digest = hashlib.sha256(f"{verdict}\n{words}".encode()).hexdigest()
        old.contribution_id = contribution.id if contribution else None
        old.link_id = link.id if link else None
        old.entered_by = by.id if by else None
    session.flush()
    return len(says_of(session, current, voice))


def says_of(
    session: Session, round_: ConfirmationRound, voice: bytes
) -> dict[str, ConfirmationSay]:
    """What a voice says in a round, by text."""
    mine = select(ConfirmationSay).where(
        ConfirmationSay.round_id == round_.id, ConfirmationSay.voice == voice
    )
    return {each.about: each for each in session.scalars(mine)}


def make_link(
    session: Session,
    round_: ConfirmationRound,
    name: str,
    *,
    by: User,
    on: date | None = None,
) -> ConfirmationLink:
    """An address for one meeting.

    Raises:
        Refusal: when the round has ended, the meeting has no name, or there are too many.
    """
    if not round_.is_open(on or today()):
        raise Refusal(_("The round has ended."))
    if not name:
        raise Refusal(_("Say which meeting the address is for."))
    if len(links_of(session, round_)) >= MOST_LINKS:
        raise Refusal(_("There are at most %(num)d addresses in a round.", num=MOST_LINKS))
    made = ConfirmationLink(
        round_id=round_.id, token=secrets.token_urlsafe(12), name=name[:120], made_by=by.id
    )
    session.add(made)
    session.flush()
    audit.record(session, "address for confirming made", made.id, by.id)
    return made


def links_of(session: Session, round_: ConfirmationRound) -> Sequence[ConfirmationLink]:
    mine = select(ConfirmationLink).where(ConfirmationLink.round_id == round_.id)
    return session.scalars(mine.order_by(ConfirmationLink.made_at)).all()
