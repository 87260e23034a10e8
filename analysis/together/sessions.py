"""Reading together: several people code the same stories unseen by each other, then talk.

A session is led from one phase to the next: coding, where nobody sees what another says; talking,
where all is seen and each may say it anew; settled. What was said before the talk is never
changed, so that agreement before and after can be told.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.coding_models import (
    JointCoding,
    JointSession,
    JointStory,
    Phase,
    SettledCoding,
    When,
)
from analysis.library.shelves import stands
from analysis.together.agreement import Agreement, krippendorff, nominal
from analysis.together.codings import MARKS, checked_mark
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import DeskState, Story

MOST_STORIES = 40
LONGEST_NAME = 120
APART = "apart"
"""The settled mark of a story that people do not agree on: that is an answer too."""


class SessionOvertaken(Refusal):
    """Somebody else was first; nothing was done, and what was written is given back."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else was before you. Look at what stands now."))


def begin(
    session: Session, dialogue: Dialogue, name: str, stories: Sequence[Story], *, by: User
) -> JointSession:
    """Begin a joint session of these stories.

    Raises:
        Refusal: when it has no name, or no stories, or too many.
    """
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(_("Give the session a name."))
    if not 1 <= len(stories) <= MOST_STORIES:
        raise Refusal(_("A session reads 1 to %(num)d stories.", num=MOST_STORIES))
    made = JointSession(dialogue_id=dialogue.id, name=name, led_by=by.id)
    session.add(made)
    session.flush()
    for place, story in enumerate(stories):
        if story.dialogue_id != dialogue.id:
            raise Refusal(_("A story belongs to another dialogue."))
        session.add(JointStory(session_id=made.id, story_id=story.id, place=place))
    session.flush()
    audit.record(session, "joint session begun", made.id, by.id, stories=len(stories))
    return made


def sessions_of(session: Session, dialogue: Dialogue) -> Sequence[JointSession]:
    """The joint sessions of a dialogue, the newest first."""
    mine = select(JointSession).where(JointSession.dialogue_id == dialogue.id)
    return session.scalars(mine.order_by(JointSession.made_at.desc())).all()


def stories_in(session: Session, joint: JointSession) -> Sequence[Story]:
    """The stories of a session that are still there and not held, in their order."""
    return session.scalars(
        select(Story)
        .join(JointStory, JointStory.story_id == Story.id)
        .where(JointStory.session_id == joint.id, Story.desk != DeskState.HELD)
        .order_by(JointStory.place)
    ).all()


def is_all_released(session: Session, joint: JointSession) -> bool:
    """Whether every story of a session stands in the library, so that all may take part."""
    mine = select(func.count()).select_from(JointStory).join(Story, Story.id == JointStory.story_id)
    mine = mine.where(JointStory.session_id == joint.id)
    return session.scalar(mine) == session.scalar(mine.where(stands()))


def say(
    session: Session,
    joint: JointSession,
    story: Story,
    mark: str,
    points: Mapping[str, int],
    *,
    by: User,
) -> JointCoding:
    """Keep what a person says a story is about: before the talk, or after it has begun.

    Raises:
        Refusal: when the session is settled, the story is not in it, or the mark is wrong.
    """
    checked_mark(mark, points)
    phase = phase_now(session, joint)
    if phase == Phase.SETTLED:
        raise Refusal(_("The session is settled. Nothing can be changed."))
    if session.get(JointStory, (joint.id, story.id)) is None:
        raise Refusal(_("The story is not in this session."))
    when = When.BEFORE if phase == Phase.CODING else When.AFTER
    found = session.get(JointCoding, (joint.id, story.id, by.id, when))
    if found is None:
        found = JointCoding(session_id=joint.id, story_id=story.id, user_id=by.id, when=when)
        session.add(found)
    found.mark, found.points = mark, dict(points)
    session.flush()
    return found


def open_talk(session: Session, joint: JointSession, *, by: User, seen: int) -> None:
    """End the coding: from now on everybody sees what all have said.

    Raises:
        Refusal: when fewer than two people have coded a story, or somebody else was first.
    """
    _lead(session, joint, Phase.CODING, seen)
    said = _said(session, joint, When.BEFORE)
    if not any(len(each) > 1 for each in said.values()):
        raise Refusal(_("At least two people have to code the same story first."))
    joint.phase, joint.talk_began_at = Phase.TALKING, now()
    joint.version += 1
    session.flush()
    audit.record(session, "joint session: talk begun", joint.id, by.id)


