"""Publishing: a frozen snapshot, and the words that stand in it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.followup.models import (
    Publication,
    PublishedClaim,
    PublishedQuote,
    PublishedStory,
)
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count, public_shares
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import Story


@dataclass(frozen=True, slots=True)
class SignedQuote:
    """A span of a story, in code points, that a coordinator let stand."""

    story: Story
    start: int
    end: int
    digest: str = ""
    """SHA-256 of what it said when it was chosen; empty asks for no such check."""

    @property
    def text(self) -> str:
        return self.story.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class SignedClaim:
    """A claim as it was signed: its words in ``sv``, ``en`` and ``easy``, and its quotes."""

    key: uuid.UUID
    words: dict[str, str]
    quotes: tuple[SignedQuote, ...]
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class SignedTheme:
    """A theme as it was signed, ready to be frozen."""

    key: uuid.UUID
    name: Localized
    stories: tuple[Story, ...]
    ties: dict[str, float]
    quotes: tuple[SignedQuote, ...]
    claims: tuple[SignedClaim, ...] = ()

    @property
    def every_quote(self) -> tuple[SignedQuote, ...]:
        """Those under its claims, then the others."""
        return tuple(quote for claim in self.claims for quote in claim.quotes) + self.quotes


def publish(
    session: Session,
    dialogue: Dialogue,
    themes: Sequence[SignedTheme],
    lone: Sequence[Story],
    *,
    by: User,
    smallest: int,
) -> Publication:
    """Freeze signed themes for everybody to read.

    Only quotes whose teller permits it and that a person has read are published; every one is
    checked against its story letter by letter.

    Raises:
        Refusal: when nothing is signed, or a quote may not be published.
    """
    if not themes:
        raise Refusal(_("Sign at least one theme before you publish."))
    for theme in themes:
        for quote in theme.every_quote:
            if not quote.story.quotable or not quote.text.strip():
                raise Refusal(_("A quote has not been read, or its teller did not allow it."))
            if quote.digest and sha256_of(quote.text) != quote.digest:
                raise Refusal(
                    _("A quote in “%(theme)s” no longer stands in its story.", theme=theme.name.sv)
                )
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue.id).with_for_update())
    snapshot = _snapshot(session, dialogue, themes, smallest)
    last = select(func.max(Publication.number)).where(Publication.dialogue_id == dialogue.id)
    publication = Publication(
        dialogue_id=dialogue.id,
        number=(session.scalar(last) or 0) + 1,
        snapshot=snapshot,
        digest=digest_of(snapshot),
        published_by=by.id,
    )
    session.add(publication)
    dialogue.published_on = today()
    session.flush()
    for theme in themes:
        for place, claim in enumerate(theme.claims):
            _keep_claim(session, publication, theme, place, claim)
        for place, quote in enumerate(theme.quotes):
            session.add(_quote(publication, theme, place, quote))
    placed = {story.id: theme.key for theme in reversed(themes) for story in theme.stories}
    for story_id, key in placed.items():
        session.add(PublishedStory(publication_id=publication.id, story_id=story_id, theme=key))
    for story in lone:
        session.add(PublishedStory(publication_id=publication.id, story_id=story.id, theme=None))
    audit.record(session, "published", publication.id, by.id, digest=publication.digest)
    return publication


def newest_publication(session: Session, dialogue: Dialogue) -> Publication | None:
    """What the public page shows."""
    of_dialogue = select(Publication).where(Publication.dialogue_id == dialogue.id)
    return session.scalars(of_dialogue.order_by(Publication.number.desc()).limit(1)).first()


def digest_of(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the snapshot's canonical JSON."""
    body = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256_of(body)


def sha256_of(text: str) -> str:
    """SHA-256 of a text, every code point as it stands."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _snapshot(
    session: Session, dialogue: Dialogue, themes: Sequence[SignedTheme], smallest: int
) -> dict[str, Any]:
    told = session.scalar(
        select(func.count()).select_from(Story).where(Story.dialogue_id == dialogue.id)
    )
    largest = sorted(themes, key=lambda theme: (-len(theme.stories), str(theme.key)))
    return {
        "stories": public_count(told or 0, smallest).shown,
        "smallest": smallest,
        "themes": [
            {
                "key": str(theme.key),
                "name": theme.name.as_dict(),
                "size": public_count(len(theme.stories), smallest).shown,
                "ties": {node: round(strength, 1) for node, strength in theme.ties.items()},
                "band": _band(theme, smallest),
            }
            | _claims(theme)
            for theme in largest
        ],
    }


def _claims(theme: SignedTheme) -> dict[str, Any]:
    """The SHA-256 of each claim's words, so that the seal covers them; nothing without claims."""
    digests = [
        {name: sha256_of(text) for name, text in sorted(claim.words.items())}
        for claim in theme.claims
    ]
    return {"claims": digests} if digests else {}


def _keep_claim(
    session: Session, publication: Publication, theme: SignedTheme, place: int, claim: SignedClaim
) -> None:
    kept = PublishedClaim(
        publication_id=publication.id, theme=theme.key, claim=claim.key, place=place,
        words=dict(claim.words), by_machine=claim.by_machine,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    for each, quote in enumerate(claim.quotes):
        row = _quote(publication, theme, each, quote)
        row.claim_id = kept.id
        session.add(row)


def _band(theme: SignedTheme, smallest: int) -> dict[str, int] | None:
    """The tellers' own points as ten marks, when enough of them gave any."""
    given = [story.points for story in theme.stories if any(story.points.values())]
    totals: dict[str, float] = {}
    for points in given:
        for node, value in points.items():
            totals[node] = totals.get(node, 0) + value
    return public_shares(totals, len(given), smallest)


def _quote(
    publication: Publication, theme: SignedTheme, place: int, quote: SignedQuote
) -> PublishedQuote:
    return PublishedQuote(
        publication_id=publication.id,
        story_id=quote.story.id,
        theme=theme.key,
        place=place,
        text=quote.text,
        lang=quote.story.lang,
        start=quote.start,
        end=quote.end,
        story_digest=sha256_of(quote.story.text),
    )
