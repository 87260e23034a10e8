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
    files = {
        "main.typ": template.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        **(pictures or {}),
    }
    return _compiled(files, format="pdf", pdf_standards=[standard])


def drawn_svg(picture: bytes, width: float) -> bytes:
    """An SVG picture as PNG on nothing, ``width`` millimetres wide, for documents that hold no SVG.

    Raises:
        TypeError: when the printer gives anything else than one picture.
    """
    page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)"
    template = f'{page}\n#image("picture.svg", width: {width}mm)'
    files = {"main.typ": template.encode(), "picture.svg": picture}
    return _compiled(files, format="png", ppi=200.0)


def _compiled(files: Mapping[str, bytes], **form: Any) -> bytes:
    import typst

    printer: Any = typst.compile  # its types know nothing of files that are handed over by name
    made = printer(files, ignore_system_fonts=True, **form)
    if not isinstance(made, bytes):
        raise TypeError("the printer gave no single file")
    return made


def qr_png(address: str, dark: str = "#000") -> bytes:
    """A QR code that leads to an address, as a picture for documents that hold no SVG."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="png", scale=10, border=2, dark=dark)
    return file.getvalue()


def qr_svg(address: str, dark: str = "#000") -> bytes:
    """A QR code that leads to an address, as a drawing in one dark colour."""
    file = io.BytesIO()
    segno.make(address, error="m").save(
        file, kind="svg", border=2, dark=dark, xmldecl=False, svgns=True
    )
    return file.getvalue()
