"""The command line keeps its contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.command_line import main
from analysis.progress import line

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


def test_frames_codebooks_and_forms_can_be_chosen(tmp_path: Path) -> None:
    static = ("--embedder", "static")
    found = written(tmp_path, STORIES, *static, "--codebook", "none", "--frame", "strategier")
    assert found["recipe"]["codebook"] is None
    assert found["recipe"]["frames"] == ["framtidsbild", "strategier"]
    assert all(theme["origin"] == "discovered" for theme in found["themes"])
    for form, begins in (("md", "# What the stories say"), ("csv", "id,lang,theme,")):
        out = tmp_path / f"out.{form}"
        assert main([str(tmp_path / "in.jsonl"), *static, "--out", str(out)]) == 0
        assert out.read_text(encoding="utf-8").startswith(begins)


def test_a_story_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, STORIES, "--embedder", "static")
    source = str(tmp_path / "in.jsonl")
    assert main([source, "--embedder", "static", "--explain", "c"]) == 0
    told = capsys.readouterr().out
    assert "Story c (sv)" in told
    assert "carried by the words" in told
    assert main([source, "--embedder", "static", "--explain", "nobody"]) == 2


@pytest.mark.parametrize(
    "choice",
    [
        ("--frame", "nothing"),
        ("--codebook", "nothing"),
        ("--embedder", "nothing"),
        ("--out", "themes.pdf"),
    ],
)
def test_a_wrong_choice_is_named(
    tmp_path: Path, choice: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_text("", encoding="utf-8")
    assert main([str(tmp_path / "in.jsonl"), *choice]) == 2
    assert "“" in capsys.readouterr().err


def test_no_story_is_no_theme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.jsonl").write_text("\n\n", encoding="utf-8")
    assert main([str(tmp_path / "in.jsonl"), "--embedder", "static"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["themes"] == []
    assert "no story" in told.err


def test_a_missing_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.jsonl"]) == 2
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_progress_says_what_is_done_and_what_is_left() -> None:
    assert line("embed", 50, 200, 10.0).endswith("50/200, 30 s left")
    assert line("embed", 0, 200, 0.0).endswith("0/200")
