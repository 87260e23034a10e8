"""Second opinions: whoever holds the desk asks somebody else about one story, and decides then.

A story about which a question waits is not let through. Whoever answers has not asked, and reads
that one story for as long as the question stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.desk.noticing import refuse_overtaken
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, StaffRole, User
from dialogue.hosts.rights import Right, is_held_back, is_let_through, may, reads_everything
from dialogue.voices.desk_models import SecondOpinion
from dialogue.voices.models import DeskState, Story
from dialogue.voices.releasing import EVERY_STORY
from dialogue.voices.screening import marks_in

SAYS = ("release", "cover", "hold")
LONGEST = 200


def ask_for_opinion(
    session: Session, story: Story, question: str, *, by: User, seen: str | None = None
) -> SecondOpinion:
    """Ask for a second opinion about a story. ``seen`` is what the asker's page showed of it.

    Raises:
        Refusal: when nothing is asked, the words may point at somebody, a question waits, or the
            story has changed or been decided on meanwhile.
    """
    if not question:
        raise Refusal(_("Write what you are unsure about."))
    _refuse_words(question)
    refuse_overtaken(session, story, seen)
    if waiting_about(session, story) is not None:
        raise Refusal(_("A second opinion about this story has been asked for already."))
    asked = SecondOpinion(
        dialogue_id=story.dialogue_id, story_id=story.id, question=question, asked_by=by.id
    )
    session.add(asked)
    session.flush()
    audit.record(session, "second opinion asked for", story.id, by.id)
    return asked


def say_opinion(
    session: Session,
    opinion: SecondOpinion,
    says: str,
    why: str,
    *,
    by: User,
    seen: str | None = None,
) -> SecondOpinion:
    """Say what should be done with the story, and why. Who holds the desk decides.

    ``seen`` is what the reader's page showed of the story.

    Raises:
        Refusal: when it has been said or taken back, or asked by the same person, a part is
            missing, or the story has changed or been decided on meanwhile.
    """
    session.refresh(opinion, with_for_update=True)
    if not opinion.waits:
        raise Refusal(_("This question has been answered or taken back."))
    if opinion.asked_by == by.id:
        raise Refusal(_("You asked. Somebody else says what they think."))
    if says not in SAYS:
        raise Refusal(_("Choose what you would do with the story."))
    if not why:
        raise Refusal(_("Say why, in a sentence."))
    _refuse_words(why)
    refuse_overtaken(session, story_of(session, opinion), seen)
    opinion.says, opinion.why = says, why
    opinion.said_by, opinion.said_at = by.id, now()
    session.flush()
    audit.record(session, "second opinion said", opinion.story_id, by.id, says=says)
    return opinion


def take_question_back(session: Session, opinion: SecondOpinion, *, by: User) -> None:
    """End a question that nobody has answered.

    Raises:
        Refusal: when it was answered already.
    """
    session.refresh(opinion, with_for_update=True)
    if opinion.says:
        raise Refusal(_("The question has been answered. Read the answer, then decide."))
    if opinion.taken_back_at is None:
        opinion.taken_back_at = now()
        session.flush()
        audit.record(session, "second opinion taken back", opinion.story_id, by.id)


def waiting_about(session: Session, story: Story) -> SecondOpinion | None:
    """The question about a story that waits for an answer, if there is one."""
    return session.scalars(_waiting().where(SecondOpinion.story_id == story.id)).first()


def opinions_waiting(session: Session, dialogue: Dialogue) -> set[uuid.UUID]:
    """The stories of a dialogue about which a question waits."""
    mine = _waiting().where(SecondOpinion.dialogue_id == dialogue.id)
    return {each.story_id for each in session.scalars(mine)}


def opinions_about(session: Session, story: Story) -> Sequence[SecondOpinion]:
    """What was asked and said about a story, the newest first; questions taken back left out."""
    mine = select(SecondOpinion).where(
        SecondOpinion.story_id == story.id, SecondOpinion.taken_back_at.is_(None)
    )
    return session.scalars(mine.order_by(SecondOpinion.asked_at.desc())).all()


def story_of(session: Session, opinion: SecondOpinion) -> Story:
    """The story that a question is about, whoever looks: :func:`may_answer` says who may."""
    return session.get_one(Story, opinion.story_id, execution_options=EVERY_STORY)


def may_answer(user: User, dialogue: Dialogue, story: Story) -> bool:
    """Whether somebody may read a story in order to say what they think of it.

    What the host has not let through stays in the host's house: there only the host's own people
    are asked.
    """
    if not may(user, Right.ADVISE, dialogue):
        return False
    if is_held_back(dialogue):
        let_out = False
    else:
        let_out = not is_let_through(dialogue) or story.desk == DeskState.READ
    return let_out or reads_everything(user, dialogue) or _of_the_host(user, dialogue)


def waiting_for(session: Session, dialogue: Dialogue, user: User) -> list[SecondOpinion]:
    """The questions in a dialogue that wait for this person, the oldest first."""
    mine = _waiting().where(
        SecondOpinion.dialogue_id == dialogue.id,
        func.coalesce(SecondOpinion.asked_by != user.id, True),
    )
    found = session.scalars(mine.order_by(SecondOpinion.asked_at)).all()
    return [each for each in found if may_answer(user, dialogue, story_of(session, each))]


def others_in(session: Session, dialogue: Dialogue, user: User) -> Sequence[SecondOpinion]:
    """The newest hundred that this person asked or answered, and that no longer wait for them."""
    mine = select(SecondOpinion).where(
        SecondOpinion.dialogue_id == dialogue.id,
        SecondOpinion.taken_back_at.is_(None),
        (SecondOpinion.asked_by == user.id) | (SecondOpinion.said_by == user.id),
    )
    return session.scalars(mine.order_by(SecondOpinion.asked_at.desc()).limit(100)).all()


def _waiting() -> Select[Any]:
    return select(SecondOpinion).where(
        SecondOpinion.says == "", SecondOpinion.taken_back_at.is_(None)
    )


def _of_the_host(user: User, dialogue: Dialogue) -> bool:
    """Whether a second reader comes from the house that hosts the dialogue."""
    return any(
        each.role == StaffRole.REVIEWER
        and each.organisation_id == dialogue.host_id
        and each.dialogue_id in (None, dialogue.id)
        for each in user.memberships
    )


def _refuse_words(words: str) -> None:
    if len(words) > LONGEST:
        raise Refusal(_("At most %(num)d characters.", num=LONGEST))
    if marks_in(words):
        raise Refusal(_("Write the note without names, numbers and places."))
