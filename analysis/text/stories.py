"""What goes into a reading: stories as people wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("sv", "en")
"""The languages that labels, keywords and guides are written in."""

Span = tuple[int, int]
"""A half-open range of code points in a text as it was given."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same thing said in Swedish and in English."""

    sv: str
    en: str

    def in_language(self, lang: str) -> str:
        """The Swedish wording for ``sv``, the English one for every other language."""
        return self.sv if lang == "sv" else self.en


@dataclass(frozen=True, slots=True)
class Story:
    """One voice, word for word.

    ``lang`` is what the teller or the form said (it is believed); ``place`` and ``mood``
    (−1 sad or angry … 1 glad) only help to spread quotes; ``own_ties`` holds the points that
    the teller gave to the nodes of a frame, by frame key and node key; ``hidden`` lists spans
    that hold an identifying detail and must never be quoted.
    """

    id: str
    text: str
    lang: str | None = None
    place: str | None = None
    mood: float | None = None
    own_ties: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hidden: tuple[Span, ...] = ()
