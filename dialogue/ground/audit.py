"""The audit trail: who did what, chained by hashes so that a change is seen."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground.db import Base

FIRST = "0" * 64
QUEUE = 0x41554449
"""The advisory lock that writers of the chain queue for."""


class AuditEvent(Base):
    """One act of a member of staff or of the machine. Never holds text from a story."""

    __tablename__ = "audit_event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)


def digest_of(event: AuditEvent) -> str:
    """SHA-256 over the previous digest and the canonical JSON of the event."""
    body = json.dumps(
        [event.at, event.actor, event.act, event.subject, event.facts],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256((event.previous + body).encode()).hexdigest()


def record(
    session: Session,
    act: str,
    subject: uuid.UUID | str,
    by: uuid.UUID | str,
    **facts: Any,
) -> AuditEvent:
    """Write one event at the end of the chain, in the session's own transaction.

    The chain is a single queue: on PostgreSQL nobody else writes in it until the commit, on
    SQLite nobody else writes at all.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(QUEUE)))
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1)).first()
    event = AuditEvent(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        actor=str(by),
        act=act,
        subject=str(subject),
        facts=facts,
        previous=last.digest if last else FIRST,
    )
    event.digest = digest_of(event)
    session.add(event)
    session.flush()
    return event


def broken_links(session: Session) -> Iterator[int]:
    """The numbers of the events whose own digest, or whose link backwards, does not hold."""
    previous = FIRST
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.number)):
        if event.previous != previous or event.digest != digest_of(event):
            yield event.number
        previous = event.digest
