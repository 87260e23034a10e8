"""Signs themes, by another person than who wrote them, and hands what was signed down.

What is published is made of the copies that were signed, never of the themes themselves. A quote
goes along only while its teller allows it and its words stand in the story, letter by letter.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from analysis.claim_models import Claim
from analysis.claims.evidence import refuse_broken as refuse_broken_claims
from analysis.claims.writing import snapshots
from analysis.codebooks import writing as _codebook_writing  # noqa: F401
from analysis.curating import is_verbatim
from analysis.models import ON_THE_BOARD, StoryOutcome, Theme, ThemeQuote, ThemeStory
from analysis.signing.members import Members, members_as_of, placed_in
from analysis.stories.lone import refuse_unopened
from analysis.themes.showing import state_now
from analysis.themes.signatures import (
    SignOff,
    Wrote,
    also_signed,
    also_writes,
    content_of,
    editors_of,
    freeze,
    lift,
    same_words,
    standing_on,
    words_of,
)
from dialogue.followup.models import Publication
from dialogue.followup.publishing import (
    Proposal,
    SignedClaim,
    SignedQuote,
    SignedTheme,
    digest_of,
    propose,
    publish,
)
from dialogue.followup.round_models import ConfirmationRound
from dialogue.followup.rounds import start_round
from dialogue.ground import audit
from dialogue.ground.audit import AuditEvent
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import DeskState, Story
from dialogue.voices.releasing import EVERY_STORY
from dialogue.voices.screening import holds_cover


@also_signed("claims")
def _claims(session: Session, themes: Sequence[Theme]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """The accepted claims under themes: their words as digests, and their quotes."""
    return {
        theme: [
            {
                "claim": str(claim.key),
                "words": claim.as_digests(),
                "quotes": [{"story": str(q.story.id), "digest": q.digest} for q in claim.quotes],
            }
            for claim in claims
        ]
        for theme, claims in snapshots(session, themes).items()
    }


@also_writes
def _who_wrote_claims(session: Session, themes: Sequence[Theme]) -> Iterator[Wrote]:
    """Everybody who had anything to do with the claims of these themes."""
    keys: dict[str, uuid.UUID] = {}
    mine = select(Claim.id, Claim.theme_id, Claim.written_by, Claim.decided_by)
    mine = mine.where(Claim.theme_id.in_([theme.id for theme in themes]))
    for claim, theme, written_by, decided_by in session.execute(mine):
        keys[str(claim)] = theme
        yield theme, written_by
        yield theme, decided_by
    acted = select(AuditEvent.subject, AuditEvent.actor).where(
        AuditEvent.act.startswith("claim"), AuditEvent.subject.in_(list(keys))
    )
    for subject, actor in session.execute(acted):
        with suppress(ValueError):
            yield keys[subject], uuid.UUID(actor)


def sign_theme(session: Session, theme: Theme, *, by: User, seen: str | None = None) -> SignOff:
    """Sign a theme as it stands, ready to be confirmed and published.

    ``seen`` is the digest of what the signer read.

    Raises:
        Refusal: when the signer wrote or changed any of it, when it is not on the board or has
            no stories, when it changed since it was read, when a quote no longer stands in its
            story, or a lone voice has not been opened.
    """
    session.refresh(theme, ["version"], with_for_update=True)
    if theme.state not in ON_THE_BOARD:
        raise Refusal(_("This theme is not on the board. Take back what was done with it first."))
    mine = select(ThemeStory.story_id).where(ThemeStory.theme_id == theme.id)
    if session.scalar(mine.limit(1)) is None:
        raise Refusal(_("A theme without stories cannot be signed."))
    if by.id in editors_of(session, theme):
        raise Refusal(
            _("You have written or changed some of this. Ask somebody else to read it and sign.")
        )
    if seen is not None and seen != digest_of(content_of(session, theme)):
        raise Refusal(_("The theme has changed since you opened it. Read it again, then sign."))
    refuse_broken(session, [theme])
    refuse_unopened(session, theme.dialogue_id)
    lift(session, theme)
    signed = freeze(session, theme, by.id)
    audit.record(session, "theme signed", theme.id, by.id, digest=signed.digest)
    return signed


def unsign_theme(session: Session, theme: Theme, *, by: User) -> None:
    """Take a signature back before the next publication."""
    lift(session, theme)
    audit.record(session, "signature taken back", theme.id, by.id)


def name_covered(theme: Theme) -> bool:
    """Whether words in a theme's name have been covered, so that it needs another one."""
    return any(holds_cover(words) for words in (theme.name.sv, theme.name.en))


