"""Evidence: a claim stands on quotes, and every quote is what its story says, letter by letter.

A quote is a span of a story, in code points, with the SHA-256 of the span and of the whole text.
One letter changed anywhere in the story breaks it.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from analysis.claim_models import Claim, ClaimState, Evidence
from analysis.models import Theme
from dialogue.followup.models import PublishedQuote
from dialogue.followup.publishing import sha256_of as digest_of
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.voices.models import DeskState, Story, Use

LONGEST_QUOTE = 600
CHANGED, COVERED, HELD, WAITING, NOT_ALLOWED = (
    "changed", "covered", "held", "waiting", "not_allowed",
)  # fmt: skip
WITHDRAWN = "withdrawn"


def quote_from(story: Story, start: int, end: int, *, seen: str | None = None) -> Evidence:
    """A quote of the span ``start``–``end`` of a story, in code points.

    ``seen`` is the SHA-256 of the story's text that the person chose in.

    Raises:
        Refusal: when the story may not be quoted or has changed, or there is no such span.
    """
    if seen is not None and seen != digest_of(story.text):
        raise Refusal(_("A story has changed since you chose words from it. Choose again."))
    if unicodedata.normalize("NFC", story.text) != story.text:
        raise Refusal(_("The story is not stored as it should be, so it cannot be quoted."))
    if not 0 <= start < end <= len(story.text) or not story.text[start:end].strip():
        raise Refusal(_("The words that you chose do not stand in the story."))
    if end - start > LONGEST_QUOTE:
        raise Refusal(_("A quote has at most %(num)d characters.", num=LONGEST_QUOTE))
    if not story.quotable:
        raise Refusal(
            _("A story can be quoted when the desk has released it and its teller allows it.")
        )
    return Evidence(
        story_id=story.id, story=story, start=start, end=end, verified_at=now(), place=0,
        span_digest=digest_of(story.text[start:end]), text_digest=digest_of(story.text),
    )  # fmt: skip


def fault_of(quote: Evidence) -> str:
    """Why a quote does not hold now; empty when it does."""
    story = quote.story
    if story.desk == DeskState.HELD:
        return HELD
    if story.desk != DeskState.READ:
        return WAITING
    if not story.contribution.allows(Use.QUOTE):
        return NOT_ALLOWED
    same_span = digest_of(story.text[quote.start : quote.end]) == quote.span_digest
    if same_span and digest_of(story.text) == quote.text_digest:
        return ""
    return COVERED if quote.broken == COVERED else CHANGED


def fault_of_claim(claim: Claim) -> str:
    """Why a claim does not hold now: its first broken quote, or that none is left."""
    if not claim.evidence:
        return WITHDRAWN
    return next((fault for quote in claim.evidence if (fault := fault_of(quote))), "")


def verify(quotes: Iterable[Evidence]) -> list[Evidence]:
    """Hold quotes against their stories and note what came out; those that are broken."""
    broken = []
    for quote in quotes:
        fault = fault_of(quote)
        if fault and not quote.broken:
            quote.broken_at = now()
        quote.broken = fault
        if fault:
            broken.append(quote)
        else:
            quote.broken_at, quote.verified_at = None, now()
    return broken


def verify_story(session: Session, story: Story) -> None:
    """Hold every quote of one story against it again."""
    mine = select(Evidence).where(Evidence.story_id == story.id)
    verify(session.scalars(mine).all())
    session.flush()


def is_quoted(session: Session, story: Story) -> bool:
    """Whether a claim that was not rejected, or a published page, quotes the story."""
    in_claim = exists().where(
        Evidence.story_id == story.id,
        Evidence.claim_id == Claim.id,
        Claim.state != ClaimState.REJECTED,
    )
    published = exists().where(PublishedQuote.story_id == story.id)
    return bool(session.scalar(select(in_claim | published)))


@dataclass(frozen=True, slots=True)
class BrokenClaim:
    """An accepted claim that does not hold, and why: a fault, or that no quote is left."""

    claim: Claim
    fault: str


def broken(
    session: Session, dialogue: uuid.UUID, themes: Sequence[uuid.UUID] | None = None
) -> list[BrokenClaim]:
    """The accepted claims that do not hold now, in the whole dialogue or in some themes.

    Every quote is read from the database again and held against its story letter by letter.
    """
    found = []
    for claim in claims_in(session, dialogue, themes):
        verify(claim.evidence)
        fault = fault_of_claim(claim)
        if fault:
            found.append(BrokenClaim(claim, fault))
    return found


def known_broken(session: Session, dialogue: uuid.UUID) -> int:
    """How many accepted claims were found broken when last verified, or have lost every quote."""
    fallen = exists().where(Evidence.claim_id == Claim.id, Evidence.broken != "")
    bare = ~exists().where(Evidence.claim_id == Claim.id)
    count = select(func.count()).select_from(Claim)
    mine = Claim.dialogue_id == dialogue, Claim.state == ClaimState.ACCEPTED, fallen | bare
    return session.scalar(count.where(*mine)) or 0


def claims_in(
    session: Session, dialogue: uuid.UUID, themes: Sequence[uuid.UUID] | None = None
) -> Sequence[Claim]:
    """The accepted claims with their quotes, as the database has them now."""
    mine = select(Claim).where(Claim.dialogue_id == dialogue, Claim.state == ClaimState.ACCEPTED)
    if themes is not None:
        mine = mine.where(Claim.theme_id.in_(themes))
    session.flush()
    return session.scalars(
        mine.order_by(Claim.theme_id, Claim.place, Claim.id)
        .options(
            selectinload(Claim.evidence)
            .selectinload(Evidence.story)
            .selectinload(Story.contribution)
        )
        .execution_options(populate_existing=True)
    ).all()


def refuse_broken(session: Session, themes: Sequence[Theme]) -> None:
    """Nothing is signed or published on a claim that does not hold.

    Raises:
        Refusal: names the theme of the first claim that is broken.
    """
    if not themes:
        return
    found = broken(session, themes[0].dialogue_id, [theme.id for theme in themes])
    if found:
        names = {theme.id: theme.name for theme in themes}
        name = names[found[0].claim.theme_id]
        raise Refusal(
            _("A claim in “%(theme)s” is broken: its quote no longer holds.", theme=name.sv)
        )


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Every place where ``words`` stand in a text as whole words, in capitals or not.

    Raises:
        Refusal: when they stand nowhere.
    """
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
    found = [match.span() for match in pattern.finditer(text)]
    if not found:
        raise Refusal(_("“%(words)s” does not stand in the story.", words=words[:80]))
    return found
