"""Puts stories, themes and publications on stage without the machine, and sends staff's forms."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from analysis.claim_models import Claim, ClaimState
from analysis.claims.evidence import quote_from
from analysis.indicators.choosing import choose_ready
from analysis.models import AnalysisRun, StoryOutcome, StoryVector, Theme, ThemeQuote, ThemeStory
from analysis.signing.signing import publish_signed
from analysis.themes.signatures import freeze
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.followup.rounds import waive_round
from dialogue.ground.clock import now, today
from dialogue.ground.db import Base, session
from dialogue.hosts.models import Dialogue, User
from dialogue.meetings.models import Meeting, MeetingFormat, MeetingState
from dialogue.voices.models import Channel, Contribution, DeskState, Story, Use, Voice
from dialogue.voices.receipts import new_answer_key, receipts

POINTS = {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2}


def forged_free(client: FlaskClient, application: Application) -> str:
    """A token that the signed-in client's forms would carry."""
    with client.session_transaction() as kept:
        raw = kept.setdefault("csrf_token", secrets.token_hex(20))
    serializer = URLSafeTimedSerializer(application.secret_key, salt="wtf-csrf-token")
    token = serializer.dumps(raw)
    return token if isinstance(token, str) else token.decode()


def seen_on(page: str) -> str:
    """What the first form of a page carries of what the page showed."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found, "the page's forms say nothing of what it showed"
    return found[1]


def dialogue_of(slug: str) -> Dialogue:
    return session().scalars(select(Dialogue).where(Dialogue.slug == slug)).one()


def user_of(uniquifier: str) -> User:
    return session().scalars(select(User).where(User.fs_uniquifier == uniquifier)).one()


def tell(
    slug: str,
    texts: Sequence[str],
    *,
    desk: DeskState = DeskState.READ,
    uses: Sequence[Use] = (Use.ANALYSIS, Use.QUOTE),
    points: dict[str, int] | None = None,
    lang: str = "sv",
) -> list[Story]:
    """Stories in a dialogue, each in a contribution of its own, in the open session."""
    told = []
    for text in texts:
        story = Story(
            dialogue_id=dialogue_of(slug).id, question="berattelse", text=text, lang=lang,
            points=POINTS if points is None else points, desk=desk,
            read_on=today() if desk != DeskState.WAITING else None,
        )  # fmt: skip
        mint = receipts()
        contribution = Contribution(
            dialogue_id=story.dialogue_id, content_hash=hashlib.sha256(text.encode()).digest(),
            receipt_hash=mint.hash_of(mint.code_for(new_answer_key())), channel=Channel.WEB,
            voice=Voice.SELF, lang=lang, received_on=today(), uses=list(uses),
            consent_version="test", stories=[story],
        )  # fmt: skip
        session().add(contribution)
        told.append(story)
    session().flush()
    return told


def gather(
    slug: str, name: str, stories: Sequence[Story], *, quotes: int = 2, signed: bool = False
) -> Theme:
    """A theme of these stories, as a reading leaves it: placed, tied, with quotes and vectors."""
    dialogue = dialogue_of(slug)
    run = AnalysisRun(dialogue_id=dialogue.id, stories=len(stories), recipe={"test": True})
    session().add(run)
    session().flush()
    theme = Theme(
        dialogue_id=dialogue.id, run_id=run.id, machine_key=secrets.token_hex(4),
        proposed_sv=name, proposed_en=f"{name} (en)", keywords={"sv": [], "en": []},
        ties={"framtidsbild": {"trygghet": 0.61, "tillgänglighet": 0.2, "tillsammans": 0.1}},
    )  # fmt: skip
    session().add(theme)
    session().flush()
    for story in stories:
        session().add(
            ThemeStory(theme_id=theme.id, story_id=story.id, strongest=True, strength=0.5)
        )
        placed = [[theme.machine_key, 0.5]]
        session().add(StoryOutcome(story_id=story.id, ties={}, placed=placed, unplaced=False))
        session().add(StoryVector(story_id=story.id, embedder="test", lang="sv", vector=b"\0" * 8))
    for place, story in enumerate(stories[:quotes]):
        end = min(len(story.text), 40)
        digest = hashlib.sha256(story.text[:end].encode()).hexdigest()
        session().add(
            ThemeQuote(
                theme_id=theme.id, story_id=story.id, place=place, start=0, end=end, digest=digest
            )
        )
    session().flush()
    session().expire(theme)
    if signed:
        freeze(session(), theme, signer().id)
    return theme


def claim_on(
    theme: Theme, stories: Sequence[Story], *, words: str = "Många väntar länge.", end: int = 12
) -> Claim:
    """An accepted claim of a theme that stands on the beginning of each of these stories."""
    claim = Claim(
        dialogue_id=theme.dialogue_id, theme_id=theme.id, state=ClaimState.ACCEPTED,
        words_sv=words, words_en=f"{words} (en)", words_easy=f"{words} (lätt)",
    )  # fmt: skip
    session().add(claim)
    session().flush()
    for place, story in enumerate(stories):
        quote = quote_from(story, 0, end)
        quote.place = place
        claim.evidence.append(quote)
    session().flush()
    return claim


def signer() -> User:
    """Somebody else than the coordinator, who signs what is signed on stage."""
    people = session().scalars(select(User).order_by(User.email)).all()
    return next((each for each in people if each.email.startswith("lisa@")), people[-1])


def publish_at_once(slug: str, by: str) -> Publication:
    """Publish what is signed, with a reason why nobody was asked first."""
    dialogue, person = dialogue_of(slug), user_of(by)
    waive_round(session(), dialogue, "Alla var med när texten skrevs.", by=person)
    return publish_signed(session(), dialogue, by=person, smallest=8)


@dataclass(frozen=True)
class Play:
    """What stands on stage, by key."""

    theme: uuid.UUID
    quote: uuid.UUID
    story: uuid.UUID
    meeting: str = "samtalskvall"
    claim: uuid.UUID = field(default_factory=uuid.uuid4)


def meet(slug: str, name: str) -> Meeting:
    """A meeting that goes on right now, in the open session."""
    begins = now() - timedelta(minutes=30)
    meeting = Meeting(
        dialogue_id=dialogue_of(slug).id, slug=name, format=MeetingFormat.PHYSICAL,
        state=MeetingState.OPEN, texts={"title": {"sv": "Samtalskväll", "en": "Evening of talk"}},
        starts_at=begins, ends_at=begins + timedelta(hours=2),
    )  # fmt: skip
    session().add(meeting)
    session().flush()
    return meeting


def read_and_signed(application: Application, slug: str, name: str = "Väntan") -> Play:
    """Ten read stories in one signed theme."""
    with application.app_context():
        stories = tell(slug, [f"{name} berättelse nummer {number} ." for number in range(10)])
        theme = gather(slug, name, stories)
        claim = claim_on(theme, stories[:2])
        freeze(session(), theme, signer().id)
        play = Play(theme.id, theme.quotes[0].id, stories[0].id, claim=claim.id)
        meet(slug, play.meeting)
        session().commit()
        return play


def published(application: Application, slug: str, by: str, name: str = "Väntan") -> Play:
    """The same, published."""
    play = read_and_signed(application, slug, name)
    with application.app_context():
        publish_at_once(slug, by)
        session().commit()
    return play


def followed(application: Application, slug: str, by: str) -> uuid.UUID:
    """An indicator that a dialogue follows, with the values of its source; its key."""
    with application.app_context():
        made = choose_ready(
            session(), dialogue_of(slug), "fast_lakarkontakt", "Många berättar om det.",
            values=True, by=user_of(by),
        )  # fmt: skip
        session().commit()
        return made.id


def everything_in(application: Application) -> dict[str, list[Any]]:
    """Every row of every table, to see that nothing changed."""
    with application.app_context():
        return {
            table.name: sorted(repr(tuple(row)) for row in session().execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
