"""What was found: the themes of a run as centres and numbers, and where each row belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import Vectors
from analysis.text.shares import Shares

NOBODY = -1
"""The theme number of a lone voice."""


@dataclass(frozen=True, slots=True)
class Priors:
    """How common each guided theme is, by language; ``""`` stands for every other language."""

    by_lang: Mapping[str, npt.NDArray[np.float32]]

    def of(self, langs: Sequence[str]) -> npt.NDArray[np.float32]:
        """What the shares of texts in these languages are multiplied by, (texts, themes)."""
        names = sorted(self.by_lang)
        number = {lang: at for at, lang in enumerate(names)}
        rows = np.stack([self.by_lang[lang] for lang in names])
        return rows[[number.get(lang, number[""]) for lang in langs]]


@dataclass(frozen=True, slots=True)
class Found:
    """The themes of a run: ``known`` guided ones first, then discovered ones.

    ``priors`` say how common each guided theme is here; ``centres`` are all groups of the
    discovery and ``themes`` their theme numbers (−1 for a group that the guide holds);
    ``outlying`` is the cosine to its group's centre below which a story stands alone.
    """

    known: int
    priors: Priors
    centres: Vectors
    themes: npt.NDArray[np.int32]
    outlying: float

    @property
    def count(self) -> int:
        """Themes of both kinds."""
        return max(self.known, int(self.themes.max(initial=-1)) + 1)

    def with_silent(self, at: int, count: int) -> Found:
        """With ``count`` themes more, in the places from ``at``, whose centres are empty: no
        story comes to them by its meaning."""
        if not count:
            return self
        empty = np.zeros((count, self.centres.shape[1]), dtype=self.centres.dtype)
        numbers = np.arange(self.count, self.count + count, dtype=np.int32)
        return replace(
            self,
            centres=np.insert(self.centres, [at] * count, empty, axis=0),
            themes=np.insert(self.themes, [at] * count, numbers),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each row of the order belongs.

    ``themes`` and ``strengths`` have shape (rows, most themes), the strongest first, −1 where
    there is none; ``closeness`` (rows,) says how typical a row is of its strongest theme;
    ``ties`` holds the strengths for each frame's nodes.
    """

    themes: npt.NDArray[np.int32]
    strengths: npt.NDArray[np.float32]
    closeness: npt.NDArray[np.float32]
    ties: Mapping[str, Shares]
