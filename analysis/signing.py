"""Hands signed themes down to be published, frozen."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.claims import snapshot
from analysis.curating import is_verbatim
from analysis.evidence import refuse_broken
from analysis.models import StoryOutcome, Theme, ThemeStory
from dialogue.followup.models import Publication
from dialogue.followup.publishing import SignedQuote, SignedTheme, publish
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import DeskState, Story

FRAME = "framtidsbild"


def publish_signed(session: Session, dialogue: Dialogue, *, by: User, smallest: int) -> Publication:
    """Publish the signed themes of a dialogue.

    Raises:
        Refusal: when none is signed, or a quote no longer stands in its story.
    """
    signed = [theme for theme in themes_of(session, dialogue) if theme.signed]
    for theme in signed:
        if not all(is_verbatim(quote) for quote in theme.quotes if quote.hidden_at is None):
            raise Refusal(
                _(
                    "A quote in “%(theme)s” no longer stands in its story.",
                    theme=theme.name.sv,
                )
            )
    refuse_broken(session, signed)
    frozen = [_signed(session, theme) for theme in signed]
    return publish(
        session,
        dialogue,
        frozen,
        lone_voices(session, dialogue),
        by=by,
        smallest=smallest,
    )


def themes_of(session: Session, dialogue: Dialogue) -> Sequence[Theme]:
    """The themes of a dialogue, the largest first."""
    found = session.scalars(select(Theme).where(Theme.dialogue_id == dialogue.id)).all()
    return sorted(found, key=lambda theme: (-len(strongest(theme)), str(theme.id)))


def strongest(theme: Theme) -> list[Story]:
    """The stories that say this before anything else."""
    return [placed.story for placed in theme.assignments if placed.strongest]


def lone_voices(session: Session, dialogue: Dialogue) -> Sequence[Story]:
    """The stories that were read and resemble no other."""
    placed = select(ThemeStory.story_id)
    return session.scalars(
        select(Story)
        .join(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(
            Story.dialogue_id == dialogue.id,
            Story.desk != DeskState.HELD,
            StoryOutcome.aside == "",
            Story.id.not_in(placed),
        )
        .order_by(Story.id)
    ).all()


def _signed(session: Session, theme: Theme) -> SignedTheme:
    claims = snapshot(session, theme)
    told = {(quote.story.id, quote.start, quote.end) for each in claims for quote in each.quotes}
    return SignedTheme(
        key=theme.id,
        name=theme.name,
        stories=tuple(strongest(theme)),
        ties={node: float(value) for node, value in theme.ties.get(FRAME, {}).items()},
        quotes=tuple(
            SignedQuote(quote.story, quote.start, quote.end, quote.digest)
            for quote in theme.quotes
            if quote.hidden_at is None
            and quote.story.quotable
            and (quote.story_id, quote.start, quote.end) not in told
        ),
        claims=claims,
    )
