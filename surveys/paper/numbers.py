"""The number of a printed copy: it leads to the answer's key, and is stored nowhere.

Twelve characters in three groups: ten at random (50 bits) and two that show whether it was typed
right. The key of the answer, and so the receipt code on the slip, is worked out from it with the
installation's receipt key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from dialogue.voices.receipts import ALPHABET, Receipts, normal

RANDOM, CHECK = 10, 2


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """Makes and reads the numbers of one survey's copies."""

    receipts: Receipts
    survey: str

    def new(self) -> str:
        """A fresh number: ``7K4M-Q2XW-9D3H``."""
        letters = "".join(secrets.choice(ALPHABET) for _place in range(RANDOM))
        whole = letters + self._check(letters)
        return "-".join(whole[start : start + 4] for start in range(0, RANDOM + CHECK, 4))

    def key_of(self, number: str) -> str | None:
        """The answer's key, or None when the number was not printed for this survey."""
        letters = normal(number)
        head, check = letters[:RANDOM], letters[RANDOM:]
        if len(letters) != RANDOM + CHECK or not hmac.compare_digest(check, self._check(head)):
            return None
        return base64.urlsafe_b64encode(self._keyed("paper key", head)[:24]).decode()

    def _check(self, letters: str) -> str:
        number = int.from_bytes(self._keyed("paper check", letters)[:2], "big")
        return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CHECK))

    def _keyed(self, purpose: str, letters: str) -> bytes:
        text = f"{purpose}\n{self.survey}\n{letters}"
        return hmac.digest(self.receipts.secret, text.encode(), hashlib.sha256)
