"""Publishing: a frozen snapshot, and the words that stand in it.

What is about to be published is first a proposal that somebody looks at; publishing asks for its
digest, so that nothing else is published than what was looked at.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from dialogue.followup.heard import (
    WHOLE,
    about_in_words,
    counted,
    counted_by_way,
    places_in,
    replies_in,
    voices_in,
)
from dialogue.followup.models import Publication, PublishedClaim, PublishedQuote, PublishedStory
from dialogue.followup.replying import ready_round
from dialogue.followup.reserving import reservations
from dialogue.followup.round_models import ConfirmationRound, Reservation
from dialogue.followup.signed import (
    Placed,
    SignedClaim,
    SignedQuote,
    SignedTheme,
    described,
    sha256_of,
)
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.privacy import public_count, shown_cells
from dialogue.hosts.life import Verb, take_step
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Story
from dialogue.voices.releasing import EVERY_STORY

__all__ = [
    "Proposal", "SignedClaim", "SignedQuote", "SignedTheme", "digest_of", "propose", "publish",
    "sha256_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be published: the snapshot, and the rows that stand beside it."""

    themes: tuple[SignedTheme, ...]
    round: ConfirmationRound
    reservations: tuple[Reservation, ...]
    snapshot: dict[str, Any]
    digest: str


def propose(
    session: Session,
    dialogue: Dialogue,
    themes: Sequence[SignedTheme],
    smallest: int,
    on: date | None = None,
) -> Proposal:
    """What would be published of signed themes, when it may be.

    Raises:
        Refusal: when nothing is signed, a quote may not be published or no longer stands in its
            story, or those who took part have not had their say.
    """
    if not themes:
        raise Refusal(_("Sign at least one theme before you publish."))
    for theme in themes:
        for quote in theme.every_quote:
            if not quote.story.quotable or not quote.text.strip():
                raise Refusal(_("A quote has not been read, or its teller did not allow it."))
            if not quote.verbatim:
                raise Refusal(
                    _(
                        "A quote in “%(theme)s” no longer stands in its story.",
                        theme=theme.name.sv or theme.name.en,
                    )
                )
    held = ready_round(session, dialogue, themes, on)
    told = select(func.count()).select_from(Story).where(Story.dialogue_id == dialogue.id)
    snapshot = described(themes, smallest)
    for theme in snapshot["themes"]:
        shown = about_in_words(held, theme["key"])
        theme["changed"] = shown is not None and shown["signature"] != theme["signature"]
    written = tuple(reservations(session, dialogue))
    snapshot |= {
        "stories": public_count(
            session.scalar(told, execution_options=EVERY_STORY) or 0, smallest
        ).shown,
        "confirmation": _confirmation(session, held, smallest),
        "reservations": [_reserved(each, themes) for each in written],
    }
    return Proposal(tuple(themes), held, written, snapshot, digest_of(snapshot))


def publish(
    session: Session,
    dialogue: Dialogue,
    proposal: Proposal,
    placed: Placed,
    lone: Sequence[uuid.UUID],
    *,
    by: User,
    seen: str | None = None,
) -> Publication:
    """Freeze a proposal for everybody to read. ``seen`` is the digest that somebody looked at;
    ``placed`` is where stories stand, ``lone`` those that resemble no other.

    Raises:
        Refusal: when something changed since then.
    """
    if seen is not None and seen != proposal.digest:
        raise Refusal(_("Something changed since you looked. Look once more, then publish."))
    last = select(func.max(Publication.number)).where(Publication.dialogue_id == dialogue.id)
    publication = Publication(
        dialogue_id=dialogue.id,
        number=(session.scalar(last) or 0) + 1,
        snapshot=proposal.snapshot,
        digest=proposal.digest,
        published_by=by.id,
    )
    session.add(publication)
    dialogue.published_on = today()
    if dialogue.state in BEFORE:
        take_step(session, dialogue, Verb.PUBLISH, by=by)
    session.flush()
    proposal.round.publication_id = publication.id
    for each in proposal.reservations:
        each.publication_id, each.version = publication.id, each.version + 1
    for theme in proposal.themes:
        for place, claim in enumerate(theme.claims):
            _keep_claim(session, publication, theme, place, claim)
        for place, quote in enumerate(theme.quotes):
            session.add(_quote(publication, theme, place, quote))
    session.flush()
    stories = [*placed.items(), *((story, None) for story in lone)]
    if stories:
        rows = [{"publication_id": publication.id, "story_id": story, "theme": theme}
                for story, theme in stories]  # fmt: skip
        session.execute(insert(PublishedStory), rows)
    audit.record(session, "published", publication.id, by.id, digest=publication.digest)
    return publication


BEFORE = (DialogueState.CLOSED, DialogueState.IN_ANALYSIS, DialogueState.OUT_FOR_CONFIRMATION)


def newest_publication(session: Session, dialogue: Dialogue) -> Publication | None:
    """What the public page shows."""
    of_dialogue = select(Publication).where(Publication.dialogue_id == dialogue.id)
    return session.scalars(of_dialogue.order_by(Publication.number.desc()).limit(1)).first()


def digest_of(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the snapshot's canonical JSON."""
    body = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256_of(body)


def _confirmation(session: Session, held: ConfirmationRound, smallest: int) -> dict[str, Any]:
    """What those who took part said, in public counts, or why nobody was asked."""
    if held.starts_on is None or held.ends_on is None:
        return {"because": held.because}

    def public(numbers: dict[str, int]) -> dict[str, int | None]:
        return {name: public_count(n, smallest).shown for name, n in numbers.items()}

    return {
        "starts_on": held.starts_on.isoformat(),
        "ends_on": held.ends_on.isoformat(),
        "voices": public(voices_in(session, held)),
        "places": places_in(session, held),
        "said": {about: public(n) for about, n in counted(session, held).items()},
        "by_way": _by_way(session, held, smallest),
        "replies": public(replies_in(session, held)),
    }


def _by_way(
    session: Session, held: ConfirmationRound, smallest: int
) -> dict[str, dict[str, dict[str, int | None]]]:
    """What was said of each text by each way in, so that a reader can weigh them.

    The totals stand beside it, so a number is also left out where it would give a small one away.
    """
    ways = [way for way, number in voices_in(session, held).items() if number]
    found: dict[str, dict[str, dict[str, int | None]]] = {way: {} for way in ways}
    for about, verdicts in counted_by_way(session, held).items():
        for verdict, numbers in verdicts.items():
            shown = shown_cells(numbers, smallest)
            for way in ways:
                number = public_count(numbers[way], smallest).shown if way in shown else None
                found[way].setdefault(about, {})[verdict] = number
    return found if len(ways) > 1 else {}


def _reserved(each: Reservation, themes: Sequence[SignedTheme]) -> dict[str, Any]:
    """A reservation, word for word. One against a text that is not published stands for all."""
    keys = {str(theme.key) for theme in themes}
    return {
        "about": each.about if each.about in keys else WHOLE,
        "organisation": each.organisation.name.as_dict(),
        "text": each.text,
        "lang": each.lang,
    }


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
