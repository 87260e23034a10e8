"""Searching the library: by words, theme, frame and place, and a page of what was found.

A place is one that the story itself names, or the municipality that its teller gave openly beside
it. It narrows stories to a group of people, so a place that fewer than the smallest group told of
is neither offered nor answered.

A theme stands in the library when people stand behind it: it is on the board, and somebody kept it,
named it, made it by hand or signed it. What was dropped or merged away, and names that only the
machine has proposed, are for the coordinators' board.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from analysis.coding_models import LibraryStory
from analysis.library.shelves import stands
from analysis.models import (
    ON_THE_BOARD,
    AnalysisRun,
    StoryIndex,
    StoryOutcome,
    Theme,
    ThemeAct,
    ThemeState,
    ThemeStory,
)
from analysis.stories.searching import after_words, holding, index_newest, words_asked
from dialogue.ground.localized import Localized
from dialogue.ground.memory import Memory
from dialogue.hosts.models import Dialogue
from dialogue.vision.frames import load_frames
from dialogue.voices.models import Story

A_PAGE = 20
MOST_ON_SHEETS = 50
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """What the library was asked for; empty asks for everything. ``node`` is ``frame/node``."""

    words: str = ""
    theme: str = ""
    node: str = ""
    place: str = ""

    def as_arguments(self) -> dict[str, str]:
        """For an address that asks for the same."""
        told = {"words": self.words, "theme": self.theme, "node": self.node, "place": self.place}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A story in the library with the place it names and the themes it is in."""

    story: Story
    place: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of what was found, and what there is to choose among: (value, text) pairs.

    ``found`` counts the stories that hold what was asked for, ``total`` all in the library;
    ``few`` when the place is told of by too few to be answered.
    """

    stories: tuple[Shelved, ...]
    found: int
    total: int
    page: int
    pages: int
    few: bool
    themes: tuple[tuple[str, Localized], ...]
    nodes: tuple[tuple[str, Localized], ...]
    places: tuple[str, ...]


def shelf(
    session: Session, dialogue: Dialogue, sought: Sought, smallest: int, page: int = 1
) -> Shelf:
    """A page of the stories of a dialogue's library that hold what was asked for."""
    standing = standing_in(session, dialogue.id)
    every = list(standing)
    themes = _accepted(session, dialogue.id)
    known = _catalogue(session, dialogue.id, every)
    known = replace(known, themes={key: known.themes[key] for key in themes & known.themes.keys()})
    places = _places_of(standing)
    group = _group(every, sought, known, places)
    few = bool(sought.place) and 0 < len(group) < smallest
    found = [] if few else _with_words(session, dialogue, sought.words, every, group)
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(1, page), pages)
    return Shelf(
        stories=tuple(_loaded(session, found[(page - 1) * A_PAGE : page * A_PAGE])),
        found=len(found), total=len(every), page=page, pages=pages, few=few,
        themes=_named(session, known.themes), nodes=_nodes_in(known.nodes),
        places=tuple(sorted(name for name, told in places.items() if len(told) >= smallest)),
    )  # fmt: skip


def standing_in(session: Session, dialogue: uuid.UUID) -> dict[uuid.UUID, tuple[str, str]]:
    """Every story that stands in a dialogue's library now: its area and the place it names."""
    mine = select(LibraryStory.story_id, Story.area, LibraryStory.place)
    mine = mine.join(Story, Story.id == LibraryStory.story_id)
    mine = mine.where(LibraryStory.dialogue_id == dialogue, stands())
    rows = session.execute(mine.order_by(LibraryStory.story_id))
    return {story: (area, place) for story, area, place in rows}


Stories = frozenset[uuid.UUID]
Standing = Mapping[uuid.UUID, tuple[str, str]]


def _places_of(standing: Standing) -> dict[str, Stories]:
    """The stories of each place that is named or was given beside them."""
    places: dict[str, set[uuid.UUID]] = defaultdict(set)
    for story, told in standing.items():
        for where in set(told) - {""}:
            places[where].add(story)
    return _frozen(places)


