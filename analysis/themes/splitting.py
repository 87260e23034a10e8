"""How a theme might be split: the machine proposes two or three parts from its stories' vectors."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.models import StoryVector, Theme, ThemeStory
from analysis.text.centring import LanguageCentring, running_means
from analysis.text.clustering.spherical import refine
from analysis.text.embedding import normalised
from analysis.text.naming import Sample, telling_terms
from analysis.text.stories import LANGUAGES
from analysis.themes.showing import state_now
from dialogue.ground.memory import Memory
from dialogue.hosts.models import Dialogue
from dialogue.voices.desk_models import DeskDecision
from dialogue.voices.models import Story

MOST = 4_000
"""Stories of a theme that parts are proposed for; the others stay where they are."""
SEED = 20_260
STARTS = 8
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Stories that might become a theme of their own, by their keys, the most typical first.

    ``words`` are those that tell it from the other parts, by language.
    """

    stories: tuple[uuid.UUID, ...]
    words: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a theme, the largest first, and a digest that says whether they are still
    those that somebody looked at."""

    parts: tuple[Part, ...] = ()
    digest: str = ""


_proposed: Memory[Parts] = Memory(12)


def parts_of(session: Session, theme: Theme, count: int, embedder: str) -> Parts:
    """``count`` parts of a theme; fewer when its stories do not part.

    The same stories give the same parts, in whatever order they lie. They are worked out once for
    each state of the themes, and anew when words were taken back or somebody has decided anything
    at the safety desk: the words of a part never outlive their being covered.
    """
    desk = select(func.max(DeskDecision.number)).where(
        DeskDecision.dialogue_id == theme.dialogue_id
    )
    held = select(func.count()).select_from(_stories_of(theme, embedder).subquery())
    asked = (theme.id, theme.version, embedder, count)
    state = (
        *asked, session.scalar(held), session.scalar(desk),
        *state_now(session, session.get_one(Dialogue, theme.dialogue_id)),
    )  # fmt: skip
    return _proposed.of(state, lambda: _proposal(session, theme, count, embedder))


def _proposal(session: Session, theme: Theme, count: int, embedder: str) -> Parts:
    stories = session.scalars(_stories_of(theme, embedder)).all()
    if len(stories) < 2 * count:
        return Parts()
    made = _worked_out(session, stories, count, embedder)
    return Parts(made, digest_of_parts(made))


def _stories_of(theme: Theme, embedder: str) -> Select[uuid.UUID]:
    """The stories that say a theme first and have a vector, at most :data:`MOST` of them."""
    return (
        select(ThemeStory.story_id)
        .join(StoryVector, StoryVector.story_id == ThemeStory.story_id)
        .where(
            ThemeStory.theme_id == theme.id, ThemeStory.strongest, StoryVector.embedder == embedder
        )
        .order_by(ThemeStory.story_id)
        .limit(MOST)
    )


def _worked_out(
    session: Session, keys: Sequence[uuid.UUID], count: int, embedder: str
) -> tuple[Part, ...]:
    rows: list[tuple[Story, bytes]] = []
    for start in range(0, len(keys), AT_ONCE):
        some = (
            select(Story, StoryVector.vector)
            .join(StoryVector, StoryVector.story_id == Story.id)
            .where(Story.id.in_(keys[start : start + AT_ONCE]), StoryVector.embedder == embedder)
            .order_by(Story.id)
        )
        rows += [(story, vector) for story, vector in session.execute(some)]
    stories = [story for story, _vector in rows]
    vectors = np.array([np.frombuffer(vector, dtype="<f2") for _story, vector in rows])
    labels, closeness = grouped(vectors, [story.lang for story in stories], count)
    found = []
    for label in sorted(set(labels.tolist())):
        members = np.flatnonzero(labels == label)
        typical = members[np.argsort(-closeness[members], kind="stable")]
        found.append([stories[at] for at in typical])
    found.sort(key=lambda part: (-len(part), str(part[0].id)))
    return tuple(
        Part(tuple(story.id for story in part), words)
        for part, words in zip(found, telling_words(found), strict=True)
    )


def first_of(session: Session, part: Part, most: int) -> list[Story]:
    """The most typical stories of a part."""
    keys = part.stories[:most]
    told = {story.id: story for story in session.scalars(select(Story).where(Story.id.in_(keys)))}
    return [told[key] for key in keys if key in told]


def grouped(
    vectors: npt.NDArray[np.floating], langs: Sequence[str], count: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """A group per row by seeded k-means on language-centred rows, and how typical it is of it."""
    rows = normalised(vectors.astype(np.float32))
    centring = LanguageCentring.learned(running_means(rows, list(langs)), {}, rows.shape[1])
    rows = centring.centred(rows, list(langs))
    weights = np.ones(len(rows), dtype=np.float32)
    drawn = np.random.default_rng(SEED)
    best: tuple[float, npt.NDArray[np.int32], npt.NDArray[np.float32]] | None = None
    for _ in range(STARTS):
        start = rows[np.sort(drawn.choice(len(rows), count, replace=False))]
        grouping = refine(rows, weights, start)
        close = np.asarray((rows * grouping.centres[grouping.labels]).sum(axis=1), np.float32)
        if best is None or float(close.sum()) > best[0] + 1e-6:
            best = (float(close.sum()), grouping.labels, close)
    assert best is not None
    return best[1], best[2]


def telling_words(parts: Sequence[Sequence[Story]]) -> list[dict[str, tuple[str, ...]]]:
    """For each part, the words that tell it from the others, by language."""
    samples = [[Sample(story.lang, story.text, 1.0) for story in part[:300]] for part in parts]
    found: list[dict[str, tuple[str, ...]]] = [{} for _ in parts]
    for lang in LANGUAGES:
        for words, terms in zip(found, telling_terms(samples, lang), strict=True):
            if terms:
                words[lang] = tuple(terms)[:5]
    return found


def digest_of_parts(parts: Sequence[Part]) -> str:
    """Says whether parts are still those that somebody looked at."""
    told = "/".join(",".join(sorted(str(story) for story in part.stories)) for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
