"""Signed themes, as they are handed down to be confirmed and published."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count, public_shares
from dialogue.voices.models import Story


@dataclass(frozen=True, slots=True)
class SignedQuote:
    """A span of a story, in code points, that was signed. ``digest`` is SHA-256 of its words."""

    story: Story
    start: int
    end: int
    digest: str

    @property
    def text(self) -> str:
        return self.story.text[self.start : self.end]

    @property
    def verbatim(self) -> bool:
        """Whether the story still says, letter by letter, what was signed."""
        return sha256_of(self.text) == self.digest


@dataclass(frozen=True, slots=True)
class SignedClaim:
    """A claim as it was signed: its words in ``sv``, ``en`` and ``easy``, and its quotes."""

    key: uuid.UUID
    words: dict[str, str]
    quotes: tuple[SignedQuote, ...]
    by_machine: bool = False

    def as_digests(self) -> dict[str, str]:
        """The SHA-256 of its words, by column: what a seal or a signature covers."""
        return {name: sha256_of(text) for name, text in sorted(self.words.items())}


@dataclass(frozen=True, slots=True)
class SignedTheme:
    """A theme as it was signed. ``signature`` is the digest of what was signed.

    ``size`` is how many of its stories are still there; ``points`` what their tellers gave
    together, by node, and ``tellers`` how many of them gave any. ``newer`` are stories that came
    to the theme after it was signed, and are no part of this.
    """

    key: uuid.UUID
    name: Localized
    size: int
    points: dict[str, float]
    tellers: int
    ties: dict[str, float]
    quotes: tuple[SignedQuote, ...]
    signature: str
    signed_on: date
    claims: tuple[SignedClaim, ...] = ()
    newer: frozenset[uuid.UUID] = frozenset()

    @property
    def every_quote(self) -> tuple[SignedQuote, ...]:
        """Those under its claims, then the others."""
        return tuple(quote for claim in self.claims for quote in claim.quotes) + self.quotes


Placed = Mapping[uuid.UUID, uuid.UUID]
"""The theme that each story stands under, by the story's key."""


def sha256_of(text: str) -> str:
    """SHA-256 of a text, every code point as it stands."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def described(themes: Sequence[SignedTheme], smallest: int) -> dict[str, Any]:
    """Signed themes as the public may see them, the largest first; without quotes."""
    largest = sorted(themes, key=lambda theme: (-theme.size, str(theme.key)))
    return {
        "smallest": smallest,
        "themes": [
            {
                "key": str(theme.key),
                "name": theme.name.as_dict(),
                "size": public_count(theme.size, smallest).shown,
                "ties": {node: round(strength, 1) for node, strength in theme.ties.items()},
                "band": _band(theme, smallest),
                "signature": theme.signature,
                "signed_on": theme.signed_on.isoformat(),
            }
            | ({"claims": [each.as_digests() for each in theme.claims]} if theme.claims else {})
            for theme in largest
        ],
    }


def _band(theme: SignedTheme, smallest: int) -> dict[str, int] | None:
    """The tellers' own points as ten marks, when enough of them gave any."""
    return public_shares(theme.points, theme.tellers, smallest)
