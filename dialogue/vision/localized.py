"""Lists of short texts in Swedish and English side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalizedList:
    """Short texts in each language. The lists are not translations of each other, row by row."""

    sv: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def texts(self, language: str) -> tuple[str, ...]:
        """The English texts for ``"en"``, the Swedish for every other language."""
        return self.en if language == "en" else self.sv
