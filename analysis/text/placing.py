"""Placing: every row gets its themes, guided ones and discovered ones side by side.

Themes are found on a bounded sample in canonical order; all rows are then placed in one pass,
a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.clustering import Clusterer, Marks
from analysis.text.clustering.spherical import nearest, refine
from analysis.text.embedding import Vectors, normalised
from analysis.text.found import NOBODY, Found, Placed, Priors
from analysis.text.framing import Framer
from analysis.text.guiding import Guide
from analysis.text.learning import balanced_priors
from analysis.text.seeing import Eye, Seen
from analysis.text.shares import Shares, softmax

FAR = 0.4
"""The share of the median closeness to earlier themes below which a story is far from them."""
UNLIKE = 0.5
"""The cosine to every earlier theme's centre below which a group is a new theme."""
SAME = 0.8
"""The cosine from which a fresh group is the earlier theme again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``also``: the share of the strongest theme's strength from which a further theme counts;
    ``most``: themes per story; ``smallest``: stories of a discovered theme; ``sharpness``: how
    clearly a story belongs to one discovered theme."""

    also: float = 0.6
    most: int = 3
    smallest: int = 4
    sharpness: float = 12.0


def find_themes(
    seen: Seen,
    guide: Guide | None,
    guided: bool,
    clusterer: Clusterer,
    limits: Limits,
    seed: int,
    starts: Vectors | None = None,
    marks: Marks | None = None,
    heard: npt.NDArray[np.bool_] | None = None,
) -> Found:
    """The themes of a sample. ``starts`` are the centres of earlier themes that live on and
    ``heard`` the rows that earlier themes hold; ``marks`` stand for what each row says."""
    rows = seen.rows
    weights = np.ones(len(rows), dtype=np.float32)
    held = 0 if starts is None else len(starts)
    quiet = 0
    if starts is not None and held:
        begun = [starts, _unheard(rows, starts, clusterer, limits, seed, marks, heard)]
        if guided:
            begun.append(_background(rows, begun, clusterer, seed, marks))
            quiet = len(begun[-1])
        centres = refine(rows, weights, np.vstack(begun).astype(np.float32), prior=1.0).centres
    else:
        centres = clusterer.group(rows, weights, seed, marks).centres
    labels = nearest(rows, centres) if len(centres) else np.zeros(len(rows), dtype=np.int32)
    sizes = np.bincount(labels, minlength=len(centres))
    keep = sizes >= min(limits.smallest, max(1, len(rows)))
    count = len(guide.centres) if guide else 0
    priors = Priors({"": np.ones(count, dtype=np.float32)})
    if guide is not None and seen.shares is not None and seen.guided is not None and len(rows):
        priors = Priors(balanced_priors(seen.shares, seen.langs))
        if guided:
            keep &= _strange(guide, seen.guided, labels, len(centres))
    keep[:held] = True
    keep[len(keep) - quiet :] = False
    known = count if guided else 0
    themes = np.full(len(centres), NOBODY, dtype=np.int32)
    themes[keep] = known + np.arange(int(keep.sum()), dtype=np.int32)
    own = (rows * centres[labels]).sum(axis=1) if len(rows) else np.zeros(1)
    return Found(known, priors, centres, themes, float(own.mean() - 2.3 * own.std()))


def _unheard(
    rows: Vectors,
    starts: Vectors,
    clusterer: Clusterer,
    limits: Limits,
    seed: int,
    marks: Marks | None,
    heard: npt.NDArray[np.bool_] | None,
) -> Vectors:
    """Centres of what the earlier themes do not hold: new themes must be clearly there, or
    what people saw last time would be stirred for nothing."""
    near = (rows @ starts.T).max(axis=1)
    far = near < FAR * np.median(near)
    if heard is not None:
        far &= ~heard
    outside = rows[far]
    if len(outside) < 2 * limits.smallest:
        return starts[:0]
    ones = np.ones(len(outside), dtype=np.float32)
    grouping = clusterer.group(outside, ones, seed, None if marks is None else marks[far])
    unlike = (grouping.centres @ starts.T).max(axis=1) < UNLIKE
    return normalised(grouping.centres[unlike & (grouping.sizes >= 2 * limits.smallest)])


def _background(
    rows: Vectors,
    themes: Sequence[Vectors],
    clusterer: Clusterer,
    seed: int,
    marks: Marks | None,
) -> Vectors:
    """Centres of what the codebook's themes say, beside which the discovered ones stay as narrow
    as they were found: without them these would take in everything."""
    ones = np.ones(len(rows), dtype=np.float32)
    fresh = clusterer.group(rows, ones, seed, marks).centres
    unlike: Vectors = fresh[(fresh @ np.vstack(themes).T).max(axis=1) < SAME]
    return unlike


def _strange(
    guide: Guide, rows: Vectors, labels: npt.NDArray[np.int32], groups: int
) -> npt.NDArray[np.bool_]:
    """Which groups are, on the whole, unlike what the guide knows."""
    likeness = guide.likeness(rows)
    counts = np.bincount(labels, minlength=groups)
    means = np.bincount(labels, weights=likeness, minlength=groups) / np.maximum(1, counts)
    return np.asarray(means < guide.strange)


