"""The story library: stories that their tellers let others read, for meetings and training.

A story stands in the library while three things hold: its teller allows it, somebody has read it
at the desk, and a person put it there. When one of them ends the story is gone from every page.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session, selectinload

from analysis.coding_models import LibraryStory
from analysis.models import StoryIndex, StoryOutcome, Theme, ThemeStory
from analysis.stories.searching import holding, index_newest, words_asked
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, ReleaseRule, User
from dialogue.vision.frames import load_frames
from dialogue.voices.models import Contribution, DeskState, Story, Use

LONGEST_PLACE = 80
MOST = 1_000
"""A page of the library is made of at most so many stories."""


def library_of(session: Session, story: Story) -> LibraryStory | None:
    """The place of a story in the library, None when nobody put it there."""
    return session.get(LibraryStory, story.id)


def release(session: Session, story: Story, place: str, *, by: User) -> LibraryStory:
    """Put a story in the library.

    Raises:
        Refusal: when its teller or its host does not allow it, nobody has read it, or it does
            not name the place.
    """
    dialogue = session.get_one(Dialogue, story.dialogue_id)
    if dialogue.is_hosted and dialogue.release == ReleaseRule.THEMES_ONLY:
        raise Refusal(_("The host of this dialogue lets no stories through."))
    if not story.contribution.allows(Use.LIBRARY):
        raise Refusal(_("Its teller has not allowed that it is read in the library."))
    if story.desk != DeskState.READ:
        raise Refusal(_("The story has to be released at the safety desk first."))
    if len(place) > LONGEST_PLACE or place.lower() not in story.text.lower():
        raise Refusal(_("The story does not name this place. Leave it empty, or copy the name."))
    session.execute(select(Story.id).where(Story.id == story.id).with_for_update())
    found = session.get(LibraryStory, story.id)
    if found is None:
        found = LibraryStory(story_id=story.id, dialogue_id=story.dialogue_id)
        session.add(found)
    found.place, found.released_by, found.released_on = place, by.id, today()
    session.flush()
    audit.record(session, "story put in the library", story.id, by.id)
    return found


def take_out(session: Session, story: Story, *, by: User) -> None:
    """Take a story out of the library."""
    found = session.get(LibraryStory, story.id)
    if found is not None:
        session.delete(found)
        session.flush()
        audit.record(session, "story taken out of the library", story.id, by.id)


def stands() -> ColumnElement[bool]:
    """A condition on :class:`Story`: it stands in the library now."""
    allowed = select(Contribution.id).where(
        cast(Contribution.uses, Text).contains(f'"{Use.LIBRARY.value}"')
    )
    put = Story.id.in_(select(LibraryStory.story_id))
    return put & Story.contribution_id.in_(allowed) & (Story.desk == DeskState.READ)


@dataclass(frozen=True, slots=True)
class Sought:
    """What the library was asked for; empty asks for everything. ``node`` is ``frame/node``."""

    words: str = ""
    theme: str = ""
    node: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A story in the library with what it can be found by."""

    story: Story
    place: str
    themes: tuple[Theme, ...]
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was found, and what there is to choose among: (value, text) pairs."""

    stories: tuple[Shelved, ...]
    total: int
    themes: tuple[tuple[str, Localized], ...] = ()
    nodes: tuple[tuple[str, Localized], ...] = ()
    places: tuple[str, ...] = field(default=())


def shelf(session: Session, dialogue: Dialogue, sought: Sought) -> Shelf:
    """The stories of a dialogue's library that hold what was asked for."""
    every = _shelved(session, dialogue, ())
    found = _shelved(session, dialogue, _with_words(session, dialogue, sought.words))
    found = [
        each
        for each in found
        if (not sought.theme or sought.theme in {str(theme.id) for theme in each.themes})
        and (not sought.node or sought.node in each.nodes)
        and (not sought.place or sought.place == each.place)
    ]
    return Shelf(
        stories=tuple(found),
        total=len(every),
        themes=_themes_in(every),
        nodes=_nodes_in(every),
        places=tuple(sorted({each.place for each in every if each.place})),
    )


def shelved(session: Session, dialogue: Dialogue, keys: Iterable[uuid.UUID]) -> list[Shelved]:
    """Those of the stories that stand in the library, in their own order."""
    wanted = list(dict.fromkeys(keys))
    found = {
        each.story.id: each for each in _shelved(session, dialogue, [Story.id.in_(wanted[:50])])
    }
    return [found[key] for key in wanted if key in found]


def _with_words(session: Session, dialogue: Dialogue, words: str) -> list[ColumnElement[bool]]:
    if not words_asked(words):
        return []
    index_newest(session, dialogue.id)
    hits = select(StoryIndex.story_id).where(holding(session, words))
    return [Story.id.in_(hits)]


def _shelved(
    session: Session, dialogue: Dialogue, more: Iterable[ColumnElement[bool]]
) -> list[Shelved]:
    rows = session.execute(
        select(Story, LibraryStory.place, StoryOutcome.ties)
        .join(LibraryStory, LibraryStory.story_id == Story.id)
        .outerjoin(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(Story.dialogue_id == dialogue.id, stands(), *more)
        .options(selectinload(Story.contribution))
        .order_by(Story.id)
        .limit(MOST)
    ).all()
    themes = _themes_of(session, [story.id for story, _place, _ties in rows])
    return [
        Shelved(story, place, tuple(themes.get(story.id, ())), _leading(ties or {}))
        for story, place, ties in rows
    ]


def _themes_of(session: Session, keys: list[uuid.UUID]) -> dict[uuid.UUID, list[Theme]]:
    found: dict[uuid.UUID, list[Theme]] = {}
    placed = (
        select(ThemeStory.story_id, Theme)
        .join(Theme, Theme.id == ThemeStory.theme_id)
        .where(ThemeStory.story_id.in_(keys))
    )
    for story, theme in session.execute(placed):
        found.setdefault(story, []).append(theme)
    return found


def _leading(ties: dict[str, dict[str, float]]) -> tuple[str, ...]:
    """The node of each frame that a story is tied to most, as ``frame/node``."""
    return tuple(
        f"{frame}/{max(sorted(nodes), key=lambda node: nodes[node])}"
        for frame, nodes in sorted(ties.items())
        if nodes and max(nodes.values()) > 0
    )


def _themes_in(every: list[Shelved]) -> tuple[tuple[str, Localized], ...]:
    known = {str(theme.id): theme.name for each in every for theme in each.themes}
    return tuple(sorted(known.items(), key=lambda pair: pair[1].sv))


def _nodes_in(every: list[Shelved]) -> tuple[tuple[str, Localized], ...]:
    present = {node for each in every for node in each.nodes}
    named = []
    for key, frame in load_frames().items():
        for node in frame.nodes:
            value = f"{key}/{node.key}"
            if value in present:
                text = Localized(
                    f"{frame.text.sv}: {node.text.sv}",
                    f"{frame.text.text('en')}: {node.text.text('en')}",
                )
                named.append((value, text))
    return tuple(named)
