"""What a dialogue is for and what it promises: written before it opens, answered for at the end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts import life
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.hosts.models import (
    Dialogue,
    DialogueState,
    Kept,
    PromiseLevel,
    ReleaseRule,
    User,
)

WORDS = ("purpose", "to_settle", "about", "can_change", "who_decides", "when_answered")
"""The dialogue's texts that its first page asks for, beside the title."""
WITH_HOST = frozenset({DialogueState.DRAFT})
WITH_COORDINATOR = frozenset(
    {
        DialogueState.DRAFT,
        DialogueState.HOST_READY,
        DialogueState.APPROVED,
        DialogueState.ANNOUNCED,
    }
)
OVER = frozenset({DialogueState.ARCHIVED, DialogueState.WITHDRAWN})
TELLING = frozenset({DialogueState.PUBLISHED, DialogueState.ANSWERED, DialogueState.IN_FOLLOW_UP})


@dataclass(frozen=True, slots=True)
class Ground:
    """What a dialogue stands on: its words, its people, its promise and its days."""

    title: Localized
    words: Mapping[str, Localized]
    responder: uuid.UUID | None = None
    host: uuid.UUID | None = None
    promise: PromiseLevel | None = None
    release: ReleaseRule = ReleaseRule.ALL
    opens_on: date | None = None
    closes_on: date | None = None
    answer_by: date | None = None


def lay_ground(
    session: Session, dialogue: Dialogue, ground: Ground, *, by: User, leads: bool
) -> None:
    """Write what a dialogue stands on, before it opens.

    ``leads`` says that the person coordinates it: a host writes until it sends the dialogue for
    approval, a coordinator until it opens.

    Raises:
        Refusal: when it is too late, the days contradict each other, or a title is missing.
    """
    if dialogue.state not in WITH_COORDINATOR:
        raise Refusal(_("The dialogue is open. What it promised does not change."))
    if not leads and dialogue.state not in WITH_HOST:
        raise Refusal(
            _("The dialogue has been sent for approval. Ask the coordinator to return it first.")
        )
    if not leads and (ground.host, ground.responder) != (dialogue.host_id, dialogue.responder_id):
        raise Refusal(_("Only the coordinator decides who hosts and who answers."))
    days = [each for each in (ground.opens_on, ground.closes_on, ground.answer_by) if each]
    if days != sorted(days):
        raise Refusal(_("The days contradict each other: open first, then close, then answer."))
    if not ground.title.sv:
        raise Refusal(_("Write the title in Swedish."))
    texts = dict(dialogue.texts or {})
    texts |= {name: text.as_dict() for name, text in ground.words.items()}
    when = ground.words.get("when_answered")
    if ground.answer_by and when is not None and not (when.sv or when.en):
        texts["when_answered"] = answer_line(ground.answer_by).as_dict()
    dialogue.texts = texts | {"title": ground.title.as_dict()}
    dialogue.host_id, dialogue.responder_id = ground.host, ground.responder
    dialogue.promise, dialogue.release = ground.promise, ground.release
    dialogue.opens_on, dialogue.closes_on = ground.opens_on, ground.closes_on
    dialogue.answer_by = ground.answer_by
    session.flush()
    audit.record(session, "dialogue: ground laid", dialogue.id, by.id, release=ground.release)


def answer_line(day: date) -> Localized:
    """When the answer comes, for residents, where nobody has written it otherwise."""
    sv, en = (format_date(day, "d MMMM yyyy", locale=language) for language in ("sv", "en"))
    return Localized(
        f"Senast {sv}. Du kan läsa svaret här, med eller utan kod.",
        f"By {en} at the latest. You can read the answer here, with or without a code.",
    )


def write_message(
    session: Session, dialogue: Dialogue, moment: Moment, text: Localized, easy: str, *, by: User
) -> None:
    """Write what residents are told before, during or after a dialogue; empty takes it away.

    Raises:
        Refusal: when the dialogue is over, or only a translation is written.
    """
    if dialogue.state in OVER:
        raise Refusal(_("The dialogue is over. Its messages stay as they are."))
    message = session.get(DialogueMessage, (dialogue.id, moment))
    if not (text.sv or text.en or easy):
        if message is not None:
            session.delete(message)
            session.flush()
        return
    if not text.sv:
        raise Refusal(_("Write the message in Swedish first."))
    if message is None:
        message = DialogueMessage(dialogue_id=dialogue.id, moment=moment, changed_on=today())
        session.add(message)
    if (message.sv, message.en, message.easy) != (text.sv, text.en, easy):
        message.sv, message.en, message.easy = text.sv, text.en, easy
        message.changed_on = today()
        audit.record(session, "dialogue: message", dialogue.id, by.id, moment=moment)
    session.flush()


def messages_of(session: Session, dialogue: Dialogue) -> dict[str, DialogueMessage]:
    """What residents are told, by moment."""
    found = (session.get(DialogueMessage, (dialogue.id, moment)) for moment in Moment)
    return {str(each.moment): each for each in found if each is not None}


def moment_of(dialogue: Dialogue) -> Moment | None:
    """Which message a dialogue's page shows now; none while it rests or has been withdrawn."""
    if dialogue.state in (DialogueState.PAUSED, DialogueState.WITHDRAWN):
        return None
    if dialogue.state in WITH_COORDINATOR:
        return Moment.BEFORE
    return Moment.DURING if dialogue.state == DialogueState.OPEN else Moment.AFTER


def tell_outcome(
    session: Session, dialogue: Dialogue, kept: Kept, words: Localized, *, by: User
) -> None:
    """Say whether the promise was kept, and what came of it: with that a dialogue is answered.

    Raises:
        Refusal: when nothing is published yet, the words are missing, or the day contradicts.
    """
    if dialogue.state not in TELLING:
        raise Refusal(_("The promise is answered for when the summary is published."))
    if not words.sv:
        raise Refusal(_("Say in Swedish what came of the promise."))
    late = dialogue.answer_by is not None and dialogue.answer_by < today()
    if kept == Kept.KEPT and late and dialogue.kept is None:
        raise Refusal(_("The day has passed. The answer came late, in part or not at all."))
    dialogue.texts = dict(dialogue.texts) | {"kept": words.as_dict()}
    dialogue.kept, dialogue.kept_told_on = kept, today()
    session.flush()
    audit.record(session, "dialogue: outcome told", dialogue.id, by.id, kept=kept)
    if dialogue.state == DialogueState.PUBLISHED:
        life.take_step(session, dialogue, life.Verb.ANSWER, by=by)
