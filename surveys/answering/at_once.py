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
    Dialect,
    Engine,
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
from sqlalchemy.sql.expression import ClauseElement

from dialogue.ground.prepared import Prepared
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices.erasure import Erasure
from dialogue.voices.models import Contribution
from surveys.answering.drafts import Draft
from surveys.answering.keeping import Rows
from surveys.models import Survey, SurveyVersion

Values = dict[str, Any]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_SURVEY, _VERSION = _table(Survey), _table(SurveyVersion)
_RECEIPT = _table(Contribution).c.receipt_hash


def keep_at_once(engine: Engine, rows: Rows, *, draft: bytes, opening: Mapping[str, Any]) -> bool:
    """Write the rows of an answer and drop its draft; False: not standing, nothing is written.

    ``engine`` is the one of :func:`dialogue.ground.db.single_statements`.

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
        if _prepared(_guarded(tuple(given)), engine.dialect).run(connection, asked).rowcount != 1:
            return False
        for table, values in rows.others:
            whole = _with_defaults(table, values)
            _prepared(_insert(table, tuple(whole)), engine.dialect).run(connection, whole)
        _prepared(_DROP, engine.dialect).run(connection, {"draft": draft})
    return True


_DRAFT = _table(Draft)
_DROP = delete(_DRAFT).where(_DRAFT.c.answer_hash == bindparam("draft", type_=_RECEIPT.type))


def _with_defaults(table: Table, values: Values) -> Values:
    """The values with what the table fills in by itself, as an INSERT of values would."""
    filled = dict(values)
    for name, default in _defaults(table):
        if name not in filled:
            filled[name] = default.arg(None) if default.is_callable else default.arg
    return filled


@lru_cache(16)
def _defaults(table: Table) -> tuple[tuple[str, Any], ...]:
    return tuple((column.key, column.default) for column in table.c if column.default is not None)


def _in_one(engine: Engine, rows: Rows, names: tuple[str, ...], asked: Values) -> bool:
    shape = []
    for place, (table, given) in enumerate(rows.others):
        values = _with_defaults(table, given)
        shape.append((table, tuple(values)))
        asked |= {f"o{place}_{name}": value for name, value in values.items()}
    statement = _whole(names, tuple(shape))
    with engine.connect() as connection:
        return bool(_prepared(statement, engine.dialect).run(connection, asked).scalar())


@lru_cache(64)
def _prepared(statement: ClauseElement, dialect: Dialect) -> Prepared:
    return Prepared.of(statement, dialect)


@lru_cache(64)
def _insert(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names})


@lru_cache(64)
def _whole(
    contribution: tuple[str, ...], others: tuple[tuple[Table, tuple[str, ...]], ...]
) -> ClauseElement:
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
            _SURVEY.c.id == bindparam("survey", type_=_SURVEY.c.id.type),
            _SURVEY.c.dialogue_id == _table(Dialogue).c.id,
            _table(Dialogue).c.state == str(DialogueState.OPEN),
            _SURVEY.c.opening == opening,
            newest == bindparam("version", type_=_VERSION.c.id.type),
        )
    )
    hidden = bindparam("c_receipt_hash", type_=_RECEIPT.type)
    withdrawn = exists(select(literal(1)).where(_table(Erasure).c.receipt_hash == hidden))
    return and_(survey, ~withdrawn)
