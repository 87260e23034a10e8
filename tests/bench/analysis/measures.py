"""Measures of quality: agreement with people, evenness over languages, steadiness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    f1_score,
)

from analysis.text.guidance import Codebook, EarlierTheme, Frame, Previous
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from analysis.text.themes import Reading
from tests.bench.analysis.material import Material

POINTS = ("trygghet", "tillgänglighet", "tillsammans")
VISION = "framtidsbild"


def read(
    pipeline: Pipeline,
    on: Material,
    guide: Guide | Codebook | None,
    ties: Guide,
    frames: Sequence[Frame],
    previous: Previous | None = None,
) -> Reading:
    """A reading of stored vectors."""
    return pipeline.read(
        on.stories,
        vectors=on.vectors,
        codebook=guide,
        tie_codebook=ties,
        frames=frames,
        previous=previous,
    )


def groups(reading: Reading) -> list[str]:
    """Each story's strongest theme; lone voices are one group of their own."""
    return [story.theme or "nobody" for story in reading.stories]


def ami(on: Material, reading: Reading) -> float:
    """Chance-corrected agreement with people's themes (all stories, lone ones as one group)."""
    return float(adjusted_mutual_info_score(on.themes, groups(reading)))


def same_theme(on: Material, reading: Reading) -> float:
    """The share of stories whose strongest theme is the main one that people gave them (for sets
    that use the codebook's keys)."""
    found = [story.theme for story in reading.stories]
    return float(np.mean([one == other for one, other in zip(on.themes, found, strict=True)]))


def any_theme(on: Material, reading: Reading) -> float:
    """The share whose strongest theme is any of those that people gave them."""
    given = zip(on.all_themes, reading.stories, strict=True)
    return float(np.mean([story.theme in themes for themes, story in given]))


def unassigned(reading: Reading) -> float:
    """The share of stories that were put in no theme."""
    return float(np.mean([story.theme is None for story in reading.stories]))


def points(reading: Reading) -> list[str]:
    """The word of the vision that each story is tied to most."""
    return [max(POINTS, key=lambda p: story.ties[VISION].get(p, 0.0)) for story in reading.stories]


def points_right(on: Material, found: Sequence[str]) -> tuple[float, float]:
    """(share right, macro-F1) for the three words."""
    right = float(np.mean([one == other for one, other in zip(on.points, found, strict=True)]))
    return right, float(f1_score(on.points, found, average="macro"))


def points_top_two(on: Material, reading: Reading) -> float:
    """How often the right word is among the two strongest."""
    hits = []
    for right, story in zip(on.points, reading.stories, strict=True):
        ranked = sorted(POINTS, key=lambda p: -story.ties[VISION].get(p, 0.0))
        hits.append(right in ranked[:2])
    return float(np.mean(hits))


def lexicon_points(on: Material, frames: Sequence[Frame]) -> list[str]:
    """The three words by the frame's own word list alone; the commonest where none is found."""
    nodes = {node.key: node for frame in frames if frame.key == VISION for node in frame.nodes}
    counts = []
    for story in on.stories:
        text = " " + story.text.lower()
        words = {p: nodes[p].lexicon.get(story.lang or "sv", ()) for p in POINTS}
        counts.append([sum(f" {word}" in text for word in words[p]) for p in POINTS])
    commonest = POINTS[int(np.argmax(np.sum(counts, axis=0)))]
    return [POINTS[int(np.argmax(c))] if max(c) else commonest for c in counts]


def language_mixing(reading: Reading) -> float:
    """How evenly themes mix Swedish and English: the mean entropy of language within themes
    over the entropy of language in all (1 = as mixed as the whole)."""
    themed = [(s.theme, s.lang) for s in reading.stories if s.theme and s.lang in ("sv", "en")]
    whole = _entropy([lang for _, lang in themed])
    within = 0.0
    for theme in sorted({theme for theme, _ in themed}):
        langs = [lang for one, lang in themed if one == theme]
        within += len(langs) / len(themed) * _entropy(langs)
    return within / whole if whole else 1.0


def _entropy(values: Sequence[str]) -> float:
    _, counts = np.unique(list(values), return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def after_shuffling(
    pipeline: Pipeline, on: Material, guide: Guide | None, ties: Guide, frames: Sequence[Frame]
) -> float:
    """Agreement (adjusted Rand index) of a reading with that of the shuffled stories."""
    order = np.random.default_rng(5).permutation(len(on.stories))
    first = groups(read(pipeline, on, guide, ties, frames))
    other = groups(read(pipeline, on.some(order), guide, ties, frames))
    return float(adjusted_rand_score([first[n] for n in order], other))


def after_dropping(
    pipeline: Pipeline,
    on: Material,
    guide: Guide | None,
    ties: Guide,
    frames: Sequence[Frame],
    continued: bool,
) -> float:
    """The same after dropping one story in twenty, the mean of three draws; ``continued`` tells
    it of the first run."""
    reading = read(pipeline, on, guide, ties, frames)
    first = groups(reading)
    previous = as_previous(reading) if continued else None
    found = []
    for seed in (6, 7, 8):
        drawn = np.random.default_rng(seed).permutation(len(on.stories))
        kept = np.sort(drawn[len(on.stories) // 20 :])
        other = groups(read(pipeline, on.some(kept), guide, ties, frames, previous))
        found.append(adjusted_rand_score([first[n] for n in kept], other))
    return float(np.mean(found))


def as_previous(reading: Reading) -> Previous:
    """A reading as the next run is told of it."""
    members: dict[str, set[str]] = {theme.key: set() for theme in reading.themes}
    for story in reading.stories:
        if story.theme is not None:
            members[story.theme].add(story.id)
    return Previous(
        tuple(
            EarlierTheme(theme.key, theme.label, frozenset(members[theme.key]))
            for theme in reading.themes
        )
    )


def quick(pipeline: Pipeline) -> Pipeline:
    """The pipeline without measuring stability (which is not quality's business)."""
    return replace(pipeline, settings=replace(pipeline.settings, stability=False))
