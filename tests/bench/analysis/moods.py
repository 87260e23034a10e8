"""How often the machine is right about what eases and what chafes, and how often it is unsure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.text.mood import Mood, mood_reader
from analysis.themes.moods import MEASURED_WITH
from tests.bench.analysis.material import SAMPLES, Material, material

CLEAR = (Mood.EASES, Mood.CHAFES)


@dataclass(frozen=True, slots=True)
class Heard:
    """``right`` of ``said`` moods were right, among ``stories`` whose mood is clear; ``wrongly``
    of ``mixed`` stories that do both or neither were said to ease or to chafe."""

    on: str
    stories: int
    said: int
    right: int
    mixed: int
    wrongly: int

    @property
    def share(self) -> float:
        return self.right / max(1, self.said)


def heard(data: Path) -> Iterator[Heard]:
    """The own stories that may be tuned on, the unseen third, and the comments of NHS patients
    whose criticality says clearly praise or blame (2 or more either way)."""
    rows = _rows(SAMPLES / "moods.jsonl")
    stories = material(SAMPLES / "moods.jsonl", "moods", labels="mood")
    for unseen in (False, True):
        chosen = [n for n, row in enumerate(rows) if row["unseen"] is unseen]
        some = stories.some(chosen)
        name = "own stories, unseen" if unseen else "own stories"
        yield _heard(name, _read(some), [Mood(mood) for mood in some.themes])
    comments = data / "nhs_phase1_en.jsonl"
    strengths = [_strength(row["crit"]) for row in _rows(comments)]
    chosen = [n for n, strength in enumerate(strengths) if abs(strength) >= 2]
    truth = [Mood.EASES if strengths[n] > 0 else Mood.CHAFES for n in chosen]
    yield _heard("nhs_phase1_en", _read(material(comments).some(chosen)), truth)


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _strength(told: object) -> int:
    """Criticality, −5 to 5; what is not one counts for nothing."""
    text = str(told)
    return int(text) if text.lstrip("-").isdigit() and abs(int(text)) <= 5 else 0


def _read(on: Material) -> list[Mood]:
    reader = mood_reader(MEASURED_WITH)
    assert reader is not None
    return reader.moods(on.vectors, [story.lang or "" for story in on.stories])


def _heard(name: str, found: Sequence[Mood], truth: Sequence[Mood]) -> Heard:
    clear = [(one, right) for one, right in zip(found, truth, strict=True) if right in CLEAR]
    said = [(one, right) for one, right in clear if one in CLEAR]
    mixed = [one for one, right in zip(found, truth, strict=True) if right not in CLEAR]
    return Heard(
        name, len(clear), len(said), sum(one is right for one, right in said),
        len(mixed), sum(one in CLEAR for one in mixed),
    )  # fmt: skip
