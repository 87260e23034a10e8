"""``make migration MESSAGE="…"``: writes the next migration from what changed in the models.

A scratch SQLite database is brought up to the newest revision and compared with the models. Read
what comes out before you keep it: a rename looks like a removal and an addition.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from dialogue.ground import schema
from dialogue.ground.db import guard_connections

VERSIONS = Path(__file__).parent / "versions"


def next_number() -> str:
    """The number after the newest migration's, in four digits."""
    numbers = [int(file.name[:4]) for file in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py")]
    return f"{max(numbers, default=0) + 1:04d}"


def write(message: str) -> Path:
    """Write the migration; its file."""
    number = next_number()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/scratch.db")
        guard_connections(engine)
        schema.upgrade(engine)
        schema.new_revision(engine, message, number)
        engine.dispose()
    made = next(VERSIONS.glob(f"{number}_*.py"))
    text = made.read_text(encoding="utf-8")
    text = re.sub(r"JSONB\(astext_type=\w*\.?Text\(\)\)", "JSONB()", text)
    made.write_text(text, encoding="utf-8")
    return made


if __name__ == "__main__":
    words = " ".join(sys.argv[1:]).strip()
    if not words:
        sys.exit('Say what the migration is for: make migration MESSAGE="what it is for"')
    print(write(words))
