"""The database's shape: up, down and up again on both databases, with rows in every table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, create_engine, inspect, select, text

import analysis.models  # noqa: F401
from dialogue.app import Application
from dialogue.ground import schema
from dialogue.ground.db import Base, guard_connections
from dialogue.settings import sqlalchemy_address
from tests.conftest import Databases
from tests.migrations.rows import fill

SCRIPTS = ScriptDirectory.from_config(schema.config_for())


def ours() -> set[str]:
    """The tables of the models; complete once a migration has run, for it loads them all."""
    return set(Base.metadata.tables)


@pytest.fixture
def engine(databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    with databases.empty(tmp_path) as url:
        made = create_engine(sqlalchemy_address(url))
        guard_connections(made)
        yield made
        made.dispose()


def tables(engine: Engine) -> set[str]:
    """The tables that are there, without those in which SQLite keeps its full-text index."""
    found = inspect(engine).get_table_names()
    return {name for name in found if not name.startswith("story_words")}


def rows_of(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table that is there, by table; the values of the columns it has now."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: sorted(repr(_plain(table, row)) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
            if name in ours()
        }


def _plain(table: Table, row: object) -> dict[str, str]:
    return {
        column.name: str(value)
        for column, value in zip(table.columns, row, strict=True)  # type: ignore[call-overload]
    }


def test_there_is_one_line_of_migrations() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1
    names = [script.revision for script in SCRIPTS.walk_revisions()]
    assert sorted(names, reverse=True) == names
    for script in SCRIPTS.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_"), script.path


def test_migrations_and_models_agree(engine: Engine) -> None:
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    assert tables(engine) == ours() | {"alembic_version"}
    assert schema.revision_of(engine) == schema.head()


def test_a_difference_would_be_seen(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE story DROP COLUMN question"))
    assert schema.differences(engine)


def test_up_down_and_up_again_with_rows_in_every_table(engine: Engine) -> None:
    """F12."""
    schema.upgrade(engine)
    with engine.connect() as connection:
        fill(connection, Base.metadata)
    before = rows_of(engine)
    assert set(before) == ours()
    assert all(len(rows) == 3 for rows in before.values())
    oldest_first = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
    for revision in oldest_first[-2::-1]:
        schema.downgrade(engine, revision)
        assert schema.revision_of(engine) == revision
    kept = rows_of(engine)
    assert kept
    assert all(len(rows) == 3 for rows in kept.values()), {n: len(r) for n, r in kept.items()}
    for revision in oldest_first[1:]:
        schema.upgrade(engine, revision)
    assert schema.differences(engine) == []
    after = rows_of(engine)
    assert {name: len(rows) for name, rows in after.items() if name in kept} == dict.fromkeys(
        kept, 3
    )
    schema.downgrade(engine, "base")
    assert tables(engine) <= {"alembic_version"}
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    assert not any(rows_of(engine).values())


def test_nothing_is_lost_on_the_way_down_to_the_first_and_up(engine: Engine) -> None:
    """F12: the values of the columns that every version has are the same afterwards."""
    schema.upgrade(engine)
    with engine.connect() as connection:
        fill(connection, Base.metadata)
    oldest = [script.revision for script in SCRIPTS.walk_revisions()][-1]
    metadata = MetaData()
    schema.downgrade(engine, oldest)
    metadata.reflect(engine)
    common = {
        name: {column.name for column in table.columns} & set(Base.metadata.tables[name].c.keys())
        for name, table in metadata.tables.items()
        if name in ours()
    }
    values = common_values(engine, common)
    schema.upgrade(engine)
    assert common_values(engine, common) == values


def common_values(engine: Engine, common: dict[str, set[str]]) -> dict[str, list[str]]:
    found = {}
    with engine.connect() as connection:
        for name, columns in common.items():
            table = Base.metadata.tables[name]
            picked = select(*(table.c[column] for column in sorted(columns)))
            found[name] = sorted(repr(tuple(row)) for row in connection.execute(picked))
    return found


@pytest.mark.parametrize("command", ["serve", "work"])
def test_the_wrong_revision_is_refused_in_a_sentence(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application], command: str
) -> None:
    with databases.empty(tmp_path) as url:
        application = app_on(url)
        refused = application.test_cli_runner().invoke(args=[command])
        assert refused.exit_code == 1
        assert "flask database upgrade" in str(refused.output) + str(refused.exception)
        with application.app_context():
            from dialogue.ground.db import db

            schema.upgrade(db.engine)
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        refused = application.test_cli_runner().invoke(args=[command])
        assert refused.exit_code == 1
        assert "9999" in str(refused.output) + str(refused.exception)
        with application.app_context():
            db.engine.dispose()


def test_the_commands_move_the_shape(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> None:
    with databases.empty(tmp_path) as url:
        application = app_on(url)
        run = application.test_cli_runner().invoke
        assert schema.head() in run(args=["database", "upgrade"]).output
        assert "None" in run(args=["database", "downgrade", "base"]).output
        assert schema.head() in run(args=["database", "upgrade"]).output
        with application.app_context():
            from dialogue.ground.db import db

            db.engine.dispose()
