"""A round begins: signed themes are shown to those who took part, or nobody is asked, and why.

A round lasts seven to fourteen days. Who holds none says why, and that is published.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialogue.followup.round_models import ConfirmationRound, RoundClaim, RoundQuote, RoundStory
from dialogue.followup.signed import Placed, SignedQuote, SignedTheme, described
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.life import Verb, take_step
from dialogue.hosts.models import Dialogue, DialogueState, User

SHORTEST, LONGEST = 7, 14
"""Days that a round is open."""
LONGEST_REASON = 600
SHORTEST_REASON = 10


def start_round(
    session: Session,
    dialogue: Dialogue,
    themes: Sequence[SignedTheme],
    placed: Placed,
    days: int,
    *,
    by: User,
    smallest: int,
    on: date | None = None,
) -> ConfirmationRound:
    """Show signed themes to those who took part, from today on. ``placed`` is where stories stand.

    Raises:
        Refusal: when nothing is signed, a round is open, or it is shorter or longer than allowed.
    """
    if not themes:
        raise Refusal(_("Sign at least one theme before you ask whether it is right."))
    if not SHORTEST <= days <= LONGEST:
        raise Refusal(
            _("A round is open for %(few)d to %(many)d days.", few=SHORTEST, many=LONGEST)
        )
    on = on or today()
    made = _new_round(session, dialogue, by, on)
    made.starts_on, made.ends_on = on, on + timedelta(days=days)
    made.snapshot = described(themes, smallest)
    session.flush()
    for theme in themes:
        _show_words(session, made, theme)
    rows = [{"round_id": made.id, "story_id": story, "theme": key} for story, key in placed.items()]
    if rows:
        session.execute(insert(RoundStory), rows)
    if dialogue.state == DialogueState.CLOSED:
        take_step(session, dialogue, Verb.READ, by=by)
    if dialogue.state == DialogueState.IN_ANALYSIS:
        take_step(session, dialogue, Verb.SEND_OUT, by=by)
    session.flush()
    audit.record(session, "confirmation round started", made.id, by.id, until=str(made.ends_on))
    return made


def _show_words(session: Session, made: ConfirmationRound, theme: SignedTheme) -> None:
    """The claims and quotes of a theme as rows of a round."""
    for place, claim in enumerate(theme.claims):
        row = RoundClaim(round_id=made.id, theme=theme.key, place=place, words=dict(claim.words))
        session.add(row)
        session.flush()
        for each, quote in enumerate(claim.quotes):
            session.add(_round_quote(made, theme, each, quote, row.id))
    for place, quote in enumerate(theme.quotes):
        session.add(_round_quote(made, theme, place, quote, None))


def _round_quote(
    made: ConfirmationRound,
    theme: SignedTheme,
    place: int,
    quote: SignedQuote,
    claim: uuid.UUID | None,
) -> RoundQuote:
    return RoundQuote(
        round_id=made.id, story_id=quote.story.id, theme=theme.key, place=place,
        start=quote.start, end=quote.end, digest=quote.digest, claim_id=claim,
    )  # fmt: skip


def waive_round(
    session: Session, dialogue: Dialogue, because: str, *, by: User, on: date | None = None
) -> ConfirmationRound:
    """Say why nobody is asked before the next publication. The reason is published.

    Raises:
        Refusal: when no reason is given, or a round is open.
    """
    if len(because) < SHORTEST_REASON:
        raise Refusal(_("Say why there is no round. Everybody can read the reason."))
    if len(because) > LONGEST_REASON:
        raise Refusal(_("A reason has at most %(num)d characters.", num=LONGEST_REASON))
    made = _new_round(session, dialogue, by, on or today())
    made.because = because
    session.flush()
    audit.record(session, "no confirmation round", made.id, by.id, because=because)
    return made


def _new_round(session: Session, dialogue: Dialogue, by: User, on: date) -> ConfirmationRound:
    """The next round of a dialogue. Whoever comes second waits, and is refused."""
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue.id).with_for_update())
    newest = newest_round(session, dialogue)
    if newest is not None and newest.is_open(on):
        raise Refusal(_("A round is open already. It has to end before another one."))
    made = ConfirmationRound(
        dialogue_id=dialogue.id,
        number=newest.number + 1 if newest else 1,
        started_by=by.id,
        snapshot={},
    )
    session.add(made)
    return made


def newest_round(session: Session, dialogue: Dialogue) -> ConfirmationRound | None:
    """The last round of a dialogue, held or not."""
    mine = select(ConfirmationRound).where(ConfirmationRound.dialogue_id == dialogue.id)
    newest = mine.order_by(ConfirmationRound.number.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).first()


def open_round(
    session: Session, dialogue: Dialogue, on: date | None = None
) -> ConfirmationRound | None:
    """The round in which participants may say something today."""
    newest = newest_round(session, dialogue)
    return newest if newest is not None and newest.is_open(on or today()) else None
