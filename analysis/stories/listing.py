"""Lists of stories: filtered, searched and paged, within the rules of disclosure.

A filter narrows stories to a group of people. When fewer than the smallest group are left, or
would be left beside it (:mod:`analysis.stories.groups`), neither the list is shown nor its way
from story to story, whatever words were searched for; and such a choice is not offered.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, selectinload

from analysis.models import StoryIndex, StoryOpening, ThemeStory
from analysis.stories.groups import FEW, GROUPS, Groups, groups_of, sees_all
from analysis.stories.lone import alone
from analysis.stories.opened import read_among, unread_by
from analysis.stories.searching import after_words, holding, words_asked
from analysis.stories.stretch import stretch
from dialogue.voices.models import Channel, DeskState, Story, Voice

LONGEST_SEARCH = 200
MOST_FOUND = 2_000
"""A search lists at most so many stories, and says so when there are more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for; empty words ask for everything.

    ``mark`` is ``1`` to ``3`` for the T that the teller gave most points, ``0`` for none;
    ``theme`` a theme's key, ``lone`` only the stories that are in no theme; ``unread`` only those
    that the reader has not opened.
    """

    words: str = ""
    desk: str = ""
    channel: str = ""
    voice: str = ""
    lang: str = ""
    mark: str = ""
    area: str = ""
    theme: uuid.UUID | None = None
    lone: bool = False
    unread: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """Read from an address; what makes no sense asks for nothing."""
        return cls(
            words=values.get("words", "")[:LONGEST_SEARCH].strip(),
            desk=_one_of(values.get("desk"), list(DeskState)),
            channel=_one_of(values.get("channel"), list(Channel)),
            voice=_one_of(values.get("voice"), list(Voice)),
            lang=_code(values.get("lang", "")),
            mark=_one_of(values.get("mark"), ["0", "1", "2", "3"]),
            area=values.get("area", "")[:60].strip(),
            theme=_key(values.get("theme", "")),
            lone=values.get("lone") == "1",
            unread=values.get("unread") == "1",
        )

    def as_arguments(self) -> dict[str, str]:
        """For an address that asks for the same."""
        found = {name: getattr(self, name) for name in ("words", "desk", *GROUPS)}
        found |= {"theme": str(self.theme or ""), "lone": "1" if self.lone else ""}
        found |= {"unread": "1" if self.unread else ""}
        return {name: value for name, value in found.items() if value}

    @property
    def group(self) -> dict[str, str]:
        """The group of people that it asks for: what each filter was set to."""
        return {name: value for name in GROUPS if (value := getattr(self, name))}

    @property
    def narrows(self) -> bool:
        """Whether it asks for a group of people."""
        return bool(self.group)

    @property
    def only_a_group(self) -> bool:
        """Whether what it lists is the whole of the group that it asks for."""
        return self.narrows and not (self.words or self.desk)

    @property
    def without_words(self) -> Asked:
        return replace(self, words="", desk="", unread=False)

    @property
    def read_or_not(self) -> Asked:
        """The same, whether the reader has opened the stories or not."""
        return replace(self, unread=False)


def _one_of(value: str | None, known: Sequence[str]) -> str:
    return value if value is not None and value in known else ""


def _code(value: str) -> str:
    return value if value.replace("-", "").isalnum() and len(value) <= 12 else ""


def _key(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. ``refused`` says why a group of people is not shown, ``more`` that more
    stories hold the words than are listed; ``unread`` counts those of the list that the reader has
    not opened, ``read`` are the ones on the page that they have."""

    stories: tuple[Story, ...]
    total: int
    page: int
    pages: int
    refused: str = ""
    more: bool = False
    unread: int = 0
    read: frozenset[uuid.UUID] = field(default_factory=frozenset)

    @property
    def few(self) -> bool:
        """Whether the group is too small to be shown, or what is left beside it is."""
        return bool(self.refused)


