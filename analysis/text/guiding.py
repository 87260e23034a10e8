"""Guiding: everything that a codebook and the frames say, embedded and learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, RunningMean, running_means
from analysis.text.embedding import Embedder, Vectors, normalised
from analysis.text.guidance import Codebook, CodebookTheme
from analysis.text.learning import Linear, discriminants, logistic
from analysis.text.lessons import Lessons
from analysis.text.shares import Shares, softmax
from analysis.text.stories import LANGUAGES
from analysis.text.wording import Vocabulary, WordingModel

Told = Callable[[str, int, int], None]
"""Called with (step, done, total)."""
Sums = npt.NDArray[np.float64]


class Kind(StrEnum):
    """What kind of text speaks for a theme."""

    DESCRIPTION = "description"
    FACET = "facet"
    LEXICON = "lexicon"
    EXEMPLAR = "exemplar"


WEIGHTS = {Kind.DESCRIPTION: 2.0, Kind.FACET: 0.5, Kind.LEXICON: 1.0, Kind.EXEMPLAR: 1.0}
"""How much a text of each kind counts."""


class GuideText(NamedTuple):
    """A text that speaks for theme number ``about``."""

    about: int
    lang: str
    text: str
    kind: Kind


def guide_texts(codebook: Codebook) -> list[GuideText]:
    """Everything a codebook says of its themes, in the codebook's order."""
    return [
        text for number, theme in enumerate(codebook.themes) for text in _texts_of(number, theme)
    ]


def _texts_of(number: int, theme: CodebookTheme) -> list[GuideText]:
    texts = []
    for lang in LANGUAGES:
        said = f"{theme.label.in_language(lang)}. {theme.description.in_language(lang)}"
        texts.append(GuideText(number, lang, said, Kind.DESCRIPTION))
        for kind, more in ((Kind.FACET, theme.facets), (Kind.LEXICON, theme.lexicon)):
            texts += [GuideText(number, lang, one, kind) for one in more.get(lang, ())]
    for one in theme.exemplars:
        texts.append(GuideText(number, one.lang, one.text, Kind.EXEMPLAR))
    return texts


