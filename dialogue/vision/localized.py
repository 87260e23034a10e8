"""Text held in Swedish and English side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["sv", "en"]
LANGUAGES: Final[tuple[Language, Language]] = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Localized:
    """One text in both languages; neither is empty."""

    sv: str
    en: str

    def in_language(self, language: str) -> str:
        """The English text for ``"en"``, the Swedish for every other language."""
        return self.en if language == "en" else self.sv


@dataclass(frozen=True, slots=True)
class LocalizedList:
    """Short texts in each language. The lists are not translations of each other, row by row."""

    sv: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def in_language(self, language: str) -> tuple[str, ...]:
        """The English texts for ``"en"``, the Swedish for every other language."""
        return self.en if language == "en" else self.sv
