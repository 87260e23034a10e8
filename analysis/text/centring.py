"""Language centring: multilingual vectors split by language before they split by subject.

Subtracting each language's mean vector is the single most valuable step. A mean over few
texts says more about their subject than about their language, so it is shrunk towards what
is known of the language already (running means of earlier runs, or the guide's exemplars),
and a language that nothing is known of towards the mean of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import Vectors, normalised


@dataclass(frozen=True, slots=True)
class RunningMean:
    """The sum of ``count`` vectors, so that means can be kept and added."""

    count: int
    total: npt.NDArray[np.float64]

    def plus(self, other: RunningMean) -> RunningMean:
        """Both together."""
        return RunningMean(self.count + other.count, self.total + other.total)

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """The mean vector (zero when nothing was counted)."""
        return self.total / max(1, self.count)


def running_means(
    vectors: npt.NDArray[np.floating], langs: Sequence[str]
) -> dict[str, RunningMean]:
    """The running mean of every language among the rows."""
    names = np.asarray(langs)
    found = {}
    for lang in sorted(set(langs)):
        rows = vectors[names == lang].astype(np.float64)
        found[lang] = RunningMean(len(rows), rows.sum(axis=0))
    return found


def added(
    first: Mapping[str, RunningMean], second: Mapping[str, RunningMean]
) -> dict[str, RunningMean]:
    """The running means of two sets of texts together."""
    together = dict(first)
    for lang, mean in second.items():
        together[lang] = together[lang].plus(mean) if lang in together else mean
    return together


@dataclass(frozen=True, slots=True)
class LanguageCentring:
    """Subtracts language means. ``prior`` is how many texts what is known beforehand weighs."""

    means: Mapping[str, npt.NDArray[np.float64]]
    fallback: npt.NDArray[np.float64]

    @classmethod
    def learned(
        cls,
        seen: Mapping[str, RunningMean],
        known: Mapping[str, RunningMean],
        dimensions: int,
        prior: float = 40.0,
        prior_unknown: float = 8.0,
    ) -> LanguageCentring:
        """Means of ``seen`` texts, shrunk towards ``known`` ones or the mean of all."""
        overall = _overall(seen.values() or known.values(), dimensions)
        means = {}
        for lang in sorted({*seen, *known}):
            base = known[lang].mean if lang in known else overall
            weight = prior if lang in known else prior_unknown
            here = seen.get(lang, RunningMean(0, np.zeros_like(overall)))
            means[lang] = (here.total + weight * base) / (here.count + weight)
        return cls(means, overall)

    def centred(self, vectors: npt.NDArray[np.floating], langs: Sequence[str]) -> Vectors:
        """Rows without their language's mean, of length one again; zero rows stay zero."""
        names = np.asarray(langs)
        out = np.asarray(vectors, dtype=np.float32).copy()
        missing = ~out.any(axis=1)
        for lang in set(langs):
            out[names == lang] -= self.means.get(lang, self.fallback).astype(np.float32)
        out[missing] = 0
        return normalised(out)


def _overall(means: Iterable[RunningMean], dimensions: int) -> npt.NDArray[np.float64]:
    """The mean of the languages' means, each language weighing the root of its count."""
    listed = [mean for mean in means if mean.count]
    if not listed:
        return np.zeros(dimensions)
    weights = np.sqrt([mean.count for mean in listed])
    stacked = np.stack([mean.mean for mean in listed])
    return np.asarray(weights @ stacked / weights.sum())
