"""Pictures of sticky notes: drawn anew, described, bounded."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.meetings.table import photos
from dialogue.meetings.table.photos import keep_photo, photo_of, photos_of, redrawn, remove_photo
from tests.conftest import Cast
from tests.meetings.stage import meeting_in

ALT = "Tre gula lappar: buss, telefon, tid."


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "gold") -> bytes:
    """A picture that tells where and with what it was taken, and lies on its side."""
    drawn = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kameramärke"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    drawn.save(file, kind, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_and_tells_nothing_more(kind: str) -> None:
    given = picture(kind)
    made = redrawn(given)
    assert (made.width, made.height) == (40, 60)
    with Image.open(io.BytesIO(made.data)) as opened:
        assert opened.format == "JPEG"
        assert not dict(opened.getexif())
        assert "exif" not in opened.info
        red, green, blue = opened.getpixel((20, 30))  # type: ignore[misc]
        assert red > 230 and 190 < green < 235 and blue < 40
    assert "Kameramärke".encode() not in made.data
    assert b"Exif" not in made.data


def test_a_large_picture_becomes_a_small_one() -> None:
    made = redrawn(picture(size=(5000, 2500)))
    assert (made.width, made.height) == (1000, 2000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hej",
        b"\xff\xd8\xff\xe0trasig",
        picture()[:200],
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_no_picture_is_refused(app: Application, content: bytes) -> None:
    with app.test_request_context("/sv/"), pytest.raises(Refusal):
        redrawn(content)


def test_size_and_pixels_are_bounded(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context("/sv/"):
        with pytest.raises(Refusal):
            redrawn(b"\0" * (photos.LARGEST_FILE + 1))
        monkeypatch.setattr(photos, "MOST_PIXELS", 100)
        with pytest.raises(Refusal):
            redrawn(picture())


def test_a_picture_is_described_kept_once_and_removed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, other = meeting_in(cast_on_both), meeting_in(cast_on_both)
        table = meeting.tables[0]
        with pytest.raises(Refusal):
            keep_photo(session(), meeting, table, picture(), "")
        one = keep_photo(session(), meeting, table, picture(), ALT)
        assert keep_photo(session(), meeting, table, picture(), ALT) is one
        session().commit()
        session().expire_all()
        assert one.picture.startswith(b"\xff\xd8")
        assert photo_of(session(), other, one.id) is None
        remove_photo(session(), one)
        assert not photos_of(session(), meeting)
