"""Printed matter by Typst: one template and its data become a PDF that screen readers can read."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno

TAGGED, ARCHIVED = "ua-1", "a-2a"
"""PDF/UA-1, which everybody can read, and PDF/A-2a, which a register keeps (also tagged)."""


def printed(
    template: Path,
    data: Mapping[str, Any],
    pictures: Mapping[str, bytes] | None = None,
    standard: str = TAGGED,
) -> bytes:
    """A PDF of a Typst template, which finds ``data`` in data.json and the pictures by name.

    Raises:
        TypeError: when the printer gives anything else than one PDF.
    """
    import typst

    files = {
        "main.typ": template.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        **(pictures or {}),
    }
    printer: Any = typst.compile  # its types know nothing of files that are handed over by name
    made = printer(files, format="pdf", pdf_standards=[standard], ignore_system_fonts=True)
    if not isinstance(made, bytes):
        raise TypeError("the printer gave no PDF")
    return made


def qr_svg(address: str, dark: str = "#000") -> bytes:
    """A QR code that leads to an address, as a drawing in one dark colour."""
    file = io.BytesIO()
    segno.make(address, error="m").save(
        file, kind="svg", border=2, dark=dark, xmldecl=False, svgns=True
    )
    return file.getvalue()
