"""A text in the two languages that the platform speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("sv", "en")
DEFAULT_LANGUAGE = "sv"


@dataclass(frozen=True, slots=True)
class Localized:
    """A text held in Swedish and English side by side.

    An empty string means that the translation is missing; nothing is filled in silently
    except by :meth:`text`, which falls back on the other language.
    """

    sv: str
    en: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Localized:
        """Read ``{"sv": …, "en": …}``; raises ``ValueError`` when a value is not text."""
        texts = [value.get(language, "") for language in LANGUAGES]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("a text must have Swedish (sv) and English (en) as strings")
        return cls(*texts)

    def text(self, language: str) -> str:
        """The text in ``language``, or in the other one when it is missing."""
        return getattr(self, language if language in LANGUAGES else DEFAULT_LANGUAGE) or (
            self.sv or self.en
        )

    def has(self, language: str) -> bool:
        """Whether the text is written in ``language`` itself."""
        return language in LANGUAGES and bool(getattr(self, language))

    def as_dict(self) -> dict[str, str]:
        """``{"sv": …, "en": …}``, as :meth:`of` reads it."""
        return {"sv": self.sv, "en": self.en}
