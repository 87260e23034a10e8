"""The demo's desk and summaries, made through the same verbs as everybody's."""

from __future__ import annotations

import time
import tomllib
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.claim_models import COLUMNS, Claim
from analysis.claims.drafting import draft_claims
from analysis.claims.writing import ACCEPT, Chosen, Draft, begin_claim, change_claim
from analysis.desk.deciding import RELEASED, Decided, decide
from analysis.desk.screened import screening_of
from analysis.models import Theme, ThemeStory
from analysis.reading.runs import READ_JOB
from dialogue.ground.db import session as current
from dialogue.ground.jobs import latest_job
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import Story

CLAIMS = Path(__file__).parent / "claims.toml"
COVERED = ("phone", "address", "mail")
SLUG = "vad-ar-viktigt"


def pass_the_desk(session: Session, story: Story, reader: User) -> None:
    """Release a story as a careful person would: numbers and addresses covered, words let be."""
    marks = screening_of(session, story).marks
    covers = [(m["start"], m["end"], m["kind"]) for m in marks if m["kind"] in COVERED]
    stands = [(m["start"], m["end"], "public") for m in marks if m["kind"] not in COVERED]
    decided = Decided(RELEASED, covers=tuple(covers), stands=tuple(stands))
    decide(session, story, decided, by=reader)


def write_claims(session: Session, dialogue: Dialogue, by: User) -> list[Claim]:
    """Write the demo's claims in the themes where their quotes are, and let the machine draft."""
    stories = session.scalars(select(Story).where(Story.dialogue_id == dialogue.id)).all()
    written = []
    for told in tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["claims"]:
        quotes = [chosen for words in told["quotes"] for chosen in _standing(words, stories)]
        theme = _theme_of(session, (chosen.story.id for chosen in quotes))
        if theme is None:
            continue
        claim = begin_claim(session, theme, by=by)
        words = {column: told[column] for column in COLUMNS}
        change_claim(session, claim, Draft(words, ACCEPT, add=tuple(quotes)), by=by)
        written.append(claim)
    for theme in session.scalars(
        select(Theme).where(Theme.id.in_({claim.theme_id for claim in written}))
    ):
        draft_claims(session, theme, by=by)
    return written


def _standing(words: str, stories: Iterable[Story]) -> list[Chosen]:
    """The place of a quote in the first story that may be quoted and says it."""
    for story in stories:
        start = story.text.find(words)
        if start >= 0 and story.quotable:
            return [Chosen(story, start, start + len(words))]
    return []


def _theme_of(session: Session, stories: Iterable[uuid.UUID]) -> Theme | None:
    mine = select(ThemeStory.theme_id).where(
        ThemeStory.story_id.in_(list(stories)), ThemeStory.strongest
    )
    counted = Counter(session.scalars(mine))
    if not counted:
        return None
    most = max(counted.values())
    return session.get(Theme, min((k for k, n in counted.items() if n == most), key=str))


def write_when_read(patience: int = 600) -> bool:
    """Wait for the first reading, then write the claims; whether there was anything to do."""
    dialogue = current().scalars(select(Dialogue).where(Dialogue.slug == SLUG)).first()
    if dialogue is None:
        return False
    written = select(Claim.id).where(Claim.dialogue_id == dialogue.id).limit(1)
    if current().scalar(written) is not None:
        return False
    for _second in range(patience):
        job = latest_job(READ_JOB, dialogue.id)
        if job is not None and not job.unfinished:
            break
        current().rollback()
        time.sleep(1)
    by = current().scalars(select(User).where(User.email.startswith("samordnare@"))).one()
    write_claims(current(), dialogue, by)
    return True
