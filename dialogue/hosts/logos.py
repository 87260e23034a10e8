"""An uploaded logo, taken apart and put together again from its picture data alone.

Formats are known by their first bytes, never by a name. Only what draws the picture is kept:
text, places, thumbnails, animation and whatever follows the picture's end are left out. Pictures
that are programs (SVG) are refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal

LARGEST_FILE = 200_000
SHORTEST_SIDE, LONGEST_SIDE = 16, 2_000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
ADAM7 = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2),
         (0, 1, 1, 2))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, its size in pixels, and its bytes."""

    kind: str
    width: int
    height: int
    data: bytes


class _Broken(Exception):
    """The bytes are not the picture they say they are."""


def cleaned_logo(data: bytes) -> Picture:
    """The picture in a file, rebuilt.

    Raises:
        Refusal: when it is too large, no PNG, JPEG or WebP, or broken.
    """
    if len(data) > LARGEST_FILE:
        raise Refusal(_("The picture is too large. It may be 200 kB at most."))
    if b"<svg" in data[:2000].lower() or data.lstrip()[:5].lower() == b"<?xml":
        raise Refusal(_("SVG pictures can carry programs. Send a PNG, JPEG or WebP instead."))
    try:
        if data.startswith(PNG):
            picture = _png(data)
        elif data.startswith(JPEG):
            picture = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            picture = _webp(data)
        else:
            raise Refusal(_("The file is no PNG, JPEG or WebP picture."))
    except (_Broken, struct.error, zlib.error, IndexError):
        raise Refusal(_("The picture is broken. Save it anew and send it again.")) from None
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in (picture.width, picture.height)):
        raise Refusal(_("Each side of the picture must be 16 to 2000 pixels."))
    return picture


def _png(data: bytes) -> Picture:
    """Header, palette, transparency and the pixels, packed anew."""
    kept: dict[bytes, bytes] = {}
    packed = b""
    for name, body in _png_chunks(data):
        if name == b"IDAT":
            packed += body
        elif name in (b"IHDR", b"PLTE", b"tRNS") and name not in kept:
            kept[name] = body
    width, height, depth, colour, method, sieve, laced = struct.unpack(">IIBBBBB", kept[b"IHDR"])
    if method or sieve or laced > 1 or depth not in DEPTHS.get(colour, ()):
        raise _Broken
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise Refusal(_("Each side of the picture must be 16 to 2000 pixels."))
    if colour == 3 and not (0 < len(kept.get(b"PLTE", b"")) <= 768):
        raise _Broken
    expected = _png_size(width, height, depth * CHANNELS[colour], bool(laced))
    unpacker = zlib.decompressobj()
    pixels = unpacker.decompress(packed, expected + 1)
    if len(pixels) != expected:
        raise _Broken
    chunks: list[tuple[bytes, bytes]] = [
        (name, kept[name]) for name in (b"IHDR", b"PLTE", b"tRNS") if name in kept
    ]
    chunks += [(b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    built = PNG + b"".join(_png_chunk(name, body) for name, body in chunks)
    return Picture("image/png", width, height, built)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        body, check = data[at + 8 : at + 8 + size], data[at + 8 + size : at + 12 + size]
        if len(body) != size or struct.pack(">I", zlib.crc32(name + body)) != check:
            raise _Broken
        if name == b"IEND":
            return
        yield name, body
        at += 12 + size
    raise _Broken


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_size(width: int, height: int, bits: int, laced: bool) -> int:
    """How many bytes the pixels take when unpacked, each row with its filter byte."""
    passes = ADAM7 if laced else ((0, 1, 0, 1),)
    total = 0
    for x0, dx, y0, dy in passes:
        wide, tall = -((x0 - width) // dx), -((y0 - height) // dy)
        if wide > 0 and tall > 0:
            total += tall * (1 + (wide * bits + 7) // 8)
    return total


def _jpeg(data: bytes) -> Picture:
    """The tables, the frame and the scans; of the notes only Adobe's word on the colours."""
    at, built, size = 2, b"\xff\xd8", (0, 0)
    scans = 0
    while True:
        if data[at] != 0xFF:
            raise _Broken
        mark = data[at + 1]
        if mark == 0xD9:
            break
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        segment = data[at : at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise _Broken
        at += 2 + length
        if mark in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", segment[5:9])
            size = (width, height)
        elif 0xC3 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            raise _Broken
        if mark == 0xEE and segment[4:9] == b"Adobe":
            built += segment[:16]
        elif mark in (0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xDA):
            built += segment
        if mark == 0xDA:
            scans += 1
            end = _end_of_scan(data, at)
            built, at = built + data[at:end], end
    if not scans or not all(size):
        raise _Broken
    return Picture("image/jpeg", *size, built + b"\xff\xd9")


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after the packed pixels that begin at ``at``."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _Broken
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _webp(data: bytes) -> Picture:
    """The one picture and its transparency, without animation and notes."""
    (size,) = struct.unpack("<I", data[4:8])
    if size + 8 > len(data):
        raise _Broken
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= size + 8:
        name, length = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        body = data[at + 8 : at + 8 + length]
        if len(body) != length or at + 8 + length > size + 8:
            raise _Broken
        chunks.setdefault(name, body)
        at += 8 + length + length % 2
    if b"VP8L" in chunks:
        body = chunks[b"VP8L"]
        if body[0] != 0x2F:
            raise _Broken
        (bits,) = struct.unpack("<I", body[1:5])
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        return Picture("image/webp", width, height, _riff([(b"VP8L", body)]))
    body = chunks.get(b"VP8 ", b"")
    if body[3:6] != b"\x9d\x01\x2a":
        raise _Broken
    width, height = (side & 0x3FFF for side in struct.unpack("<HH", body[6:10]))
    kept = [(b"VP8 ", body)]
    if b"ALPH" in chunks:
        canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        kept = [(b"VP8X", b"\x10\0\0\0" + canvas), (b"ALPH", chunks[b"ALPH"]), *kept]
    return Picture("image/webp", width, height, _riff(kept))


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
