"""Rows for every table, made from the tables' own description."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, select, types

WORDS = "å ä ö, ord med “tecken” – och 😀"


def fill(connection: Connection, metadata: MetaData, rows: int = 3) -> None:
    """Insert ``rows`` rows in every table, each pointing at rows that are there."""
    for table in metadata.sorted_tables:
        for number in range(rows):
            connection.execute(insert(table).values(row_of(connection, table, number)))
    connection.commit()


def row_of(connection: Connection, table: Table, number: int) -> dict[str, Any]:
    """One row: values of the columns' types, foreign keys that lead somewhere."""
    return {
        column.name: value_of(connection, table, column, number)
        for column in table.columns
        if not (column.primary_key and column.autoincrement is True)
    }


def value_of(connection: Connection, table: Table, column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        if key.column.table is table:
            return None
        found = connection.scalars(select(key.column).order_by(key.column)).all()
        return found[number % len(found)]
    return made(column.type, number, f"{table.name}.{column.name}")


def made(kind: types.TypeEngine[Any], number: int, name: str) -> Any:
    """A value of a type that is unlike the other rows' values."""
    if isinstance(kind, types.Uuid):
        return uuid.uuid4()
    if isinstance(kind, types.Boolean):
        return bool(number % 2)
    if isinstance(kind, types.Integer):
        return number + 1
    if isinstance(kind, types.Float | types.Numeric):
        return number / 4
    if isinstance(kind, types.DateTime):
        return datetime(2026, 11, 1 + number, 12, 30, tzinfo=UTC).replace(tzinfo=None)
    if isinstance(kind, types.Date):
        return date(2026, 11, 1 + number)
    if isinstance(kind, types.LargeBinary):
        return hashlib.sha256(f"{name} {number}".encode()).digest()
    if isinstance(kind, types.JSON):
        return {"number": number, "words": WORDS}
    if isinstance(kind, types.String):
        return f"{number} {name} {WORDS}"[: kind.length or 200]
    if hasattr(kind, "impl"):
        return [f"{name} {number}"] if "List" in type(kind).__name__ else f"{name} {number}"
    raise AssertionError(f"{name}: tell this module how to make a {kind!r}")