def refuse_broken(session: Session, themes: Sequence[Theme]) -> None:
    """What stands on words that are no longer there is neither signed nor published.

    Raises:
        Refusal: names the theme.
    """
    for theme in themes:
        _refuse_broken_words(theme)
    refuse_broken_claims(session, themes)


def _refuse_broken_words(theme: Theme) -> None:
    if name_covered(theme):
        raise Refusal(
            _(
                "The name “%(theme)s” holds words that were covered. Give the theme another name, "
                "then sign.",
                theme=theme.name.sv or theme.name.en,
            )
        )
    if not all(is_verbatim(quote) for quote in theme.quotes if quote.hidden_at is None):
        raise Refusal(
            _(
                "A quote in “%(theme)s” no longer stands in its story. Hide it, then sign.",
                theme=theme.name.sv or theme.name.en,
            )
        )


def signed_themes(session: Session, dialogue: Dialogue, *, look: bool = False) -> list[SignedTheme]:
    """The themes of a dialogue that are signed, as they were signed.

    With ``look`` their stories may be those of the last look at the same state of the dialogue;
    their words are held against the stories anew whatever is asked.

    Raises:
        Refusal: when one has changed since, or rests on words that are no longer there.
    """
    themes = [each for each in themes_of(session, dialogue) if each.state in ON_THE_BOARD]
    signatures = standing_on(session, themes)
    themes = [theme for theme in themes if theme.id in signatures]
    state, words = state_now(session, dialogue), words_of(session, themes)
    found = []
    for theme in themes:
        signed = signatures[theme.id]
        members = members_as_of(session, theme, signed, state, look=look)
        if not members.same or not same_words(words[theme.id], members.words):
            raise Refusal(
                _(
                    "“%(theme)s” has changed since it was signed. It must be signed again.",
                    theme=theme.name.sv or theme.name.en,
                )
            )
        found.append((theme, signed, members))
    refuse_broken(session, themes)
    claims = snapshots(session, themes)
    return [_as_signed(theme, signed, members, claims[theme.id])
            for theme, signed, members in found]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A signature that counts. ``newer`` is how many answers came to the theme after those that
    were signed; ``holds`` whether the theme still says what was signed, so that it is published.
    """

    signed: SignOff
    newer: int
    holds: bool


def standings(
    session: Session, dialogue: Dialogue, some: Sequence[Theme] | None = None
) -> dict[uuid.UUID, Standing]:
    """The signatures that count in a dialogue, or on ``some`` of its themes, by theme, as
    publishing would find them.

    Their stories may be those of the last look at the same state of the dialogue.
    """
    themes = themes_of(session, dialogue) if some is None else some
    themes = [theme for theme in themes if theme.state in ON_THE_BOARD]
    signatures = standing_on(session, themes)
    themes = [theme for theme in themes if theme.id in signatures]
    state, words = state_now(session, dialogue), words_of(session, themes)
    found = {}
    for theme in themes:
        signed = signatures[theme.id]
        members = members_as_of(session, theme, signed, state, look=True)
        holds = members.same and same_words(words[theme.id], members.words)
        found[theme.id] = Standing(signed, len(members.newer), holds)
    return found


def count_signed(session: Session, dialogue: Dialogue) -> int:
    """How many themes on the board have a signature that counts."""
    mine = (
        select(func.count(func.distinct(SignOff.theme_id)))
        .join(Theme, Theme.id == SignOff.theme_id)
        .where(SignOff.dialogue_id == dialogue.id, SignOff.lifted_at.is_(None))
        .where(Theme.state.in_([str(state) for state in ON_THE_BOARD]))
    )
    return session.scalar(mine) or 0


def stories_told(session: Session, dialogue: Dialogue) -> int:
    """How many stories a dialogue holds."""
    mine = select(func.count()).select_from(Story).where(Story.dialogue_id == dialogue.id)
    return session.scalar(mine, execution_options=EVERY_STORY) or 0


def send_for_confirmation(
    session: Session,
    dialogue: Dialogue,
    days: int,
    *,
    by: User,
    smallest: int,
    on: date | None = None,
) -> ConfirmationRound:
    """Ask those who took part whether the signed themes are right.

    Raises:
        Refusal: when nothing is signed, or a round cannot start.
    """
    signed = signed_themes(session, dialogue)
    placed = placed_in(session, signed)
    return start_round(session, dialogue, signed, placed, days, by=by, smallest=smallest, on=on)


def proposal_of(
    session: Session, dialogue: Dialogue, smallest: int, *, look: bool = False
) -> Proposal:
    """What would be published now. ``look`` as :func:`signed_themes`.

    Raises:
        Refusal: when it may not be.
    """
    return propose(session, dialogue, signed_themes(session, dialogue, look=look), smallest)


def publish_signed(
    session: Session, dialogue: Dialogue, *, by: User, smallest: int, seen: str | None = None
) -> Publication:
    """Publish the signed themes of a dialogue. ``seen`` is the digest of what was looked at.

    Raises:
        Refusal: when none is signed, the participants have not had their say, a correction waits
            for a reply, a quote no longer stands in its story, or something changed meanwhile.
    """
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue.id).with_for_update())
    proposal = proposal_of(session, dialogue, smallest)
    placed = placed_in(session, proposal.themes)
    lone = lone_voices(session, dialogue)
    return publish(session, dialogue, proposal, placed, lone, by=by, seen=seen)


def themes_of(session: Session, dialogue: Dialogue) -> Sequence[Theme]:
    """The themes of a dialogue, the largest first."""
    mine = select(Theme).where(Theme.dialogue_id == dialogue.id)
    quoted = selectinload(Theme.quotes).selectinload(ThemeQuote.story)
    found = session.scalars(mine.options(quoted.selectinload(Story.contribution))).all()
    return sorted(found, key=lambda theme: (-theme.figures.get("size", 0), str(theme.id)))


def lone_voices(session: Session, dialogue: Dialogue) -> Sequence[uuid.UUID]:
    """The keys of the stories that were read and resemble no other."""
    placed = exists().where(ThemeStory.story_id == Story.id).correlate(Story)
    return session.scalars(
        select(Story.id)
        .join(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(
            Story.dialogue_id == dialogue.id,
            Story.desk != DeskState.HELD,
            StoryOutcome.aside == "",
            ~placed,
        )
        .order_by(Story.id)
    ).all()


def _as_signed(
    theme: Theme, signed: SignOff, members: Members, claims: tuple[SignedClaim, ...]
) -> SignedTheme:
    """A theme out of the copy that was signed, without what its tellers took back since.

    Quotes are found again by their story and the digest of their words, since covering other
    words of a story moves them.
    """
    kept = members.words
    under = {(q.story.id, q.start, q.end) for claim in claims for q in claim.quotes}
    standing = {(str(quote.story_id), quote.digest): quote for quote in theme.quotes}
    quotes = []
    for each in kept["quotes"]:
        quote = standing.get((each["story"], each["digest"]))
        if quote is not None and quote.story.quotable:
            quotes.append(SignedQuote(quote.story, quote.start, quote.end, quote.digest))
    return SignedTheme(
        key=theme.id,
        name=Localized.of(kept["name"]),
        size=members.size,
        points=members.points,
        tellers=members.tellers,
        ties=kept["ties"],
        quotes=tuple(q for q in quotes if (q.story.id, q.start, q.end) not in under),
        signature=signed.digest,
        signed_on=signed.signed_at.date(),
        claims=claims,
        newer=members.newer,
    )
