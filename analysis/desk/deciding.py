"""Decisions at the safety desk: cover, release, hold, return, and take back. Each is a row."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.claims.evidence import is_quoted, verify_story
from analysis.desk.noticing import refuse_overtaken
from analysis.desk.opinions import waiting_about
from analysis.desk.screened import Standing, screen, screening_of, standing_in
from analysis.models import StoryOutcome, ThemeQuote, ThemeStory
from analysis.themes.history import lift_signature, themes_of_dialogue
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import is_let_through
from dialogue.voices.desk_models import DeskDecision
from dialogue.voices.desk_rules import CODES, KINDS, STANDING, VERSION
from dialogue.voices.models import DeskState, Story
from dialogue.voices.redaction import cover, covers_of, original_of, show_covered
from dialogue.voices.screening import mark_for, marks_in

RELEASED, HELD, COVERED, RETURNED, UNDONE = "released", "held", "covered", "returned", "undone"
STATES = {RELEASED: DeskState.READ, HELD: DeskState.HELD, RETURNED: DeskState.WAITING}
LONGEST_WHY = 200
_STANDING = frozenset(code.key for code in STANDING)
KEPT_DAYS = 30
"""How long an original is kept when the installation says nothing else."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about one story.

    ``covers`` are ``(start, end, kind)`` and ``stands`` ``(start, end, code)``, with the reason
    why it may stand, in code points of the text that the person saw. ``seen`` is what their page
    showed of the story (:func:`analysis.desk.noticing.seen_of`); None asks for no such check.
    """

    kind: str
    code: str = ""
    why: str = ""
    covers: tuple[tuple[int, int, str], ...] = ()
    stands: tuple[tuple[int, int, str], ...] = ()
    seen: str | None = None


def decide(
    session: Session, story: Story, decided: Decided, *, by: User, kept_days: int = KEPT_DAYS
) -> DeskDecision:
    """Write a decision down and do what it says.

    Raises:
        Refusal: when the story has changed or been decided on since it was read, a mark is left
            undecided, or the reason does not fit.
    """
    refuse_overtaken(session, story, decided.seen)
    chosen = {(start, end): code for start, end, code in decided.stands}
    stands = {**standing_in(screening_of(session, story)), **chosen}
    code = decided.code or _own_code(decided, stands)
    _refuse_odd(story, decided, code)
    if decided.kind == RELEASED:
        _refuse_asked(session, story)
        _refuse_undecided(session, story, decided, stands)
    row = DeskDecision(
        dialogue_id=story.dialogue_id, story_id=story.id, kind=decided.kind, code=code,
        why=decided.why, rules=VERSION, by=by.id,
        stood=[{"start": a, "end": b, "code": each} for (a, b), each in sorted(chosen.items())],
    )  # fmt: skip
    session.add(row)
    session.flush()
    screen(session, story, stands)
    if decided.covers:
        spans = [(a, b, kind, mark_for(kind, story.lang)) for a, b, kind in decided.covers]
        cover(session, story, row, spans, kept_days=kept_days)
    _put(session, story, decided.kind, by)
    audit.record(
        session, f"story {decided.kind} at the desk", story.id, by.id, number=row.number, code=code,
        covers=len(decided.covers),
    )  # fmt: skip
    return row


def take_back(session: Session, story: Story, number: int, *, by: User) -> DeskDecision:
    """Take the last standing decision about a story back.

    Raises:
        Refusal: when it is not the last, the story is quoted, or the original is gone.
    """
    last = last_standing(session, story)
    if last is None or last.number != number:
        raise Refusal(_("Only the last decision about a story can be taken back."))
    if is_quoted(session, story):
        raise Refusal(_("The story is quoted. Take it out of the claims before you change it."))
    if any(each.sealed for each in last.covers):
        raise Refusal(_("The original has been deleted, so what is covered stays covered."))
    before, original = covers_of(session, story), original_of(session, story)
    undoing = DeskDecision(
        dialogue_id=story.dialogue_id, story_id=story.id, kind=UNDONE, code="mistake",
        rules=VERSION, by=by.id,
    )  # fmt: skip
    session.add(undoing)
    session.flush()
    last.undone_by = undoing.number
    show_covered(session, story, original, before)
    stood = {(mark["start"], mark["end"]) for mark in last.stood}
    left = standing_in(screening_of(session, story))
    screen(session, story, {span: code for span, code in left.items() if span not in stood})
    _put(session, story, _kind_that_stands(session, story), by)
    audit.record(session, "decision at the desk taken back", story.id, by.id, number=number)
    return undoing


def decisions_about(session: Session, story: Story) -> Sequence[DeskDecision]:
    """Every decision about a story, the newest first."""
    mine = select(DeskDecision).where(DeskDecision.story_id == story.id)
    return session.scalars(mine.order_by(DeskDecision.number.desc())).all()


def last_standing(session: Session, story: Story) -> DeskDecision | None:
    """The newest decision about a story that was not taken back."""
    session.flush()
    return next(
        (
            each
            for each in decisions_about(session, story)
            if each.kind != UNDONE and each.undone_by is None
        ),
        None,
    )


def _kind_that_stands(session: Session, story: Story) -> str:
    standing = (
        each.kind
        for each in decisions_about(session, story)
        if each.kind in STATES and each.undone_by is None
    )
    return next(standing, RETURNED)


def _own_code(decided: Decided, stands: Standing) -> str:
    """The reason that follows from what was done and from the reasons chosen for what stands."""
    if decided.kind == COVERED or (decided.kind == RELEASED and decided.covers):
        return "covered"
    if decided.kind == RELEASED:
        codes = sorted(set(stands.values()))
        return "several" if len(codes) > 1 else codes[0] if codes else "nothing"
    return "look_again" if decided.kind == RETURNED else ""


def _refuse_odd(story: Story, decided: Decided, code: str) -> None:
    if any(each not in _STANDING for _start, _end, each in decided.stands):
        raise Refusal(_("Say why each marked place that you let stand may stand."))
    if code not in CODES or decided.kind not in CODES[code].kinds:
        raise Refusal(_("Choose a reason."))
    if decided.kind == COVERED and not decided.covers:
        raise Refusal(_("Choose what to cover."))
    if len(decided.why) > LONGEST_WHY:
        raise Refusal(_("A note has at most %(num)d characters.", num=LONGEST_WHY))
    for start, end, kind in decided.covers:
        if kind not in KINDS or not 0 <= start < end <= len(story.text):
            raise Refusal(_("What you want to cover does not stand in the story."))
    hidden = [story.text[start:end].casefold() for start, end, _kind in decided.covers]
    if marks_in(decided.why) or any(word in decided.why.casefold() for word in hidden):
        raise Refusal(_("Write the note without names, numbers and places."))


def _refuse_asked(session: Session, story: Story) -> None:
    if waiting_about(session, story) is not None:
        raise Refusal(
            _("A second opinion has been asked for. Wait for it, or take the question back.")
        )


def _refuse_undecided(
    session: Session, story: Story, decided: Decided, stands: Collection[tuple[int, int]]
) -> None:
    left = [
        mark
        for mark in screening_of(session, story).marks
        if (mark["start"], mark["end"]) not in stands
        and not any(a <= mark["start"] and mark["end"] <= b for a, b, _kind in decided.covers)
    ]
    if left:
        raise Refusal(
            ngettext(
                "The machine marked %(num)d place that nobody has decided on. Cover it, or let "
                "it stand.",
                "The machine marked %(num)d places that nobody has decided on. Cover them, or "
                "let them stand.",
                len(left),
            )
        )


def _put(session: Session, story: Story, kind: str, by: User) -> None:
    """Give the story its place at the desk, and what follows from it elsewhere."""
    if kind in STATES:
        state = STATES[kind]
        story.desk = state
        waits = state == DeskState.WAITING
        story.read_by, story.read_on = (None, None) if waits else (by.id, today())
    session.flush()
    if kind == HELD:
        _leave_the_themes(session, story)
    elif kind == RETURNED and is_let_through(session.get_one(Dialogue, story.dialogue_id)):
        _leave_the_themes(session, story)
        session.execute(delete(ThemeQuote).where(ThemeQuote.story_id == story.id))
    verify_story(session, story)


def _leave_the_themes(session: Session, story: Story) -> None:
    """A story that is not to be read is neither counted nor quoted, here or in the next reading."""
    mine = select(ThemeStory.theme_id).where(ThemeStory.story_id == story.id)
    changed: set[uuid.UUID] = set(session.scalars(mine))
    session.execute(delete(ThemeStory).where(ThemeStory.story_id == story.id))
    session.execute(delete(StoryOutcome).where(StoryOutcome.story_id == story.id))
    for theme in themes_of_dialogue(session, story.dialogue_id):
        if theme.id in changed:
            session.expire(theme, ["assignments"])
            lift_signature(session, theme)
