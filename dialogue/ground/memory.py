"""What takes long to count, kept in the process for as long as what it was counted from stands."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")
State = tuple[object, ...]


class Memory(Generic[Made]):
    """Results by the state that they were made from; the ``most`` that were asked for last.

    The state must change with everything that a result depends on. Any thread may ask; two that
    meet a new state at once both make the result, and the later one is kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[State, Made] = OrderedDict()
        self._lock = Lock()

    def of(self, state: State, make: Callable[[], Made]) -> Made:
        """The result for a state: the one that is kept, or a new one."""
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
                return self._kept[state]
        return self.keep(state, make())

    def keep(self, state: State, made: Made) -> Made:
        """Keep a result for a state, in place of another one, and return it."""
        with self._lock:
            self._kept[state] = made
            self._kept.move_to_end(state)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
