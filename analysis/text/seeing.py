"""Seeing: a chunk of stories as the guide and the discovery see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, running_means
from analysis.text.clustering.ward import even_sample
from analysis.text.embedding import Vectors, normalised
from analysis.text.embedding.distilled import DIMENSIONS
from analysis.text.guiding import Guide
from analysis.text.preparing import Prepared
from analysis.text.rows import Rows
from analysis.text.shares import Shares
from analysis.text.space import Space
from analysis.text.wording import WordingScorer

CENTRED_ON = 2_000
"""Stories whose words the space is centred on."""
COMPARED = 600
"""Stories that are compared with what the guide knows."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All in the order of the chunk.

    ``centred`` vectors; ``guided`` rows, wording scores and ``shares`` of the codebook's themes
    (None without a guide); ``rows`` of the space of discovery.
    """

    langs: list[str]
    centred: Vectors
    guided: Vectors | None
    worded: Shares | None
    shares: Shares | None
    rows: Vectors


@dataclass(frozen=True, slots=True)
class Eye:
    """Sees chunks of one set of stories."""

    prepared: Prepared
    rows: Rows
    guide: Guide | None
    corpus: LanguageCentring
    scorer: WordingScorer
    space: Space

    def see(self, part: npt.NDArray[np.intp]) -> Seen:
        """The stories with the numbers ``part``."""
        langs = [self.prepared.langs[number] for number in part]
        worded, meanings = self.scorer.read([self.prepared.texts[n] for n in part], langs)
        raw = self.rows.raw(part)
        centred = self.corpus.centred(raw, langs)
        found = self.space.rows(centred, meanings, langs)
        if self.guide is None or worded is None:
            return Seen(langs, centred, None, None, None, found)
        guided = self.guide.centring.centred(raw, langs)
        return Seen(langs, centred, guided, worded, self.guide.shares(guided, worded), found)


def eye_for(
    prepared: Prepared,
    rows: Rows,
    guide: Guide | None,
    corpus: LanguageCentring,
    sample: npt.NDArray[np.intp],
) -> Eye:
    """An eye whose space is centred on a sample of the stories."""
    scorer = WordingScorer(guide.wording if guide else None)
    sample = sample[even_sample(len(sample), CENTRED_ON)]
    langs = [prepared.langs[number] for number in sample]
    _, meanings = scorer.read([prepared.texts[n] for n in sample], langs)
    means = running_means(normalised(meanings), langs) if langs else {}
    words = LanguageCentring.learned(means, {}, DIMENSIONS)
    if guide is None:
        return Eye(prepared, rows, guide, corpus, scorer, Space(words, None))
    asked = sample[even_sample(len(sample), COMPARED)]
    raw = guide.centring.centred(rows.raw(asked), [prepared.langs[number] for number in asked])
    known = float((guide.likeness(raw) >= guide.strange).mean()) if len(asked) else 0.0
    return Eye(prepared, rows, guide, corpus, scorer, Space(words, guide.metric, known))
