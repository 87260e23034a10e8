"""What comes out of a reading: themes, ties, quotes and what was set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.text.centring import RunningMean
from analysis.text.keeping import Kept
from analysis.text.stories import Bilingual

Ties = Mapping[str, Mapping[str, float]]
"""Strength 0..1 by frame key and node key, strongest first."""


class Origin(StrEnum):
    """Where a theme came from."""

    CODEBOOK = "codebook"
    DISCOVERED = "discovered"


class Aside(StrEnum):
    """Why the machine did not read a story into a theme."""

    EMPTY = "empty"
    NO_ANSWER = "no_answer"
    COPY = "copy"


class Change(StrEnum):
    """What became of a theme since the last run."""

    NEW = "new"
    SAME = "same"
    GROWN = "grown"
    SHRUNK = "shrunk"
    SPLIT = "split"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span: ``story.text[start:end] == text``, counted in code points."""

    story_id: str
    start: int
    end: int
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of stories with a name, told in both languages.

    ``size`` counts the stories whose strongest theme this is (copies included), ``mentions``
    every story that touches it, ``voices`` the different texts among ``size``. ``stability``
    is the share of its pairs of stories that stay together when the reading is repeated on
    resampled stories (None when it was not measured); ``agreement`` the share of tellers who
    themselves pointed to the theme's strongest node (None when too few did).
    """

    key: str
    label: Bilingual
    origin: Origin
    keywords: Mapping[str, tuple[str, ...]]
    size: int
    mentions: int
    voices: int
    ties: Ties
    quotes: tuple[Quote, ...]
    few_voices: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    stability: float | None = None
    agreement: float | None = None
    change: Change = Change.NEW
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryReading:
    """How one story was read. ``theme`` is None for a lone voice or a story set aside.

    ``themes`` holds (key, strength 0..1), strongest first; ``unsure`` names the frames where
    no node stands out; ``copy_of`` is the id of the story that this one repeats.
    """

    id: str
    lang: str
    theme: str | None
    themes: tuple[tuple[str, float], ...]
    ties: Ties
    unsure: tuple[str, ...] = ()
    aside: Aside | None = None
    copy_of: str | None = None

    @property
    def lone(self) -> bool:
        """True for a story that was read but resembles no theme."""
        return self.theme is None and self.aside is None


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the result should know: a code, a count and an English sentence."""

    code: str
    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one run found; ``stories`` keeps the order in which they were given.

    ``kept`` places new stories without a new run; ``means`` are the running means of the
    languages, to be added to later runs.
    """

    themes: tuple[Theme, ...]
    stories: Sequence[StoryReading]
    notes: tuple[Note, ...]
    recipe: Mapping[str, object]
    kept: Kept | None = None
    means: Mapping[str, RunningMean] = field(default_factory=dict)
