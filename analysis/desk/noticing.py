"""Noticing that somebody else was first: what a page showed of a story, and what came after."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.followup.publishing import sha256_of
from dialogue.ground.errors import Refusal
from dialogue.voices.desk_models import DeskDecision, SecondOpinion
from dialogue.voices.models import Story


class OvertakenStory(Refusal):
    """The story, or what was decided about it, changed since the page was opened."""


@dataclass(frozen=True, slots=True)
class Since:
    """What has happened with a story since a page showed it, the newest first."""

    text_changed: bool
    decisions: tuple[DeskDecision, ...]
    opinions: tuple[SecondOpinion, ...]


def seen_of(session: Session, stories: Iterable[Story]) -> dict[uuid.UUID, str]:
    """What a page shows of each story, for its forms to carry: the SHA-256 of the text and, once
    something was decided or said, the number of the last decision and how many opinions there are.
    """
    stories = list(stories)
    keys = [story.id for story in stories]
    last = select(DeskDecision.story_id, func.max(DeskDecision.number))
    last = last.where(DeskDecision.story_id.in_(keys)).group_by(DeskDecision.story_id)
    said = select(SecondOpinion.story_id, func.count())
    said = said.where(SecondOpinion.story_id.in_(keys), SecondOpinion.says != "")
    numbers: dict[uuid.UUID, int] = dict(session.execute(last).all())
    opinions: dict[uuid.UUID, int] = dict(
        session.execute(said.group_by(SecondOpinion.story_id)).all()
    )
    return {
        story.id: _written(
            sha256_of(story.text), numbers.get(story.id, 0), opinions.get(story.id, 0)
        )
        for story in stories
    }


def refuse_overtaken(session: Session, story: Story, seen: str | None) -> None:
    """Make sure that a story is as it was when a page showed it; None asks for no such check.

    Until the transaction ends nobody else decides about it.

    Raises:
        OvertakenStory: when it is not.
    """
    session.refresh(story, ["text", "desk"], with_for_update=True)
    if seen is None or seen == seen_of(session, [story])[story.id]:
        return
    if _read(seen)[0] != sha256_of(story.text):
        raise OvertakenStory(_("The story has changed since you opened it. Read it again."))
    raise OvertakenStory(_("Somebody else was before you with this story. Nothing was done."))


def since(session: Session, story: Story, seen: str) -> Since:
    """What has happened with a story since a page showed it."""
    digest, number, opinions = _read(seen)
    decided = select(DeskDecision).where(
        DeskDecision.story_id == story.id, DeskDecision.number > number
    )
    said = select(SecondOpinion).where(SecondOpinion.story_id == story.id, SecondOpinion.says != "")
    answers: Sequence[SecondOpinion] = session.scalars(
        said.order_by(SecondOpinion.said_at.desc())
    ).all()
    return Since(
        text_changed=digest != sha256_of(story.text),
        decisions=tuple(session.scalars(decided.order_by(DeskDecision.number.desc()))),
        opinions=tuple(answers[: max(0, len(answers) - opinions)]),
    )


def _written(digest: str, number: int, opinions: int) -> str:
    return f"{digest}.{number}.{opinions}" if number or opinions else digest


def _read(seen: str) -> tuple[str, int, int]:
    """The parts of what a form carries; what cannot be read counts as nothing seen."""
    digest, *counts = seen.split(".")
    if len(counts) != 2 or not all(
        text.isascii() and text.isdecimal() and len(text) < 10 for text in counts
    ):
        return digest, 0, 0
    return digest, int(counts[0]), int(counts[1])