def settle_story(
    session: Session,
    joint: JointSession,
    story: Story,
    mark: str,
    note: str,
    *,
    by: User,
    seen: int,
) -> SettledCoding:
    """Write down what the session agrees that a story is about, or that it does not agree.

    Raises:
        Refusal: when it is not being talked about, or somebody else was first.
    """
    if phase_now(session, joint) != Phase.TALKING:
        raise Refusal(_("A story is settled while you talk about it."))
    if mark not in (*MARKS, APART):
        raise Refusal(_("Choose what the story is most about."))
    if session.get(JointStory, (joint.id, story.id)) is None:
        raise Refusal(_("The story is not in this session."))
    found = session.get(SettledCoding, (joint.id, story.id), populate_existing=True)
    if (found.version if found else 0) != seen:
        raise SessionOvertaken
    if found is None:
        found = SettledCoding(session_id=joint.id, story_id=story.id, version=0)
        session.add(found)
    found.mark, found.note = mark, note[:400]
    found.settled_by, found.version = by.id, found.version + 1
    session.flush()
    return found


def close(session: Session, joint: JointSession, *, by: User, seen: int) -> None:
    """Close a session whose stories are all settled; its figures stand.

    Raises:
        Refusal: when stories are left, or somebody else was first.
    """
    _lead(session, joint, Phase.TALKING, seen)
    left = len(stories_in(session, joint)) - len(settled_in(session, joint))
    if left > 0:
        raise Refusal(
            ngettext(
                "%(num)d story is not settled yet.", "%(num)d stories are not settled yet.", left
            )
        )
    joint.phase, joint.settled_at = Phase.SETTLED, now()
    joint.version += 1
    session.flush()
    before, after = agreement(session, joint, When.BEFORE), agreement(session, joint, When.AFTER)
    audit.record(
        session, "joint session: settled", joint.id, by.id,
        same_before=before.same, same_after=after.same, stories=before.stories,
    )  # fmt: skip


def _lead(session: Session, joint: JointSession, phase: Phase, seen: int) -> None:
    session.refresh(joint, with_for_update=True)
    if joint.version != seen or joint.phase != phase:
        raise SessionOvertaken


def phase_now(session: Session, joint: JointSession) -> Phase:
    """The phase, held while something is written: whoever comes second waits."""
    row = select(JointSession.phase).where(JointSession.id == joint.id)
    return Phase(session.scalars(row.with_for_update()).one())


Said = dict[uuid.UUID, dict[uuid.UUID, JointCoding]]


def _said(session: Session, joint: JointSession, when: When) -> Said:
    """What everybody says of each story. After the talk, a word from before stands until it is
    said anew."""
    found: Said = defaultdict(dict)
    mine = select(JointCoding).where(JointCoding.session_id == joint.id)
    for coding in session.scalars(mine.where(JointCoding.when == When.BEFORE)):
        found[coding.story_id][coding.user_id] = coding
    if when == When.AFTER:
        for coding in session.scalars(mine.where(JointCoding.when == When.AFTER)):
            found[coding.story_id][coding.user_id] = coding
    return found


def seen_by(session: Session, joint: JointSession, user: User) -> tuple[Said, Said]:
    """What a person may see of what was said, before and after: while people code, their own."""
    before, after = _said(session, joint, When.BEFORE), _said(session, joint, When.AFTER)
    if joint.phase != Phase.CODING:
        return before, after
    own = {
        story: {user.id: codings[user.id]}
        for story, codings in before.items()
        if user.id in codings
    }
    return own, own


def progress_in(session: Session, joint: JointSession) -> dict[uuid.UUID, int]:
    """How many stories each person has coded; never what they said."""
    rows = session.execute(
        select(JointCoding.user_id, func.count(func.distinct(JointCoding.story_id)))
        .where(JointCoding.session_id == joint.id)
        .group_by(JointCoding.user_id)
    )
    return dict(rows.all())


def settled_in(session: Session, joint: JointSession) -> dict[uuid.UUID, SettledCoding]:
    """What was settled, by story."""
    mine = select(SettledCoding).where(SettledCoding.session_id == joint.id)
    return {each.story_id: each for each in session.scalars(mine)}


@dataclass(frozen=True, slots=True)
class Agreed:
    """How well people agree: ``same`` of ``stories`` that at least two coded have one mark."""

    same: int
    stories: int
    figure: Agreement


def agreement(session: Session, joint: JointSession, when: When) -> Agreed:
    """How well a session agrees on what its stories are most about, before or after the talk."""
    units = [
        [coding.mark for coding in codings.values()]
        for codings in _said(session, joint, when).values()
        if len(codings) > 1
    ]
    same = sum(len(Counter(unit)) == 1 for unit in units)
    return Agreed(same, len(units), krippendorff(units, nominal))
