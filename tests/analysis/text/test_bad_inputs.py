"""What the report says when a file holds little, or much that cannot be read."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from analysis.command_line import main
from analysis.text.cleaning import PlainCleaner

CALL = "Jag ringde vårdcentralen i tre veckor innan någon svarade."
STATIC = ("--embedder", "static", "--format", "md")


def report(folder: Path, texts: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    lines = [json.dumps({"id": f"s{n}", "text": text}) for n, text in enumerate(texts)]
    (folder / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main([str(folder / "in.jsonl"), *STATIC]) == 0
    told: str = capsys.readouterr().out
    return told


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["\x00", "…", CALL], "2 stories without words: set aside."),
        (["a" * 1_000_000, CALL], "One story without words: set aside."),
        (["\ud83d", "😀😀", CALL], "2 stories without words: set aside."),
        (["<br><p></p>", CALL], "One story without words: set aside."),
        (["vet ej", CALL], "One story saying only “don’t know” or the like: set aside."),
        ([CALL] * 4, "3 stories repeating another text: read once, every copy counted."),
        ([f"{CALL} " * 20_000], "One story too long to be read to the end"),
        (
            ["Minä odotin puhelimessa kaksi tuntia ennen kuin joku vastasi minulle.", CALL],
            "One story in a language other than Swedish and English: kept and read.",
        ),
    ],
    ids=["nothing", "one-letter", "emoji", "markup", "no-answer", "copies", "long", "other"],
)
def test_what_was_set_aside_is_said_with_its_number(
    tmp_path: Path, texts: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in report(tmp_path, texts, capsys)


def test_numbers_are_told_as_people_tell_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = report(tmp_path, [CALL], capsys)
    assert "One story, one theme." in told
    assert "one voice (few voices)" in told
    assert "No stories, no themes." in report(tmp_path, [], capsys)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "vård " * 200_000, "å, " * 400_000])
def test_a_megabyte_is_cleaned_at_once(text: str) -> None:
    began = time.process_time()
    PlainCleaner().clean(text)
    assert time.process_time() - began < 0.5


def test_a_place_that_cannot_be_written_is_said_before_the_reading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": CALL}))
    out = tmp_path / "nowhere" / "themes.csv"
    assert main([str(tmp_path / "in.jsonl"), "--out", str(out)]) == 2
    assert f"There is no folder {out.parent} to write into." in capsys.readouterr().err


def test_an_endpoint_that_does_not_answer_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": CALL}))
    assert main([str(tmp_path / "in.jsonl"), "--embedder", "http://127.0.0.1:9/v1"]) == 2
    assert "nothing answers at its address" in capsys.readouterr().err