def shelved(session: Session, dialogue: Dialogue, keys: Iterable[uuid.UUID]) -> list[Shelved]:
    """Those of the stories that stand in the library, in their own order."""
    wanted = list(dict.fromkeys(keys))[:MOST_ON_SHEETS]
    mine = select(Story.id).where(Story.dialogue_id == dialogue.id, Story.id.in_(wanted), stands())
    there = set(session.scalars(mine))
    return _loaded(session, [key for key in wanted if key in there])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the stories of a library can be found by: their keys by theme and by node."""

    themes: Mapping[str, Stories]
    nodes: Mapping[str, Stories]


def _group(
    every: Iterable[uuid.UUID], sought: Sought, known: Catalogue, places: Mapping[str, Stories]
) -> Stories:
    """The stories that hold what was asked for, its words left aside."""
    found = frozenset(every)
    for asked, holders in (
        (sought.theme, known.themes), (sought.node, known.nodes), (sought.place, places),
    ):  # fmt: skip
        if asked:
            found &= holders.get(asked, frozenset())
    return found


_catalogues: Memory[Catalogue] = Memory(50)


def _catalogue(session: Session, dialogue: uuid.UUID, every: Sequence[uuid.UUID]) -> Catalogue:
    """The catalogue of these stories, made once for each state of the library and its themes."""
    act = select(func.max(ThemeAct.number)).where(ThemeAct.dialogue_id == dialogue)
    run = select(func.max(AnalysisRun.finished_at)).where(AnalysisRun.dialogue_id == dialogue)
    placed = select(func.count()).select_from(LibraryStory)
    placed = placed.join(ThemeStory, ThemeStory.story_id == LibraryStory.story_id)
    placed = placed.where(LibraryStory.dialogue_id == dialogue)
    state = tuple(session.scalar(each) for each in (act, run, placed))
    key = (dialogue, *state, hash(tuple(every)))
    return _catalogues.of(key, lambda: _made(session, every))


def _made(session: Session, every: Sequence[uuid.UUID]) -> Catalogue:
    themes: dict[str, set[uuid.UUID]] = defaultdict(set)
    nodes: dict[str, set[uuid.UUID]] = defaultdict(set)
    for start in range(0, len(every), AT_ONCE):
        chunk = every[start : start + AT_ONCE]
        tied = select(StoryOutcome.story_id, StoryOutcome.ties)
        for story, ties in session.execute(tied.where(StoryOutcome.story_id.in_(chunk))):
            for node in leading_nodes(ties or {}):
                nodes[node].add(story)
        placed = select(ThemeStory.theme_id, ThemeStory.story_id)
        for theme, story in session.execute(placed.where(ThemeStory.story_id.in_(chunk))):
            themes[str(theme)].add(story)
    return Catalogue(_frozen(themes), _frozen(nodes))


def stood_behind() -> ColumnElement[bool]:
    """A condition on :class:`Theme`: on the board, with a name that a person accepted."""
    accepted = or_(
        Theme.state == ThemeState.KEPT, Theme.given_sv != "", Theme.given_en != "", Theme.by_hand,
        Theme.signed_at.is_not(None),
    )  # fmt: skip
    return and_(Theme.state.in_(ON_THE_BOARD), accepted)


def _accepted(session: Session, dialogue: uuid.UUID) -> set[str]:
    """The keys of the themes that may be shown, asked anew each time: a drop counts at once."""
    mine = select(Theme.id).where(Theme.dialogue_id == dialogue, stood_behind())
    return {str(key) for key in session.scalars(mine)}


def _frozen(found: Mapping[str, set[uuid.UUID]]) -> dict[str, Stories]:
    return {name: frozenset(stories) for name, stories in found.items()}


def leading_nodes(ties: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """The node of each frame that a story is tied to most, as ``frame/node``."""
    return tuple(
        f"{frame}/{max(sorted(nodes), key=lambda node: nodes[node])}"
        for frame, nodes in sorted(ties.items())
        if nodes and max(nodes.values()) > 0
    )


def _with_words(
    session: Session,
    dialogue: Dialogue,
    words: str,
    every: Sequence[uuid.UUID],
    group: Stories,
) -> list[uuid.UUID]:
    """The stories of a group that hold the words, in the library's order."""
    if words_asked(words):
        index_newest(session, dialogue.id)
        inside = exists().where(LibraryStory.story_id == StoryIndex.story_id).correlate(StoryIndex)
        mine = after_words(session, [StoryIndex.dialogue_id == dialogue.id, inside])
        hits = select(StoryIndex.story_id).where(holding(session, words), *mine)
        group &= frozenset(session.scalars(hits))
    return [key for key in every if key in group]


def _loaded(session: Session, keys: Sequence[uuid.UUID]) -> list[Shelved]:
    """The stories with these keys, in this order."""
    rows = session.execute(
        select(Story, LibraryStory.place)
        .join(LibraryStory, LibraryStory.story_id == Story.id)
        .where(Story.id.in_(keys))
        .options(selectinload(Story.contribution))
    ).all()
    told = {story.id: (story, place) for story, place in rows}
    themes: dict[uuid.UUID, list[Theme]] = defaultdict(list)
    placed = select(ThemeStory.story_id, Theme).join(Theme, Theme.id == ThemeStory.theme_id)
    for key, theme in session.execute(placed.where(ThemeStory.story_id.in_(keys), stood_behind())):
        themes[key].append(theme)
    return [Shelved(*told[key], tuple(themes[key])) for key in keys if key in told]


def _named(session: Session, keys: Iterable[str]) -> tuple[tuple[str, Localized], ...]:
    """Themes by key and name, as they are called now."""
    mine = select(Theme).where(Theme.id.in_([uuid.UUID(key) for key in keys]))
    named = [(str(theme.id), theme.name) for theme in session.scalars(mine)]
    return tuple(sorted(named, key=lambda pair: pair[1].sv))


def _nodes_in(present: Iterable[str]) -> tuple[tuple[str, Localized], ...]:
    known = set(present)
    named = []
    for key, frame in load_frames().items():
        for node in frame.nodes:
            value = f"{key}/{node.key}"
            if value in known:
                text = Localized(
                    f"{frame.text.sv}: {node.text.sv}",
                    f"{frame.text.text('en')}: {node.text.text('en')}",
                )
                named.append((value, text))
    return tuple(named)
