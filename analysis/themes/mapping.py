"""Where each story lies on the map: near its theme, and towards the other themes that it is like.

Vectors are centred by language first, so that the map shows what is said and not in which
language. The middles of the themes are laid out in the two directions in which the stories differ
most and moved so far apart that each has room; a story lies about the middle of its theme, drawn
towards those that it resembles. The directions come from an even sample and are turned the same
way each time: the same stories in the same themes give the same map.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, running_means
from analysis.text.clustering.ward import even_sample
from analysis.text.embedding import Vectors, normalised
from analysis.text.shares import softmax
from dialogue.ground.islands import push

SAMPLE = 5_000
CHUNK = 20_000

NOWHERE = -1
SHARPNESS = 12.0
"""How clearly a story is drawn towards the themes that it resembles."""
OWN = 0.85
"""How much of a story's place is the middle of its own theme."""
WANDER = 0.22
"""How far stories of a theme lie from each other, in the room that a theme has."""
FAR = 0.6
"""The same of stories in no theme, which lie in open water."""
ROOM = 3.4
"""How far apart the middles of themes are at least, times the square root of their number."""
ROUNDS = 80

Places = npt.NDArray[np.float32]
"""Shape (stories, 2); nan where a story has no vector."""


def map_places(
    vectors: npt.NDArray[np.floating], langs: Sequence[str], themes: Sequence[str | None]
) -> Places:
    """Two coordinates per story, from vectors of shape (stories, dimensions) and each one's theme.

    Without themes the coordinates are the two directions in which the stories differ most.
    """
    places = np.full((len(vectors), 2), np.nan, dtype=np.float32)
    if len(vectors) < 3:
        return places
    sample = even_sample(len(vectors), SAMPLE)
    seen = normalised(vectors[sample].astype(np.float32))
    spoken = [langs[number] for number in sample]
    centring = LanguageCentring.learned(running_means(seen, spoken), {}, vectors.shape[1])
    centred = centring.centred(seen, spoken)
    directions = _directions(centred)
    directions /= np.maximum((centred @ directions).std(axis=0), 1e-9)
    keys = {key: number for number, key in enumerate(sorted({key for key in themes if key}))}
    labels = np.array([keys.get(key or "", NOWHERE) for key in themes], dtype=np.int32)
    middles = np.zeros((len(keys), vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), CHUNK):
        rows, label = _chunk(vectors, langs, centring, start), labels[start : start + CHUNK]
        inside = label >= 0
        np.add.at(middles, label[inside], rows[inside])
    middles = normalised(middles)
    spots, gap = _apart(middles @ directions)
    for start in range(0, len(vectors), CHUNK):
        rows, label = _chunk(vectors, langs, centring, start), labels[start : start + CHUNK]
        found = rows @ directions
        if len(keys):
            near = softmax(SHARPNESS * normalised(rows) @ middles.T) @ spots
            own = np.where((label >= 0)[:, None], spots[label], near)
            wander = np.where((label >= 0)[:, None], WANDER, FAR) * gap
            found = OWN * own + (1 - OWN) * near + wander * found
        found[~rows.any(axis=1)] = np.nan
        places[start : start + CHUNK] = found
    return places


def _chunk(
    vectors: npt.NDArray[np.floating], langs: Sequence[str], centring: LanguageCentring, start: int
) -> Vectors:
    """Some stories' vectors, centred by language; zeros where there is none."""
    rows = normalised(vectors[start : start + CHUNK].astype(np.float32))
    centred = centring.centred(rows, list(langs[start : start + CHUNK]))
    centred[~rows.any(axis=1)] = 0
    return centred


def _apart(spots: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], float]:
    """Middles of themes, both axes as wide, moved until each has room; and how much room."""
    if not len(spots):
        return spots, 1.0
    moved = (spots - spots.mean(axis=0)).astype(np.float64)
    moved /= np.maximum(moved.std(axis=0), 1e-9)
    gap = ROOM / float(np.sqrt(len(moved)))
    for _ in range(ROUNDS):
        if not push(moved, gap):
            break
    return moved.astype(np.float32), gap


def _directions(rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """The two main directions, shape (dimensions, 2), the largest part of each positive."""
    rows = rows[rows.any(axis=1)].astype(np.float64)
    _, vectors = np.linalg.eigh(rows.T @ rows)
    found = vectors[:, [-1, -2]]
    largest = np.abs(found).argmax(axis=0)
    signs = np.sign(found[largest, [0, 1]])
    return np.asarray(found * np.where(signs == 0, 1, signs), dtype=np.float32)
