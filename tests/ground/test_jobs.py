"""Jobs: done once, taken over when lost, and a failed one leaves no half work behind."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from dialogue.app import Application
from dialogue.ground import jobs
from dialogue.ground.audit import AuditEvent, record
from dialogue.ground.clock import now
from dialogue.ground.db import db, session
from dialogue.ground.jobs import LOST_AFTER, Job, Progress, ask_for, hand_over, take_over_lost
from tests.conftest import Databases
from tests.racing import at_once

SUBJECT = uuid.UUID(int=7)
KIND = "test work"


@pytest.fixture
def stage(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """An application whose queue waits for a worker, on both databases."""
    with databases.fresh(tmp_path) as url:
        application = app_on(url)
        carried: list[str] = []
        application.extensions["carry_job"] = carried.append
        application.extensions["carried"] = carried
        yield application
        jobs._kinds.pop(KIND, None)
        with application.app_context():
            db.engine.dispose()


def ask(application: Application) -> uuid.UUID:
    with application.app_context():
        key = ask_for(KIND, SUBJECT).id
        session().commit()
        hand_over(session())
        return key


def state(application: Application, key: uuid.UUID) -> str:
    with application.app_context():
        return session().get_one(Job, key).state


def work(application: Application, key: uuid.UUID) -> None:
    with application.app_context():
        jobs.run(key)


def test_a_job_is_handed_over_when_it_is_committed_and_asked_for_once(stage: Application) -> None:
    with stage.app_context():
        ask_for(KIND, SUBJECT)
        assert stage.extensions["carried"] == []
        session().rollback()
        session().info.pop("asked", None)
    key = ask(stage)
    assert ask(stage) == key
    assert stage.extensions["carried"] == [str(key)]
    with stage.app_context():
        assert session().scalar(select(func.count()).select_from(Job)) == 1


def test_many_workers_do_a_job_once(stage: Application) -> None:
    """F11."""
    done: list[uuid.UUID] = []
    jobs.job(KIND)(lambda subject, _progress: done.append(subject))
    key = ask(stage)

    def worker(_number: int, ready: Callable[[], object]) -> None:
        ready()
        work(stage, key)

    at_once(8, worker)
    assert done == [SUBJECT]
    assert state(stage, key) == "done"
    work(stage, key)
    assert done == [SUBJECT]


def test_a_lost_job_is_taken_over_and_a_living_one_is_not(stage: Application) -> None:
    """F10: the worker was killed; nobody has seen the job for a while."""
    done: list[uuid.UUID] = []
    jobs.job(KIND)(lambda subject, _progress: done.append(subject))
    key = ask(stage)
    with stage.app_context():
        session().execute(update(Job).values(state="running", seen_at=now()))
        session().commit()
        assert take_over_lost() == 0
        session().execute(update(Job).values(seen_at=now() - LOST_AFTER - timedelta(seconds=1)))
        session().commit()
        assert take_over_lost() == 1
    assert stage.extensions["carried"] == [str(key), str(key)]
    work(stage, key)
    assert done == [SUBJECT]
    with stage.app_context():
        session().execute(update(Job).values(seen_at=now() - 2 * LOST_AFTER))
        session().commit()
        assert take_over_lost() == 0


def test_what_never_reached_a_worker_is_handed_out_again(stage: Application) -> None:
    key = ask(stage)
    with stage.app_context():
        session().execute(update(Job).values(seen_at=now() - 2 * LOST_AFTER))
        session().commit()
        assert take_over_lost() == 1
    assert stage.extensions["carried"] == [str(key), str(key)]


def test_a_failed_job_leaves_the_rows_untouched_and_says_so(stage: Application) -> None:
    def fail(subject: uuid.UUID, progress: Progress) -> None:
        progress("begin", 1, 2)
        record(session(), "half work", subject, by="machine")
        raise RuntimeError("broken")

    jobs.job(KIND)(fail)
    key = ask(stage)
    work(stage, key)
    assert state(stage, key) == "failed"
    with stage.app_context():
        assert session().scalar(select(func.count()).select_from(AuditEvent)) == 0
    assert ask(stage) != key


def test_progress_is_seen_by_others_while_the_job_runs(stage: Application) -> None:
    seen: list[tuple[str, int, int]] = []

    def steps(_subject: uuid.UUID, progress: Progress) -> None:
        for number in range(3):
            progress(f"step {number}", number, 4)
            with stage.app_context():
                job = session().scalars(select(Job)).one()
                seen.append((job.step, job.percent, job.total))

    jobs.job(KIND)(steps)
    work(stage, ask(stage))
    assert seen == [("step 0", 0, 4), ("step 1", 25, 4), ("step 2", 50, 4)]
