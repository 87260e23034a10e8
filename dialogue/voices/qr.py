"""The picture that opens a receipt."""

from __future__ import annotations

import segno
from flask import current_app, url_for

from dialogue.ground.charts import modules_path

MASK = 4
"""Any of the eight masks can be read; trying them all takes four times as long as the rest."""


def receipt_address(code: str) -> str:
    """The address of the receipt page with the code behind ``#``, where no server sees it."""
    base: str = current_app.extensions["settings"].public_url
    return f"{base}{url_for('receipts.open')}#{code}"


def receipt_qr(code: str) -> tuple[int, str]:
    """The QR code of a receipt: its side in modules, and SVG path data."""
    return qr_of(receipt_address(code))


def qr_of(address: str) -> tuple[int, str]:
    """The QR code of an address: its side in modules, and SVG path data."""
    return modules_path(segno.make(address, error="m", mask=MASK).matrix)
