"""Long work: jobs that tell how far they have come and may be run twice.

A job is a row, so that a page can show its progress and a lost worker's job can be taken over;
Huey only carries the row's key from the web process to a worker.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from huey import PostgresHuey, SqliteHuey, crontab
from huey.api import Huey
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key, session
from dialogue.settings import Settings

log = logging.getLogger("dialogue.jobs")

LOST_AFTER = timedelta(minutes=3)
BETWEEN_MARKS = 1.0


class Job(Base):
    """One piece of long work.

    ``state`` is ``waiting``, ``running``, ``done`` or ``failed``; ``done`` of ``total`` units of
    work are finished; ``step`` names what is being done.
    """

    __tablename__ = "job"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    kind: Mapped[str] = mapped_column(index=True)
    subject: Mapped[uuid.UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    step: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def unfinished(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


Progress = Callable[[str, int, int], None]
Work = Callable[[uuid.UUID, Progress], None]

_kinds: dict[str, Work] = {}
_sweeps: list[Callable[[], None]] = []


def job(kind: str) -> Callable[[Work], Work]:
    """Name the function that does a kind of job: ``work(subject, progress)``."""

    def enroll(work: Work) -> Work:
        _kinds[kind] = work
        return work

    return enroll


def every_minute(sweep: Callable[[], None]) -> Callable[[], None]:
    """Let a worker call this function once a minute, in an application context."""
    _sweeps.append(sweep)
    return sweep


def ask_for(kind: str, subject: uuid.UUID, at_once: int = 1) -> Job:
    """Ask for a job, or return one of its kind that is not finished yet.

    It is handed to a worker when the session has committed. Work that several workers can share
    may be asked for until ``at_once`` jobs of it are unfinished.
    """
    unfinished = select(Job).where(
        Job.kind == kind, Job.subject == subject, Job.state.in_(("waiting", "running"))
    )
    found = session().scalars(unfinished).all()
    if len(found) >= at_once:
        return found[0]
    asked = Job(kind=kind, subject=subject)
    session().add(asked)
    session().flush()
    session().info.setdefault("asked", []).append(asked.id)
    return asked


def hand_over(committed: Session) -> None:
    """Give the workers what the committed session asked for."""
    for key in committed.info.pop("asked", []):
        _carry(key)


def latest_job(kind: str, subject: uuid.UUID) -> Job | None:
    """The newest job of a kind for a subject."""
    of_kind = select(Job).where(Job.kind == kind, Job.subject == subject)
    return session().scalars(of_kind.order_by(Job.asked_at.desc()).limit(1)).first()


def run(key: uuid.UUID) -> None:
    """Do the job with this key, unless somebody else does it already."""
    claim = (
        update(Job)
        .where(Job.id == key, Job.state == "waiting")
        .values(state="running", seen_at=now())
    )
    claimed = session().execute(claim)
    session().commit()
    if not isinstance(claimed, CursorResult) or claimed.rowcount != 1:
        return
    found = session().get_one(Job, key)
    marked = [time.monotonic() - BETWEEN_MARKS]

    def progress(step: str, done: int, total: int) -> None:
        if time.monotonic() - marked[0] < BETWEEN_MARKS and done < total and step == found.step:
            return
        marked[0] = time.monotonic()
        found.step, found.done, found.total, found.seen_at = step, done, total, now()
        session().commit()

    try:
        _kinds[found.kind](found.subject, progress)
    except Exception:
        session().rollback()
        log.exception("job failed", extra={"job": found.kind})
        _finish(key, "failed")
    else:
        _finish(key, "done")


def _finish(key: uuid.UUID, state: str) -> None:
    session().execute(update(Job).where(Job.id == key).values(state=state, seen_at=now()))
    session().commit()


def take_over_lost() -> int:
    """Hand out again what a lost worker left, and what never reached one; the number of jobs."""
    lost = now() - LOST_AFTER
    unfinished = (Job.state.in_(("waiting", "running")), Job.seen_at < lost)
    again = update(Job).where(*unfinished).values(state="waiting", seen_at=now()).returning(Job.id)
    keys = list(session().scalars(again))
    session().commit()
    for key in keys:
        _carry(key)
    return len(keys)


def _carry(key: uuid.UUID) -> None:
    carrier: Callable[[str], Any] = current_app.extensions["carry_job"]
    carrier(str(key))


def init_jobs(app: Flask, settings: Settings) -> None:
    """Join the application to its queue: in SQLite, or in the PostgreSQL it already uses."""
    queue: Huey
    if settings.on_sqlite:
        settings.folder.mkdir(parents=True, exist_ok=True)
        queue = SqliteHuey("dialogue", filename=str(settings.folder / "jobs.db"))
    else:
        queue = PostgresHuey("dialogue", dsn=settings.database_url.replace("+psycopg", ""))
    queue.immediate = settings.environment == "test"

    def carried(key: str) -> None:
        with app.app_context():
            run(uuid.UUID(key))

    def minute() -> None:
        with app.app_context():
            take_over_lost()
            for sweep in _sweeps:
                sweep()

    app.extensions["queue"] = queue
    app.extensions["carry_job"] = queue.task(name="run_job")(carried)
    queue.periodic_task(crontab(minute="*"), name="every_minute")(minute)
