"""The history of a dialogue's themes: every act is a row, and what is shown follows from them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from analysis.models import StoryOutcome, Theme, ThemeAct, ThemeState, ThemeStory
from analysis.themes.deciding import OF_PEOPLE, TIED, UNDONE, Decisions, decisions_of, places
from analysis.themes.figures import outdate
from analysis.themes.signatures import lift
from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import Story

AT_ONCE = 500


def note_act(
    session: Session,
    dialogue: uuid.UUID,
    kind: str,
    theme: Theme | None,
    *,
    by: User | None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ThemeAct:
    """Write down an act. One of a person counts as a new version of its theme."""
    act = ThemeAct(
        dialogue_id=dialogue,
        theme_id=theme.id if theme else None,
        kind=kind,
        by=by.id if by else None,
        reason=reason,
        before=before or {},
        after=after or {},
    )
    session.add(act)
    session.flush()
    if by is not None:
        subject = theme.id if theme else dialogue
        audit.record(session, f"theme act: {kind}", subject, by.id, number=act.number)
    return act


def acts_of(session: Session, dialogue: uuid.UUID) -> Sequence[ThemeAct]:
    """People's acts on a dialogue's themes, the first one first."""
    return session.scalars(
        select(ThemeAct)
        .where(ThemeAct.dialogue_id == dialogue, ThemeAct.kind.in_(OF_PEOPLE))
        .order_by(ThemeAct.number)
    ).all()


def decided_in(session: Session, dialogue: uuid.UUID) -> Decisions:
    """What people have decided in a dialogue, and not taken back."""
    session.flush()
    return decisions_of(acts_of(session, dialogue))


def undo(session: Session, dialogue: uuid.UUID, number: int, *, by: User, reason: str = "") -> None:
    """Take an act back: what it did is worked out anew as if it had not been done.

    Raises:
        Refusal: when there is no such act, or it was taken back already.
    """
    act = session.get(ThemeAct, number)
    if act is None or act.dialogue_id != dialogue or act.kind not in OF_PEOPLE:
        raise Refusal(_("There is nothing here to take back."))
    if act.undone_by is not None:
        raise Refusal(_("This has been taken back already."))
    theme = session.get(Theme, act.theme_id) if act.theme_id else None
    before = themes_in(act)
    undoing = note_act(
        session, dialogue, UNDONE, theme, by=by, reason=reason, after={"act": number}
    )
    act.undone_by = undoing.number
    session.flush()
    if act.kind == TIED:
        return
    stories = {uuid.UUID(story) for story in stories_in(act)} | stories_with(session, before)
    changed = carry_out(session, dialogue, stories, before)
    undoing.after = undoing.after | {"changed": sorted(map(str, changed))}
    session.flush()


def themes_in(act: ThemeAct) -> set[uuid.UUID]:
    """Every theme that an act is about."""
    told = act.after
    found = {act.theme_id} if act.theme_id else set()
    found |= {uuid.UUID(told["into"])} if "into" in told else set()
    return found | {uuid.UUID(part["theme"]) for part in told.get("parts", ())}


def stories_in(act: ThemeAct) -> list[str]:
    """The keys of every story that an act names."""
    told = act.after
    return list(told.get("stories", ())) + [
        story for part in told.get("parts", ()) for story in part["stories"]
    ]


def stories_with(session: Session, themes: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The stories that stand in any of the themes."""
    inside = select(ThemeStory.story_id).where(ThemeStory.theme_id.in_(list(themes)))
    return set(session.scalars(inside))


def carry_out(
    session: Session,
    dialogue: uuid.UUID,
    stories: Iterable[uuid.UUID],
    changed: Iterable[uuid.UUID] = (),
) -> set[uuid.UUID]:
    """Work out names and states of all themes, and the places of ``stories``, anew.

    Themes in ``changed``, and those whose stories changed, get a new version and lose their
    signature; their keys.
    """
    decided = decided_in(session, dialogue)
    themes = themes_of_dialogue(session, dialogue)
    touched = set(changed) | place_anew(session, themes, stories, decided)
    for theme in themes:
        settle(theme, decided)
        if theme.id in touched:
            theme.version += 1
            lift_signature(session, theme)
            outdate(theme)
            session.expire(theme, ["assignments"])
    session.flush()
    return touched


