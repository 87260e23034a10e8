"""An uploaded picture, drawn anew: what is kept are its pixels, and nothing else of the file.

Formats are known by their first bytes, never by a name. Texts, places, thumbnails, animation and
whatever follows the picture's end do not come along. Each kind of picture says its own bounds, how
it is drawn, and in which sentences a file is refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from dialogue.ground.errors import Refusal

FORMATS = ("PNG", "JPEG", "WEBP")
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, MemoryError,
    Image.DecompressionBombError,
)  # fmt: skip
"""What the decoders raise when a file is not what it says."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, its size in pixels, and its bytes."""

    kind: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of a file that has too many bytes, is no picture, has the wrong size in
    pixels, or breaks while it is drawn."""

    too_large: str
    no_picture: str
    wrong_size: str
    broken: str


@contextmanager
def opened_picture(
    data: bytes, *, most_bytes: int, fits: Callable[[int, int], bool], said: Callable[[], Sentences]
) -> Iterator[Image.Image]:
    """The picture in a file, to be drawn within the block; ``fits`` judges width and height.

    ``said`` is asked for its sentences only when one is needed. The size is judged before a single
    pixel is decoded.

    Raises:
        Refusal: when the file is too large, no PNG, JPEG or WebP, of the wrong size, or broken.
    """
    if len(data) > most_bytes:
        raise Refusal(said().too_large)
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except _BROKEN:
        raise Refusal(said().no_picture) from None
    with picture:
        if not fits(picture.width, picture.height):
            raise Refusal(said().wrong_size)
        try:
            yield picture
        except Refusal:
            raise
        except _BROKEN:
            raise Refusal(said().broken) from None


def written(
    drawn: Image.Image, kind: Literal["JPEG", "PNG"], quality: int | None = None
) -> Picture:
    """A drawn picture as a file that holds its pixels alone; ``quality`` is for JPEG."""
    clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    file = io.BytesIO()
    if quality is None:
        clean.save(file, kind, optimize=True)
    else:
        clean.save(file, kind, optimize=True, quality=quality)
    return Picture(f"image/{kind.lower()}", *clean.size, file.getvalue())
