"""Loads the second demo dialogue: a meeting in a village hall, its tables and its live room."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dialogue.ground.clock import now, today
from dialogue.ground.localized import Localized
from dialogue.hosts.models import (
    Dialogue,
    DialogueKind,
    DialogueState,
    Membership,
    Organisation,
    OrganisationKind,
    PromiseLevel,
    StaffRole,
    User,
)
from dialogue.meetings.arranging.planning import Plan, add_table, open_meeting, plan_meeting
from dialogue.meetings.live.models import LiveRoom, LiveSaying, LiveVote, SayingKind
from dialogue.meetings.live.rooms import bring_in, open_room, propose, show
from dialogue.meetings.live.voting import show_result
from dialogue.meetings.models import Manner, Meeting, MeetingFormat
from dialogue.meetings.table.noting import Note, keep_note
from dialogue.voices.models import Voice
from dialogue.voices.receipts import Receipts, new_answer_key
from surveys.answering.collecting import Sheet, submit
from surveys.models import Survey, SurveyVersion
from surveys.questions.catalogue import checked
from surveys.questions.document import Document

FILE = Path(__file__).parent / "joint.toml"
SEED = 2026
CAMPS = (17, 14, 11)
"""How many phones think in each of the three ways that the statements lean."""
OTHERWISE = 0.1
"""Chance that a phone votes otherwise than its way of thinking."""
NOT_ALL = 0.08
"""Chance that a phone has not voted on a statement."""
SMALLEST = 8


def load_joint(session: Session, receipts: Receipts, coordinator: User) -> Dialogue:
    """Make the dialogue about joint leadership, with an evening that goes on right now."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    dialogue = _dialogue(session, told, coordinator)
    _answers(session, dialogue, told, receipts)
    meeting = _meeting(session, dialogue, told, receipts, coordinator)
    _room(session, meeting, told, receipts)
    return dialogue


def _dialogue(session: Session, told: dict[str, Any], coordinator: User) -> Dialogue:
    houses = {
        data["slug"]: Organisation(
            kind=OrganisationKind(data["kind"]),
            slug=data["slug"],
            name_sv=data["name"]["sv"],
            name_en=data["name"]["en"],
            controller=data["controller"],
            accessibility_contact=data["accessibility_contact"],
        )
        for data in told["organisations"]
    }
    session.add_all(houses.values())
    session.flush()
    session.add(
        Membership(
            user_id=coordinator.id,
            organisation_id=houses[told["organisation"]].id,
            role=StaffRole.COORDINATOR,
        )
    )
    made = Dialogue(
        slug=told["slug"],
        organisation_id=houses[told["organisation"]].id,
        host_id=houses[told["host"]].id,
        responder_id=houses[told["responder"]].id,
        state=DialogueState(told["state"]),
        kind=DialogueKind(told["kind"]),
        promise=PromiseLevel(told["promise"]),
        texts=told["texts"],
        opens_on=told["opens_on"],
        closes_on=told["closes_on"],
        answer_by=told["answer_by"],
        public_since=told["opens_on"],
        invented=told["invented"],
    )
    session.add(made)
    session.flush()
    return made


def _answers(
    session: Session, dialogue: Dialogue, told: dict[str, Any], receipts: Receipts
) -> None:
    """The survey, and the answers that came on the web before the evening."""
    document = checked(Document.of({"sections": told["sections"]}))
    survey = Survey(dialogue_id=dialogue.id)
    survey.versions = [SurveyVersion(number=1, state="open", document=document.as_dict())]
    survey.dialogue = dialogue
    session.add(survey)
    session.flush()
    for number, each in enumerate(told["stories"]):
        form: dict[str, list[str]] = {"vardag": [each["text"]], "rost": [each["voice"]]}
        form |= {f"poang-{place}": [str(p)] for place, p in enumerate(each["points"], start=1)}
        form |= {name: [each[name]] for name in ("avstand", "forst") if name in each}
        form["use"] = ["quote"]
        submit(
            session,
            survey.versions[0],
            Sheet.read(document, form),
            key=new_answer_key(),
            receipts=receipts,
            language=each.get("lang", "sv"),
            on=today() - timedelta(days=9 + 3 * number),
        )