def conditions(session: Session, dialogue: uuid.UUID, asked: Asked) -> list[ColumnElement[bool]]:
    """What a story must be to stand in the list."""
    found = [alone(dialogue) if asked.lone else Story.dialogue_id == dialogue]
    if asked.desk:
        found.append(Story.desk == DeskState(asked.desk))
    inside = [*_groups(asked), StoryIndex.dialogue_id == dialogue]
    if asked.words:
        searched = words_asked(asked.words)
        hits = holding(session, asked.words) if searched else StoryIndex.number.is_(None)
        among = select(StoryIndex.story_id).where(hits, *after_words(session, inside))
        found.append(Story.id.in_(among.limit(MOST_FOUND)))
    elif asked.narrows:
        found.append(exists().where(StoryIndex.story_id == Story.id, *inside))
    if asked.theme is not None:
        said = select(ThemeStory.story_id).where(
            ThemeStory.theme_id == asked.theme, ThemeStory.strongest
        )
        found.append(Story.id.in_(said))
    return found


def _groups(asked: Asked) -> list[ColumnElement[bool]]:
    """The group of people that is asked for."""
    return [
        getattr(StoryIndex, name) == (int(value) if name == "mark" else value)
        for name, value in asked.group.items()
    ]


def refused(session: Session, dialogue: uuid.UUID, asked: Asked, smallest: int) -> str:
    """Why a list may not be shown: the group of people is too small, or the rest beside it is."""
    if not asked.narrows:
        return ""
    told = _in_group(session, dialogue, asked)
    return _why(asked, told, groups_of(session, dialogue, smallest))


def _why(asked: Asked, told: int, groups: Groups) -> str:
    """As :func:`refused`, when it is known how many stories the group told."""
    return FEW if 0 < told < groups.smallest else groups.refused(asked.group)


