"""What follows when words are covered: places move along, and the words are gone elsewhere too."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.claim_models import COLUMNS, Claim, ClaimState, Evidence
from analysis.claims.evidence import COVERED
from analysis.models import StoryVector, Theme, ThemeAct, ThemeQuote, ThemeStory
from analysis.stories.searching import forget_strays
from analysis.themes.deciding import PROPOSED
from analysis.themes.history import lift_signature
from dialogue.followup.publishing import sha256_of as digest_of
from dialogue.ground.clock import now
from dialogue.voices.redaction import Change, when_covered


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
    """The covered words leave names, keywords and claims that were drawn from the story."""
    mine = select(ThemeStory.theme_id).where(ThemeStory.story_id == change.story.id)
    quoting = select(Claim.theme_id).join(Evidence, Evidence.claim_id == Claim.id)
    keys = set(session.scalars(mine))
    keys |= set(session.scalars(quoting.where(Evidence.story_id == change.story.id)))
    changed = set()
    for theme in session.scalars(select(Theme).where(Theme.id.in_(keys))):
        before = (theme.proposed_sv, theme.proposed_en)
        theme.proposed_sv = change.without_hidden(theme.proposed_sv)[:200]
        theme.proposed_en = change.without_hidden(theme.proposed_en)[:200]
        hidden = {_bare(word) for said, _mark in change.hidden for word in said.split()}
        theme.keywords = {
            lang: [word for word in words if _bare(word) not in hidden]
            for lang, words in theme.keywords.items()
        }
        if (theme.proposed_sv, theme.proposed_en) != before:
            changed.add(theme.id)
    for act in session.scalars(
        select(ThemeAct).where(ThemeAct.theme_id.in_(keys), ThemeAct.kind == PROPOSED)
    ):
        act.before, act.after = _cleaned(act.before, change), _cleaned(act.after, change)
    for claim in session.scalars(select(Claim).where(Claim.theme_id.in_(keys))):
        if _clean_claim(claim, change):
            changed.add(claim.theme_id)
    session.flush()
    return changed


def _bare(word: str) -> str:
    """A word as it is compared: small letters, no genitive."""
    return word.casefold().strip(".,;:!?()").removesuffix("s")


def _cleaned(told: dict[str, object], change: Change) -> dict[str, object]:
    return {
        name: change.without_hidden(value) if isinstance(value, str) else value
        for name, value in told.items()
    }


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
