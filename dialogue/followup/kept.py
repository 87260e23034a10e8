"""What is kept of one contribution and what is published of it, as its teller may know it.

Whoever holds the receipt sees all of it: their words as others read them, their own words as long
as these are kept apart, what of it stands on the public page, and what they said of the summary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.heard import about_in_words
from dialogue.followup.models import PublishedQuote, PublishedStory
from dialogue.followup.proving import holds, names_in
from dialogue.followup.publishing import newest_publication
from dialogue.followup.round_models import ConfirmationRound, ConfirmationSay
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue
from dialogue.voices.corrections import corrected_on
from dialogue.voices.desk_models import Redaction, StoryOriginal
from dialogue.voices.models import Contribution, DeskState, Story


@dataclass(frozen=True, slots=True)
class KeptStory:
    """One story of a teller.

    ``original`` are the teller's own words where others read a covered text, kept until
    ``original_until``; None when nothing is covered, or when the original has been deleted and
    ``sealed`` is true. ``theme`` is the published theme that counts it, ``alone`` whether it was
    counted in none; ``quotes`` are its words on the public page now.
    """

    story: Story
    original: str | None
    original_until: date | None
    sealed: bool
    theme: Localized | None
    alone: bool
    quotes: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """For the file that the teller takes home."""
        story = self.story
        until = self.original_until
        return {
            "question": story.question,
            "language": story.lang,
            "as_others_read_it": story.text,
            "as_you_wrote_it": story.text if not self.covered else self.original,
            "own_words_kept_until": until.isoformat() if until else None,
            "covered": self.covered,
            "points": dict(story.points),
            "area": story.area,
            "read_by_a_person": story.desk == DeskState.READ,
            "set_aside": story.desk == DeskState.HELD,
            "published_theme": self.theme.as_dict() if self.theme else None,
            "published_alone": self.alone,
            "published_words": list(self.quotes),
        }

    @property
    def covered(self) -> bool:
        """Whether others read something else than the teller wrote."""
        return self.original is not None or self.sealed


def stories_kept(
    session: Session, dialogue: Dialogue, contribution: Contribution
) -> tuple[KeptStory, ...]:
    """The stories of a contribution with what is kept and published of each."""
    publication = newest_publication(session, dialogue)
    names: dict[str, Localized] = {}
    placed: dict[Any, str | None] = {}
    quoted: dict[Any, list[str]] = {}
    keys = [story.id for story in contribution.stories]
    if publication is not None:
        names = names_in(publication)
        mine = PublishedStory.publication_id == publication.id, PublishedStory.story_id.in_(keys)
        for row in session.scalars(select(PublishedStory).where(*mine)):
            placed[row.story_id] = str(row.theme) if row.theme else None
        spoken = PublishedQuote.publication_id == publication.id, PublishedQuote.story_id.in_(keys)
        for quote in session.scalars(select(PublishedQuote).where(*spoken)):
            if holds(quote) and quote.text not in quoted.setdefault(quote.story_id, []):
                quoted[quote.story_id].append(quote.text)
    return tuple(
        _kept(
            session,
            story,
            names.get(placed.get(story.id) or ""),
            story.id in placed and placed[story.id] is None,
            quoted.get(story.id, ()),
        )
        for story in contribution.stories
    )


def _kept(
    session: Session, story: Story, theme: Localized | None, alone: bool, quotes: Sequence[str]
) -> KeptStory:
    apart = session.get(StoryOriginal, story.id)
    sealed = select(Redaction.id).where(Redaction.story_id == story.id, Redaction.sealed)
    return KeptStory(
        story=story,
        original=apart.text if apart else None,
        original_until=apart.delete_on if apart else None,
        sealed=session.scalar(sealed.limit(1)) is not None,
        theme=theme,
        alone=alone,
        quotes=tuple(quotes),
    )


def said_of_summaries(session: Session, contribution: Contribution) -> list[dict[str, Any]]:
    """What the teller said of the texts in confirmation rounds, with the replies, as data."""
    mine = select(ConfirmationSay).where(ConfirmationSay.contribution_id == contribution.id)
    found = []
    for said in session.scalars(mine.order_by(ConfirmationSay.said_on, ConfirmationSay.about)):
        about = about_in_words(session.get_one(ConfirmationRound, said.round_id), said.about)
        reply = said.reply if said.answered else None
        found.append(
            {
                "about": about["name"] if about else None,
                "verdict": str(said.verdict),
                "words": said.words,
                "language": said.lang,
                "said_on": said.said_on.isoformat(),
                "reply": {"changed": reply.changed, "text": reply.text} if reply else None,
            }
        )
    return found


def as_data(session: Session, dialogue: Dialogue, contribution: Contribution) -> dict[str, Any]:
    """Everything of a contribution that is kept outside its survey, for its teller's file."""
    changed = corrected_on(session, contribution)
    return {
        "dialogue": dialogue.slug,
        "received_on": contribution.received_on.isoformat(),
        "corrected_on": changed.isoformat() if changed else None,
        "language": contribution.lang,
        "channel": str(contribution.channel),
        "voice": str(contribution.voice),
        "uses": list(contribution.uses),
        "consent_version": contribution.consent_version,
        "stories": [each.as_data() for each in stories_kept(session, dialogue, contribution)],
        "said_of_summaries": said_of_summaries(session, contribution),
    }
