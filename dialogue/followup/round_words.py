"""Words that go from a confirmation round when they are covered, or their story goes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialogue.followup.round_models import (
    ConfirmationRound,
    ConfirmationSay,
    RoundClaim,
    RoundQuote,
    RoundStory,
)
from dialogue.voices.erasure import before_words_go, leave_out_repeats
from dialogue.voices.letting_go import also_let_go
from dialogue.voices.models import Story
from dialogue.voices.redaction import Change, when_covered


@when_covered
def _leave_the_round(session: Session, change: Change) -> None:
    """Quotes move with their words; those whose words were covered are no longer shown."""
    claims = set()
    for quote in session.scalars(select(RoundQuote).where(RoundQuote.story_id == change.story.id)):
        quote.start, quote.end = change.shift(quote.start, quote.end)
        claims.add(quote.claim_id)
    counted = select(RoundStory.round_id, RoundStory.theme)
    quoted = select(RoundQuote.round_id, RoundQuote.theme)
    mine = counted.where(RoundStory.story_id == change.story.id)
    placed: dict[uuid.UUID, set[str]] = {}
    for key, theme in session.execute(
        mine.union(quoted.where(RoundQuote.story_id == change.story.id))
    ):
        placed.setdefault(key, set()).add(str(theme))
    themes = mine.with_only_columns(RoundStory.theme)
    under = RoundClaim.id.in_(claims) | RoundClaim.theme.in_(themes)
    for claim in session.scalars(select(RoundClaim).where(under)):
        claim.words = {name: change.without_hidden(text) for name, text in claim.words.items()}
    for key, names in placed.items():
        _cover_names(session.get_one(ConfirmationRound, key), names, change)
    session.flush()


def _cover_names(round_: ConfirmationRound, themes: Collection[str], change: Change) -> None:
    """The names of these themes in what a round shows lose the covered words."""
    shown = round_.snapshot.get("themes", [])
    told = [
        each | {"name": {k: change.without_hidden(v or "") for k, v in each["name"].items()}}
        if each["key"] in themes
        else each
        for each in shown
    ]
    if told != shown:
        round_.snapshot = round_.snapshot | {"themes": told}


@before_words_go
def _forget_words(session: Session, stories: Sequence[Story]) -> None:
    """A claim that repeats the words of a story that goes is no longer shown."""
    going = RoundQuote.story_id.in_([story.id for story in stories])
    mine = select(RoundClaim, RoundQuote.story_id).join(
        RoundQuote, RoundQuote.claim_id == RoundClaim.id
    )
    leave_out_repeats(session.execute(mine.where(going)).all(), stories)
    session.flush()


@also_let_go
def _let_corrections_go(session: Session, dialogue: uuid.UUID) -> None:
    """What was written in meetings and on paper goes; how many agreed stays."""
    rounds = select(ConfirmationRound.id).where(ConfirmationRound.dialogue_id == dialogue)
    said = update(ConfirmationSay).where(ConfirmationSay.round_id.in_(rounds))
    session.execute(said.where(ConfirmationSay.words != "").values(words=""))
