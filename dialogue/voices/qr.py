"""The picture that opens a receipt.

Drawing a QR code takes longer than everything else that happens when an answer is kept. But the
addresses of two receipts differ in their code alone, and a QR code with a chosen mask is linear:
changing one bit of its text always flips the same modules. So one code is drawn in full, and from
it follow all others of the same length, by exclusive or.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import xor

import segno
from flask import current_app

from dialogue.ground.charts import modules_path
from dialogue.ground.i18n import current_language

MASK = 4
"""Any of the eight masks can be read; trying them all takes four times as long as the rest."""
BLANK = "0000-0000-0000-0000"
BITS = 7
"""Codes are written in ASCII."""


def receipt_address(code: str) -> str:
    """The address of the receipt page with the code behind ``#``, where no server sees it."""
    base: str = current_app.extensions["settings"].public_url
    addresses = current_app.url_map.bind("localhost")
    path = addresses.build("receipts.open", {"language": current_language()})
    return f"{base}{path}#{code}"


def receipt_qr(code: str) -> tuple[int, str]:
    """The QR code of a receipt: its side in modules, and SVG path data."""
    return address_qr(receipt_address(""), code)


def address_qr(front: str, code: str) -> tuple[int, str]:
    """The QR code of ``front`` followed by a code: its side in modules, and SVG path data."""
    side, modules = _blank(front)
    for place, letter in enumerate(code):
        differs = ord(letter) ^ ord(BLANK[place])
        if differs:
            modules ^= _flipped(len(front), place, differs)
    return side, path_of(side, modules)


def qr_of(address: str) -> tuple[int, str]:
    """The QR code of any address: its side in modules, and SVG path data."""
    return modules_path(segno.make(address, error="m", mask=MASK).matrix)


@lru_cache(64)
def _blank(front: str) -> tuple[int, int]:
    return drawn_in_full(front + BLANK)


def drawn_in_full(text: str) -> tuple[int, int]:
    """A code's side, and its modules as one number: the top left module is the highest bit."""
    matrix = segno.make(text, error="m", mask=MASK).matrix
    bits = "".join("1" if cell else "0" for row in matrix for cell in row)
    return len(matrix), int(bits, 2)


@lru_cache(4096)
def _flipped(front: int, place: int, differs: int) -> int:
    """The modules that change when bits of the letter at ``place``, after ``front`` others, do."""
    if differs & (differs - 1):
        bits = (1 << bit for bit in range(BITS) if differs >> bit & 1)
        return reduce(xor, (_flipped(front, place, bit) for bit in bits))
    start, letter = "a" * front, chr(ord(BLANK[place]) ^ differs)
    changed = f"{start}{BLANK[:place]}{letter}{BLANK[place + 1 :]}"
    return _blank(start)[1] ^ drawn_in_full(changed)[1]


def _strokes(eight: int) -> str:
    """Eight modules of a row as relative path data that ends eight modules to the right."""
    parts, place = [], 0
    bits = f"{eight:08b}"
    while place < 8:
        end = place
        while end < 8 and bits[end] == bits[place]:
            end += 1
        run = end - place
        parts.append(f"h{run}v1h-{run}zm{run} 0" if bits[place] == "1" else f"m{run} 0")
        place = end
    return "".join(parts)


_STROKES = tuple(_strokes(eight) for eight in range(256))


def path_of(side: int, modules: int) -> str:
    """SVG path data of a code. Rows go in groups of eight modules, so that each is a look-up."""
    groups = -(-side // 8)
    parts = []
    for y in range(side):
        row = (modules >> side * (side - 1 - y) & (1 << side) - 1) << 8 * groups - side
        parts.append(f"M0 {y}")
        parts += [_STROKES[eight] for eight in row.to_bytes(groups, "big")]
    return "".join(parts)
