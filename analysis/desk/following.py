"""What follows when words are covered: places move along, and the words are gone elsewhere too."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.claim_models import COLUMNS, Claim, ClaimState, Evidence
from analysis.claims.evidence import COVERED
from analysis.models import StoryVector, Theme, ThemeAct, ThemeQuote, ThemeStory
from analysis.stories.searching import forget_strays
from analysis.themes.history import lift_signature
from dialogue.followup.models import PublishedStory
from dialogue.followup.publishing import sha256_of as digest_of
from dialogue.ground.clock import now
from dialogue.voices.redaction import Change, when_covered

NAMES = ("sv", "en")
"""What an act tells of a theme in words, by language."""


@when_covered
def follow(session: Session, change: Change) -> None:
    """Quotes move with their words; a quote whose words were covered is broken."""
    story = change.story.id
    session.execute(delete(StoryVector).where(StoryVector.story_id == story))
    forget_strays(session)
    changed = _machine_quotes(session, change) | _evidence(session, change)
    if change.hidden:
        changed |= _words_of_themes(session, change)
    for theme in changed:
        found = session.get(Theme, theme)
        if found is not None:
            lift_signature(session, found)


def _machine_quotes(session: Session, change: Change) -> set[uuid.UUID]:
    """The machine's telling spans; those that were covered tell what stands there now."""
    changed = set()
    for quote in session.scalars(select(ThemeQuote).where(ThemeQuote.story_id == change.story.id)):
        stood = change.before[quote.start : quote.end]
        quote.start, quote.end = change.shift(quote.start, quote.end)
        if change.story.text[quote.start : quote.end] != stood:
            quote.digest = digest_of(change.story.text[quote.start : quote.end])
            changed.add(quote.theme_id)
    return changed


def _evidence(session: Session, change: Change) -> set[uuid.UUID]:
    """Quotes under claims: moved when their words stand, broken when they were covered."""
    changed = set()
    for quote in session.scalars(select(Evidence).where(Evidence.story_id == change.story.id)):
        held = not quote.broken and quote.text_digest == digest_of(change.before)
        quote.start, quote.end = change.shift(quote.start, quote.end)
        if held and digest_of(quote.text) == quote.span_digest:
            quote.text_digest = digest_of(change.story.text)
        elif held:
            quote.broken, quote.broken_at = COVERED, now()
            changed.add(session.get_one(Claim, quote.claim_id).theme_id)
    return changed


def _words_of_themes(session: Session, change: Change) -> set[uuid.UUID]:
    """The covered words leave names, keywords and claims of the themes that hold the story.

    What people wrote loses them as well as what the machine proposed: a name that a person gave
    stands in their acts, from which it is worked out anew.
    """
    keys = _themes_with(session, change.story.id)
    changed = set()
    for theme in session.scalars(select(Theme).where(Theme.id.in_(keys))):
        if _clean_theme(theme, change):
            changed.add(theme.id)
    for act in session.scalars(select(ThemeAct).where(ThemeAct.theme_id.in_(keys))):
        act.before, act.after = _cleaned(act.before, change), _cleaned(act.after, change)
        act.reason = change.without_hidden(act.reason)[:400]
    for claim in session.scalars(select(Claim).where(Claim.theme_id.in_(keys))):
        if _clean_claim(claim, change):
            changed.add(claim.theme_id)
    session.flush()
    return changed


def _themes_with(session: Session, story: uuid.UUID) -> set[uuid.UUID]:
    """The themes that a story stands in or is quoted under, and those it was published in."""
    mine = select(ThemeStory.theme_id).where(ThemeStory.story_id == story)
    quoting = select(Claim.theme_id).join(Evidence, Evidence.claim_id == Claim.id)
    published = select(PublishedStory.theme).where(PublishedStory.story_id == story)
    asked = (mine, quoting.where(Evidence.story_id == story), published)
    return {key for each in asked for key in session.scalars(each) if key is not None}


def _clean_theme(theme: Theme, change: Change) -> bool:
    """Take covered words out of a theme's names and keywords; whether a name held them."""
    found = given = False
    for name in ("proposed_sv", "proposed_en", "given_sv", "given_en"):
        words = getattr(theme, name)
        clean = change.without_hidden(words)[:200]
        if clean != words:
            setattr(theme, name, clean)
            found, given = True, given or name.startswith("given")
    hidden = {_bare(word) for said, _mark in change.hidden for word in said.split()}
    theme.keywords = {
        lang: [word for word in words if _bare(word) not in hidden]
        for lang, words in theme.keywords.items()
    }
    if given:
        theme.version += 1
    return found


def _bare(word: str) -> str:
    """A word as it is compared: small letters, no genitive."""
    return word.casefold().strip(".,;:!?()").removesuffix("s")


def _cleaned(told: dict[str, Any], change: Change) -> dict[str, Any]:
    """What an act tells without the covered words in the names that it holds."""
    cleaned = {
        name: change.without_hidden(value) if name in NAMES and isinstance(value, str) else value
        for name, value in told.items()
    }
    if "parts" in told:
        cleaned["parts"] = [_cleaned(part, change) for part in told["parts"]]
    return cleaned


def _clean_claim(claim: Claim, change: Change) -> bool:
    """Take covered words out of a claim; one that held them waits for a person again."""
    found = False
    for name in (f"{kind}_{column}" for kind in ("proposed", "words") for column in COLUMNS):
        words = getattr(claim, name)
        clean = change.without_hidden(words)
        if clean != words:
            setattr(claim, name, clean)
            found = True
    if found:
        claim.version += 1
        if claim.state == ClaimState.ACCEPTED:
            claim.state = ClaimState.PROPOSED
    return found
