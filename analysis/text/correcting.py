"""Correcting: stories that nobody moved follow those that people did.

People's corrections are few, the machine's own placings many. Both teach a ridge regression from
what a story means (its vector) and how it is worded (its letter groups) to its theme; a correction
weighs as much as ``WEIGHT`` placings. The machine's placings are trusted as far as the corrections
bear them out: where those who were put in one theme mostly belonged in another, that is what a
placing there says. What the regression says, and what the placing says, are added up. It is done
twice, since the second time the machine's own placings are better.

Measured on labelled texts with 5 % of the stories corrected, the agreement of the others rises by
0.01 to 0.06 (``python -m tests.bench.analysis learning``). Where a theme has fewer than
``FEWEST_A_THEME`` stories it would fall instead, so nothing is done there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.text.clustering.ward import even_sample
from analysis.text.embedding import normalised
from analysis.text.found import NOBODY, Placed
from analysis.text.guidance import Hooks
from analysis.text.preparing import Prepared
from analysis.text.seeing import Eye

WEIGHT = 3.0
RIDGE = 10.0
BEFORE = 0.7
"""How much the machine's earlier word counts, in standard deviations of the new one."""
FAITH = 5.0
"""So many corrections that bear a theme's placings out are taken for granted beforehand."""
DOUBT = 0.5
"""And so many that do not, spread as the corrected themes are."""
ROUNDS = 2
FEWEST_A_THEME = 30
FEWEST_CORRECTED = 5
MOST_ROWS = 6_000
"""Rows that are learned from and changed; in larger sets the others keep their place until they
are among those, since a coordinator's corrections change little there."""
WORD_DIMENSIONS = 400
READ = 6_000
"""Characters of a text whose letter groups are counted."""
Numbers = npt.NDArray[np.int32]
Matrix = npt.NDArray[np.float64]


def follow_corrections(
    prepared: Prepared, eye: Eye, placed: Placed, hooks: Hooks, numbers: Mapping[str, int]
) -> Placed:
    """Placed rows, of which those like the corrected ones have followed them.

    ``numbers`` finds the theme number of a key. Lone voices stay alone.
    """
    row_of = {prepared.stories[int(n)].id: row for row, n in enumerate(prepared.order)}
    corrected = {
        row_of[one]: numbers[key]
        for key, ids in sorted(hooks.seeds.items())
        for one in ids
        if one in row_of and key in numbers
    }
    strongest = placed.themes[:, 0]
    count = len(np.unique([*strongest[strongest >= 0], *corrected.values()]))
    if len(corrected) < FEWEST_CORRECTED or len(strongest) < FEWEST_A_THEME * count:
        return placed
    rows = _learned_from(len(strongest), corrected)
    seeds = np.array([at for at, row in enumerate(rows) if int(row) in corrected])
    told = np.array([corrected[int(rows[at])] for at in seeds], dtype=np.int32)
    width = int(max(strongest.max(initial=0), told.max())) + 1
    found = taught(
        _features(prepared, eye, rows), strongest[rows], placed.strengths[rows, 0], seeds, told,
        width,
    )  # fmt: skip
    return _moved(placed, rows, found, frozenset(corrected))


def taught(
    features: Matrix,
    before: Numbers,
    strengths: npt.NDArray[np.float32],
    seeds: npt.NDArray[np.intp],
    told: Numbers,
    width: int,
) -> Numbers:
    """The theme of each row, below ``width``, by ridge regression.

    ``features`` has shape (rows, dimensions); ``before`` are the machine's themes with their
    ``strengths`` (−1 for none), ``told`` the right themes of the rows ``seeds``.
    """
    said = trusted(before, seeds, told, width)
    current, weights = said, np.where(before >= 0, strengths, 0.0).astype(np.float64)
    scores = np.zeros((len(features), width))
    for _ in range(ROUNDS):
        wanted = current.copy()
        wanted[seeds] = 0
        wanted[seeds, told] = 1
        weights[seeds] = WEIGHT
        wanted -= (wanted * weights[:, None]).sum(axis=0) / max(weights.sum(), 1e-9)
        weighted = features * weights[:, None]
        inner = weighted.T @ features + RIDGE * np.eye(features.shape[1])
        scores = features @ solve(inner, weighted.T @ wanted, assume_a="pos")
        current = np.eye(width)[scores.argmax(axis=1)]
        ordered = np.sort(scores, axis=1)
        margin = ordered[:, -1] - ordered[:, -2]
        weights = np.clip(margin / max(float(np.quantile(margin, 0.8)), 1e-9), 0, 1)
    together = scores / max(scores.std(), 1e-9) + said * BEFORE
    sure: Numbers = together.argmax(axis=1).astype(np.int32)
    return sure


