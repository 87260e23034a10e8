"""Guiding: what codebook and frames say, as vectors that stories are compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, RunningMean, running_means
from analysis.text.embedding import Embedder, Vectors, normalised
from analysis.text.framing import CodebookFramer, node_directions, node_texts, tie_matrix
from analysis.text.guidance import Codebook, CodebookTheme, Frame
from analysis.text.stories import LANGUAGES


class GuideText(NamedTuple):
    """A text that speaks for theme or node number ``about``, counting ``weight``."""

    about: int
    lang: str
    text: str
    weight: float


def guide_texts(codebook: Codebook) -> list[GuideText]:
    """Everything a codebook says of its themes, in the codebook's order."""
    return [
        text for number, theme in enumerate(codebook.themes) for text in _texts_of(number, theme)
    ]


def _texts_of(number: int, theme: CodebookTheme) -> list[GuideText]:
    texts = []
    for lang in LANGUAGES:
        said = f"{theme.label.in_language(lang)}. {theme.description.in_language(lang)}"
        texts.append(GuideText(number, lang, said, 4.0))
        texts += [GuideText(number, lang, facet, 1.0) for facet in theme.facets.get(lang, ())]
    for exemplar in theme.exemplars:
        weight = 1.0 / (1 + len(exemplar.border))
        texts.append(GuideText(number, exemplar.lang, exemplar.text, weight))
    return texts


@dataclass(frozen=True, slots=True)
class Guide:
    """A codebook (or none) and frames with the vectors of their texts, not yet centred."""

    codebook: Codebook | None
    texts: Sequence[GuideText]
    rows: Vectors
    frames: tuple[Frame, ...]
    node_rows: Mapping[str, Vectors]

    @classmethod
    def embedded(
        cls,
        codebook: Codebook | None,
        frames: Sequence[Frame],
        embedder: Embedder,
        told: Callable[[str, int, int], None],
    ) -> Guide:
        """Embed everything that codebook and frames say."""
        texts = guide_texts(codebook) if codebook else []
        said = [text.text for text in texts]
        of_nodes = {frame.key: [text for _, _, text in node_texts(frame)] for frame in frames}
        for node_said in of_nodes.values():
            said += node_said
        rows = embedder.embed(said, lambda done, of: told("guide", done, of))
        node_rows, at = {}, len(texts)
        for key, node_said in of_nodes.items():
            node_rows[key] = rows[at : at + len(node_said)]
            at += len(node_said)
        return cls(codebook, texts, rows[: len(texts)], tuple(frames), node_rows)

    @property
    def frame_keys(self) -> tuple[str, ...]:
        """The keys of the frames, in order."""
        return tuple(frame.key for frame in self.frames)

    def means(self) -> dict[str, RunningMean]:
        """The running mean of each language of the guide: what is known of it beforehand."""
        rows = [self.rows, *self.node_rows.values()]
        langs = [text.lang for text in self.texts]
        langs += [lang for frame in self.frames for _, lang, _ in node_texts(frame)]
        return running_means(np.vstack(rows), langs) if langs else {}

    def centres(self, centring: LanguageCentring) -> Vectors:
        """The direction of each theme, shape (themes, dimensions)."""
        if self.codebook is None:
            return self.rows[:0]
        rows = centring.centred(self.rows, [text.lang for text in self.texts])
        sums = np.zeros((len(self.codebook.themes), rows.shape[1]), dtype=np.float64)
        for row, text in zip(rows, self.texts, strict=True):
            sums[text.about] += text.weight * row
        return normalised(sums)

    def framer(self, centring: LanguageCentring) -> CodebookFramer:
        """Ties by this guide."""
        carried: dict[str, npt.NDArray[np.float32]] = {}
        said: dict[str, Vectors] = {}
        for frame in self.frames:
            texts = node_texts(frame)
            rows = centring.centred(self.node_rows[frame.key], [lang for _, lang, _ in texts])
            said[frame.key] = node_directions(frame, texts, rows)
            if self.codebook is not None:
                carried[frame.key] = tie_matrix(self.codebook, frame)
        return CodebookFramer(self.centres(centring), carried, said)
