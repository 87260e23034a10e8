"""A phone's seat in a live room: a random word in its address, and what is stored of it.

The seat is sealed for its room, so that nobody can take a seat that the room did not give, and
only keyed hashes of it are stored. Whoever opens the door twice has two seats: a room without
accounts cannot know better, so the facilitator sees how many seats have voted beside how many
people sit in the room.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass

from dialogue.ground.forms import seal, unseal

PURPOSE = "live seat"
LENGTH = 16
"""Bytes of chance in a seat."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Gives and reads the seats of one room.

    ``keys`` seal: the newest first. ``secret`` is the installation's receipt key, which makes
    the hashes.
    """

    room: uuid.UUID
    keys: tuple[str, ...]
    secret: bytes

    def new(self) -> str:
        """A seat that nobody has: about fifty characters that may stand in an address."""
        return seal(f"{PURPOSE} {self.room}", secrets.token_urlsafe(LENGTH), self.keys[0])

    def voter(self, seat: str) -> bytes | None:
        """What is stored beside a seat's votes; None for a seat that this room did not give."""
        word = unseal(f"{PURPOSE} {self.room}", seat[:200], self.keys)
        if word is None:
            return None
        body = f"voter\n{self.room}\n{word}".encode()
        return hmac.digest(self.secret, body, hashlib.sha256)
