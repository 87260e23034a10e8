"""Careful reading of the TOML files: what is wrong is said in a sentence with file and key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.vision.localized import LocalizedList

LANGUAGE_NAMES = {"sv": "Swedish", "en": "English"}


class VisionError(ValueError):
    """A frame, crosswalk or codebook file that cannot be used. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """One TOML table and where it stands, e.g. ``halland.toml`` and ``node “trygghet”``."""

    file: str
    place: str
    values: dict[str, Any]

    def wrong(self, what: str) -> VisionError:
        """The error to raise: ``file: place what``."""
        return VisionError(f"{self.file}: {self.place} {what}")

    def only(self, *allowed: str) -> None:
        """Refuse names outside ``allowed``, so that a misspelt name is not silently lost."""
        for name in self.values:
            if name not in allowed:
                known = ", ".join(f"“{one}”" for one in allowed)
                raise self.wrong(f"has “{name}”, which is not known here (known: {known}).")

    def words(self, name: str) -> str:
        """A text that must be there and not be blank."""
        value = self.values.get(name)
        if value is None:
            raise self.wrong(f"has no “{name}”.")
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"has a “{name}” that is not a text.")
        return value

    def words_or_none(self, name: str) -> str | None:
        """A text that may be missing, but not blank."""
        return self.words(name) if name in self.values else None

    def table(self, name: str) -> Table:
        """A table inside this one."""
        value = self.values.get(name)
        if value is None:
            raise self.wrong(f"has no “{name}”.")
        if not isinstance(value, dict):
            raise self.wrong(f"has a “{name}” that is not a table.")
        return Table(self.file, f"{self.place}, “{name}”,", value)

    def tables(self, name: str, described_as: str | None = None) -> list[Table]:
        """The tables ``[[name]]``, in order; each is named in errors by its key or number."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(f"has a “{name}” that is not a list of tables ([[{name}]]).")
        called = described_as or name
        return [
            Table(
                self.file,
                f"{called} “{one['key']}”" if "key" in one else f"{called} {at}",
                one,
            )
            for at, one in enumerate(value, start=1)
        ]

    def localized(self, name: str) -> Localized:
        """A text in both languages; a missing translation is named."""
        value = self.values.get(name)
        if value is None:
            raise self.wrong(f"has no “{name}”.")
        if not isinstance(value, dict):
            raise self.wrong(f"has a “{name}” that is not written as {{ sv = …, en = … }}.")
        for language in LANGUAGES:
            text = value.get(language)
            if not isinstance(text, str) or not text.strip():
                raise self.wrong(f"has no {LANGUAGE_NAMES[language]} “{name}”.")
        Table(self.file, f"{self.place}, “{name}”,", value).only(*LANGUAGES)
        return Localized(sv=value["sv"], en=value["en"])

    def localized_or_none(self, name: str) -> Localized | None:
        """As :meth:`localized`, for a text that may be missing altogether."""
        return self.localized(name) if name in self.values else None

    def localized_list(self, name: str) -> LocalizedList:
        """Lists of texts in both languages, none empty and none with a repeated text."""
        inner = self.table(name)
        inner.only(*LANGUAGES)
        for language in LANGUAGES:
            if not inner.texts(language):
                raise self.wrong(f"has no {LANGUAGE_NAMES[language]} “{name}”.")
        return LocalizedList(sv=inner.texts("sv"), en=inner.texts("en"))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, possibly empty, each said once."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(f"has a “{name}” that is not a list of texts.")
        seen: set[str] = set()
        for one in value:
            if not one.strip():
                raise self.wrong(f"has an empty text in “{name}”.")
            if one.casefold() in seen:
                raise self.wrong(f"says “{one}” twice in “{name}”.")
            seen.add(one.casefold())
        return tuple(value)


def read_table(path: Path) -> Table:
    """Read one TOML file; a broken file is named with what is wrong in it."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VisionError(f"{path.name}: the file cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise VisionError(f"{path.name}: the file is not written in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise VisionError(f"{path.name}: the file is not valid TOML ({error}).") from error
    return Table(path.name, "the file", values)


def toml_files(folder: Path) -> list[Path]:
    """The TOML files that lie directly in a folder, by name."""
    if not folder.is_dir():
        raise VisionError(f"{folder}: there is no such folder.")
    return sorted(folder.glob("*.toml"))
