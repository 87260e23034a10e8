"""The quick picture of a receipt's code is the very code that is drawn in full."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.ground.charts import modules_path
from dialogue.voices.qr import MASK, address_qr, drawn_in_full, path_of, qr_of
from dialogue.voices.receipts import ALPHABET, as_code

FRONTS = ("http://127.0.0.1:8000/sv/kvitto/#", "https://dialog.example/en/kvitto/#")


def modules_in(path: str) -> set[tuple[int, int]]:
    """The dark modules of path data made of rectangles, one high."""
    dark: set[tuple[int, int]] = set()
    x = y = 0
    for moved, away, down, run in re.findall(r"([Mm])(\d+) (\d+)|h(\d+)v1h-\d+z", path):
        if moved == "M":
            x, y = int(away), int(down)
        elif moved == "m":
            x += int(away)
        else:
            dark |= {(x + step, y) for step in range(int(run))}
    return dark


@pytest.mark.parametrize("front", FRONTS)
@given(code=st.binary(min_size=10, max_size=10).map(as_code))
def test_it_is_the_code_that_is_drawn_in_full(front: str, code: str) -> None:
    side, modules = drawn_in_full(front + code)
    assert address_qr(front, code) == (side, path_of(side, modules))


def test_every_letter_at_every_place() -> None:
    for place in range(0, 19, 6):
        for letter in ALPHABET:
            code = f"{'7K4M-Q2XW-9D3H-TR8E'[:place]}{letter}{'7K4M-Q2XW-9D3H-TR8E'[place + 1 :]}"
            side, modules = drawn_in_full(FRONTS[0] + code)
            assert address_qr(FRONTS[0], code) == (side, path_of(side, modules)), (place, letter)


def test_the_path_draws_every_dark_module_and_no_other() -> None:
    import segno

    address = FRONTS[1] + "7K4M-Q2XW-9D3H-TR8E"
    rows = segno.make(address, error="m", mask=MASK).matrix
    dark = {(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell}
    side, path = address_qr(FRONTS[1], "7K4M-Q2XW-9D3H-TR8E")
    assert side == len(rows)
    assert modules_in(path) == dark
    assert qr_of(address) == modules_path(rows)
