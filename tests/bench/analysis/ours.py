"""One run of the engine on stored vectors: prints CPU seconds and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from analysis.guides import shipped_guides
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Story
from tests.bench.analysis.material import embedder


def main() -> None:
    """Reading the stored stories is not counted. Learning the guide is told apart: a worker
    learns it once and keeps it."""
    given = Path(sys.argv[2])
    stories = []
    with given.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            stories.append(Story(row["id"], row["text"], row["lang"]))
    vectors = np.load(given.with_suffix(".npy"), mmap_mode="r")
    book, frames = shipped_guides()
    pipeline = Pipeline(embedder=embedder())
    began = time.process_time()
    guide = pipeline.guide(book)
    learning = time.process_time() - began
    reading = pipeline.read(stories, vectors=vectors, codebook=guide, frames=frames)
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = {"cpu": spent, "learning": learning, "memory": memory, "themes": len(reading.themes)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
