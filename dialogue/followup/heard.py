"""What a confirmation round shows, and what was said in it: read and counted, nothing changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationReply,
    ConfirmationRound,
    ConfirmationSay,
    RoundClaim,
    RoundQuote,
    RoundStory,
    Verdict,
)

WHOLE = "whole"
"""What is said of all the texts together."""


def texts_in(round_: ConfirmationRound) -> tuple[str, ...]:
    """What there is to say something of: each theme by its key, and the whole."""
    return (*(theme["key"] for theme in round_.snapshot.get("themes", ())), WHOLE)


@dataclass(frozen=True, slots=True)
class ShownText:
    """What a round shows under a theme: claims with their quotes, and other quotes."""

    claims: tuple[tuple[RoundClaim, tuple[RoundQuote, ...]], ...]
    quotes: tuple[RoundQuote, ...]


def words_of(session: Session, round_: ConfirmationRound) -> dict[str, ShownText]:
    """The words that a round shows, by theme: those that still stand and may be shown."""
    mine = select(RoundQuote).where(RoundQuote.round_id == round_.id)
    quotes = [
        quote
        for quote in session.scalars(mine.order_by(RoundQuote.place))
        if quote.text is not None
    ]
    said = select(RoundClaim).where(RoundClaim.round_id == round_.id)
    claims = [
        claim
        for claim in session.scalars(said.order_by(RoundClaim.place))
        if claim.name.sv or claim.name.en
    ]
    return {
        key: ShownText(
            claims=tuple(
                (claim, tuple(quote for quote in quotes if quote.claim_id == claim.id))
                for claim in claims
                if str(claim.theme) == key
            ),
            quotes=tuple(q for q in quotes if str(q.theme) == key and q.claim_id is None),
        )
        for key in texts_in(round_)
    }


def counted(session: Session, round_: ConfirmationRound) -> dict[str, dict[str, int]]:
    """How many voices said what of each text: ``{text: {verdict: number}}``."""
    found: dict[str, dict[str, int]] = {
        about: {verdict.value: 0 for verdict in Verdict} for about in texts_in(round_)
    }
    rows = session.execute(
        select(ConfirmationSay.about, ConfirmationSay.verdict, func.count())
        .where(ConfirmationSay.round_id == round_.id)
        .group_by(ConfirmationSay.about, ConfirmationSay.verdict)
    )
    for about, verdict, number in rows:
        found[about][Verdict(verdict).value] = number
    return found


def counted_by_way(
    session: Session, round_: ConfirmationRound
) -> dict[str, dict[str, dict[str, int]]]:
    """As :func:`counted`, by verdict and way in: ``{text: {verdict: {channel: number}}}``."""
    found: dict[str, dict[str, dict[str, int]]] = {
        about: {verdict.value: {} for verdict in Verdict} for about in texts_in(round_)
    }
    columns = ConfirmationSay.about, ConfirmationSay.verdict, ConfirmationSay.channel
    rows = session.execute(
        select(*columns, func.count())
        .where(ConfirmationSay.round_id == round_.id)
        .group_by(*columns)
    )
    for about, verdict, channel, number in rows:
        found[about][Verdict(verdict).value][Channel(channel).value] = number
    return found


def places_in(session: Session, round_: ConfirmationRound) -> int:
    """How many people were at the meetings, as those who led them counted."""
    told = select(func.sum(ConfirmationLink.places)).where(ConfirmationLink.round_id == round_.id)
    return int(session.scalar(told) or 0)


def voices_in(session: Session, round_: ConfirmationRound) -> dict[str, int]:
    """How many voices said anything, by channel."""
    rows = session.execute(
        select(ConfirmationSay.channel, func.count(func.distinct(ConfirmationSay.voice)))
        .where(ConfirmationSay.round_id == round_.id)
        .group_by(ConfirmationSay.channel)
    )
    found = {channel.value: 0 for channel in Channel}
    return found | {Channel(channel).value: number for channel, number in rows}


def replies_in(session: Session, round_: ConfirmationRound) -> dict[str, int]:
    """How many corrections led to a change, and how many did not."""
    rows = session.execute(
        select(ConfirmationReply.changed, func.count())
        .join(ConfirmationSay, ConfirmationSay.id == ConfirmationReply.say_id)
        .where(ConfirmationSay.round_id == round_.id)
        .group_by(ConfirmationReply.changed)
    )
    told = {bool(changed): number for changed, number in rows}
    return {"changed": told.get(True, 0), "not_changed": told.get(False, 0)}


def place_of(session: Session, round_: ConfirmationRound, stories: Iterable[uuid.UUID]) -> set[str]:
    """The themes of a round that these stories were counted in."""
    mine = select(RoundStory.theme).where(
        RoundStory.round_id == round_.id, RoundStory.story_id.in_(list(stories))
    )
    return {str(theme) for theme in session.scalars(mine)}


def about_in_words(round_: ConfirmationRound, about: str) -> dict[str, Any] | None:
    """The theme of a round with this key, as it was shown; None for the whole."""
    themes: list[dict[str, Any]] = round_.snapshot.get("themes", [])
    return next((theme for theme in themes if theme["key"] == about), None)