def listed(
    session: Session,
    dialogue: uuid.UUID,
    asked: Asked,
    page: int,
    a_page: int,
    groups: Groups,
    reader: uuid.UUID | None = None,
) -> Listed:
    """A page of the stories that were asked for, those that wait first."""
    group = _in_group(session, dialogue, asked) if asked.narrows else 0
    why = _why(asked, group, groups)
    if why:
        return Listed((), 0, 1, 1, refused=why)
    if asked.words:
        return _found(session, dialogue, asked, page, a_page, reader)
    wanted = conditions(session, dialogue, asked.read_or_not)
    total = group if asked.only_a_group else _count(session, wanted)
    unread = total - _read_of(session, wanted, reader) if reader else 0
    if asked.unread and reader:
        wanted, total = [*wanted, unread_by(reader)], unread
    pages = max(1, -(-total // a_page))
    page = min(max(1, page), pages)
    mine, start = select(Story.id).where(*wanted), (page - 1) * a_page
    keys = stretch(session, mine, ORDER, start, a_page, total, falling=True)
    read = read_among(session, reader, keys) if reader else frozenset()
    return Listed(_loaded(session, keys), total, page, pages, unread=unread, read=read)


def _found(
    session: Session,
    dialogue: uuid.UUID,
    asked: Asked,
    page: int,
    a_page: int,
    reader: uuid.UUID | None,
) -> Listed:
    """A page of the stories that hold the words; all their keys come at once."""
    held = _holding(session, dialogue, asked, reader)
    read = frozenset(key for key, was in held.items() if was)
    found = [key for key in held if not (asked.unread and key in read)]
    pages = max(1, -(-len(found) // a_page))
    page = min(max(1, page), pages)
    return Listed(
        _loaded(session, found[(page - 1) * a_page : page * a_page]), len(found), page, pages,
        more=len(held) >= MOST_FOUND, unread=len(held) - len(read), read=read,
    )  # fmt: skip


def _holding(
    session: Session, dialogue: uuid.UUID, asked: Asked, reader: uuid.UUID | None
) -> dict[uuid.UUID, bool]:
    """The stories that hold the words, in the list's order, and whether the reader has opened
    each; asked for once, for looking for words is what takes time."""
    mine = and_(StoryOpening.story_id == Story.id, StoryOpening.user_id == reader)
    found = select(Story.id, StoryOpening.story_id.is_not(None)).outerjoin(StoryOpening, mine)
    wanted = conditions(session, dialogue, asked.read_or_not)
    falling = [column.desc() for column in ORDER]
    return {
        key: bool(read) for key, read in session.execute(found.where(*wanted).order_by(*falling))
    }


def _read_of(session: Session, wanted: Sequence[ColumnElement[bool]], reader: uuid.UUID) -> int:
    """How many of the stories a reader has opened; asked from the marks, which are fewer."""
    mine = select(func.count()).select_from(StoryOpening)
    mine = mine.join(Story, Story.id == StoryOpening.story_id)
    return (
        session.scalar(mine.where(StoryOpening.user_id == reader, *after_words(session, wanted)))
        or 0
    )


def _loaded(session: Session, keys: Sequence[uuid.UUID]) -> tuple[Story, ...]:
    """The stories with these keys, in this order."""
    mine = select(Story).where(Story.id.in_(keys)).options(selectinload(Story.contribution))
    told = {story.id: story for story in session.scalars(mine)}
    return tuple(told[key] for key in keys if key in told)


ORDER = (Story.desk, Story.id)
"""What the list is ordered by, from the greatest on."""


def in_order(query: Select[Any]) -> Select[Any]:
    """Those that wait, then the released, then the held ones; by key, which tells nothing."""
    return query.order_by(*(column.desc() for column in ORDER))


def _in_group(session: Session, dialogue: uuid.UUID, asked: Asked) -> int:
    """How many stories the group of people told, whatever else is asked for."""
    inside = StoryIndex.dialogue_id == dialogue, *_groups(asked)
    if asked.theme is None and not asked.lone and sees_all(session, dialogue):
        told = select(func.count()).select_from(StoryIndex).where(*inside)
        return session.scalar(told) or 0
    return _count(session, conditions(session, dialogue, asked.without_words))


def _count(session: Session, wanted: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(Story).where(*wanted)) or 0


@dataclass(frozen=True, slots=True)
class Steps:
    """The ways on from a story in a list: the one before, the one after, the next that the reader
    has not opened. ``refused`` says why there are none, as :attr:`Listed.refused`."""

    previous: uuid.UUID | None = None
    following: uuid.UUID | None = None
    unread: uuid.UUID | None = None
    refused: str = ""


def steps_from(
    session: Session,
    dialogue: uuid.UUID,
    asked: Asked,
    story: Story,
    smallest: int,
    reader: uuid.UUID,
) -> Steps:
    """The ways on from a story in the list that was asked for.

    In a list of unread stories the next is the next unread one, while the way back leads through
    all: what was read a moment ago is still there.
    """
    why = refused(session, dialogue, asked, smallest)
    if why:
        return Steps(refused=why)
    if asked.words:
        return _steps_among(_holding(session, dialogue, asked, reader), asked, story.id)
    wanted = conditions(session, dialogue, asked.read_or_not)
    mine = select(Story.id).where(*wanted, Story.id != story.id)
    after = (Story.desk < story.desk) | ((Story.desk == story.desk) & (Story.id < story.id))
    before = (Story.desk > story.desk) | ((Story.desk == story.desk) & (Story.id > story.id))
    later = in_order(mine.where(after)).limit(1)
    unread = session.scalar(later.where(unread_by(reader)))
    following = unread if asked.unread else session.scalar(later)
    if unread is None:
        unread = session.scalar(in_order(mine.where(unread_by(reader))).limit(1))
    previous = session.scalar(mine.where(before).order_by(*ORDER).limit(1))
    return Steps(previous, following, unread)


def _steps_among(held: Mapping[uuid.UUID, bool], asked: Asked, story: uuid.UUID) -> Steps:
    """The ways on among stories that hold the words; none from one that does not."""
    keys = list(held)
    if story not in held:
        return Steps()
    at = keys.index(story)
    later = [key for key in keys[at + 1 :] if not held[key]]
    unread = next(iter([*later, *(key for key in keys[:at] if not held[key])]), None)
    following = next(iter(later if asked.unread else keys[at + 1 :]), None)
    return Steps(keys[at - 1] if at else None, following, unread)
