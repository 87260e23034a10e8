"""What waits for somebody in a dialogue: each part tells of its own, the desk shows all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dialogue.hosts.models import Dialogue, User


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a sentence, and the address where it is done."""

    sentence: str
    address: str


Teller = Callable[[Dialogue, User], Iterable[Waiting]]
_tellers: list[Teller] = []


def tells_what_waits(teller: Teller) -> Teller:
    """Let a function tell what waits for a person in a dialogue; it asks for their rights."""
    _tellers.append(teller)
    return teller


def what_waits(dialogue: Dialogue, user: User) -> list[Waiting]:
    """Everything that waits for a person in a dialogue."""
    return [each for teller in _tellers for each in teller(dialogue, user)]
