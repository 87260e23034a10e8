"""The shapes that a dialogue can start from, and beginning one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.hosts.models import (
    Dialogue,
    DialogueKind,
    Organisation,
    PromiseLevel,
    ReleaseRule,
    User,
)
from dialogue.hosts.rights import coordinated_by

FILE = Path(__file__).with_name("shapes.toml")
UNTIL_OPEN = timedelta(days=14)
TEXTS = ("name", "fits", "title", "purpose", "about")
RESERVED = frozenset({"ny", "ny-dialog"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message in both languages and in easy Swedish."""

    text: Localized
    easy: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of dialogue is prefilled with.

    ``days`` is how long it is open, ``answer`` the days from its end to the answer, ``survey``
    the name of a ready-made survey.
    """

    kind: DialogueKind
    name: Localized
    fits: Localized
    title: Localized
    purpose: Localized
    about: Localized
    messages: Mapping[Moment, Message]
    promise: PromiseLevel
    days: int
    answer: int
    survey: str


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape, in the order of :class:`~dialogue.hosts.models.DialogueKind`."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_shape(kind, told[kind]) for kind in DialogueKind)


def shape_of(kind: str) -> Shape:
    """The shape of a kind; that of a survey for an unknown one."""
    return next((each for each in shapes() if each.kind == kind), shapes()[0])


def _shape(kind: DialogueKind, told: dict[str, Any]) -> Shape:
    texts = {name: Localized.of(told[name]) for name in TEXTS}
    messages = {
        moment: Message(Localized.of(told[moment]), told[moment]["easy"]) for moment in Moment
    }
    return Shape(
        kind=kind,
        messages=messages,
        promise=PromiseLevel(told["promise"]),
        days=told["days"],
        answer=told["answer"],
        survey=told["survey"],
        **texts,
    )


def begin_dialogue(
    session: Session,
    organisation: Organisation,
    shape: Shape,
    title: Localized,
    *,
    by: User,
    host: uuid.UUID | None = None,
) -> Dialogue:
    """A dialogue in draft, prefilled from a shape; its questions come afterwards.

    With another organisation as host, stories are let through when they have been reviewed,
    unless somebody chooses otherwise.

    Raises:
        Refusal: when the person coordinates elsewhere, or the title is missing.
    """
    if organisation not in coordinated_by(by):
        raise Refusal(_("You do not coordinate dialogues for this organisation."))
    if not title.sv:
        raise Refusal(_("Write the title in Swedish."))
    opens = today() + UNTIL_OPEN
    closes = opens + timedelta(days=shape.days - 1)
    hosted = host is not None and host != organisation.id
    made = Dialogue(
        slug=_free_slug(session, title.sv),
        organisation_id=organisation.id,
        host_id=host if hosted else None,
        kind=shape.kind,
        promise=shape.promise,
        release=ReleaseRule.REDACTED_STORIES if hosted else ReleaseRule.ALL,
        opens_on=opens,
        closes_on=closes,
        answer_by=closes + timedelta(days=shape.answer),
        texts={
            "title": title.as_dict(),
            "purpose": shape.purpose.as_dict(),
            "about": shape.about.as_dict(),
        },
    )
    session.add(made)
    session.flush()
    for moment, message in shape.messages.items():
        session.add(
            DialogueMessage(
                dialogue_id=made.id,
                moment=moment,
                sv=message.text.sv,
                en=message.text.en,
                easy=message.easy,
                changed_on=today(),
            )
        )
    session.flush()
    audit.record(session, "dialogue begun", made.id, by.id, slug=made.slug, kind=shape.kind)
    return made


def _free_slug(session: Session, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]{1,200}", "-", plain).strip("-")[:60] or "dialog"
    taken = set(session.scalars(select(Dialogue.slug).where(Dialogue.slug.startswith(stem))))
    number, slug = 1, stem
    while slug in taken | RESERVED:
        number += 1
        slug = f"{stem}-{number}"
    return slug
