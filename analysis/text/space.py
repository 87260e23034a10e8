"""The space in which themes are discovered.

Three views of a story side by side, of length one together: its vector, the meanings of its
words (the distilled table), and its vector seen along the directions in which known themes
differ. Each view is centred by language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring
from analysis.text.embedding import Vectors, normalised

WORDS_SHARE = 0.8
METRIC_SHARE = 1.25
"""What the directions of known themes weigh where all stories are like what is known."""


@dataclass(frozen=True, slots=True)
class Space:
    """``metric`` (d, m) holds the directions of known themes, None when nothing is known;
    ``known`` is the share 0..1 of the stories that are like what is known. On another subject
    those directions say little, and weigh little."""

    words: LanguageCentring
    metric: npt.NDArray[np.float32] | None
    known: float = 0.5

    def rows(
        self, centred: Vectors, meanings: npt.NDArray[np.float32], langs: list[str]
    ) -> Vectors:
        """Rows of the space, for centred vectors (n, d) and summed meanings (n, 192)."""
        views = [centred, WORDS_SHARE * self.words.centred(normalised(meanings), langs)]
        if self.metric is not None:
            views.append(METRIC_SHARE * self.known * normalised(centred @ self.metric))
        joined = normalised(np.hstack(views))
        joined[~centred.any(axis=1)] = 0
        return joined
