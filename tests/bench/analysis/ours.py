"""One run of the engine on stored vectors: prints CPU seconds and peak memory as JSON.

``ours`` is the first run of a process: learning the guide and loading the dictionaries count.
``ours_after`` is a run of a worker that has read another dialogue (the development stories)
before.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from analysis.reading.guides import shipped_guides
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Story
from tests.bench.analysis.material import SAMPLES, embedder, material


def main() -> None:
    """Reading the stored stories is not counted; everything the engine does is."""
    given = Path(sys.argv[2])
    stories = []
    with given.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            stories.append(Story(row["id"], row["text"], row["lang"]))
    vectors = np.load(given.with_suffix(".npy"), mmap_mode="r")
    book, frames = shipped_guides()
    pipeline = Pipeline(embedder=embedder())
    if sys.argv[1] == "ours_after":
        other = material(SAMPLES / "development.jsonl")
        pipeline.read(other.stories, vectors=other.vectors, codebook=book, frames=frames)
    began = time.process_time()
    reading = pipeline.read(stories, vectors=vectors, codebook=book, frames=frames)
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"cpu": spent, "memory": memory, "themes": len(reading.themes)}))


if __name__ == "__main__":
    main()
