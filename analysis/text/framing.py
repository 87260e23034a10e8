"""Framing: ties from stories and themes to the nodes of every frame.

The sentences of a vision are too abstract to be compared with stories, so the codebook stands
between: a story's themes carry it to the nodes that they are tied to, and what is said of the
nodes themselves adds what it can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, running_means
from analysis.text.embedding import Embedder, Vectors, normalised
from analysis.text.guidance import Codebook, Frame
from analysis.text.shares import Shares, softmax
from analysis.text.stories import LANGUAGES


class Framer(Protocol):
    """Ties rows to the nodes of a frame."""

    def tie(self, frame: str, rows: Vectors, shares: Shares | None) -> Shares:
        """Strengths 0..1 for each node of the frame with the key ``frame``.

        ``rows`` are centred; ``shares`` are the rows' shares of the codebook's themes.
        """
        ...


@dataclass(frozen=True, slots=True)
class CodebookFramer:
    """Ties by way of the codebook's themes (``carried``) and by the nodes' own texts."""

    carried: Mapping[str, npt.NDArray[np.float32]]
    """By frame: how strongly each theme is tied to each node, shape (themes, nodes)."""
    said: Mapping[str, Vectors]
    """By frame: the direction of each node's own texts, shape (nodes, dimensions)."""
    share_of_themes: float = 0.85
    sharpness: float = 10.0

    def tie(self, frame: str, rows: Vectors, shares: Shares | None) -> Shares:
        """See :class:`Framer`. Rows without a vector are tied to nothing."""
        own = softmax(self.sharpness * (rows @ self.said[frame].T))
        carried = self.carried.get(frame)
        if shares is None or carried is None or not carried.any():
            ties = own
        else:
            through = np.minimum(1.0, shares @ carried)
            ties = self.share_of_themes * through + (1 - self.share_of_themes) * own
        return np.where(rows.any(axis=1, keepdims=True), ties, 0).astype(np.float32)


def framer(
    frames: Sequence[Frame],
    codebook: Codebook | None,
    centring: LanguageCentring | None,
    embedder: Embedder,
) -> CodebookFramer:
    """Embed what the frames say of their nodes and take the codebook's ties to them."""
    said, carried = {}, {}
    for frame in frames:
        texts = node_texts(frame)
        rows = normalised(embedder.embed([text for _, _, text in texts]).astype(np.float16))
        langs = [lang for _, lang, _ in texts]
        means = running_means(rows, langs)
        own = LanguageCentring.learned(means, {}, embedder.dimensions)
        said[frame.key] = node_directions(frame, texts, own.centred(rows, langs))
        if codebook is not None:
            carried[frame.key] = tie_matrix(codebook, frame)
    return CodebookFramer(carried, said)


def tie_matrix(codebook: Codebook, frame: Frame) -> npt.NDArray[np.float32]:
    """How strongly each theme of the codebook is tied to each node of the frame.

    A node that the codebook says nothing of is tied as strongly as the nodes under it.
    """
    matrix = np.zeros((len(codebook.themes), len(frame.nodes)), dtype=np.float32)
    column = {node.key: at for at, node in enumerate(frame.nodes)}
    for row, theme in enumerate(codebook.themes):
        for node, weight in theme.ties.get(frame.key, {}).items():
            if node in column:
                matrix[row, column[node]] = weight
    told = matrix.copy()
    for at, below in enumerate(frame.nodes):
        if below.parent is not None:
            above = column[below.parent]
            silent = told[:, above] == 0
            matrix[silent, above] = np.maximum(matrix[silent, above], told[silent, at])
    return matrix


def node_texts(frame: Frame) -> list[tuple[int, str, str]]:
    """(node number, language, text) for everything the frame says of its nodes."""
    texts = []
    for number, node in enumerate(frame.nodes):
        for lang in LANGUAGES:
            texts.append((number, lang, node.text.in_language(lang)))
            texts += [(number, lang, facet) for facet in node.facets.get(lang, ())]
    return texts


def node_directions(frame: Frame, texts: Sequence[tuple[int, str, str]], rows: Vectors) -> Vectors:
    """The mean direction of each node's texts and of the nodes under it."""
    number = {node.key: at for at, node in enumerate(frame.nodes)}
    sums = np.zeros((len(frame.nodes), rows.shape[1]))
    for (node_number, _, _), row in zip(texts, rows, strict=True):
        above: int | None = node_number
        while above is not None:
            sums[above] += row
            parent = frame.nodes[above].parent
            above = number.get(parent) if parent is not None else None
    return normalised(sums)
