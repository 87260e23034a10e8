"""``python -m tests.bench.analysis [PART] [--blind] [--data FOLDER] [--sizes N,N]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench.analysis.bars import learning, moods, quality
from tests.bench.analysis.material import REAL
from tests.bench.analysis.speed import speed


def main() -> int:
    """Print every bar with its figure; the exit code is 1 when one is not reached."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench.analysis")
    asked.add_argument(
        "part", nargs="?", choices=("bars", "learning", "moods", "speed", "all"), default="all"
    )
    asked.add_argument("--data", type=Path, default=REAL, help="the folder of the real texts")
    asked.add_argument("--blind", action="store_true", help="open the blind set, too")
    asked.add_argument("--sizes", default="10000,100000,1000000")
    asked.add_argument("--without-peers", action="store_true", help="leave BERTopic and TF-IDF out")
    chosen = asked.parse_args()
    failed = 0
    if chosen.part in ("bars", "all"):
        for bar in quality(chosen.data, chosen.blind):
            print(bar.line(), flush=True)
            failed += bar.verdict == "FAIL"
    if chosen.part in ("learning", "all"):
        for bar in learning(chosen.data):
            print(bar.line(), flush=True)
            failed += bar.verdict == "FAIL"
    if chosen.part in ("moods", "all"):
        for bar in moods(chosen.data):
            print(bar.line(), flush=True)
            failed += bar.verdict == "FAIL"
    if chosen.part in ("speed", "all"):
        sizes = [int(size) for size in chosen.sizes.split(",")]
        for bar in speed(chosen.data, sizes, peers=not chosen.without_peers):
            print(bar.line(), flush=True)
            failed += bar.verdict == "FAIL"
    print("Every bar is reached." if not failed else f"{failed} bars are not reached.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
