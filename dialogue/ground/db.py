"""The database: one declarative base, one session a request, and safe connections."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, ClassVar, TypeVar

from flask import Flask, current_app, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import JSON, Engine, MetaData, create_engine, event, types
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session

from dialogue.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

View = TypeVar("View", bound=Callable[..., Any])

PATIENCE = 10_000
"""Milliseconds that a writer on SQLite waits for its turn."""

ONLY_READS = "only_reads"
"""The execution option of a connection that reads outside a request."""

Json = JSON().with_variant(JSONB(), "postgresql")

# Rows of these tables are kept by key, not by arrival: nothing tells which came after which.
UNORDERED = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        uuid.UUID: types.Uuid(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


db = SQLAlchemy(session_options={"expire_on_commit": False})


def session() -> Session:
    """The session of the current request, job or command."""
    return db.session


def new_key() -> uuid.UUID:
    """A random key: says nothing about when, or after whom."""
    return uuid.uuid4()


def init_db(app: Flask, settings: Settings) -> None:
    """Connect the application to its database."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings)}
    db.init_app(app)
    close_plainly(app)
    with app.app_context():
        guard_connections(db.engine)


def close_plainly(app: Flask) -> None:
    """Leave out the extension's closing of asynchronous sessions: there are none here.

    It would start a thread at the end of every request.
    """
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
    ]


def engine_options(settings: Settings) -> dict[str, Any]:
    """The options of the engine: parameters never stand in an error or a log."""
    options: dict[str, Any] = {"url": settings.database_url, "hide_parameters": True}
    if settings.on_sqlite:
        settings.folder.mkdir(parents=True, exist_ok=True)
        if settings.sqlite_file is not None:
            settings.sqlite_file.touch(mode=0o600)
        options["connect_args"] = {"timeout": 10}
    else:
        options |= {
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 8,
            "pool_timeout": 10,
            "connect_args": {
                "connect_timeout": 5,
                "options": "-c synchronous_commit=on -c statement_timeout=30000",
            },
        }
    return options


def single_statements() -> Engine:
    """The engine for work that is one statement, which PostgreSQL makes a transaction of its own.

    Its connections begin nothing, and are not asked first whether they are still there: who uses
    it must have another way when one is not. On SQLite it is the ordinary engine.
    """
    found: Engine | None = current_app.extensions.get("single statements")
    if found is None:
        found = db.engine
        if found.dialect.name == "postgresql":
            found = _single(current_app.extensions["settings"], found)
        current_app.extensions["single statements"] = found
    return found


def _single(settings: Settings, ordinary: Engine) -> Engine:
    options = engine_options(settings) | {"pool_pre_ping": False}
    made = create_engine(
        options.pop("url"), isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
    )
    event.listen(ordinary, "engine_disposed", lambda _engine: made.dispose())
    return made


def guard_connections(engine: Engine) -> None:
    """Set what SQLite must be told on every connection: durable, strict, forgetful."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE}",
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        reads = connection.get_execution_options().get(ONLY_READS) or _only_reads()
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def leaves_trace(view: View) -> View:
    """Mark a view that writes although it is asked with GET: an audited look."""
    view.leaves_trace = True  # type: ignore[attr-defined]
    return view


def _only_reads() -> bool:
    """Whether the current request may only read, so that it need not wait for writers."""
    if not has_request_context() or request.method not in ("GET", "HEAD", "OPTIONS"):
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return not getattr(view, "leaves_trace", False)


def truncate_wal() -> None:
    """On SQLite, empty the write-ahead log so that erased bytes are gone from disk too.

    Waits a moment for readers, not longer; a worker does it again every minute.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA busy_timeout=500")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                raw.execute(f"PRAGMA busy_timeout={PATIENCE}")
