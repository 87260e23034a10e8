"""Slows down guessing, without keeping who guessed.

Counts live in the memory of one process under a hash whose salt is new every day; a restart
forgets them. Nothing is written anywhere.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field

MOST_CALLERS = 10_000


@dataclass
class Throttle:
    """Allows ``most`` wrong tries per ``seconds`` and caller."""

    most: int
    seconds: float
    _tries: dict[bytes, list[float]] = field(default_factory=dict)
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _salted_on: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wrong(self, caller: str) -> None:
        """Count one wrong try."""
        with self._lock:
            tries = self._recent(caller)
            tries.append(time.monotonic())
            self._tries[self._name(caller)] = tries

    def too_many(self, caller: str) -> bool:
        """Whether the caller must wait."""
        with self._lock:
            return len(self._recent(caller)) >= self.most

    def forget(self, caller: str) -> None:
        """A right try clears the count."""
        with self._lock:
            self._tries.pop(self._name(caller), None)

    def _recent(self, caller: str) -> list[float]:
        today = int(time.time() // 86_400)
        if today != self._salted_on:
            self._salt, self._salted_on = secrets.token_bytes(16), today
            self._tries.clear()
        since = time.monotonic() - self.seconds
        if len(self._tries) > MOST_CALLERS:
            self._make_room(since)
        return [at for at in self._tries.get(self._name(caller), []) if at > since]

    def _make_room(self, since: float) -> None:
        """Forget who tried long ago, and then all but those who must wait."""
        recent = {name: tries for name, tries in self._tries.items() if tries[-1] > since}
        if len(recent) > MOST_CALLERS // 2:
            recent = {name: tries for name, tries in recent.items() if len(tries) >= self.most}
        self._tries = recent

    def _name(self, caller: str) -> bytes:
        return hashlib.blake2b(caller.encode(), key=self._salt, digest_size=8).digest()
