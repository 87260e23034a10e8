"""A logo is rebuilt from its picture data: nothing else that a file carried comes along."""

from __future__ import annotations

import struct
import zlib

import pytest
from playwright.sync_api import Browser

from dialogue.ground.errors import Refusal
from dialogue.ground.pictures import Picture
from dialogue.hosts.logos import LARGEST_FILE, cleaned_logo

PNG = b"\x89PNG\r\n\x1a\n"
SECRET = b"HEMLIGT: Umea 63.82N"


def png_of(width: int = 40, height: int = 20, *extra: tuple[bytes, bytes], laced: int = 0) -> bytes:
    """A PNG of one colour with transparency, with further chunks before its pixels."""
    rows = b"".join(b"\0" + b"\x1b\x4d\x41\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, laced)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return PNG + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def drawn(browser: Browser, kind: str) -> bytes:
    """A picture that a browser's own encoder wrote."""
    page = browser.new_page()
    address = page.evaluate(
        """kind => { const c = document.createElement('canvas'); c.width = 48; c.height = 32;
        const g = c.getContext('2d'); g.fillStyle = '#1b4d41'; g.fillRect(4, 4, 40, 24);
        return c.toDataURL(kind) }""",
        kind,
    )
    page.close()
    import base64

    return base64.b64decode(address.split(",")[1])


def shows(browser: Browser, picture: Picture) -> list[int]:
    """The width and height that a browser reads, and the colour in the picture's middle."""
    import base64

    page = browser.new_page()
    address = f"data:{picture.kind};base64,{base64.b64encode(picture.data).decode()}"
    found: list[int] = page.evaluate(
        """address => new Promise((done, fail) => { const i = new Image(); i.onerror = fail;
        i.onload = () => { const c = document.createElement('canvas');
        c.width = i.width; c.height = i.height; const g = c.getContext('2d'); g.drawImage(i, 0, 0);
        const p = g.getImageData(i.width / 2, i.height / 2, 1, 1).data;
        done([i.width, i.height, p[0], p[1], p[2]]) }; i.src = address })""",
        address,
    )
    page.close()
    return found


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp"])
def test_a_browsers_picture_still_shows(browser: Browser, kind: str) -> None:
    picture = cleaned_logo(drawn(browser, kind))
    assert picture.kind == ("image/jpeg" if kind == "image/jpeg" else "image/png")
    width, height, *colour = shows(browser, picture)
    assert (width, height) == (picture.width, picture.height) == (48, 32)
    assert all(abs(a - b) < 12 for a, b in zip(colour, (0x1B, 0x4D, 0x41), strict=True))


def test_notes_times_and_tails_of_a_png_are_left_out(browser: Browser) -> None:
    dirty = png_of(
        40, 20, (b"tEXt", b"Comment\0" + SECRET), (b"eXIf", SECRET), (b"iTXt", SECRET),
        (b"acTL", b"\0" * 8),
    )  # fmt: skip
    picture = cleaned_logo(dirty + b"<script>alert(1)</script>" + SECRET)
    assert SECRET not in picture.data and b"script" not in picture.data
    assert shows(browser, picture)[:2] == [40, 20]


def test_notes_and_tails_of_a_jpeg_are_left_out(browser: Browser) -> None:
    clean = drawn(browser, "image/jpeg")
    note = b"\xff\xe1" + struct.pack(">H", len(SECRET) + 8) + b"Exif\0\0" + SECRET
    remark = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET
    picture = cleaned_logo(clean[:2] + note + remark + clean[2:] + SECRET)
    assert SECRET not in picture.data
    assert shows(browser, picture)[:2] == [48, 32]


def test_notes_of_a_webp_are_left_out(browser: Browser) -> None:
    clean = drawn(browser, "image/webp")
    extra = b"XMP " + struct.pack("<I", len(SECRET)) + SECRET
    dirty = clean[:4] + struct.pack("<I", len(clean) - 8 + len(extra)) + clean[8:] + extra
    picture = cleaned_logo(dirty)
    assert SECRET not in picture.data
    assert shows(browser, picture)[:2] == [48, 32]


BOMB = PNG + b"".join(
    struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 50_000_000)),
        (b"IEND", b""),
    )
)
BAD = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg in disguise": b"\n\n <SVG onload=alert(1)>",
    "gif": b"GIF89a" + b"\0" * 50,
    "html": b"<!doctype html><p>hej",
    "nothing": b"",
    "png in name": PNG,
    "cut png": png_of(400, 300)[:80],
    "changed png": png_of()[:60] + b"\x00" + png_of()[61:],
    "png with too few pixels": png_of(40, 20).replace(
        struct.pack(">II", 40, 20), struct.pack(">II", 40, 21)
    ),
    "laced png that is none": png_of(laced=1),
    "tiny": png_of(4, 4),
    "wide": png_of(2001, 16),
    "large": png_of() + b"\0" * LARGEST_FILE,
    "cut jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "jpeg of nothing": b"\xff\xd8\xff\xd9",
    "cut webp": b"RIFF\x20\0\0\0WEBPVP8 ",
    "webp of nothing": b"RIFF\x04\0\0\0WEBP",
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_sound_picture_is_refused(app: object, what: str) -> None:
    with app.test_request_context("/en/"), pytest.raises(Refusal):  # type: ignore[attr-defined]
        cleaned_logo(BAD[what])


def test_a_bomb_is_drawn_no_larger_than_it_says() -> None:
    """Fifty megabytes of pixels in a picture of a hundred by a hundred."""
    assert len(BOMB) < 60_000
    picture = cleaned_logo(BOMB)
    assert (picture.width, picture.height) == (100, 100) and len(picture.data) < 5_000


def test_a_picture_with_few_colours_keeps_them(browser: Browser) -> None:
    """An indexed PNG with one see-through colour."""
    rows = b"".join(b"\0" + b"\x55" * 5 for _ in range(20))
    header = struct.pack(">IIBBBBB", 20, 20, 2, 3, 0, 0, 0)
    palette = b"\xff\xff\xff\x1b\x4d\x41" + b"\0" * 6
    body = PNG + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (
            (b"IHDR", header), (b"PLTE", palette), (b"tRNS", b"\0\xff"),
            (b"IDAT", zlib.compress(rows)), (b"IEND", b""),
        )
    )  # fmt: skip
    assert shows(browser, cleaned_logo(body)) == [20, 20, 0x1B, 0x4D, 0x41]
