"""Holds the public page's quotes against their stories, each time it is read and every night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.models import Publication, PublishedClaim, PublishedQuote
from dialogue.followup.publishing import sha256_of as digest_of
from dialogue.ground.localized import Localized
from dialogue.voices.erasure import before_words_go, repeats
from dialogue.voices.models import Story
from dialogue.voices.redaction import Change, when_covered


def holds(quote: PublishedQuote) -> bool:
    """Whether a published quote is what its story says now, and may still be quoted."""
    story = quote.story
    if not story.quotable or not quote.text:
        return False
    if quote.story_digest and digest_of(story.text) != quote.story_digest:
        return False
    return story.text[quote.start : quote.end] == quote.text


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim on the public page. ``broken`` when a quote of it fails or none is left."""

    words: Localized
    easy: str
    quotes: tuple[PublishedQuote, ...]
    broken: bool
    by_machine: bool


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """What may be shown under a published theme: its claims, other quotes that hold, and how
    many of these do not."""

    claims: tuple[ShownClaim, ...]
    quotes: tuple[PublishedQuote, ...]
    broken: int


def shown_under(publication: Publication, theme: str) -> ShownTheme:
    """The claims and quotes of one theme of a publication, held against their stories now."""
    quotes = [quote for quote in publication.quotes if str(quote.theme) == theme]
    claims = [claim for claim in publication.claims if str(claim.theme) == theme]
    alone = [quote for quote in quotes if quote.claim_id is None]
    return ShownTheme(
        claims=tuple(_shown(claim, quotes) for claim in claims),
        quotes=tuple(quote for quote in alone if holds(quote)),
        broken=sum(not holds(quote) for quote in alone),
    )


def _shown(claim: PublishedClaim, quotes: Iterable[PublishedQuote]) -> ShownClaim:
    mine = [quote for quote in quotes if quote.claim_id == claim.id]
    standing = tuple(quote for quote in mine if holds(quote))
    words = claim.words
    return ShownClaim(
        words=Localized(str(words.get("sv", "")), str(words.get("en", ""))),
        easy=str(words.get("easy", "")),
        quotes=standing,
        broken=len(standing) < len(mine) or not standing,
        by_machine=claim.by_machine,
    )


def broken_quotes(session: Session, publication: Publication) -> list[PublishedQuote]:
    """The published quotes that do not hold now, read from the database again."""
    mine = select(PublishedQuote).where(PublishedQuote.publication_id == publication.id)
    fresh = mine.execution_options(populate_existing=True)
    found = session.scalars(fresh).all()
    stories = [quote.story_id for quote in found]
    session.scalars(
        select(Story).where(Story.id.in_(stories)).execution_options(populate_existing=True)
    ).all()
    return [quote for quote in found if not holds(quote)]


@when_covered
def _leave_the_page(session: Session, change: Change) -> None:
    """Words that were covered leave the published pages; other quotes only move."""
    mine = select(PublishedQuote).where(PublishedQuote.story_id == change.story.id)
    claims = set()
    before = digest_of(change.before)
    for quote in session.scalars(mine):
        held = quote.story_digest in ("", before)
        quote.start, quote.end = change.shift(quote.start, quote.end)
        if change.story.text[quote.start : quote.end] != quote.text:
            quote.text = ""
        elif held and quote.story_digest:
            quote.story_digest = digest_of(change.story.text)
        claims.add(quote.claim_id)
    for claim in session.scalars(select(PublishedClaim).where(PublishedClaim.id.in_(claims))):
        claim.words = {name: change.without_hidden(text) for name, text in claim.words.items()}
    session.flush()


@before_words_go
def _forget_words(session: Session, stories: Sequence[Story]) -> None:
    """A published claim that repeats the words of a story that goes loses them."""
    told = {story.id: story.text for story in stories}
    mine = select(PublishedClaim, PublishedQuote.story_id).join(
        PublishedQuote, PublishedQuote.claim_id == PublishedClaim.id
    )
    for claim, story in session.execute(mine.where(PublishedQuote.story_id.in_(told))).all():
        claim.words = {
            name: "" if repeats(text, told[story]) else text for name, text in claim.words.items()
        }
    session.flush()
