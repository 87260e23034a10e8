"""Speed and memory on stored vectors, beside other tools on the same vectors.

Every run is a process of its own, so that its CPU seconds and its peak memory are its own.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.bench.analysis.bars import Bar
from tests.bench.analysis.material import CACHE, ROOT, SAMPLES, material, resampled

LIMITS = {100_000: (15.0, 1.0), 1_000_000: (120.0, 4.0)}
"""CPU seconds and GiB by number of stories."""
PEERS = ("tfidf_nmf", "tfidf_lsa_kmeans", "bertopic")
SHORTER = 15.0
BERTOPIC = ROOT / ".venv" / "bench-bertopic"


def speed(data: Path, sizes: Sequence[int], peers: bool) -> Iterator[Bar]:
    """CPU seconds, peak memory, growth exponents and ratios to the other tools."""
    own: dict[int, float] = {}
    for size in sizes:
        write_material(data, size)
        ran = run("ours", size)
        own[size] = ran["cpu"]
        seconds, memory = LIMITS.get(size, (None, None))
        on = f"{size:,} stories"
        yield Bar(on, "CPU seconds: clustered, tied and named", ran["cpu"], seconds, at_most=True)
        yield Bar(on, "peak memory, GiB", ran["memory"], memory, at_most=True)
    for small, large in pairwise(sizes):
        growth = math.log(own[large] / own[small]) / math.log(large / small)
        yield Bar(f"{small:,}–{large:,}", "growth exponent (1 = linear)", growth, None)
    if len(sizes) > 1 and sizes[0] == 10_000:
        growth = own[sizes[-1]] / own[sizes[0]] / (sizes[-1] / sizes[0])
        yield Bar("first to last", "growth over linear", growth, 1.2, at_most=True)
    if peers and 10_000 in own:
        on = "10,000 stories"
        later = run("ours_after", 10_000)["cpu"]
        yield Bar(on, "CPU seconds in a worker that has read before", later, None)
        for peer in PEERS:
            spent = run(peer, 10_000)["cpu"]
            yield Bar(on, f"CPU seconds of {peer}", spent, None)
            yield Bar(
                on,
                f"{peer}: times as long as our first run in a process",
                spent / own[10_000],
                None,
            )
            bar = SHORTER if peer == "bertopic" else None
            yield Bar(on, f"{peer}: times as long as ours in a worker", spent / later, bar)


def write_material(data: Path, size: int) -> None:
    """Resamples (marked as such) of the real texts and the development stories."""
    sets = [
        material(data / "argument_sv.jsonl"),
        material(data / "nhs_phase1_en.jsonl"),
        material(SAMPLES / "development.jsonl"),
    ]
    stories, vectors = resampled(sets, size)
    CACHE.mkdir(parents=True, exist_ok=True)
    np.save(CACHE / f"resampled-{size}.npy", vectors)
    lines = (
        json.dumps({"id": s.id, "text": s.text, "lang": s.lang, "resampled": True}) + "\n"
        for s in stories
    )
    with (CACHE / f"resampled-{size}.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(lines)


def run(tool: str, size: int) -> dict[str, float]:
    """CPU seconds and GiB of one tool on one size, in a process of its own."""
    python = sys.executable
    if tool == "bertopic":
        python = str(bertopic_python())
    script = Path(__file__).parent / ("ours.py" if tool.startswith("ours") else "peers.py")
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "NUMBA_NUM_THREADS": "1"}
    ended = subprocess.run(
        [python, str(script), tool, str(CACHE / f"resampled-{size}")],
        env=env,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return told


def bertopic_python() -> Path:
    """An environment of its own for BERTopic 0.17, made on first use."""
    python = BERTOPIC / "bin" / "python"
    if not (BERTOPIC / "ready").exists():
        print("Making an environment for BERTopic once …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(BERTOPIC)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--no-deps", "bertopic==0.17.*"], check=True)
        needs = ["numpy", "pandas", "scikit-learn", "tqdm", "plotly", "hdbscan", "umap-learn"]
        subprocess.run([*pip, *needs, "pyyaml"], check=True)
        (BERTOPIC / "ready").touch()
    return python
