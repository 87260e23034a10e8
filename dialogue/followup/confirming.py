"""In a round one voice says one thing of each text, and may change it until the end."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
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
MOST_PLACES = 1_000
"""People at one meeting."""


class MeetingFull(Refusal):
    """As many voices have come in by a meeting's address as there are people at the meeting."""


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
        MeetingFull: when the voice is new, and the meeting's address has no place left.
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
    if link is not None and not before and is_full(session, link):
        raise MeetingFull(_("Everybody who is at the meeting has said what they think."))
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


def voices_by(session: Session, link: ConfirmationLink) -> int:
    """How many voices have come in by a meeting's address."""
    voices = select(func.count(func.distinct(ConfirmationSay.voice)))
    return session.scalar(voices.where(ConfirmationSay.link_id == link.id)) or 0


def voices_by_link(session: Session, round_: ConfirmationRound) -> dict[uuid.UUID, int]:
    """How many voices have come in by each address of a round that any have come by."""
    voices = select(ConfirmationSay.link_id, func.count(func.distinct(ConfirmationSay.voice)))
    mine = voices.where(ConfirmationSay.round_id == round_.id, ConfirmationSay.link_id.is_not(None))
    return {
        link: number
        for link, number in session.execute(mine.group_by(ConfirmationSay.link_id))
        if link is not None
    }


def is_full(session: Session, link: ConfirmationLink) -> bool:
    """Whether as many have spoken by an address as there are people at the meeting."""
    return voices_by(session, link) >= link.places


def make_link(
    session: Session,
    round_: ConfirmationRound,
    name: str,
    places: int,
    *,
    by: User,
    on: date | None = None,
) -> ConfirmationLink:
    """An address for one meeting with so many people.

    Raises:
        Refusal: when the round has ended, the meeting has no name or nobody in it, or there are
            too many addresses.
    """
    if not round_.is_open(on or today()):
        raise Refusal(_("The round has ended."))
    if not name:
        raise Refusal(_("Say which meeting the address is for."))
    _refuse_places(places)
    if len(links_of(session, round_)) >= MOST_LINKS:
        raise Refusal(_("There are at most %(num)d addresses in a round.", num=MOST_LINKS))
    made = ConfirmationLink(
        round_id=round_.id, token=secrets.token_urlsafe(12), name=name[:120], places=places,
        made_by=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, "address for confirming made", made.id, by.id, places=places)
    return made


def change_places(session: Session, link: ConfirmationLink, places: int, *, by: User) -> None:
    """Say anew how many people are at a meeting; never fewer than have spoken already.

    Raises:
        Refusal: when the number is none, or smaller than the voices that are kept.
    """
    same = select(ConfirmationRound.id).where(ConfirmationRound.id == link.round_id)
    session.execute(same.with_for_update())
    _refuse_places(places)
    kept = voices_by(session, link)
    if places < kept:
        raise Refusal(
            ngettext(
                "%(num)d voice has come in by this address. The number cannot be smaller.",
                "%(num)d voices have come in by this address. The number cannot be smaller.",
                kept,
            )
        )
    before, link.places = link.places, places
    session.flush()
    audit.record(
        session, "people at a meeting counted anew", link.id, by.id, before=before, after=places
    )


def _refuse_places(places: int) -> None:
    if not 1 <= places <= MOST_PLACES:
        raise Refusal(_("Say how many people are at the meeting: 1 to %(num)d.", num=MOST_PLACES))


def links_of(session: Session, round_: ConfirmationRound) -> Sequence[ConfirmationLink]:
    mine = select(ConfirmationLink).where(ConfirmationLink.round_id == round_.id)
    return session.scalars(mine.order_by(ConfirmationLink.made_at)).all()
