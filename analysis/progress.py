"""Progress on a terminal: one line that says what is done and how long is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from analysis.text.guiding import Told

STEPS = {
    "guide": "Reading the codebook",
    "embed": "Reading stories",
    "group": "Finding themes",
    "place": "Placing stories",
    "name": "Naming themes",
}
_WIDTH = 24


@contextmanager
def progress_for(stream: TextIO) -> Iterator[Told]:
    """A bar on a terminal, nothing anywhere else; the line is cleared at the end."""
    if not stream.isatty():
        yield lambda step, done, of: None
        return
    bar = _Bar(stream)
    try:
        yield bar.show
    finally:
        stream.write("\r\x1b[K")
        stream.flush()


class _Bar:
    """Draws at most ten times a second."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.step = ""
        self.began = 0.0
        self.drawn = 0.0

    def show(self, step: str, done: int, of: int) -> None:
        now = time.monotonic()
        if step != self.step:
            self.step, self.began, self.drawn = step, now, 0.0
        if now - self.drawn < 0.1 and done < of:
            return
        self.drawn = now
        self.stream.write("\r\x1b[K" + line(step, done, of, now - self.began))
        self.stream.flush()


def line(step: str, done: int, of: int, seconds: float) -> str:
    """What the bar says after ``seconds`` of a step."""
    share = done / of if of else 1.0
    full = round(share * _WIDTH)
    bar = "█" * full + "░" * (_WIDTH - full)
    left = f", {seconds / share - seconds:.0f} s left" if 0 < share < 1 and seconds > 1 else ""
    return f"{STEPS.get(step, step):22} {bar} {done}/{of}{left}"
