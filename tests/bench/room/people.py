"""What people have done with a dialogue of the bench: codings, a library, claims, signatures.

The same is put in the dialogue with many stories and in the one with a single story, so that every
page of the room has something to show in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from analysis.claims.writing import note_summary
from analysis.codebooks.editing import start_draft
from analysis.coding_models import (
    Coding,
    JointCoding,
    JointSession,
    JointStory,
    LibraryStory,
    Phase,
    When,
)
from analysis.indicators.choosing import MOST, Own, keep_values, write_own
from analysis.indicators.figures import Told
from analysis.models import StoryOpening, StoryVector, Theme, ThemeQuote, ThemeStory
from analysis.reading.machine import embedder
from analysis.signing.signing import send_for_confirmation
from analysis.stories.listing import in_order
from analysis.themes.figures import count_anew
from analysis.themes.history import note_act
from analysis.themes.signatures import freeze
from analysis.together.codings import MARKS, count_codings
from dialogue.followup.confirming import say
from dialogue.followup.publishing import sha256_of
from dialogue.followup.round_models import Channel as RoundChannel
from dialogue.followup.round_models import Verdict
from dialogue.ground.clock import today
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.desk_models import DeskDecision
from dialogue.voices.desk_rules import VERSION
from dialogue.voices.models import Contribution, DeskState, Story, Use
from tests.stage import claim_on, signer

SHELVED, CODED, WITH_VECTORS, SESSIONS, EACH, ACTS, DECIDED, SAYS, OPENED = (
    3_000, 5_000, 6_000, 12, 20, 200, 2_000, 200, 2_000,
)  # fmt: skip
DIMENSIONS = 384


def at_work(session: Session, dialogue: Dialogue, people: Sequence[User]) -> None:
    """Let people do what they do with a dialogue's stories, as far as there are any."""
    drawn = np.random.default_rng(11)
    read = select(Story).where(Story.dialogue_id == dialogue.id, Story.desk == DeskState.READ)
    stories = session.scalars(read.order_by(Story.id).limit(max(SHELVED, CODED))).all()
    themes = session.scalars(select(Theme).where(Theme.dialogue_id == dialogue.id)).all()
    _may_be_quoted(session, stories[:SHELVED])
    _shelve(session, dialogue, stories[:SHELVED])
    _code(session, stories[:CODED], people[0], drawn)
    _read_together(session, dialogue, stories, people, drawn)
    _follow(session, dialogue, len(stories) > EACH, people[0])
    _decide(session, dialogue, stories[:DECIDED], people[0])
    _open(session, dialogue, people)
    for theme in themes:
        _write(session, theme, people[0])
    _vectors(session, themes[0], drawn)
    for number in range(ACTS if len(themes) > 1 else 1):
        note_act(session, dialogue.id, "kept", themes[number % len(themes)], by=people[0])
    count_anew(session, dialogue.id)
    count_codings(session, dialogue.id)
    start_draft(session, dialogue, by=people[0])
    session.commit()
    for theme in themes:
        freeze(session, theme, signer().id)
    _ask_those_who_told(session, dialogue, people[0])
    session.commit()


def _may_be_quoted(session: Session, stories: Sequence[Story]) -> None:
    uses = [Use.ANALYSIS.value, Use.QUOTE.value, Use.LIBRARY.value]
    rows = [{"id": story.contribution_id, "uses": uses} for story in stories]
    session.execute(update(Contribution), rows)
    session.expire_all()


def _shelve(session: Session, dialogue: Dialogue, stories: Sequence[Story]) -> None:
    rows = [
        {"story_id": s.id, "dialogue_id": dialogue.id, "place": "", "released_on": today()}
        for s in stories
    ]
    session.execute(insert(LibraryStory), rows)


def _code(session: Session, stories: Sequence[Story], by: User, drawn: np.random.Generator) -> None:
    rows = [
        {"story_id": s.id, "user_id": by.id, "mark": MARKS[int(drawn.integers(4))]} for s in stories
    ]
    session.execute(insert(Coding), rows)