@dataclass(frozen=True, slots=True)
class Placer:
    """Places rows in found themes and ties them to frames."""

    eye: Eye
    found: Found
    limits: Limits
    framer: Framer
    frames: Sequence[str]

    def place(self, progress: Callable[[int, int], None]) -> Placed:
        """One pass over all rows."""
        parts = []
        done, total = 0, len(self.eye.rows)
        for part in self.eye.rows.parts():
            parts.append(self.placed(self.eye.see(part)))
            done += len(part)
            progress(done, total)
        if not parts:
            parts = [self.placed(self.eye.see(np.zeros(0, dtype=np.intp)))]
        return Placed(
            np.concatenate([part.themes for part in parts]),
            np.concatenate([part.strengths for part in parts]),
            np.concatenate([part.closeness for part in parts]),
            {key: np.concatenate([part.ties[key] for part in parts]) for key in self.frames},
        )

    def placed(self, seen: Seen) -> Placed:
        """The rows of one chunk placed."""
        shares = None
        if seen.shares is not None:
            shares = seen.shares * self.found.priors.of(seen.langs)
            shares /= np.maximum(1e-30, shares.sum(axis=1, keepdims=True))
        if self.found.known and shares is not None:
            themes, strengths, closeness = self._guided(seen, shares)
        else:
            themes, strengths, closeness = self._discovered(seen)
        rows = seen.guided if seen.guided is not None else seen.centred
        ties = {key: self.framer.tie(key, rows, shares) for key in self.frames}
        return Placed(themes, strengths, closeness, ties)

    def _guided(self, seen: Seen, shares: Shares) -> tuple[Themes, Shares, Scores]:
        guide = self.eye.guide
        assert guide is not None
        assert seen.guided is not None
        themes, strengths = strongest(shares, self.limits)
        likeness = (seen.guided * guide.centres[themes[:, 0]]).sum(axis=1)
        alone = (seen.guided @ guide.centres.T).max(axis=1) < guide.lone
        closeness = np.where(alone, likeness, strengths[:, 0] + likeness)
        if len(self.found.centres) and (self.found.themes >= 0).any():
            cosines = seen.rows @ self.found.centres.T
            group = np.argmax(cosines, axis=1)
            near = cosines[np.arange(len(group)), group]
            fresh = (self.found.themes[group] >= 0) & (near >= self.found.outlying)
            fresh &= self.found.centres[group].any(axis=1)
            also = np.where(strengths[:, 0] >= 0.5, themes[:, 0], NOBODY)
            also = np.where(likeness < 2 * guide.lone, NOBODY, also)
            themes[fresh], strengths[fresh] = NOBODY, 0
            themes[fresh, 0] = self.found.themes[group[fresh]]
            strengths[fresh, 0] = np.clip(near[fresh] + 0.3, 0, 1)
            if themes.shape[1] > 1:
                themes[fresh, 1] = also[fresh]
                strengths[fresh, 1] = np.where(also[fresh] >= 0, 0.3, 0)
            closeness[fresh] = near[fresh]
            alone &= ~fresh
        themes[alone], strengths[alone] = NOBODY, 0
        return themes, strengths, closeness.astype(np.float32)

    def _discovered(self, seen: Seen) -> tuple[Themes, Shares, Scores]:
        kept = self.found.themes >= 0
        if not kept.any():
            nobody = np.full((len(seen.rows), 1), NOBODY, dtype=np.int32)
            none = np.zeros((len(seen.rows), 1), dtype=np.float32)
            return nobody, none, none[:, 0]
        cosines = seen.rows @ self.found.centres[kept].T
        themes, strengths = strongest(softmax(self.limits.sharpness * cosines), self.limits)
        near = cosines[np.arange(len(cosines)), themes[:, 0]]
        themes = np.where(themes >= 0, self.found.themes[kept][themes], NOBODY).astype(np.int32)
        alone = (near < self.found.outlying) | ~seen.rows.any(axis=1)
        themes[alone], strengths[alone] = NOBODY, 0
        return themes, strengths, near.astype(np.float32)


Themes = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]


def strongest(shares: Shares, limits: Limits) -> tuple[Themes, Shares]:
    """The strongest themes of each row and their strengths; −1 where a theme is too weak."""
    most = min(limits.most, shares.shape[1])
    left, each = shares.copy(), np.arange(len(shares))
    themes = np.empty((len(shares), most), dtype=np.int32)
    for place in range(most):
        themes[:, place] = np.argmax(left, axis=1)
        left[each, themes[:, place]] = -1
    strengths = np.take_along_axis(shares, themes, axis=1)
    weak = strengths < np.maximum(limits.also * strengths[:, :1], 0.15)
    weak[:, 0] = False
    return np.where(weak, NOBODY, themes).astype(np.int32), np.where(weak, 0, strengths)
