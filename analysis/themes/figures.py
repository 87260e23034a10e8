"""A theme's numbers, counted once when its stories change and kept with it."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeStory
from analysis.themes.moods import moods_of
from dialogue.ground.memory import Memory
from dialogue.voices.models import Contribution, Story

T = ("trygghet", "tillgänglighet", "tillsammans")


OLD = "old"
"""In figures that were counted before the theme's stories changed."""
Sizes = Mapping[uuid.UUID, tuple[int, int]]

_counted: Memory[Sizes] = Memory(50)


def sizes_as_of(session: Session, dialogue: uuid.UUID, *state: object) -> Sizes:
    """As :func:`sizes_of`, counted once for a state of the dialogue: its last act, its last
    reading and how many stories it holds that were read."""
    return _counted.of((dialogue, *state), lambda: sizes_of(session, dialogue))


def sizes_of(session: Session, dialogue: uuid.UUID) -> Sizes:
    """How many stories say each theme before anything else, and how many more touch on it."""
    counts: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0, 0])
    mine = select(Theme.id).where(Theme.dialogue_id == dialogue)
    rows = session.execute(
        select(ThemeStory.theme_id, ThemeStory.strongest, func.count())
        .where(ThemeStory.theme_id.in_(mine))
        .group_by(ThemeStory.theme_id, ThemeStory.strongest)
    )
    for theme, strongest, count in rows:
        counts[theme][0 if strongest else 1] = count
    return {theme: (own, also) for theme, (own, also) in counts.items()}


def count_anew(session: Session, dialogue: uuid.UUID) -> None:
    """Count again every theme whose figures do not hold its stories of today."""
    sizes = sizes_of(session, dialogue)
    for theme in session.scalars(select(Theme).where(Theme.dialogue_id == dialogue)):
        if stale(theme, sizes):
            theme.figures = figures_of(session, theme.id)


def stale(theme: Theme, sizes: Sizes) -> bool:
    """Whether a theme's figures were counted when it held other stories, or without moods."""
    figures = theme.figures
    changed = OLD in figures or figures.get("size") != sizes.get(theme.id, (0, 0))[0]
    return changed or "moods" not in figures


def outdate(theme: Theme) -> None:
    """Say that a theme's stories changed: its figures are shown until they are counted anew."""
    if theme.figures:
        theme.figures = theme.figures | {OLD: True}


def figures_of(session: Session, theme: uuid.UUID, *, moods: bool = True) -> dict[str, Any]:
    """Numbers of the stories that say a theme before anything else.

    ``size``; ``languages`` and ``months`` (``2026-10``) by count; ``told``, the tellers' points
    added up in the order of the three T; ``tellers``, how many gave any; ``areas`` by count,
    of those who gave one beside the story; ``moods``, how many were
    read in each, where it is asked for (it takes their vectors).
    """
    rows = session.execute(
        select(Story.lang, Story.points, Contribution.received_on, Story.area)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .join(Contribution, Contribution.id == Story.contribution_id)
        .where(ThemeStory.theme_id == theme, ThemeStory.strongest)
    )
    told = counted((lang, points, on.isoformat()[:7], area) for lang, points, on, area in rows)
    return told | ({"moods": moods_of(session, theme)} if moods else {})


def counted(rows: Iterable[tuple[str, Mapping[str, Any], str, str]]) -> dict[str, Any]:
    """The figures of (language, points, month, area) rows."""
    languages: Counter[str] = Counter()
    months: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    told = [0.0, 0.0, 0.0]
    size = tellers = 0
    for lang, points, month, area in rows:
        size += 1
        languages[lang] += 1
        months[month] += 1
        if area:
            areas[area] += 1
        given = [float(points.get(node, 0)) for node in T]
        tellers += any(given)
        told = [total + value for total, value in zip(told, given, strict=True)]
    return {
        "size": size, "tellers": tellers, "told": told,
        "languages": dict(languages.most_common()), "months": dict(sorted(months.items())),
        "areas": dict(sorted(areas.items())),
    }  # fmt: skip
