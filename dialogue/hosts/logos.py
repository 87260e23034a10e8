"""An uploaded logo: PNG, JPEG or WebP, drawn anew. Pictures that are programs (SVG) are refused."""

from __future__ import annotations

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.pictures import Picture, Sentences, opened_picture, written

LARGEST_FILE = 200_000
SHORTEST_SIDE, LONGEST_SIDE = 16, 2_000
QUALITY = 92


def cleaned_logo(data: bytes) -> Picture:
    """The picture in a file, drawn anew: JPEG stays JPEG, everything else becomes PNG.

    Raises:
        Refusal: when it is too large, no PNG, JPEG or WebP, or broken.
    """
    if len(data) <= LARGEST_FILE and _is_a_program(data):
        raise Refusal(_("SVG pictures can carry programs. Send a PNG, JPEG or WebP instead."))
    with opened_picture(data, most_bytes=LARGEST_FILE, fits=_fits, said=_said) as opened:
        if opened.format == "JPEG":
            return written(opened.convert("RGB"), "JPEG", QUALITY)
        return written(opened.convert("RGBA"), "PNG")


def _said() -> Sentences:
    return Sentences(
        too_large=_("The picture is too large. It may be 200 kB at most."),
        no_picture=_("The file is no PNG, JPEG or WebP picture."),
        wrong_size=_("Each side of the picture must be 16 to 2000 pixels."),
        broken=_("The picture is broken. Save it anew and send it again."),
    )


def _is_a_program(data: bytes) -> bool:
    return b"<svg" in data[:2000].lower() or data.lstrip()[:5].lower() == b"<?xml"


def _fits(width: int, height: int) -> bool:
    return all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in (width, height))
