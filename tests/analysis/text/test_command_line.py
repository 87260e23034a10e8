"""The command line keeps its contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.command_line import main

STORIES = [
    ("a", "Jag ringde vårdcentralen i tre veckor innan någon svarade."),
    ("b", "I waited nine months for my knee operation and nobody called."),
    ("c", "Telefonkön var full redan klockan åtta, varje morgon."),
    ("d", ""),
    ("e", "vet ej"),
    ("f", "Hemtjänsten kom med nya ansikten varje dag, mamma blev rädd."),
    ("g", "The home helpers change every week and my father is frightened."),
    ("h", "De lyssnade på mig och vi bestämde tillsammans."),
]


def written(folder: Path, rows: list[tuple[str, str]], *options: str) -> dict[str, Any]:
    lines = [json.dumps({"id": key, "text": text}, ensure_ascii=False) for key, text in rows]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main([str(folder / "in.jsonl"), "--out", str(folder / "out.json"), *options]) == 0
    found: dict[str, Any] = json.loads((folder / "out.json").read_bytes())
    return found


def test_every_story_comes_back_in_order_with_its_ties(tmp_path: Path) -> None:
    found = written(tmp_path, STORIES)
    assert [story["id"] for story in found["stories"]] == [key for key, _ in STORIES]
    for story in found["stories"]:
        assert list(story["ties"]) == ["trygghet", "tillgänglighet", "tillsammans"]
        assert all(0 <= strength <= 1 for strength in story["ties"].values())
    texts = dict(STORIES)
    for theme in found["themes"]:
        for quote in theme["quotes"]:
            assert texts[quote["id"]][quote["start"] : quote["end"]] == quote["text"]


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    forwards = written(tmp_path, STORIES, "--embedder", "static")
    first = (tmp_path / "out.json").read_bytes()
    written(tmp_path, STORIES, "--embedder", "static")
    assert (tmp_path / "out.json").read_bytes() == first
    backwards = written(tmp_path, STORIES[::-1], "--embedder", "static")
    assert backwards["themes"] == forwards["themes"]
    assert backwards["stories"][::-1] == forwards["stories"]


@pytest.mark.parametrize(
    "line", ["{", "[1]", '{"id": "x"}', '{"text": "x"}', '{"id": "a", "text": "again"}', "\xff"]
)
def test_a_broken_line_is_named(
    tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps({"id": "a", "text": "Det var bra."})
    (tmp_path / "in.jsonl").write_bytes(f"{good}\n".encode() + line.encode("latin-1"))
    assert main([str(tmp_path / "in.jsonl")]) == 2
    assert "Line 2:" in capsys.readouterr().err
