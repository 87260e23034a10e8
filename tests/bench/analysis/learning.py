"""Learning from corrections: how much better the next run places what nobody corrected.

A coordinator is played who looks at a share of the stories and moves each wrong one to the theme
that people's labels say, making a theme by hand where the machine has none. The share is taken by
chance, or from the list of the stories that the machine is least sure of, of which one in five is
passed over by chance. The next run is told of it as the platform tells it (themes by their stories,
seeds, links). Agreement is measured on the other stories only: the same ones before and after.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
DRAWS = 6
PASSED_OVER = 0.2
APART = 3


@dataclass(frozen=True, slots=True)
class Gain:
    """Agreement (AMI) on the stories that nobody corrected, before and after, a figure a draw.

    ``asked`` is true where the machine's least sure stories were corrected.
    """

    share: float
    asked: bool
    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def risen(self) -> float:
        """The mean rise."""
        return float(np.mean(self.after) - np.mean(self.before))

    @property
    def spread(self) -> float:
        """The standard deviation of the rise over the draws."""
        return float(np.std(np.subtract(self.after, self.before)))


def curve(
    pipeline: Pipeline,
    on: Material,
    guide: Guide | None,
    ties: Guide,
    frames: Sequence[Frame],
    shares: Sequence[float] = SHARES,
) -> Iterator[Gain]:
    """The gain at each share of corrected stories, taken by chance and as the machine asks."""

    def read(previous: Previous | None = None, hooks: Hooks | None = None) -> Reading:
        return pipeline.read(
            on.stories, vectors=on.vectors, codebook=guide, tie_codebook=ties, frames=frames,
            previous=previous, hooks=hooks,
        )  # fmt: skip

    first = read()
    known = {theme.key for theme in guide.codebook.themes} if guide else set()
    for share, asked in ((share, asked) for share in shares for asked in (False, True)):
        before, after = [], []
        for draw in range(DRAWS):
            looked = looked_at(first, share, draw, asked)
            others = np.setdiff1d(np.arange(len(on.stories)), looked)
            told = corrections(on, first, looked, known)
            before.append(agreement(on, first, others))
            after.append(agreement(on, read(*told), others))
        yield Gain(share, asked, tuple(before), tuple(after))


def looked_at(first: Reading, share: float, draw: int, asked: bool) -> npt.NDArray[np.intp]:
    """The numbers of the stories that the coordinator looks at, in order."""
    drawn = np.random.default_rng((draw, round(share * 1000)))
    count = max(1, round(share * len(first.stories)))
    if not asked:
        return np.sort(drawn.permutation(len(first.stories))[:count])
    listed = np.array(least_sure_first(first))
    return np.sort(listed[drawn.random(len(listed)) >= PASSED_OVER][:count])


def least_sure_first(reading: Reading) -> list[int]:
    """Numbers of stories as :mod:`analysis.themes.doubting` lists them: the weakest of every
    theme, then the next weakest of every theme."""
    by_theme: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for number, story in enumerate(reading.stories):
        if story.theme is not None:
            by_theme[story.theme].append((story.themes[0][1], story.id, number))
    listed = [
        (place, strength, key, number)
        for held in by_theme.values()
        for place, (strength, key, number) in enumerate(sorted(held))
    ]
    return [number for *_where, number in sorted(listed)]


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
