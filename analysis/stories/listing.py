"""Lists of stories: filtered, searched and paged, within the rules of disclosure.

A filter narrows stories to a group of people. When fewer than the smallest group are left, the
list is not shown, whatever words were searched for; and a choice with so few is not offered.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, selectinload

from analysis.models import StoryIndex, ThemeStory
from analysis.stories.lone import alone
from analysis.stories.searching import after_words, holding, words_asked
from dialogue.ground.memory import Memory
from dialogue.voices.erasure import taken_back
from dialogue.voices.models import Channel, DeskState, Story, Voice

GROUPS = ("channel", "voice", "lang", "mark", "area")
LONGEST_SEARCH = 200
MOST_FOUND = 2_000
"""A search lists at most so many stories, and says so when there are more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for; empty words ask for everything.

    ``mark`` is ``1`` to ``3`` for the T that the teller gave most points, ``0`` for none;
    ``theme`` a theme's key, ``lone`` only the stories that are in no theme.
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
        )

    def as_arguments(self) -> dict[str, str]:
        """For an address that asks for the same."""
        found = {name: getattr(self, name) for name in ("words", "desk", *GROUPS)}
        found |= {"theme": str(self.theme or ""), "lone": "1" if self.lone else ""}
        return {name: value for name, value in found.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether it asks for a group of people."""
        return any(getattr(self, name) for name in GROUPS)

    @property
    def only_a_group(self) -> bool:
        """Whether what it lists is the whole of the group that it asks for."""
        return self.narrows and not (self.words or self.desk)

    @property
    def without_words(self) -> Asked:
        return replace(self, words="", desk="")


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
    """A page of a list. ``few`` when the group is too small to be shown, ``more`` when more
    stories hold the words than are listed."""

    stories: tuple[Story, ...]
    total: int
    page: int
    pages: int
    few: bool = False
    more: bool = False


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
        for name in GROUPS
        if (value := getattr(asked, name))
    ]


def listed(
    session: Session, dialogue: uuid.UUID, asked: Asked, page: int, a_page: int, smallest: int
) -> Listed:
    """A page of the stories that were asked for, those that wait first."""
    group = _in_group(session, dialogue, asked) if asked.narrows else 0
    if 0 < group < smallest:
        return Listed((), 0, 1, 1, few=True)
    wanted = conditions(session, dialogue, asked)
    if asked.words:
        found = session.scalars(in_order(select(Story.id).where(*wanted))).all()
        total = len(found)
    else:
        total = group if asked.only_a_group else _count(session, wanted)
    pages = max(1, -(-total // a_page))
    page = min(max(1, page), pages)
    start = (page - 1) * a_page
    keys = (
        found[start : start + a_page]
        if asked.words
        else _keys(session, wanted, start, a_page, total)
    )
    more = bool(asked.words) and total >= MOST_FOUND
    return Listed(_loaded(session, keys), total, page, pages, more=more)


def _keys(
    session: Session, wanted: Sequence[ColumnElement[bool]], start: int, count: int, total: int
) -> Sequence[uuid.UUID]:
    """The keys of a stretch of the list, counted from the end that is nearer."""
    mine = select(Story.id).where(*wanted)
    count = max(0, min(count, total - start))
    left = total - start - count
    if start <= left:
        return session.scalars(in_order(mine).limit(count).offset(start)).all()
    backwards = mine.order_by(Story.desk, Story.id).limit(count).offset(left)
    return session.scalars(backwards).all()[::-1]


def _loaded(session: Session, keys: Sequence[uuid.UUID]) -> tuple[Story, ...]:
    """The stories with these keys, in this order."""
    mine = select(Story).where(Story.id.in_(keys)).options(selectinload(Story.contribution))
    told = {story.id: story for story in session.scalars(mine)}
    return tuple(told[key] for key in keys if key in told)


def in_order(query: Select[Any]) -> Select[Any]:
    """Those that wait, then the read ones, then the held ones; by key, which tells nothing."""
    return query.order_by(Story.desk.desc(), Story.id.desc())


def _in_group(session: Session, dialogue: uuid.UUID, asked: Asked) -> int:
    """How many stories the group of people told, whatever else is asked for."""
    inside = StoryIndex.dialogue_id == dialogue, *_groups(asked)
    if asked.theme is None and not asked.lone:
        told = select(func.count()).select_from(StoryIndex).where(*inside)
        return session.scalar(told) or 0
    return _count(session, conditions(session, dialogue, asked.without_words))


def _count(session: Session, wanted: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(Story).where(*wanted)) or 0


def neighbours(
    session: Session, dialogue: uuid.UUID, asked: Asked, story: Story
) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The stories before and after one in the list that was asked for."""
    wanted = conditions(session, dialogue, asked)
    after = (Story.desk < story.desk) | ((Story.desk == story.desk) & (Story.id < story.id))
    before = (Story.desk > story.desk) | ((Story.desk == story.desk) & (Story.id > story.id))
    mine = select(Story.id).where(*wanted)
    following = session.scalar(in_order(mine.where(after)).limit(1))
    previous = session.scalar(mine.where(before).order_by(Story.desk, Story.id).limit(1))
    return previous, following


_choices: Memory[dict[str, list[str]]] = Memory(50)


def choices(session: Session, dialogue: uuid.UUID, smallest: int) -> dict[str, list[str]]:
    """The values of each filter that at least the smallest group stands behind.

    Counted once for each state of the index: how many stories it holds, and how many answers were
    ever withdrawn or corrected. A list itself is always counted anew.
    """
    held = select(func.count()).select_from(StoryIndex).where(StoryIndex.dialogue_id == dialogue)
    state = (dialogue, smallest, session.scalar(held), *taken_back(session))
    return _choices.of(state, lambda: _count_choices(session, dialogue, smallest))


def _count_choices(session: Session, dialogue: uuid.UUID, smallest: int) -> dict[str, list[str]]:
    columns = [getattr(StoryIndex, name) for name in GROUPS]
    counts: dict[str, Counter[str]] = {name: Counter() for name in GROUPS}
    rows = session.execute(
        select(*columns, func.count()).where(StoryIndex.dialogue_id == dialogue).group_by(*columns)
    )
    for *values, count in rows:
        for name, value in zip(GROUPS, values, strict=True):
            counts[name][str(value)] += count
    counts["area"].pop("", None)
    return {
        name: sorted(value for value, count in found.items() if count >= smallest)
        for name, found in counts.items()
    }
