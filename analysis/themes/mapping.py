"""Where each story lies on the map: two directions in which the stories differ most.

Vectors are centred by language first, so that the map shows what is said and not in which
language. The directions come from an even sample and are turned the same way each time: the same
stories give the same map.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, running_means
from analysis.text.clustering.ward import even_sample
from analysis.text.embedding import normalised

SAMPLE = 5_000
CHUNK = 20_000

Places = npt.NDArray[np.float32]
"""Shape (stories, 2); nan where a story has no vector."""


def map_places(vectors: npt.NDArray[np.floating], langs: Sequence[str]) -> Places:
    """Two coordinates per story, from vectors of shape (stories, dimensions)."""
    places = np.full((len(vectors), 2), np.nan, dtype=np.float32)
    if len(vectors) < 3:
        return places
    sample = even_sample(len(vectors), SAMPLE)
    seen = normalised(vectors[sample].astype(np.float32))
    spoken = [langs[number] for number in sample]
    centring = LanguageCentring.learned(running_means(seen, spoken), {}, vectors.shape[1])
    directions = _directions(centring.centred(seen, spoken))
    for start in range(0, len(vectors), CHUNK):
        rows = normalised(vectors[start : start + CHUNK].astype(np.float32))
        found = centring.centred(rows, list(langs[start : start + CHUNK])) @ directions
        found[~rows.any(axis=1)] = np.nan
        places[start : start + CHUNK] = found
    return places


def _directions(rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """The two main directions, shape (dimensions, 2), the largest part of each positive."""
    rows = rows[rows.any(axis=1)].astype(np.float64)
    _, vectors = np.linalg.eigh(rows.T @ rows)
    found = vectors[:, [-1, -2]]
    largest = np.abs(found).argmax(axis=0)
    signs = np.sign(found[largest, [0, 1]])
    return np.asarray(found * np.where(signs == 0, 1, signs), dtype=np.float32)