def trusted(before: Numbers, seeds: npt.NDArray[np.intp], told: Numbers, width: int) -> Matrix:
    """What the machine's placing of each row says, as shares of the themes, (rows, width).

    A theme whose placings the corrections bear out says itself; one whose stories people moved
    says where they went. A row in no theme (−1) says what the corrections say on the whole.
    """
    placed = np.where(before >= 0, before, width)
    table = np.vstack([np.eye(width) * FAITH, np.zeros((1, width))])
    np.add.at(table, (placed[seeds], told), 1.0)
    common = np.bincount(told, minlength=width) + 0.1
    table += DOUBT * common / common.sum()
    table /= table.sum(axis=1, keepdims=True)
    rows: Matrix = table[placed]
    return rows


def _learned_from(count: int, corrected: Mapping[int, int]) -> npt.NDArray[np.intp]:
    """The rows that take part: all corrected ones, and an even sample of the others."""
    if count <= MOST_ROWS:
        return np.arange(count)
    others = np.setdiff1d(np.arange(count), list(corrected))
    return np.sort(np.concatenate([list(corrected), others[even_sample(len(others), MOST_ROWS)]]))


def _features(prepared: Prepared, eye: Eye, rows: npt.NDArray[np.intp]) -> Matrix:
    """What each row means (of length one) and how it is worded, side by side."""
    numbers = prepared.order[rows]
    means = normalised(eye.see(numbers).centred).astype(np.float64)
    return np.hstack([means, worded([prepared.texts[int(n)] for n in numbers])])


def worded(texts: Sequence[str]) -> Matrix:
    """Texts by their letter groups (latent semantic analysis), (texts, at most 400).

    A row's length tells how much of a text is in words that others use, too; together the rows
    are of length one in the square mean.
    """
    groups = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True, dtype=np.float32
    )
    try:
        weighed = groups.fit_transform(text[:READ] for text in texts)
    except ValueError:  # no group of letters stands in three texts
        return np.zeros((len(texts), 1))
    dimensions = min(WORD_DIMENSIONS, weighed.shape[1] - 1, len(texts) - 1)
    if dimensions < 2:
        return np.zeros((len(texts), 1))
    rows = TruncatedSVD(dimensions, random_state=0).fit_transform(weighed).astype(np.float64)
    scaled: Matrix = rows / max(float(np.sqrt((rows**2).sum(axis=1).mean())), 1e-9)
    return scaled


def _moved(
    placed: Placed, rows: npt.NDArray[np.intp], found: Numbers, corrected: frozenset[int]
) -> Placed:
    """The rows' new strongest themes; what was strongest follows after."""
    themes, strengths = placed.themes.copy(), placed.strengths.copy()
    for row, theme in zip(rows, found, strict=True):
        if int(row) in corrected or themes[row, 0] in (NOBODY, theme):
            continue
        others = [
            (t, s)
            for t, s in zip(themes[row].tolist(), strengths[row].tolist(), strict=True)
            if t not in (theme, NOBODY)
        ]
        kept = [(int(theme), float(strengths[row, 0])), *others]
        kept = (kept + [(NOBODY, 0.0)] * themes.shape[1])[: themes.shape[1]]
        themes[row] = [t for t, _ in kept]
        strengths[row] = [s for _, s in kept]
    return replace(placed, themes=themes, strengths=strengths)