def _open(session: Session, dialogue: Dialogue, people: Sequence[User]) -> None:
    """Each has read the list from its beginning; of a single story nobody has."""
    first = in_order(select(Story.id).where(Story.dialogue_id == dialogue.id)).limit(OPENED)
    keys = session.scalars(first).all()
    rows = [
        {"story_id": key, "user_id": each.id, "opened_on": today()}
        for key in keys[1:]
        for each in people
    ]
    if rows:
        session.execute(insert(StoryOpening), rows)


def _read_together(
    session: Session,
    dialogue: Dialogue,
    stories: Sequence[Story],
    people: Sequence[User],
    drawn: np.random.Generator,
) -> None:
    for number in range(SESSIONS if len(stories) > EACH else 1):
        joint = JointSession(dialogue_id=dialogue.id, name=f"Kväll {number}", phase=Phase.TALKING)
        session.add(joint)
        session.flush()
        for place, story in enumerate(stories[number * EACH : (number + 1) * EACH]):
            session.add(JointStory(session_id=joint.id, story_id=story.id, place=place))
            for person in people:
                session.add(
                    JointCoding(
                        session_id=joint.id, story_id=story.id, user_id=person.id,
                        when=When.BEFORE, mark=MARKS[int(drawn.integers(4))],
                    )
                )  # fmt: skip
    session.flush()


def _follow(session: Session, dialogue: Dialogue, full: bool, by: User) -> None:
    """Indicators with values of every place and year; in the empty dialogue one of one value."""
    for number in range(MOST if full else 1):
        own = Own(
            f"Mått {number}", "", "", "", "percent", "higher", "framtidsbild/trygghet", "Registret"
        )
        made = write_own(session, dialogue, own, "Många berättar om det.", by=by)
        values = [Told(str(2010 + n // 15), f"Ort {n % 15}", n % 100) for n in range(150)]
        keep_values(session, made, values if full else values[:1], by=by, seen=1)


def _decide(session: Session, dialogue: Dialogue, stories: Sequence[Story], by: User) -> None:
    rows = [
        {
            "dialogue_id": dialogue.id, "story_id": s.id, "kind": "released", "code": "nobody",
            "rules": VERSION, "stood": [], "by": by.id,
        }
        for s in stories
    ]  # fmt: skip
    session.execute(insert(DeskDecision), rows)


def _write(session: Session, theme: Theme, by: User) -> None:
    """Three quotes and two claims for a theme, and a summary."""
    inside = (
        select(Story)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id == theme.id, ThemeStory.strongest, Story.desk == DeskState.READ)
        .order_by(Story.id)
        .limit(3)
    )
    stories = session.scalars(inside).all()
    if not theme.quotes:
        for place, story in enumerate(stories):
            quote = ThemeQuote(
                theme_id=theme.id, story_id=story.id, place=place, start=0, end=12,
                digest=sha256_of(story.text[:12]),
            )  # fmt: skip
            session.add(quote)
    for number in range(2):
        claim_on(theme, stories[:2], words=f"Mening {number}.")
    session.flush()
    session.expire(theme)
    note_summary(session, theme, by=by)


def _vectors(session: Session, theme: Theme, drawn: np.random.Generator) -> None:
    """Vectors for the stories of one theme, that the page which splits it needs."""
    key = embedder().key
    inside = select(ThemeStory.story_id).where(ThemeStory.theme_id == theme.id)
    rows = [
        {
            "story_id": story, "embedder": key, "lang": "sv",
            "vector": drawn.normal(size=DIMENSIONS).astype("<f2").tobytes(),
        }
        for story in session.scalars(inside.limit(WITH_VECTORS))
    ]  # fmt: skip
    session.execute(insert(StoryVector), rows)


def _ask_those_who_told(session: Session, dialogue: Dialogue, by: User) -> None:
    """A confirmation round that has ended, with what voices said in it."""
    began = today() - timedelta(days=10)
    held = send_for_confirmation(session, dialogue, 7, by=by, smallest=8, on=began)
    for number in range(SAYS):
        say(
            session, held, {"whole": (Verdict.AGREES, "")}, voice=number.to_bytes(32, "big"),
            channel=RoundChannel.MEETING, lang="sv", on=began,
        )  # fmt: skip
