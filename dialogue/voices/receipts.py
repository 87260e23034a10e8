"""The receipt code: lets an unknown person follow, correct and withdraw what they said.

Sixteen characters of Crockford's base 32 in four groups carry 80 bits. The code is derived from
the answer's random key, so that the same form sent again gives the same code; only a keyed hash
of the code is stored, so nobody can work it out from the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from flask import current_app

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


@dataclass(frozen=True, slots=True)
class Receipts:
    """Makes and recognises receipt codes with the installation's receipt key."""

    secret: bytes

    def code_for(self, key: str) -> str:
        """The code of the answer with this random key: ``7K4M-Q2XW-9D3H-TR8E``."""
        return as_code(self._keyed("code", key))

    def hash_of(self, code: str) -> bytes:
        """What is stored of a code: 32 bytes that lead nowhere without the key."""
        return self._keyed("receipt", normal(code))

    def background_hash_of(self, code: str) -> bytes:
        """What is stored of a code beside background answers; unlike :meth:`hash_of`."""
        return self._keyed("background", normal(code))

    def words_hash_of(self, content_hash: bytes) -> bytes:
        """What is remembered of words that were taken back: a hash that only the key can make."""
        return self._keyed("words", content_hash.hex())

    def voice_hash_of(self, kind: str, key: str) -> bytes:
        """What is stored of somebody who says whether a text is right, by how they say it."""
        return self._keyed(f"voice {kind}", key)

    def _keyed(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.secret, f"{purpose}\n{text}".encode(), hashlib.sha256)


def as_code(digest: bytes) -> str:
    """The first 80 bits of a digest as sixteen characters in four groups."""
    number = int.from_bytes(digest[:10], "big")
    letters = [ALPHABET[number >> 5 * place & 31] for place in range(LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, LENGTH, 4))


def receipts() -> Receipts:
    """The receipts of the running installation."""
    return Receipts(current_app.extensions["settings"].receipt_key.encode())


def new_answer_key() -> str:
    """A fresh random key for one rendered form."""
    return secrets.token_urlsafe(24)


def normal(code: str) -> str:
    """A code as it is hashed: capitals without separators, O read as 0, I and L as 1."""
    letters = re.sub(r"[^A-Z0-9]", "", code[:80].upper())
    return letters.translate(_READ_AS)


def is_code(text: str) -> bool:
    """Whether the text can be a receipt code at all."""
    letters = normal(text)
    return len(letters) == LENGTH and all(letter in ALPHABET for letter in letters)
