"""Words that go from a confirmation round when they are covered, or their story goes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.round_models import RoundClaim, RoundQuote
from dialogue.voices.erasure import before_words_go, repeats
from dialogue.voices.models import Story
from dialogue.voices.redaction import Change, when_covered


@when_covered
def _leave_the_round(session: Session, change: Change) -> None:
    """Quotes move with their words; those whose words were covered are no longer shown."""
    claims = set()
    for quote in session.scalars(select(RoundQuote).where(RoundQuote.story_id == change.story.id)):
        quote.start, quote.end = change.shift(quote.start, quote.end)
        claims.add(quote.claim_id)
    for claim in session.scalars(select(RoundClaim).where(RoundClaim.id.in_(claims))):
        claim.words = {name: change.without_hidden(text) for name, text in claim.words.items()}
    session.flush()


@before_words_go
def _forget_words(session: Session, stories: Sequence[Story]) -> None:
    """A claim that repeats the words of a story that goes is no longer shown."""
    told = {story.id: story.text for story in stories}
    mine = select(RoundClaim, RoundQuote.story_id).join(
        RoundQuote, RoundQuote.claim_id == RoundClaim.id
    )
    for claim, story in session.execute(mine.where(RoundQuote.story_id.in_(told))).all():
        claim.words = {
            name: "" if repeats(text, told[story]) else text for name, text in claim.words.items()
        }
    session.flush()
