"""A dialogue's life: every step from draft to archive is a verb with its guards.

A guard says no in a sentence that tells what is missing. Every step is kept as a row and in the
audit trail.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.life_models import DialogueMessage, DialogueStep, Moment
from dialogue.hosts.models import PUBLIC_STATES, Dialogue, DialogueState, User
from dialogue.hosts.rights import Right

LONGEST_WORDS = 600
S = DialogueState
Guard = Callable[[Session, Dialogue], Iterator[str]]


class Verb(StrEnum):
    SEND = "send"
    RETURN = "return"
    APPROVE = "approve"
    ANNOUNCE = "announce"
    OPEN = "open"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    READ = "read"
    SEND_OUT = "send_out"
    PUBLISH = "publish"
    ANSWER = "answer"
    FOLLOW = "follow"
    ARCHIVE = "archive"
    WITHDRAW = "withdraw"


def decided(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    """What must be decided before anybody is asked to approve a dialogue."""
    names = {
        "title": _("the title"),
        "purpose": _("the purpose"),
        "to_settle": _("the question to be settled"),
        "who_decides": _("who decides"),
    }
    for name, said in names.items():
        if not dialogue.said(name).sv:
            yield _("Swedish is missing: %(what)s.", what=said)
    if dialogue.promise is None:
        yield _("Say how much residents’ words weigh: choose the promise.")


def promised(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    """What must be promised before a dialogue opens."""
    if dialogue.responder_id is None:
        yield _("Nobody has promised to answer. Choose who answers.")
    if dialogue.answer_by is None:
        yield _("Say by which day the answer comes.")


def written(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    """What residents must be able to read."""
    names = {
        "title": _("the title"),
        "about": _("what it is about"),
        "can_change": _("what can change"),
        "who_decides": _("who decides"),
        "when_answered": _("when the answer comes"),
    }
    for name, said in names.items():
        if not dialogue.said(name).sv:
            yield _("Swedish is missing: %(what)s.", what=said)
    if dialogue.closes_on and dialogue.closes_on < today():
        yield _("The last day has passed. Choose a later one.")


def told_before(session: Session, dialogue: Dialogue) -> Iterator[str]:
    """Whether residents are told something before it opens."""
    if dialogue.opens_on is None:
        yield _("Say on which day the dialogue opens.")
    if not has_message(session, dialogue, Moment.BEFORE):
        yield _("Write the message that residents read before the dialogue opens.")


def published(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    if dialogue.published_on is None:
        yield _("Nothing is published yet. Sign themes and publish them first.")


def outcome_told(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    if dialogue.kept is None:
        yield _("Say first whether the promise was kept.")


def told_after(session: Session, dialogue: Dialogue) -> Iterator[str]:
    if not has_message(session, dialogue, Moment.AFTER):
        yield _("Write the message that residents read afterwards.")


def host_is_ready(_session: Session, dialogue: Dialogue) -> Iterator[str]:
    if dialogue.is_hosted and dialogue.state == S.DRAFT:
        yield _("The host has not sent the dialogue for approval yet.")


@dataclass(frozen=True, slots=True)
class Step:
    """From which states a verb leads to which, who may take it, and what it asks for first."""

    before: frozenset[DialogueState]
    after: DialogueState
    right: Right
    guards: tuple[Guard, ...] = ()
    needs_words: bool = False


def _from(*states: DialogueState) -> frozenset[DialogueState]:
    return frozenset(states)


STEPS: dict[Verb, Step] = {
    Verb.SEND: Step(_from(S.DRAFT), S.HOST_READY, Right.BUILD_SURVEY, (decided,)),
    Verb.RETURN: Step(_from(S.HOST_READY, S.APPROVED), S.DRAFT, Right.PUBLISH, needs_words=True),
    Verb.APPROVE: Step(_from(S.HOST_READY), S.APPROVED, Right.PUBLISH, (decided, promised)),
    Verb.ANNOUNCE: Step(
        _from(S.APPROVED), S.ANNOUNCED, Right.PUBLISH, (promised, written, told_before)
    ),
    Verb.OPEN: Step(
        _from(S.DRAFT, S.HOST_READY, S.APPROVED, S.ANNOUNCED),
        S.OPEN,
        Right.PUBLISH,
        (decided, promised, written, host_is_ready),
    ),
    Verb.PAUSE: Step(_from(S.OPEN), S.PAUSED, Right.PUBLISH, needs_words=True),
    Verb.RESUME: Step(_from(S.PAUSED), S.OPEN, Right.PUBLISH, (promised, written)),
    Verb.CLOSE: Step(_from(S.OPEN, S.PAUSED), S.CLOSED, Right.PUBLISH),
    Verb.READ: Step(_from(S.CLOSED), S.IN_ANALYSIS, Right.RUN_ANALYSIS),
    Verb.SEND_OUT: Step(_from(S.IN_ANALYSIS), S.OUT_FOR_CONFIRMATION, Right.PUBLISH),
    Verb.PUBLISH: Step(
        _from(S.CLOSED, S.IN_ANALYSIS, S.OUT_FOR_CONFIRMATION),
        S.PUBLISHED,
        Right.PUBLISH,
        (published,),
    ),
    Verb.ANSWER: Step(_from(S.PUBLISHED), S.ANSWERED, Right.PUBLISH, (outcome_told,)),
    Verb.FOLLOW: Step(_from(S.ANSWERED), S.IN_FOLLOW_UP, Right.PUBLISH),
    Verb.ARCHIVE: Step(
        _from(S.ANSWERED, S.IN_FOLLOW_UP), S.ARCHIVED, Right.PUBLISH, (outcome_told, told_after)
    ),
    Verb.WITHDRAW: Step(
        frozenset(S) - {S.ARCHIVED, S.WITHDRAWN}, S.WITHDRAWN, Right.PUBLISH, needs_words=True
    ),
}


def hindrances(session: Session, dialogue: Dialogue, verb: Verb) -> list[str]:
    """What keeps a dialogue from a step, each in a sentence; empty when it may be taken."""
    if dialogue.state not in STEPS[verb].before:
        return [_("The dialogue has gone on already. Reload the page and look again.")]
    said = (each for guard in STEPS[verb].guards for each in guard(session, dialogue))
    return list(dict.fromkeys(said))


def take_step(
    session: Session, dialogue: Dialogue, verb: Verb, *, by: User | None, words: str = ""
) -> DialogueStep:
    """Lead a dialogue to its next state; ``by`` is None when it goes there by itself.

    ``words`` are kept with the step; those of a pause and a withdrawal are shown to residents.

    Raises:
        Refusal: when a guard says no, or words are missing.
    """
    session.flush()
    session.refresh(dialogue, with_for_update=True)
    stops = hindrances(session, dialogue, verb)
    if stops:
        raise Refusal(stops[0])
    step = STEPS[verb]
    words = words.strip()[:LONGEST_WORDS]
    if step.needs_words and not words:
        raise Refusal(_("Say why, in your own words. Those concerned will read it."))
    taken = DialogueStep(
        dialogue_id=dialogue.id,
        number=_next_number(session, dialogue.id),
        verb=verb,
        before=dialogue.state,
        after=step.after,
        by=by.id if by else None,
        by_itself=by is None,
        words=words,
    )
    session.add(taken)
    dialogue.state = step.after
    if step.after in PUBLIC_STATES - {S.WITHDRAWN} and dialogue.public_since is None:
        dialogue.public_since = today()
    session.flush()
    audit.record(
        session,
        f"dialogue: {verb}",
        dialogue.id,
        by.id if by else "machine",
        before=str(taken.before),
        after=str(step.after),
        words=words,
    )
    return taken


def steps_of(session: Session, dialogue: Dialogue) -> list[DialogueStep]:
    """The steps that a dialogue took, the newest first."""
    taken = select(DialogueStep).where(DialogueStep.dialogue_id == dialogue.id)
    return list(session.scalars(taken.order_by(DialogueStep.number.desc())))


def last_words(session: Session, dialogue: Dialogue) -> str:
    """What residents are told about a dialogue that rests or was withdrawn."""
    if dialogue.state not in (S.PAUSED, S.WITHDRAWN):
        return ""
    newest = next(iter(steps_of(session, dialogue)), None)
    return newest.words if newest is not None and newest.after == dialogue.state else ""


def has_message(session: Session, dialogue: Dialogue, moment: Moment) -> bool:
    message = session.get(DialogueMessage, (dialogue.id, moment))
    return message is not None and bool(message.sv)


def _next_number(session: Session, dialogue_id: uuid.UUID) -> int:
    last = select(func.max(DialogueStep.number)).where(DialogueStep.dialogue_id == dialogue_id)
    return (session.scalar(last) or 0) + 1
