"""Learning from a guide: a classifier of vectors, and the directions in which themes differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analysis.text.embedding import Vectors
from analysis.text.shares import Shares

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """``rows @ slopes + offsets``: unscaled log-probabilities, shape (rows, themes)."""

    slopes: npt.NDArray[np.float64]
    offsets: npt.NDArray[np.float64]

    def scores(self, rows: Vectors) -> npt.NDArray[np.float32]:
        """The log-odds of each theme for each row."""
        scored = rows @ self.slopes.astype(np.float32) + self.offsets.astype(np.float32)
        return np.asarray(scored, dtype=np.float32)


def logistic(
    rows: Vectors,
    about: npt.NDArray[np.intp],
    weights: Weights,
    themes: int,
    looseness: float = 3.0,
    rounds: int = 150,
    start: Linear | None = None,
) -> Linear:
    """Multinomial logistic regression with an L2 penalty (1 / (2 · looseness)), by L-BFGS."""
    x = rows.astype(np.float32)
    across = np.ascontiguousarray(x.T)
    places = np.arange(len(x)), about
    size = x.shape[1] * themes

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        slopes, offsets = flat[:size].reshape(-1, themes), flat[size:]
        scores = (x @ slopes.astype(np.float32)).astype(np.float64) + offsets
        scores -= scores.max(axis=1, keepdims=True)
        error = np.exp(scores)
        total = error.sum(axis=1, keepdims=True)
        value = weights @ (np.log(total[:, 0]) - scores[places])
        error /= total
        error[places] -= 1
        error *= weights[:, None]
        steep = (across @ error.astype(np.float32)).astype(np.float64) + slopes / looseness
        value += (slopes**2).sum() / 2 / looseness
        return float(value), np.r_[steep.ravel(), error.sum(axis=0)]

    first = np.r_[start.slopes.ravel(), start.offsets] if start else np.zeros(size + themes)
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    return Linear(found[:size].reshape(-1, themes), found[size:])


def discriminants(
    rows: Vectors, about: npt.NDArray[np.intp], weights: Weights, themes: int, shrink: float = 0.6
) -> npt.NDArray[np.float32]:
    """The directions in which themes differ most beside how they vary within, (d, themes − 1).

    Linear discriminant analysis with the within-theme scatter shrunk towards a sphere.
    """
    x = rows.astype(np.float64)
    means = np.stack(
        [np.average(x[about == n], axis=0, weights=weights[about == n]) for n in range(themes)]
    )
    apart = x - means[about]
    scatter = (apart * weights[:, None]).T @ apart / weights.sum()
    scatter = (1 - shrink) * scatter + shrink * np.trace(scatter) / len(scatter) * np.eye(
        len(scatter)
    )
    values, vectors = np.linalg.eigh(scatter)
    white = vectors / np.sqrt(values) @ vectors.T
    _, _, directions = np.linalg.svd((means - means.mean(axis=0)) @ white, full_matrices=False)
    return np.asarray(white @ directions[: max(1, themes - 1)].T, dtype=np.float32)


def adapted_priors(
    shares: Shares, rounds: int = 50, pseudo: float = 1.0
) -> npt.NDArray[np.float32]:
    """How common each theme is in these texts: what to multiply shares by, shape (themes,).

    Expectation maximisation of class priors (Saerens and others 2002) with ``pseudo`` texts of
    each theme beforehand, so that few texts change little.
    """
    themes = shares.shape[1]
    priors = np.full(themes, 1 / themes)
    for _ in range(rounds):
        weighed = shares * (priors * themes)
        weighed /= np.maximum(1e-30, weighed.sum(axis=1, keepdims=True))
        priors = (weighed.sum(axis=0) + pseudo) / (len(shares) + pseudo * themes)
    return np.asarray(priors * themes, dtype=np.float32)


def balanced_priors(
    shares: Shares, langs: Sequence[str], rounds: int = 3, pseudo: float = 10.0
) -> dict[str, npt.NDArray[np.float32]]:
    """Adapted priors by language (``""`` for languages with fewer than eight texts).

    A theme that the guide hears more easily in one language than in another would split the
    stories by language: the priors are fitted so that each theme is about as common in every
    language, ``pseudo`` texts of it beforehand.
    """
    names = np.asarray(langs)
    common = adapted_priors(shares)
    found = {"": common}
    for lang, count in sorted(Counter(langs).items()):
        if count >= 8:
            found[lang] = common
    for _ in range(rounds):
        weighed = np.array(shares)
        for lang in sorted(set(langs)):
            weighed[names == lang] *= found.get(lang, common)
        weighed /= np.maximum(1e-30, weighed.sum(axis=1, keepdims=True))
        everywhere = weighed.mean(axis=0)
        for lang in (lang for lang in found if lang):
            here = weighed[names == lang]
            wanted = everywhere * (len(here) + pseudo)
            given = here.sum(axis=0) + pseudo * everywhere
            found[lang] = (found[lang] * wanted / np.maximum(1e-9, given)).astype(np.float32)
    return found
