"""Loads the third demo dialogue: signed, confirmed by those who told, and published."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.claims.writing import Chosen, Draft, begin_claim, change_claim
from analysis.coding_models import When
from analysis.indicators.choosing import choose_ready
from analysis.library.shelves import release, stands
from analysis.models import Theme
from analysis.signing.signing import publish_signed, send_for_confirmation, sign_theme
from analysis.themes.acting import make_theme
from analysis.together import sessions as together
from analysis.together.reading_figures import settle_figure
from dialogue.demo.summing import pass_the_desk
from dialogue.followup.confirming import make_link, say
from dialogue.followup.heard import WHOLE, texts_in
from dialogue.followup.replying import corrections_of, reply_to
from dialogue.followup.reserving import reserve
from dialogue.followup.round_models import Channel, ConfirmationRound, Verdict
from dialogue.ground.clock import today
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Story
from dialogue.voices.receipts import Receipts, new_answer_key
from surveys.answering.collecting import Sheet, submit
from surveys.models import Survey, SurveyVersion
from surveys.questions.document import Document

FILE = Path(__file__).parent / "spring.toml"
ROUND_BEGAN = 24
"""Days ago."""
SMALLEST = 8
AGREED = {Channel.RECEIPT: 13, Channel.MEETING: 21, Channel.PAPER: 9}
PLACES = ("Storforsen", "Lycksele", "Sorsele")


def load_spring(
    session: Session,
    receipts: Receipts,
    like: Dialogue,
    document: Document,
    people: dict[str, User],
) -> Dialogue:
    """Make a dialogue that has come all the way to a published summary.

    ``like`` is the dialogue whose organisations hold this one too; ``people`` are the staff by
    role: ``coordinator``, ``host``, ``responder`` and ``reviewer``.
    """
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    dialogue = _dialogue(session, told, like)
    stories = _answers(session, dialogue, told, document, receipts, people["coordinator"])
    themes = _themes(session, dialogue, told, stories, people)
    _confirm(session, dialogue, told, themes, receipts, people)
    _read_together(session, dialogue, told, people)
    publish_signed(session, dialogue, by=people["coordinator"], smallest=SMALLEST)
    return dialogue


def _dialogue(session: Session, told: dict[str, Any], like: Dialogue) -> Dialogue:
    made = Dialogue(
        slug=told["slug"], organisation_id=like.organisation_id, host_id=like.host_id,
        responder_id=like.responder_id, state=DialogueState.IN_ANALYSIS, texts=told["texts"],
        opens_on=today() - timedelta(days=90), closes_on=today() - timedelta(days=40),
        answer_by=today() + timedelta(days=70), public_since=today() - timedelta(days=95),
        invented=True,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _answers(
    session: Session,
    dialogue: Dialogue,
    told: dict[str, Any],
    document: Document,
    receipts: Receipts,
    reader: User,
) -> list[Story]:
    """The stories, through everybody's door; read at the desk, some put in the library."""
    survey = Survey(dialogue_id=dialogue.id)
    survey.versions = [SurveyVersion(number=1, state="open", document=document.as_dict())]
    survey.dialogue = dialogue
    session.add(survey)
    session.flush()
    stories = []
    for number, each in enumerate(told["stories"]):
        form = {f"poang-{place}": [str(p)] for place, p in enumerate(each["points"], start=1)}
        form |= {"berattelse": [each["text"]], "rost": ["self"]}
        form["use"] = ["quote", "library"] if each.get("library") else ["quote"]
        kept = submit(
            session, survey.versions[0], Sheet.read(document, form), key=new_answer_key(),
            receipts=receipts, language=each["lang"], on=today() - timedelta(days=45 + number),
        )  # fmt: skip
        (story,) = kept.contribution.stories
        pass_the_desk(session, story, reader)
        if each.get("library"):
            place = next((name for name in PLACES if name in story.text), "")
            release(session, story, place, by=reader)
        stories.append(story)
    return stories