def themes_of_dialogue(session: Session, dialogue: uuid.UUID) -> Sequence[Theme]:
    """Every theme that a dialogue has had."""
    return session.scalars(
        select(Theme).where(Theme.dialogue_id == dialogue).order_by(Theme.machine_key)
    ).all()


def settle(theme: Theme, decided: Decisions) -> None:
    """Give a theme the name and state that follow from what was decided."""
    theme.given_sv, theme.given_en = decided.names.get(theme.id, ("", ""))
    theme.merged_into = decided.merged.get(theme.id)
    if theme.by_hand and theme.id not in decided.by_hand:
        theme.state = ThemeState.UNDONE
    elif theme.merged_into is not None:
        theme.state = ThemeState.MERGED
    else:
        theme.state = ThemeState(decided.states.get(theme.id, ThemeState.CANDIDATE))


def place_anew(
    session: Session,
    themes: Sequence[Theme],
    stories: Iterable[uuid.UUID],
    decided: Decisions,
) -> set[uuid.UUID]:
    """Put stories where machine and people together place them; the themes that changed."""
    by_key = {theme.machine_key: theme.id for theme in themes}
    known = {theme.id for theme in themes}
    changed: set[uuid.UUID] = set()
    ordered = sorted(set(stories), key=str)
    for start in range(0, len(ordered), AT_ONCE):
        chunk = ordered[start : start + AT_ONCE]
        outcomes: dict[uuid.UUID, list[Any]] = dict(
            session.execute(
                select(Story.id, StoryOutcome.placed)
                .outerjoin(StoryOutcome, StoryOutcome.story_id == Story.id)
                .where(Story.id.in_(chunk))
            ).all()
        )
        before = set(
            session.execute(
                select(ThemeStory.theme_id, ThemeStory.story_id, ThemeStory.strongest)
                .where(ThemeStory.story_id.in_(chunk))
            ).all()
        )  # fmt: skip
        rows = [
            row_for(story, placing)
            for story in chunk
            if story in outcomes
            for placing in places(story, outcomes[story] or (), by_key, decided)
            if placing.theme in known
        ]
        session.execute(delete(ThemeStory).where(ThemeStory.story_id.in_(chunk)))
        if rows:
            session.execute(insert(ThemeStory), rows)
        after = {(row["theme_id"], row["story_id"], row["strongest"]) for row in rows}
        changed |= {theme for theme, _story, _strongest in before ^ after}
    return changed


def row_for(story: uuid.UUID, placing: Any) -> dict[str, Any]:
    """A row of :class:`ThemeStory`."""
    choice = placing.choice
    return {
        "theme_id": placing.theme,
        "story_id": story,
        "strongest": placing.strongest,
        "strength": placing.strength,
        "assigned_by": choice.by if choice else None,
        "act": choice.act if choice else None,
    }


def lift_signature(session: Session, theme: Theme) -> None:
    """A changed theme must be signed again."""
    if theme.signed:
        lift(session, theme)
        audit.record(session, "signature lifted: theme changed", theme.id, by="machine")


def page_of_history(
    session: Session, dialogue: uuid.UUID, theme: uuid.UUID | None, page: int, a_page: int
) -> tuple[Sequence[tuple[ThemeAct, str | None]], int]:
    """Acts with who did them, the newest first, and how many there are."""
    mine = select(ThemeAct).where(ThemeAct.dialogue_id == dialogue)
    if theme is not None:
        mine = mine.where(ThemeAct.theme_id == theme)
    total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    rows = session.execute(
        mine.add_columns(User.name)
        .outerjoin(User, User.id == ThemeAct.by)
        .order_by(ThemeAct.number.desc())
        .limit(a_page)
        .offset((page - 1) * a_page)
    )
    return [(act, name) for act, name in rows.all()], total
