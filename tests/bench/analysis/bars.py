"""The bars: every figure that the engine promises, measured and marked as reached or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.reading.guides import codebook_guide, shipped_guides
from analysis.text.guidance import Frame
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from dialogue.vision.codebook import load_codebook
from tests.bench.analysis import measures as m
from tests.bench.analysis.learning import curve
from tests.bench.analysis.material import REAL, SAMPLES, Material, embedder, material, unseen
from tests.bench.analysis.moods import heard

AT = 0.05
"""The share of corrected stories that has a bar."""
NHS_CODEBOOK = Path(__file__).parent / "nhs_codebook"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a set of stories; None where there is only a figure."""

    guided: float
    points: float
    points_f1: float | None = None
    discovery: float | None = None


PLAIN = Asked(guided=0.55, points=0.80, points_f1=0.78, discovery=0.40)
"""Stories as people usually write them."""
OBLIQUE = Asked(guided=0.28, points=0.70)
"""Stories written to avoid the obvious words of their themes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and the least (or, with ``at_most``, the most) that it should be."""

    on: str
    what: str
    figure: float
    bar: float | None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """pass, FAIL, or a dash for a figure that has no bar."""
        if self.bar is None:
            return "–"
        reached = self.figure <= self.bar if self.at_most else self.figure >= self.bar
        return "pass" if reached else "FAIL"

    def line(self) -> str:
        """One line of the table."""
        sign = "≤" if self.at_most else "≥"
        bar = "" if self.bar is None else f"{sign} {self.bar:.3f}"
        return f"{self.on:16} {self.what:52} {self.figure:7.3f}  {bar:9} {self.verdict}"


def quality(data: Path = REAL, blind: bool = False) -> Iterator[Bar]:
    """All bars of quality. The blind set is opened only when it is asked for."""
    book, frames = shipped_guides()
    pipeline = m.quick(Pipeline(embedder=embedder()))
    guide = pipeline.guide(book)
    foreign = material(data / "argument_sv.jsonl"), material(data / "nhs_phase1_en.jsonl")
    for on, bar in zip(foreign, (0.80, 0.26), strict=True):
        alone = m.read(pipeline, on, None, guide, frames)
        yield Bar(on.name, "AMI, discovery", m.ami(on, alone), bar)
        yield Bar(on.name, "unassigned, discovery", m.unassigned(alone), 0.15, at_most=True)
        guided = m.read(pipeline, on, guide, guide, frames)
        yield Bar(on.name, "AMI, guided by nara_vard (foreign to it)", m.ami(on, guided), None)
        yield Bar(on.name, "unassigned, guided", m.unassigned(guided), 0.15, at_most=True)
    nhs = pipeline.guide(codebook_guide(load_codebook(NHS_CODEBOOK)))
    own = m.read(pipeline, foreign[1], nhs, guide, frames)
    yield Bar("nhs_phase1_en", "AMI, codebook from its label names", m.ami(foreign[1], own), 0.26)
    yield from _on_unseen(unseen(load_codebook()), pipeline, guide, frames)
    yield from _on_stories(material(SAMPLES / "plain.jsonl"), PLAIN, pipeline, guide, frames)
    names = ["development.jsonl", *(["blind.jsonl"] if blind else [])]
    for name in names:
        yield from _on_stories(material(SAMPLES / name), OBLIQUE, pipeline, guide, frames)


def _on_unseen(
    on: Material, pipeline: Pipeline, guide: Guide, frames: Sequence[Frame]
) -> Iterator[Bar]:
    guided = m.read(pipeline, on, guide, guide, frames)
    yield Bar(on.name, "AMI, guided by the others", m.ami(on, guided), None)
    yield Bar(on.name, "share with their own theme", m.same_theme(on, guided), None)
    yield Bar(on.name, "share with their own theme or a border", m.any_theme(on, guided), None)


def learning(data: Path = REAL) -> Iterator[Bar]:
    """How much better the next run places the stories that nobody corrected."""
    book, frames = shipped_guides()
    pipeline = m.quick(Pipeline(embedder=embedder()))
    guide = pipeline.guide(book)
    nhs = pipeline.guide(codebook_guide(load_codebook(NHS_CODEBOOK)))
    comments = material(data / "nhs_phase1_en.jsonl")
    arguments = material(data / "argument_sv.jsonl")
    for on, used, name in (
        (arguments, None, "discovery"),
        (arguments, guide, "a foreign codebook"),
        (comments, None, "discovery"),
        (comments, nhs, "codebook from label names"),
        (comments, guide, "a foreign codebook"),
        (material(SAMPLES / "development.jsonl"), guide, "guided"),
        (material(SAMPLES / "plain.jsonl"), guide, "guided"),
    ):
        for gain in curve(pipeline, on, used, guide, frames):
            bar = 0.05 if gain.share == AT else None
            how = "least sure" if gain.asked else "by chance"
            what = f"AMI risen (±{gain.spread:.3f}), {gain.share:.0%} {how}, {name}"
            yield Bar(on.name, what, gain.risen, bar)


def moods(data: Path = REAL) -> Iterator[Bar]:
    """How often a mood that is said of a clear story is right."""
    for one in heard(data):
        what = f"mood right, said of {one.said} of {one.stories} clear stories"
        yield Bar(one.on, what, one.share, 0.7)
        if one.mixed:
            what = f"said to ease or chafe, of {one.mixed} that do both or neither"
            yield Bar(one.on, what, one.wrongly / one.mixed, None)


def _on_stories(
    on: Material, asked: Asked, pipeline: Pipeline, guide: Guide, frames: Sequence[Frame]
) -> Iterator[Bar]:
    guided = m.read(pipeline, on, guide, guide, frames)
    right, f1 = m.points_right(on, m.points(guided))
    listed, listed_f1 = m.points_right(on, m.lexicon_points(on, frames))
    yield Bar(on.name, "AMI, guided", m.ami(on, guided), asked.guided)
    yield Bar(on.name, "share with people's main theme", m.same_theme(on, guided), None)
    yield Bar(on.name, "three words, top 1", right, asked.points)
    yield Bar(on.name, "three words, macro-F1", f1, asked.points_f1)
    yield Bar(on.name, "three words, right one among two", m.points_top_two(on, guided), None)
    yield Bar(on.name, "three words, top 1 over the word list alone", right - listed, 0.05)
    yield Bar(on.name, "three words, F1 over the word list alone", f1 - listed_f1, 0.05)
    yield Bar(on.name, "unassigned, guided", m.unassigned(guided), 0.15, at_most=True)
    yield Bar(on.name, "language mixing, guided", m.language_mixing(guided), 0.95)
    alone = m.read(pipeline, on, None, guide, frames)
    yield Bar(on.name, "AMI, discovery", m.ami(on, alone), asked.discovery)
    yield Bar(on.name, "unassigned, discovery", m.unassigned(alone), 0.15, at_most=True)
    yield Bar(on.name, "language mixing, discovery", m.language_mixing(alone), 0.95)
    for used, name in ((guide, "guided"), (None, "discovery")):
        shuffled = m.after_shuffling(pipeline, on, used, guide, frames)
        yield Bar(on.name, f"ARI with itself after shuffling, {name}", shuffled, 1.0)
        dropped = m.after_dropping(pipeline, on, used, guide, frames, continued=False)
        yield Bar(on.name, f"ARI without one story in twenty, {name}", dropped, 0.8)
        again = m.after_dropping(pipeline, on, used, guide, frames, continued=True)
        yield Bar(on.name, f"the same, told of the run before, {name}", again, 0.8)