def _themes(
    session: Session,
    dialogue: Dialogue,
    told: dict[str, Any],
    stories: Sequence[Story],
    people: dict[str, User],
) -> list[Theme]:
    """Themes by hand, each with a claim that stands on two quotes; written by one person and
    signed by another."""
    made = []
    for number, each in enumerate(told["themes"], start=1):
        mine = [
            story
            for story, line in zip(stories, told["stories"], strict=True)
            if line["theme"] == number
        ]
        theme = make_theme(
            session, dialogue, each["name"]["sv"], each["name"]["en"], mine,
            by=people["coordinator"], reason="Det flera berättar om.",
        )  # fmt: skip
        claim = begin_claim(session, theme, by=people["coordinator"])
        quotes = tuple(Chosen(story, 0, _sentence(story.text)) for story in mine[:2])
        words = {name: each["claim"][name] for name in ("sv", "en", "easy")}
        change_claim(session, claim, Draft(words, "accept", add=quotes), by=people["coordinator"])
        sign_theme(session, theme, by=people["reviewer"])
        made.append(theme)
    return made


def _sentence(text: str) -> int:
    """Where the first sentence of a text ends."""
    return text.find(". ") + 1 or len(text)


def _confirm(
    session: Session,
    dialogue: Dialogue,
    told: dict[str, Any],
    themes: Sequence[Theme],
    receipts: Receipts,
    people: dict[str, User],
) -> None:
    """A round that ended ten days ago: many agree, two want a change, and the host reserves."""
    on = today() - timedelta(days=ROUND_BEGAN)
    eva = people["coordinator"]
    held = send_for_confirmation(session, dialogue, 14, by=eva, smallest=SMALLEST, on=on)
    link = make_link(
        session, held, told["round"]["meeting"], told["round"]["people"], by=eva, on=on
    )
    texts = texts_in(held)
    for channel, count in AGREED.items():
        for number in range(count):
            said = dict.fromkeys(texts[: 1 + number % len(texts)], (Verdict.AGREES, ""))
            _say(session, held, receipts, f"{channel} {number}", channel, said, link, on)
    wishes = (
        ("correction", str(themes[1].id), Verdict.CORRECT),
        ("missing", WHOLE, Verdict.MISSING),
    )
    for name, about, verdict in wishes:
        words = told["round"][name]["words"]
        _say(session, held, receipts, name, Channel.MEETING, {about: (verdict, words)}, link, on)
    answers = {told["round"][name]["words"]: told["round"][name]["reply"] for name, *_ in wishes}
    for wish in corrections_of(session, dialogue):
        reply_to(session, wish, False, answers[wish.words], by=eva)
    reserve(
        session, dialogue, str(themes[0].id), told["reservation"]["text"], "sv", by=people["host"]
    )


def _say(
    session: Session,
    held: ConfirmationRound,
    receipts: Receipts,
    name: str,
    channel: Channel,
    said: Mapping[str, tuple[Verdict | None, str]],
    link: Any,
    on: Any,
) -> None:
    in_room = channel == Channel.MEETING
    say(
        session, held, said, voice=receipts.voice_hash_of("demo", name), channel=channel,
        lang="sv", link=link if in_room else None, on=on + timedelta(days=3),
    )  # fmt: skip


def _read_together(
    session: Session, dialogue: Dialogue, told: dict[str, Any], people: dict[str, User]
) -> None:
    """A joint session on three stories of the library, coded apart, talked about and settled,
    and the figures that were read beside them."""
    eva, others = people["coordinator"], [people["host"], people["responder"]]
    mine = select(Story).where(Story.dialogue_id == dialogue.id, stands())
    stories = session.scalars(mine.order_by(Story.text).limit(3)).all()
    joint = together.begin(session, dialogue, told["joint"]["name"], stories, by=eva)
    before = (("trygghet", "trygghet", "trygghet"), ("tillsammans", "tillgänglighet", "trygghet"),
              ("tillsammans", "tillsammans", "trygghet"))  # fmt: skip
    for story, marks in zip(stories, before, strict=True):
        for person, mark in zip([eva, *others], marks, strict=True):
            together.say(session, joint, story, mark, {}, by=person)
    together.open_talk(session, joint, by=eva, seen=1)
    for story, settled, note in zip(
        stories, ("trygghet", "tillsammans", "tillsammans"), told["joint"]["notes"], strict=True
    ):
        for person in others:
            together.say(session, joint, story, settled, {}, by=person)
        together.settle_story(session, joint, story, settled, note, by=eva, seen=0)
    for each in told["indicators"]:
        figure = choose_ready(
            session, dialogue, each["ready"], each["why"], values=each["values"], by=eva
        )
        if "verdict" in each:
            settle_figure(session, joint, figure, each["verdict"], each["note"], by=eva, seen=0)
    together.close(session, joint, by=eva, seen=2)
    if together.agreement(session, joint, When.AFTER).stories != len(stories):
        raise ValueError("the demo's joint session was not coded by all")
