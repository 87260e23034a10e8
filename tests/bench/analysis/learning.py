"""Learning from corrections: how much better the next run places what nobody corrected.

A coordinator is played who looks at a random share of the stories and moves each wrong one to the
theme that people's labels say, making a theme by hand where the machine has none. The next run is
told of it as the platform tells it (themes by their stories, seeds, links). Agreement is measured
on the other stories only, before and after.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_mutual_info_score

from analysis.text.guidance import EarlierTheme, Frame, Hooks, Previous
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Bilingual
from analysis.text.themes import Reading
from tests.bench.analysis.material import Material
from tests.bench.analysis.measures import groups

SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)
DRAWS = 3
APART = 3


@dataclass(frozen=True, slots=True)
class Gain:
    """Agreement (AMI) on the stories that nobody corrected, before and after, mean of draws."""

    share: float
    before: float
    after: float

    @property
    def risen(self) -> float:
        return self.after - self.before


def curve(
    pipeline: Pipeline,
    on: Material,
    guide: Guide | None,
    ties: Guide,
    frames: Sequence[Frame],
    shares: Sequence[float] = SHARES,
) -> list[Gain]:
    """The gain at each share of corrected stories."""

    def read(previous: Previous | None = None, hooks: Hooks | None = None) -> Reading:
        return pipeline.read(
            on.stories, vectors=on.vectors, codebook=guide, tie_codebook=ties, frames=frames,
            previous=previous, hooks=hooks,
        )  # fmt: skip

    first = read()
    known = {theme.key for theme in guide.codebook.themes} if guide else set()
    gains = []
    for share in shares:
        before, after = [], []
        for draw in range(DRAWS):
            chosen = np.random.default_rng((draw, round(share * 1000))).permutation(len(on.stories))
            looked = np.sort(chosen[: max(1, round(share * len(on.stories)))])
            others = np.setdiff1d(np.arange(len(on.stories)), looked)
            told = corrections(on, first, looked, known)
            before.append(agreement(on, first, others))
            after.append(agreement(on, read(*told), others))
        gains.append(Gain(share, float(np.mean(before)), float(np.mean(after))))
    return gains


def corrections(
    on: Material, first: Reading, looked: npt.NDArray[np.intp], known: set[str]
) -> tuple[Previous, Hooks]:
    """What the next run is told when a person has put these stories where they belong."""
    found = groups(first)
    home = homes(on, found, known)
    seeds: dict[str, list[str]] = defaultdict(list)
    moved: list[tuple[int, str]] = []
    for number in looked:
        label = on.themes[int(number)]
        key = home.get(label, f"by hand {label}")
        seeds[key].append(on.stories[int(number)].id)
        if found[int(number)] not in (key, "nobody"):
            moved.append((int(number), found[int(number)]))
    members: dict[str, set[str]] = defaultdict(set)
    settled = {story for stories in seeds.values() for story in stories}
    for story, key in zip(on.stories, found, strict=True):
        if key != "nobody" and story.id not in settled:
            members[key].add(story.id)
    apart = [
        (on.stories[number].id, other)
        for number, key in moved
        for other in sorted(members[key])[:APART]
    ]
    for key, stories in seeds.items():
        members[key] |= set(stories)
    labels = {theme.key: theme.label for theme in first.themes}
    previous = Previous(tuple(
        EarlierTheme(key, labels.get(key, Bilingual(key, key)), frozenset(stories), key in seeds)
        for key, stories in sorted(members.items())
    ))  # fmt: skip
    linked = tuple(pair for _key, stories in sorted(seeds.items()) for pair in pairwise(stories))
    told = {key: tuple(stories) for key, stories in sorted(seeds.items())}
    return previous, Hooks(must_link=linked, cannot_link=tuple(apart), seeds=told)


def homes(on: Material, found: Sequence[str], known: set[str]) -> Mapping[str, str]:
    """The theme that a person sees as each label's: the codebook's own, else the one found that
    holds the label most and is mostly of it."""
    pairs = Counter(zip(on.themes, found, strict=True))
    mostly: dict[str, str] = {}
    for key in sorted(set(found) - {"nobody"}):
        mostly[key] = max(sorted(set(on.themes)), key=lambda label: pairs[label, key])
    best: dict[str, str] = {}
    for label in sorted(set(on.themes)):
        mine = [key for key, of in mostly.items() if of == label]
        if label in known:
            best[label] = label
        elif mine:
            best[label] = max(mine, key=lambda key: pairs[label, key])
    return best


def agreement(on: Material, reading: Reading, rows: npt.NDArray[np.intp]) -> float:
    """AMI of these stories alone."""
    found = groups(reading)
    return float(adjusted_mutual_info_score([on.themes[n] for n in rows], [found[n] for n in rows]))
