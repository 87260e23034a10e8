"""Statements that are put into words once, for the few places that run them all day long.

The library would look at the statement anew each time; what it finds out is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.expression import ClauseElement

Change = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in a database's own words. ``binds`` are its values' names and how each is sent.

    ``fixed`` are the values that stand in the statement itself; ``positional`` says that the
    driver takes them all in order, not by name.
    """

    words: str
    binds: tuple[tuple[str, Change], ...]
    fixed: Mapping[str, Any]
    positional: bool

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> Prepared:
        """Put a statement into words, once."""
        compiled: Any = statement.compile(dialect=dialect)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        binds = tuple((name, _change(compiled.binds[name], dialect)) for name in names)
        fixed = {
            name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
        }
        return cls(str(compiled), binds, fixed, compiled.positional)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it with values by name."""
        given = {**self.fixed, **values}
        sent = [change(given[name]) if change else given[name] for name, change in self.binds]
        if self.positional:
            return connection.exec_driver_sql(self.words, tuple(sent))
        names = (name for name, _change in self.binds)
        return connection.exec_driver_sql(self.words, dict(zip(names, sent, strict=True)))


def _change(bind: Any, dialect: Dialect) -> Change:
    change: Change = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return change
