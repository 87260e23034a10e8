"""Ready-made surveys: files that start a draft, and that regions can share with each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from surveys.questions.catalogue import checked
from surveys.questions.document import NOTHING, Document, Question

FOLDER = Path(__file__).parent / "templates"
ORDER = (
    "arets_fem", "pa_torget", "invanares_tankar", "hem_fran_sjukhuset", "narstaende", "unga",
    "barn_och_foralder", "med_bilder", "personal", "tjugo_fragor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A survey to start from. Its document's title and about say whom it is for."""

    name: str
    document: Document


@cache
def ready_made() -> tuple[ReadyMade, ...]:
    """Every ready-made survey, the most used first; further files follow by name."""
    found = {file.stem: _read(file) for file in FOLDER.glob("*.json")}
    rest = sorted(set(found) - set(ORDER))
    return tuple(ReadyMade(name, found[name]) for name in [*ORDER, *rest] if name in found)


def ready_made_named(name: str) -> ReadyMade | None:
    """The ready-made survey with this name, or None."""
    return next((each for each in ready_made() if each.name == name), None)


def bare(document: Document) -> Document:
    """The document without the words that say whom a shared file is for."""
    return replace(document, title=NOTHING, about=NOTHING)


@cache
def question_bank() -> tuple[Question, ...]:
    """Twenty ready questions, to be put into any survey."""
    return tuple(_read(FOLDER / "tjugo_fragor.json").questions)


def _read(file: Path) -> Document:
    return checked(Document.of(json.loads(file.read_text(encoding="utf-8"))))