def _meeting(
    session: Session, dialogue: Dialogue, told: dict[str, Any], receipts: Receipts, by: User
) -> Meeting:
    """An evening that began an hour ago, with notes from its tables."""
    data = told["meeting"]
    begins = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    plan = Plan(
        format=MeetingFormat(data["format"]),
        texts={name: Localized.of(data[name]) for name in ("title", "about", "place", "way")},
        starts_at=begins,
        ends_at=begins + timedelta(hours=3),
        area="Hällsjö",
        access=data["access"],
        link=data["link"],
        registers=True,
        capacity=60,
        margin_after=2 * 24 * 60,
    )
    meeting = plan_meeting(session, dialogue, plan, receipts, by=by)
    for table in list(meeting.tables):
        meeting.tables.remove(table)
    session.flush()
    for data in told["tables"]:
        table = add_table(session, meeting, data["name"], remote=data.get("remote", False))
        table.people = data["people"]
        for each in data["notes"]:
            manner = Manner.VERBATIM if each["verbatim"] else Manner.SUMMARISED
            note = Note(
                each["text"], manner, Voice(each["voice"]), "sv",
                read_back=True, quotable=each["verbatim"],
            )  # fmt: skip
            keep_note(
                session, meeting, table, note, key=new_answer_key(), receipts=receipts, on=today()
            )
    open_meeting(session, meeting, by=by)
    session.flush()
    return meeting


def _room(session: Session, meeting: Meeting, told: dict[str, Any], receipts: Receipts) -> None:
    """The live room: statements, questions, what waits to be read, and votes."""
    room = open_room(session, meeting, "demo")
    voted: list[tuple[LiveSaying, Mapping[str, Any]]] = [
        (_say(session, room, each, receipts, from_room=False), each) for each in told["statements"]
    ]
    for each in told["sayings"]:
        saying = _say(session, room, each, receipts, from_room=True)
        if each.get("waiting"):
            continue
        show(session, saying)
        if each.get("brought_in"):
            bring_in(session, saying, "demo")
        voted.append((saying, each))
    session.flush()
    session.execute(insert(LiveVote), _votes(voted))
    show_result(session, room, SMALLEST, "demo")


def _say(
    session: Session,
    room: LiveRoom,
    each: Mapping[str, Any],
    receipts: Receipts,
    *,
    from_room: bool,
) -> LiveSaying:
    saying, _code = propose(
        session,
        room,
        kind=SayingKind(each.get("kind", "statement")),
        text=each["text"],
        lang="sv",
        key=new_answer_key(),
        receipts=receipts,
        from_room=from_room,
    )
    return saying


def _votes(voted: Sequence[tuple[LiveSaying, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """How the phones vote: mostly as the camp they are in leans."""
    chance = random.Random(SEED)
    phones = [camp for camp, size in enumerate(CAMPS) for _ in range(size)]
    rows = []
    for saying, each in voted:
        for number, camp in enumerate(phones):
            choice: int | None
            if saying.kind == SayingKind.QUESTION:
                choice = 1 if number < each["support"] else None
            elif chance.random() < NOT_ALL:
                choice = None
            else:
                choice = _choice(each["leans"][camp], chance)
            if choice is not None:
                voter = hashlib.sha256(f"{saying.room_id} {number}".encode()).digest()
                rows.append({"voter": voter, "saying_id": saying.id, "choice": choice})
    return rows


def _choice(lean: str, chance: random.Random) -> int:
    if lean == "?" or chance.random() < OTHERWISE:
        return chance.choice((1, 0, -1))
    return {"+": 1, "0": 0, "-": -1}[lean]
