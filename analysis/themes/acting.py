"""Acts on themes: each is a row that says who, when and why, and that can be taken back."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.models import ON_THE_BOARD, Theme, ThemeAct, ThemeStory
from analysis.themes.deciding import DROPPED, KEPT, MADE, MERGED, MOVED, RENAMED, SPLIT, TIED
from analysis.themes.history import (
    carry_out,
    decided_in,
    lift_signature,
    note_act,
    settle,
    stories_with,
    themes_of_dialogue,
)
from analysis.themes.noticing import refuse_moved, refuse_retied
from analysis.themes.splitting import Part
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import Story

LONGEST_NAME = 120
LONGEST_REASON = 400
MOST_AT_ONCE = 500


class Overtaken(Refusal):
    """Somebody else changed the theme since the form was opened; nothing was done."""

    def __init__(self, theme: Theme, seen: int) -> None:
        super().__init__(_("Somebody else changed this theme while you had it open."))
        self.theme = theme.id
        self.seen = seen


def rename_theme(
    session: Session,
    theme: Theme,
    sv: str,
    en: str,
    *,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> None:
    """Give a theme a person's name in both languages; an empty one takes the machine's back.

    Raises:
        Refusal: when a name is too long, or somebody else was first.
    """
    _may_change(theme, seen)
    _fits(sv, en, reason)
    before = {"sv": theme.given_sv, "en": theme.given_en}
    note_act(
        session, theme.dialogue_id, RENAMED, theme, by=by, reason=reason,
        before=before, after={"sv": sv, "en": en},
    )  # fmt: skip
    _settle(session, theme)


def keep_theme(
    session: Session, theme: Theme, *, by: User, reason: str = "", seen: int | None = None
) -> None:
    """Keep a theme as the machine proposes it: it stays, whatever the next reading finds.

    Raises:
        Refusal: when somebody else was first.
    """
    _may_change(theme, seen)
    _fits(reason=reason)
    note_act(
        session, theme.dialogue_id, KEPT, theme, by=by, reason=reason,
        before={"state": theme.state},
    )  # fmt: skip
    _settle(session, theme)


def drop_theme(
    session: Session, theme: Theme, *, by: User, reason: str, seen: int | None = None
) -> None:
    """Drop a theme; its stories stay under it, out of the list, until the act is taken back.

    Raises:
        Refusal: when no reason is given, or somebody else was first.
    """
    _may_change(theme, seen)
    _fits(reason=reason)
    if not reason:
        raise Refusal(_("Say why you drop the theme."))
    note_act(
        session, theme.dialogue_id, DROPPED, theme, by=by, reason=reason,
        before={"state": theme.state},
    )  # fmt: skip
    _settle(session, theme)


def merge_themes(
    session: Session,
    theme: Theme,
    into: Theme,
    *,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> None:
    """Make ``theme`` a part of ``into``: its stories go there, and so do those that come later.

    Raises:
        Refusal: when the two are one or not of one dialogue, or somebody else was first.
    """
    _may_change(theme, seen)
    _may_change(into, None)
    _fits(reason=reason)
    if theme.id == into.id or theme.dialogue_id != into.dialogue_id:
        raise Refusal(_("Choose another theme to merge it with."))
    strongest = _strongest_in(session, theme)
    note_act(
        session, theme.dialogue_id, MERGED, theme, by=by, reason=reason,
        after={"into": str(into.id), "stories": [str(story) for story in strongest]},
    )  # fmt: skip
    carry_out(session, theme.dialogue_id, stories_with(session, [theme.id]), [theme.id, into.id])


def split_theme(
    session: Session,
    theme: Theme,
    parts: Sequence[Part],
    names: Sequence[tuple[str, str]],
    *,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> list[Theme]:
    """Let every part but the first become a theme of its own; the new themes.

    ``names`` are (Swedish, English) for each of them.

    Raises:
        Refusal: when a part has no name, or somebody else was first.
    """
    _may_change(theme, seen)
    if len(parts) < 2 or len(names) != len(parts) - 1:
        raise Refusal(_("These stories do not fall into parts."))
    made = []
    told = []
    for part, (sv, en) in zip(parts[1:], names, strict=True):
        _fits(sv, en, reason)
        if not (sv or en):
            raise Refusal(_("Give every new theme a name."))
        new = _by_hand(session, theme.dialogue_id, by)
        new.ties, new.keywords = dict(theme.ties), {k: list(v) for k, v in part.words.items()}
        made.append(new)
        stories = [str(story) for story in part.stories]
        told.append({"theme": str(new.id), "sv": sv, "en": en, "stories": stories})
    note_act(session, theme.dialogue_id, SPLIT, theme, by=by, reason=reason, after={"parts": told})
    moved = [story for part in parts[1:] for story in part.stories]
    carry_out(session, theme.dialogue_id, moved, [theme.id])
    return made


def move_stories(
    session: Session,
    stories: Sequence[Story],
    to: Theme,
    *,
    by: User,
    reason: str = "",
    seen: int | None = None,
    place: str | None = None,
) -> None:
    """Put stories in another theme.

    ``place`` is where a page showed that the one story stands
    (:func:`analysis.themes.noticing.places_seen`).

    Raises:
        Refusal: when none or too many are chosen, the theme may not be changed, or somebody else
            was first.
    """
    _may_change(to, seen)
    _fits(reason=reason)
    _some(stories, to.dialogue_id)
    for story in stories if place is not None else ():
        refuse_moved(session, story, place)
    keys = [story.id for story in stories]
    before = {
        str(story): str(theme)
        for story, theme in session.execute(
            select(ThemeStory.story_id, ThemeStory.theme_id).where(
                ThemeStory.story_id.in_(keys), ThemeStory.strongest
            )
        )
    }
    note_act(
        session, to.dialogue_id, MOVED, to, by=by, reason=reason,
        before={"themes": before}, after={"stories": [str(key) for key in keys]},
    )  # fmt: skip
    carry_out(session, to.dialogue_id, keys)


def confirm_place(
    session: Session, story: Story, theme: Theme, *, by: User, place: str | None = None
) -> None:
    """Say that a story stands in the right theme; the next reading learns from it.

    ``place`` as :func:`move_stories`.

    Raises:
        Refusal: when the story does not stand there any more, or somebody else was first.
    """
    refuse_moved(session, story, place)
    _may_change(theme, None)
    stands = session.get(ThemeStory, (theme.id, story.id))
    if stands is None or not stands.strongest:
        raise Refusal(_("Somebody else has moved this story while you had it open."))
    note_act(
        session, theme.dialogue_id, MOVED, theme, by=by,
        before={"themes": {str(story.id): str(theme.id)}},
        after={"stories": [str(story.id)], "confirmed": True},
    )  # fmt: skip
    carry_out(session, theme.dialogue_id, [story.id])


def make_theme(
    session: Session,
    dialogue: Dialogue,
    sv: str,
    en: str,
    stories: Sequence[Story] = (),
    *,
    by: User,
    reason: str = "",
) -> Theme:
    """Make a theme by hand, with a name and any stories.

    Raises:
        Refusal: when it has no name, or a name is too long.
    """
    _fits(sv, en, reason)
    if not (sv or en):
        raise Refusal(_("Give the theme a name."))
    if stories:
        _some(stories, dialogue.id)
    theme = _by_hand(session, dialogue.id, by)
    keys = [story.id for story in stories]
    note_act(
        session, dialogue.id, MADE, theme, by=by, reason=reason,
        after={"sv": sv, "en": en, "stories": [str(key) for key in keys]},
    )  # fmt: skip
    carry_out(session, dialogue.id, keys, [theme.id])
    return theme


def confirm_ties(
    session: Session,
    story: Story,
    frame: str,
    nodes: Sequence[str],
    *,
    by: User,
    reason: str = "",
    tied: str | None = None,
) -> ThemeAct:
    """Say which nodes of a frame a story is about; the next reading believes it.

    ``tied`` is what a page showed of its ties (:func:`analysis.themes.noticing.ties_seen`).

    Raises:
        Refusal: when the reason is too long, or somebody else was first.
    """
    _fits(reason=reason)
    refuse_retied(session, story, tied)
    return note_act(
        session, story.dialogue_id, TIED, None, by=by, reason=reason,
        after={"story": str(story.id), "frame": frame, "nodes": list(nodes)},
    )  # fmt: skip


def _by_hand(session: Session, dialogue: uuid.UUID, by: User) -> Theme:
    theme = Theme(
        dialogue_id=dialogue, machine_key=f"by-hand-{secrets.token_hex(8)}", by_hand=True,
        made_by=by.id, proposed_sv="", proposed_en="", keywords={}, ties={},
    )  # fmt: skip
    session.add(theme)
    session.flush()
    return theme


def _may_change(theme: Theme, seen: int | None) -> None:
    if seen is not None and seen != theme.version:
        raise Overtaken(theme, seen)
    if theme.state not in ON_THE_BOARD:
        raise Refusal(_("This theme is not on the board. Take back what was done with it first."))


def _fits(sv: str = "", en: str = "", reason: str = "") -> None:
    if max(len(sv), len(en)) > LONGEST_NAME:
        raise Refusal(_("A name has at most %(num)d characters.", num=LONGEST_NAME))
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("A reason has at most %(num)d characters.", num=LONGEST_REASON))


def _some(stories: Sequence[Story], dialogue: uuid.UUID) -> None:
    if not stories:
        raise Refusal(_("Choose at least one story."))
    if len(stories) > MOST_AT_ONCE:
        raise Refusal(_("Move at most %(num)d stories at a time.", num=MOST_AT_ONCE))
    if any(story.dialogue_id != dialogue for story in stories):
        raise Refusal(_("A story belongs to another dialogue."))


def _strongest_in(session: Session, theme: Theme) -> list[uuid.UUID]:
    inside = select(ThemeStory.story_id).where(
        ThemeStory.theme_id == theme.id, ThemeStory.strongest
    )
    return sorted(session.scalars(inside), key=str)


def _settle(session: Session, theme: Theme) -> None:
    """Names and states as they follow from what stands; this theme counts a new version."""
    decided = decided_in(session, theme.dialogue_id)
    for each in themes_of_dialogue(session, theme.dialogue_id):
        settle(each, decided)
    theme.version += 1
    lift_signature(session, theme)
    session.flush()
