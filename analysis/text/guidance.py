"""What guides a reading: codebooks, frames and what people have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.text.stories import Bilingual

Words = Mapping[str, tuple[str, ...]]
"""Words or sentences by language code."""

TieWeights = Mapping[str, Mapping[str, float]]
"""Weights 0..1 by frame key and node key."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A story written to show what a theme sounds like; ``border`` names its other themes."""

    id: str
    lang: str
    text: str
    border: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodebookTheme:
    """A known theme: what it is called, what it holds and what it is tied to."""

    key: str
    label: Bilingual
    description: Bilingual
    facets: Words = field(default_factory=dict)
    lexicon: Words = field(default_factory=dict)
    ties: TieWeights = field(default_factory=dict)
    exemplars: tuple[Exemplar, ...] = ()


@dataclass(frozen=True, slots=True)
class Codebook:
    """Known themes of one subject. ``version`` changes whenever a word of it does."""

    key: str
    version: str
    themes: tuple[CodebookTheme, ...]


@dataclass(frozen=True, slots=True)
class FrameNodeText:
    """A node of a frame: a statement or a heading, with what it means in daily life."""

    key: str
    text: Bilingual
    parent: str | None = None
    facets: Words = field(default_factory=dict)
    lexicon: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """A vision, strategy or ordinance that stories are tied to."""

    key: str
    nodes: tuple[FrameNodeText, ...]

    def tops(self) -> tuple[FrameNodeText, ...]:
        """The nodes without a parent, in the frame's own order."""
        return tuple(node for node in self.nodes if node.parent is None)


@dataclass(frozen=True, slots=True)
class Hooks:
    """What people have decided, as inputs of a run.

    ``must_link`` and ``cannot_link`` are pairs of story ids; ``seeds`` places stories in a
    theme by its key (a codebook key or the key of an earlier theme); ``confirmed`` gives the
    nodes that a person has confirmed for a story, by story id and frame key.
    """

    must_link: tuple[tuple[str, str], ...] = ()
    cannot_link: tuple[tuple[str, str], ...] = ()
    seeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confirmed: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EarlierTheme:
    """A theme of the last run: its key, its label and whose stories it held.

    ``settled`` means that people have named or kept it: its key, its label and its place in
    the list stay, whatever the machine would now propose.
    """

    key: str
    label: Bilingual
    story_ids: frozenset[str]
    settled: bool = False
    keywords: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Previous:
    """The last run, as the next one needs it."""

    themes: tuple[EarlierTheme, ...]
