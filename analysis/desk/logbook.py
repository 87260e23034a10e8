"""The desk's log: every decision a line, without a word from any story."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dialogue.hosts.models import User
from dialogue.voices.desk_models import DeskDecision

COLUMNS = (
    "number", "at", "by", "kind", "code", "note", "rules", "story", "covered", "let_stand",
    "let_stand_for", "taken_back_by",
)  # fmt: skip
_COMMANDS = set("=+-@\t\r\n＝＋－＠")
_UNSEEN = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
AT_ONCE = 500


def lines_of(session: Session, dialogue: uuid.UUID) -> Iterator[dict[str, Any]]:
    """The decisions of a dialogue, the first one first.

    ``story`` is a random key, ``covered`` counts what was covered by kind, and ``let_stand_for``
    what was let stand by reason.
    """
    last = 0
    while True:
        rows = session.execute(
            select(DeskDecision, User.name)
            .outerjoin(User, User.id == DeskDecision.by)
            .where(DeskDecision.dialogue_id == dialogue, DeskDecision.number > last)
            .order_by(DeskDecision.number)
            .options(selectinload(DeskDecision.covers))
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        for decision, name in rows:
            yield _line(decision, name)
            last = decision.number


def _line(decision: DeskDecision, name: str | None) -> dict[str, Any]:
    covered = Counter(each.kind for each in decision.covers)
    stood = Counter(each.get("code", "public") for each in decision.stood)
    return {
        "number": decision.number,
        "at": decision.at.isoformat(timespec="seconds") + "Z",
        "by": name or "",
        "kind": decision.kind,
        "code": decision.code,
        "note": decision.why,
        "rules": decision.rules,
        "story": str(decision.story_id),
        "covered": dict(sorted(covered.items())),
        "let_stand": len(decision.stood),
        "let_stand_for": dict(sorted(stood.items())),
        "taken_back_by": decision.undone_by,
    }


def as_csv(lines: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The log as CSV with a byte order mark; no cell can be taken for a formula."""
    yield "\ufeff" + _row(COLUMNS)
    for line in lines:
        cells = line | {"taken_back_by": line["taken_back_by"] or ""}
        for name in ("covered", "let_stand_for"):
            cells[name] = " ".join(f"{key}:{count}" for key, count in line[name].items())
        yield _row(_harmless(cells[name]) for name in COLUMNS)


def as_json_lines(lines: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The log as one JSON object a line."""
    for line in lines:
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _row(cells: Iterable[object]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerow(list(cells))
    return held.getvalue()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    first = _UNSEEN.sub("", cell[:200])[:1]
    return f"'{cell}" if first in _COMMANDS or cell[:1] in _COMMANDS else cell