@dataclass(frozen=True, slots=True)
class Guide:
    """A codebook and what was learned from it.

    Scores add the vector's log-odds (``linear``) and the wording's (``wording``, times
    ``wording_share``). ``centres`` are the themes' directions, ``voices`` the texts' rows;
    ``strange`` and ``lone`` say how unlike the guide a group or a story must be to stand
    outside it, taken from how alike the guide's own texts are.
    """

    codebook: Codebook
    centring: LanguageCentring
    known: Mapping[str, RunningMean]
    linear: Linear
    wording: WordingModel
    metric: npt.NDArray[np.float32]
    centres: Vectors
    voices: Vectors
    strange: float
    lone: float
    wording_share: float = 6.0
    sharpness: float = 1.8

    def scores(self, rows: Vectors, worded: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Log-odds of each theme for rows centred by this guide."""
        both = self.linear.scores(rows) + self.wording_share * worded
        return np.asarray(self.sharpness * both, dtype=np.float32)

    def shares(self, rows: Vectors, worded: npt.NDArray[np.float32]) -> Shares:
        """The same as shares of one, with all themes equally common."""
        return softmax(self.scores(rows, worded))

    def likeness(self, rows: Vectors) -> npt.NDArray[np.float32]:
        """How alike each row is to the three texts of the guide that are most alike."""
        return _top_three(rows @ self.voices.T)


def learned(
    codebook: Codebook, embedder: Embedder, told: Told, lessons: Lessons | None = None
) -> Guide:
    """Embed a codebook and learn from it, unless its ``lessons`` are known already.

    Raises ValueError for a codebook without a theme.
    """
    if not codebook.themes:
        raise ValueError("The codebook has no theme.")
    texts = guide_texts(codebook)
    spoken = [text for text in texts if text.kind is not Kind.LEXICON]
    rows = embedder.embed([text.text for text in spoken], lambda done, of: told("guide", done, of))
    rows = normalised(rows.astype(np.float16))
    known, centred = _centred_by_kind(spoken, rows, embedder.dimensions)
    about = np.array([text.about for text in spoken], dtype=np.intp)
    weights = np.array([WEIGHTS[text.kind] for text in spoken])
    themes = len(codebook.themes)
    sums = np.zeros((themes, rows.shape[1]))
    np.add.at(sums, about, centred * weights[:, None])
    if lessons is None:
        stories = np.array([text.kind is Kind.EXEMPLAR for text in spoken])
        typical = stories if stories.any() else np.ones(len(spoken), dtype=np.bool_)
        lessons = Lessons(
            logistic(centred, about, evened(weights, about, themes), themes),
            _wording(texts, themes),
            discriminants(centred, about, weights, themes),
            *_limits(centred, about, weights, sums, typical),
        )
    return Guide(
        codebook=codebook,
        centring=LanguageCentring.learned(known, {}, embedder.dimensions),
        known=known,
        linear=lessons.linear,
        wording=lessons.wording,
        metric=lessons.metric,
        centres=normalised(sums),
        voices=centred,
        strange=lessons.strange,
        lone=lessons.lone,
    )


def lessons_of(guide: Guide) -> Lessons:
    """What was learned from a guide's texts."""
    return Lessons(guide.linear, guide.wording, guide.metric, guide.strange, guide.lone)


def evened(
    weights: npt.NDArray[np.float64], about: npt.NDArray[np.intp], themes: int, most: float = 8.0
) -> npt.NDArray[np.float64]:
    """Weights with every theme weighing as much as the others, its texts at most ``most`` times
    as much as before: a theme that people have just written has few texts yet."""
    totals = np.bincount(about, weights=weights, minlength=themes)
    scale = totals.mean() / np.maximum(1e-9, totals)
    return np.asarray(weights * np.minimum(most, scale)[about])


def _centred_by_kind(
    spoken: Sequence[GuideText], rows: Vectors, dimensions: int
) -> tuple[dict[str, RunningMean], Vectors]:
    """Stories and statements are centred apart: they differ as two languages do.

    The means that are returned are those of stories, where the codebook has stories enough.
    """
    stories = np.array([text.kind is Kind.EXEMPLAR for text in spoken])
    langs = np.array([text.lang for text in spoken])
    everything = running_means(rows, langs.tolist())
    known = dict(everything)
    centred = rows.copy()
    for chosen in (stories, ~stories):
        if not chosen.any():
            continue
        means = running_means(rows[chosen], langs[chosen].tolist())
        centring = LanguageCentring.learned(means, everything, dimensions, prior=8.0)
        centred[chosen] = centring.centred(rows[chosen], langs[chosen].tolist())
        if chosen is stories:
            known |= {lang: mean for lang, mean in means.items() if mean.count >= 8}
    return known, centred


def _wording(texts: Sequence[GuideText], themes: int) -> WordingModel:
    vocabulary = Vocabulary()
    bags = vocabulary.bags([text.text for text in texts], [text.lang for text in texts])
    about = np.array([text.about for text in texts], dtype=np.intp)
    weights = evened(np.array([WEIGHTS[text.kind] for text in texts]), about, themes)
    return WordingModel.learned(bags, vocabulary.groups(), about, weights, themes)


def _limits(
    rows: Vectors,
    about: npt.NDArray[np.intp],
    weights: npt.NDArray[np.float64],
    sums: Sums,
    typical: npt.NDArray[np.bool_],
) -> tuple[float, float]:
    """How alike the guide's ``typical`` texts are to the others, each left out in turn.

    The likeness that a fifth of them fall below, and the cosine to the nearest theme that one
    in twenty-five falls below.
    """
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -1)
    without = normalised(sums[about] - rows * weights[:, None])
    nearest = rows @ normalised(sums).T
    nearest[np.arange(len(rows)), about] = (rows * without).sum(axis=1)
    own = nearest.max(axis=1)
    likeness = _top_three(cosines[typical])
    return float(np.quantile(likeness, 0.2)), float(np.quantile(own[typical], 0.04))


def _top_three(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    few = min(3, cosines.shape[1])
    highest = np.partition(cosines, cosines.shape[1] - few, axis=1)[:, -few:]
    return np.asarray(highest.mean(axis=1), dtype=np.float32)


def relearned(guide: Guide, kept: npt.NDArray[np.bool_]) -> Guide:
    """The guide with its vectors learned from some of its texts only, from where it stands."""
    texts = [text for text in guide_texts(guide.codebook) if text.kind is not Kind.LEXICON]
    about = np.array([text.about for text in texts], dtype=np.intp)
    weights = np.array([WEIGHTS[text.kind] for text in texts]) * kept
    themes = len(guide.codebook.themes)
    linear = logistic(
        guide.voices[kept], about[kept], evened(weights, about, themes)[kept], themes,
        rounds=12, start=guide.linear,
    )  # fmt: skip
    return replace(guide, linear=linear)
