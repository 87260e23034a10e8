"""JSON that cannot change: mappings and lists that can be hashed and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Frozen(Mapping[str, Any]):
    """A mapping from names to JSON values that nobody can change; equal to an equal dict."""

    __slots__ = ("_items",)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        self._items = {name: frozen(value) for name, value in (data or {}).items()}

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Frozen({self._items!r})"


def frozen(value: Any) -> Any:
    """A JSON value with its lists as tuples and its objects as :class:`Frozen`."""
    if isinstance(value, Mapping):
        return Frozen(value)
    if isinstance(value, list | tuple):
        return tuple(frozen(part) for part in value)
    return value


def thawed(value: Any) -> Any:
    """What :func:`frozen` was given: plain lists and dicts again."""
    if isinstance(value, Mapping):
        return {name: thawed(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [thawed(part) for part in value]
    return value
