"""Loads the demo dialogue: invented people, invented stories, a real loop."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.demo.joint import load_joint
from dialogue.demo.spring import load_spring
from dialogue.demo.summing import pass_the_desk
from dialogue.ground.clock import today
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.hosts.houses import hang_logo, lend_colour
from dialogue.hosts.life_models import Moment
from dialogue.hosts.models import (
    Dialogue,
    DialogueKind,
    DialogueState,
    Membership,
    Organisation,
    OrganisationKind,
    PromiseLevel,
    ReleaseRule,
    StaffRole,
    User,
)
from dialogue.hosts.promising import write_message
from dialogue.hosts.sign_in import add_user
from dialogue.voices.models import Channel
from dialogue.voices.receipts import Receipts, new_answer_key
from surveys.answering.collecting import Sheet, submit
from surveys.models import Survey, SurveyVersion
from surveys.questions.catalogue import checked
from surveys.questions.document import Document

HERE = Path(__file__).parent


def is_loaded(session: Session) -> bool:
    """Whether there is any dialogue at all."""
    return session.scalars(select(Dialogue.id).limit(1)).first() is not None


def load_demo(session: Session, receipts: Receipts, *, password: str, totp_secret: str) -> Dialogue:
    """Make the demo's organisations, staff, dialogue, survey and stories."""
    told = tomllib.loads((HERE / "dialogue.toml").read_text(encoding="utf-8"))
    organisations = {data["slug"]: _organisation(data) for data in told["organisations"]}
    session.add_all(organisations.values())
    session.flush()
    dialogue = _dialogue(told, organisations)
    session.add(dialogue)
    session.flush()
    people = _staff(session, organisations, password, totp_secret)
    coordinator = people["coordinator"]
    _dress(session, organisations, coordinator)
    for moment, message in told["messages"].items():
        write_message(
            session,
            dialogue,
            Moment(moment),
            Localized.of(message),
            message["easy"],
            by=coordinator,
        )
    document = checked(Document.of({"sections": told["sections"]}))
    survey = Survey(dialogue_id=dialogue.id)
    survey.versions = [SurveyVersion(number=1, state="open", document=document.as_dict())]
    survey.dialogue = dialogue
    session.add(survey)
    session.flush()
    for line in _lines():
        _contribute(session, survey.versions[0], document, line, receipts, coordinator)
    load_joint(session, receipts, coordinator)
    load_spring(session, receipts, dialogue, document, people)
    return dialogue


def _organisation(data: dict[str, Any]) -> Organisation:
    return Organisation(
        kind=OrganisationKind(data["kind"]),
        slug=data["slug"],
        name_sv=data["name"]["sv"],
        name_en=data["name"]["en"],
        controller=data["controller"],
        accessibility_contact=data["accessibility_contact"],
        about_sv=data["about"]["sv"],
        about_en=data["about"]["en"],
        accent=data["accent"],
        languages=list(LANGUAGES),
        retention=data["retention"],
        retention_months=data["retention_months"],
    )


def _dress(session: Session, organisations: dict[str, Organisation], by: User) -> None:
    """Hang up the logos, and see that the colours may be lent."""
    for slug, organisation in organisations.items():
        lend_colour(session, organisation, organisation.accent, by=by)
        logo = HERE / "logos" / f"{slug}.png"
        hang_logo(session, organisation, logo.read_bytes(), by=by)


def _dialogue(told: dict[str, Any], organisations: dict[str, Organisation]) -> Dialogue:
    return Dialogue(
        slug=told["slug"],
        organisation_id=organisations[told["organisation"]].id,
        host_id=organisations[told["host"]].id,
        responder_id=organisations[told["responder"]].id,
        state=DialogueState(told["state"]),
        texts=told["texts"],
        opens_on=told["opens_on"],
        closes_on=told["closes_on"],
        answer_by=told["answer_by"],
        invented=told["invented"],
        kind=DialogueKind(told["kind"]),
        promise=PromiseLevel(told["promise"]),
        release=ReleaseRule(told["release"]),
        public_since=told["opens_on"],
    )


def _staff(
    session: Session,
    organisations: dict[str, Organisation],
    password: str,
    totp_secret: str,
) -> dict[str, User]:
    """One person for each organisation and one who signs, with one password and one-time code."""
    people = (
        ("samordnare", "Eva Lind", OrganisationKind.REGION, StaffRole.COORDINATOR),
        ("kommun", "Nils Berg", OrganisationKind.MUNICIPALITY, StaffRole.RESPONDER),
        (
            "forening",
            "Aino Holm",
            OrganisationKind.PATIENT_ORGANISATION,
            StaffRole.HOST,
        ),
        ("skotsel", "Sven Ek", OrganisationKind.REGION, StaffRole.ADMINISTRATOR),
        ("granskare", "Lisa Sjö", OrganisationKind.REGION, StaffRole.REVIEWER),
    )
    made = {}
    for name, full_name, kind, role in people:
        user = add_user(f"{name}@norrmark.example", full_name, password, totp_secret)
        session.flush()
        organisation = next(each for each in organisations.values() if each.kind == kind)
        session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=role))
        made[role.value] = user
    return made


def _lines() -> Iterator[dict[str, Any]]:
    for line in (HERE / "stories.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _contribute(
    session: Session,
    version: SurveyVersion,
    document: Document,
    line: dict[str, Any],
    receipts: Receipts,
    reader: User,
) -> None:
    """One invented answer, taken in through the same door as everybody's."""
    form: dict[str, list[str]] = {
        "berattelse": [line["text"]],
        "rost": [line["voice"]],
        "use": list(line["uses"]),
    }
    for place, value in enumerate(line["points"] or (), start=1):
        form[f"poang-{place}"] = [str(value)]
    for name, value in line["statements"].items():
        form[name] = [str(value)] if value is not None else []
    background = line["background"] or {}
    form["kommun"] = [background.get("municipality") or ""]
    form["alder"] = [background.get("age") or ""]
    sheet = Sheet.read(document, form)
    if sheet.faults:
        raise ValueError(f"demo story {line['id']}: {sheet.faults[0].sentence}")
    kept = submit(
        session,
        version,
        sheet,
        key=new_answer_key(),
        receipts=receipts,
        language=line["lang"] if line["lang"] in ("sv", "en") else "sv",
        on=today() - timedelta(days=line["days_ago"]),
        channel=Channel(line["channel"]),
    )
    if line["read"]:
        for story in kept.contribution.stories:
            pass_the_desk(session, story, reader)
