"""Keeps a new answer at once, if its survey stands as it is remembered and nobody withdrew it.

On PostgreSQL everything is one statement, which is a transaction of its own; on SQLite a few
statements in one transaction. Either way all of it is on disk when the call returns, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Engine,
    Executable,
    Insert,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)

from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices.erasure import Erasure
from dialogue.voices.models import Contribution
from surveys.drafts import Draft
from surveys.keeping import Rows
from surveys.models import Survey, SurveyVersion

Values = dict[str, Any]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_SURVEY, _VERSION = _table(Survey), _table(SurveyVersion)


def keep_at_once(engine: Engine, rows: Rows, *, draft: bytes, opening: Mapping[str, Any]) -> bool:
    """Write the rows of an answer and drop its draft; False: not standing, nothing is written.

    It stands when the dialogue is open, the version is the newest, and its hours are ``opening``.

    Raises:
        IntegrityError: when an answer with this code is kept already.
    """
    given = _with_defaults(_table(Contribution), rows.contribution)
    asked = {f"c_{name}": value for name, value in given.items()}
    asked |= {"opening": opening, "survey": rows.survey, "version": rows.response["version_id"]}
    if engine.dialect.name == "postgresql":
        return _in_one(engine, rows, tuple(given), asked | {"draft": draft})
    with engine.begin() as connection:
        kept = connection.execute(_guarded(tuple(given)), asked)
        assert isinstance(kept, CursorResult)
        if kept.rowcount != 1:
            return False
        for table, values in rows.others:
            connection.execute(insert(table), values)
        connection.execute(_DROP, {"draft": draft})
    return True


_DROP = delete(_table(Draft)).where(_table(Draft).c.answer_hash == bindparam("draft"))


def _with_defaults(table: Table, values: Values) -> Values:
    """The values with what the table fills in by itself, as an INSERT of values would."""
    filled = dict(values)
    for column in table.c:
        default: Any = column.default
        if default is not None and column.key not in filled:
            filled[column.key] = default.arg(None) if default.is_callable else default.arg
    return filled


def _in_one(engine: Engine, rows: Rows, names: tuple[str, ...], asked: Values) -> bool:
    shape = []
    for place, (table, given) in enumerate(rows.others):
        values = _with_defaults(table, given)
        shape.append((table, tuple(values)))
        asked |= {f"o{place}_{name}": value for name, value in values.items()}
    statement = _whole(names, tuple(shape))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return bool(connection.execute(statement, asked).scalar())


@lru_cache(64)
def _whole(
    contribution: tuple[str, ...], others: tuple[tuple[Table, tuple[str, ...]], ...]
) -> Executable:
    """One statement for all rows of an answer; it gives how many contributions were kept."""
    kept = _guarded(contribution).returning(_table(Contribution).c.id).cte("kept")
    parts = [
        insert(table)
        .from_select(names, select(*_bound(table, f"o{place}_", names)).select_from(kept))
        .cte(f"part{place}")
        for place, (table, names) in enumerate(others)
    ]
    dropped = _DROP.where(exists(select(kept.c.id))).cte("dropped")
    return select(func.count()).select_from(kept).add_cte(*parts, dropped)


@lru_cache(8)
def _guarded(names: tuple[str, ...]) -> Insert:
    """The contribution, written only where the survey stands."""
    table = _table(Contribution)
    values = _bound(table, "c_", names)
    return insert(table).from_select(names, select(*values).where(_stands()))


def _bound(table: Table, prefix: str, names: tuple[str, ...]) -> list[ColumnElement[Any]]:
    return [bindparam(f"{prefix}{name}", type_=table.c[name].type) for name in names]


def _stands() -> ColumnElement[bool]:
    newest = (
        select(_VERSION.c.id)
        .where(_VERSION.c.survey_id == _SURVEY.c.id, _VERSION.c.state != "draft")
        .order_by(_VERSION.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    opening = bindparam("opening", type_=_SURVEY.c.opening.type)
    survey = exists(
        select(literal(1)).where(
            _SURVEY.c.id == bindparam("survey"),
            _SURVEY.c.dialogue_id == _table(Dialogue).c.id,
            _table(Dialogue).c.state == bindparam("open", str(DialogueState.OPEN)),
            _SURVEY.c.opening == opening,
            newest == bindparam("version"),
        )
    )
    withdrawn = exists(
        select(literal(1)).where(_table(Erasure).c.receipt_hash == bindparam("c_receipt_hash"))
    )
    return and_(survey, ~withdrawn)
