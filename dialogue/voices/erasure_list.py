"""The list of what was taken back, kept beside the database so that it outlives a restore.

A backup knows nothing of what was withdrawn after it was made. Each withdrawal and correction is
therefore also a line in a file of its own: keyed hashes and a day, nothing that leads anywhere
without the receipt key. A line is written when the database has committed, never before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal

NAME = "erasures.jsonl"


def note(session: Session, on: date, **hashes: bytes) -> None:
    """Write these hashes in the list as soon as the session commits."""
    line = {name: value.hex() for name, value in hashes.items()} | {"on": on.isoformat()}
    session.info.setdefault("taken back", []).append(line)


@event.listens_for(Session, "after_commit")
def _write(session: Session) -> None:
    lines = session.info.pop("taken back", [])
    if lines:
        append(list_file(), lines)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("taken back", None)


def list_file() -> Path:
    """Where this machine keeps its list."""
    folder: Path = current_app.extensions["settings"].folder
    folder.mkdir(parents=True, exist_ok=True)
    return folder / NAME


def append(file: Path, lines: Iterable[dict[str, str]]) -> None:
    """Add lines to a list in one write that is on disk when this returns."""
    body = "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, body.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read(text: str) -> Iterator[tuple[date, dict[str, bytes]]]:
    """The lines of a list: the day, and the hashes by name.

    Raises:
        Refusal: names the first line that cannot be read.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                told: dict[str, Any] = json.loads(line)
                on = date.fromisoformat(told.pop("on"))
                yield on, {name: bytes.fromhex(value) for name, value in told.items()}
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Refusal(f"Line {number} of the list of erasures cannot be read.") from None
