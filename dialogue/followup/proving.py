"""Holds the public page's quotes against their stories, each time it is read and every night."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.models import (
    OF_THE_NAME,
    Publication,
    PublishedClaim,
    PublishedQuote,
    PublishedStory,
)
from dialogue.followup.publishing import sha256_of as digest_of
from dialogue.ground import audit
from dialogue.ground.localized import Localized
from dialogue.voices.erasure import before_words_go, leave_out_repeats
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
    """A claim on the public page. ``broken`` when a quote of it fails or none is left,
    ``covered`` when words in it were covered after it was signed."""

    words: Localized
    easy: str
    quotes: tuple[PublishedQuote, ...]
    broken: bool
    by_machine: bool
    covered: bool


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """What may be shown of a published theme: its name, its claims, other quotes that hold, and
    how many of these do not. ``covered`` when words in the name were covered after it was signed.
    """

    name: Localized
    covered: bool
    claims: tuple[ShownClaim, ...]
    quotes: tuple[PublishedQuote, ...]
    broken: int


def shown_under(publication: Publication, theme: str) -> ShownTheme:
    """One theme of a publication, its claims and quotes held against their stories now."""
    quotes = [quote for quote in publication.quotes if str(quote.theme) == theme]
    claims = [claim for claim in publication.claims if str(claim.theme) == theme]
    alone = [quote for quote in quotes if quote.claim_id is None]
    signed = next(each for each in publication.snapshot["themes"] if each["key"] == theme)
    covered = covered_names(publication)
    return ShownTheme(
        name=covered.get(theme, Localized.of(signed["name"])),
        covered=theme in covered,
        claims=tuple(
            _shown(claim, quotes, signed.get("claims", ()))
            for claim in claims
            if claim.place != OF_THE_NAME
        ),
        quotes=tuple(quote for quote in alone if holds(quote)),
        broken=sum(not holds(quote) for quote in alone),
    )


def _shown(
    claim: PublishedClaim, quotes: Iterable[PublishedQuote], signed: Sequence[dict[str, str]]
) -> ShownClaim:
    mine = [quote for quote in quotes if quote.claim_id == claim.id]
    standing = tuple(quote for quote in mine if holds(quote))
    words = claim.words
    digests = signed[claim.place] if claim.place < len(signed) else {}
    return ShownClaim(
        words=Localized(str(words.get("sv", "")), str(words.get("en", ""))),
        easy=str(words.get("easy", "")),
        quotes=standing,
        broken=len(standing) < len(mine) or not standing,
        by_machine=claim.by_machine,
        covered=any(
            digest_of(str(words.get(name, ""))) != digest for name, digest in digests.items()
        ),
    )


def covered_names(publication: Publication) -> dict[str, Localized]:
    """The names of published themes in which words were covered since, by the theme's key."""
    return {
        str(row.theme): Localized.of(row.words)
        for row in publication.claims
        if row.place == OF_THE_NAME
    }


def names_in(publication: Publication) -> dict[str, Localized]:
    """The name of every published theme as it may be shown now, by its key."""
    signed = {each["key"]: Localized.of(each["name"]) for each in publication.snapshot["themes"]}
    return signed | covered_names(publication)


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
    placed = _themes_with(session, change.story)
    under = PublishedClaim.id.in_(claims) | PublishedClaim.theme.in_(placed)
    for claim in session.scalars(select(PublishedClaim).where(under)):
        claim.words = {name: change.without_hidden(text) for name, text in claim.words.items()}
    session.flush()
    _cover_names(session, change)


def _themes_with(session: Session, story: Story) -> set[uuid.UUID]:
    """The published themes that a story was counted in or is quoted under."""
    counted = select(PublishedStory.theme).where(
        PublishedStory.story_id == story.id, PublishedStory.theme.is_not(None)
    )
    quoted = select(PublishedQuote.theme).where(PublishedQuote.story_id == story.id)
    return {theme for theme in session.scalars(counted.union(quoted)) if theme is not None}


def _cover_names(session: Session, change: Change) -> None:
    """Names of published themes are shown without the covered words from now on."""
    if not change.hidden:
        return
    themes = {str(theme) for theme in _themes_with(session, change.story)}
    story = session.get_one(Story, change.story.id)
    mine = select(Publication).where(Publication.dialogue_id == story.dialogue_id)
    for publication in session.scalars(mine):
        for theme, name in names_in(publication).items():
            told = name.as_dict()
            words = {lang: change.without_hidden(text) for lang, text in told.items()}
            if theme in themes and words != told:
                _show_name(session, publication, uuid.UUID(theme), words)


def _show_name(
    session: Session, publication: Publication, theme: uuid.UUID, words: dict[str, str]
) -> None:
    rows = (each for each in publication.claims if each.theme == theme)
    row = next((each for each in rows if each.place == OF_THE_NAME), None)
    if row is None:
        row = PublishedClaim(
            publication_id=publication.id, theme=theme, claim=theme, place=OF_THE_NAME, words=words
        )
        session.add(row)
    row.words = words
    session.flush()
    session.expire(publication, ["claims"])
    audit.record(session, "published name covered", publication.id, by="desk", theme=str(theme))


@before_words_go
def _forget_words(session: Session, stories: Sequence[Story]) -> None:
    """A published claim that repeats the words of a story that goes loses them."""
    going = PublishedQuote.story_id.in_([story.id for story in stories])
    mine = select(PublishedClaim, PublishedQuote.story_id).join(
        PublishedQuote, PublishedQuote.claim_id == PublishedClaim.id
    )
    leave_out_repeats(session.execute(mine.where(going)).all(), stories)
    session.flush()
