"""``make bench-opinions``: the adjusted Rand index between our groups and those of Polis.

The votes are public conversations, gathered with the Polis software by The Computational
Democracy Project (repository ``compdemocracy/openData``, CC BY 4.0), each with the group that
Polis gave every participant. They are not part of this repository: put the files
``NAME.participants-votes.csv`` and ``NAME.comments.csv`` in a folder and name it in ``POLIS``.
The last line is JSON; the exit code follows ``ok``: at least 0.8 in every conversation.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from dialogue.meetings.live.clusters import base_clusters, k_means, silhouette
from dialogue.meetings.live.opinions import MOST_GROUPS, Table, opinions_of
from tests.meetings.electorate import Camps, agreement_by_chance

LEAST = 0.8
NEIGHBOUR = Path(__file__).resolve().parents[4] / "shared" / "data" / "polis"


def conversation(folder: Path, name: str) -> tuple[Table, Camps]:
    """Votes (people × statements that were let through) and the groups of Polis, −1 for none."""
    with (folder / f"{name}.comments.csv").open(encoding="utf-8", newline="") as file:
        refused = {row["comment-id"] for row in csv.DictReader(file) if row["moderated"] == "-1"}
    with (folder / f"{name}.participants-votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    statements = [key for key in rows[0] if key.isdigit() and key not in refused]
    votes = [[float(row[key]) if row[key] else np.nan for key in statements] for row in rows]
    groups = [int(row["group-id"]) if row["group-id"] else -1 for row in rows]
    return np.array(votes), np.array(groups, dtype=np.intp)


def compared(folder: Path, name: str) -> float:
    """Print what was found in one conversation; the adjusted Rand index."""
    votes, theirs = conversation(folder, name)
    began = time.perf_counter()
    found = opinions_of(votes)
    took = time.perf_counter() - began
    both = (theirs >= 0) & (found.group_of >= 0)
    index = agreement_by_chance(theirs[both], found.group_of[both])
    centres, weights = base_clusters(found.places[found.group_of >= 0])[1:]
    widths = {
        count: round(silhouette(centres, weights, k_means(centres, weights, count)), 3)
        for count in range(2, MOST_GROUPS + 1)
    }
    sizes = tuple(int(size) for size in np.bincount(theirs[theirs >= 0]))
    print(
        f"{name:28} {votes.shape[0]:5} people {votes.shape[1]:4} statements  Polis {sizes}  "
        f"ours {found.sizes}  ARI {index:.3f} over {both.sum()}  {1000 * took:.0f} ms  "
        f"silhouettes {widths}"
    )
    return index


def main() -> int:
    folder = Path(os.environ.get("POLIS", NEIGHBOUR))
    names = sorted(
        path.name.partition(".participants-votes")[0]
        for path in folder.glob("*.participants-votes.csv")
    )
    if not names:
        print(__doc__)
        return 2
    indices = {name: round(compared(folder, name), 3) for name in names}
    ok = min(indices.values()) >= LEAST
    print(json.dumps({"ari": indices, "least": LEAST, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
