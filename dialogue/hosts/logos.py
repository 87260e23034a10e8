"""An uploaded logo, drawn anew: what is kept are its pixels, and nothing else of the file.

Formats are known by their first bytes, never by a name. Texts, places, thumbnails, animation and
whatever follows the picture's end do not come along. Pictures that are programs (SVG) are refused.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask_babel import gettext as _
from PIL import Image

from dialogue.ground.errors import Refusal

LARGEST_FILE = 200_000
SHORTEST_SIDE, LONGEST_SIDE = 16, 2_000
FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, its size in pixels, and its bytes."""

    kind: str
    width: int
    height: int
    data: bytes


def cleaned_logo(data: bytes) -> Picture:
    """The picture in a file, drawn anew: JPEG stays JPEG, everything else becomes PNG.

    Raises:
        Refusal: when it is too large, no PNG, JPEG or WebP, or broken.
    """
    if len(data) > LARGEST_FILE:
        raise Refusal(_("The picture is too large. It may be 200 kB at most."))
    if b"<svg" in data[:2000].lower() or data.lstrip()[:5].lower() == b"<?xml":
        raise Refusal(_("SVG pictures can carry programs. Send a PNG, JPEG or WebP instead."))
    try:
        opened = Image.open(io.BytesIO(data), formats=FORMATS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refusal(_("The file is no PNG, JPEG or WebP picture.")) from None
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in opened.size):
        raise Refusal(_("Each side of the picture must be 16 to 2000 pixels."))
    try:
        return _drawn_anew(opened)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise Refusal(_("The picture is broken. Save it anew and send it again.")) from None


def _drawn_anew(opened: Image.Image) -> Picture:
    kind = "JPEG" if opened.format == "JPEG" else "PNG"
    drawn = opened.convert("RGB" if kind == "JPEG" else "RGBA")
    clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    file = io.BytesIO()
    clean.save(file, kind, **({"quality": 92} if kind == "JPEG" else {"optimize": True}))
    return Picture(f"image/{kind.lower()}", *clean.size, file.getvalue())
