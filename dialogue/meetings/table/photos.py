"""Pictures of sticky notes, drawn anew: nothing of where, when or what took them is left."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from PIL import Image, ImageOps
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from dialogue.ground.pictures import Picture, Sentences, opened_picture, written
from dialogue.meetings.models import Meeting, MeetingTable, TablePhoto
from dialogue.voices.letting_go import also_let_go

LARGEST_FILE = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2000
QUALITY = 82
MOST_PHOTOS = 60


def redrawn(content: bytes) -> Picture:
    """Draw a picture anew as JPEG, the right way up and at most 2,000 pixels long.

    Raises:
        Refusal: when it is too large, or no picture that can be read.
    """
    with opened_picture(content, most_bytes=LARGEST_FILE, fits=_fits, said=_said) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        drawn = Image.new("RGB", upright.size, "white")
        plain = upright.convert("RGBA")
        drawn.paste(plain, mask=plain.getchannel("A"))
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return written(drawn, "JPEG", QUALITY)


def _fits(width: int, height: int) -> bool:
    return width * height <= MOST_PIXELS


def _said() -> Sentences:
    unreadable = _("The file is not a picture that can be read. Use JPEG, PNG or WebP.")
    return Sentences(
        too_large=_("The picture is larger than 12 MB. Take it with a smaller size."),
        no_picture=unreadable,
        wrong_size=_("The picture has too many pixels. Take it with a smaller size."),
        broken=unreadable,
    )


def keep_photo(
    session: Session, meeting: Meeting, table: MeetingTable, content: bytes, alt: str
) -> TablePhoto:
    """Keep a picture beside a table's notes; the same picture once.

    Raises:
        Refusal: when it cannot be read, is not described, or there are too many already.
    """
    if not alt:
        raise Refusal(_("Write what stands on the notes, for those who cannot see the picture."))
    drawn = redrawn(content)
    digest = hashlib.sha256(drawn.data).digest()
    mine = TablePhoto.meeting_id == meeting.id
    same = session.scalars(select(TablePhoto).where(mine, TablePhoto.digest == digest)).first()
    if same is not None:
        return same
    if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST_PHOTOS:
        raise Refusal(_("A meeting has at most %(num)d pictures.", num=MOST_PHOTOS))
    made = TablePhoto(
        meeting_id=meeting.id,
        table_id=table.id,
        alt=alt[:1000],
        digest=digest,
        width=drawn.width,
        height=drawn.height,
        picture=drawn.data,
    )
    session.add(made)
    session.flush()
    return made


def photo_of(session: Session, meeting: Meeting, key: uuid.UUID) -> TablePhoto | None:
    """A picture of this meeting, or None."""
    found = session.get(TablePhoto, key)
    return found if found is not None and found.meeting_id == meeting.id else None


def photos_of(session: Session, meeting: Meeting) -> Sequence[TablePhoto]:
    """The meeting's pictures, without the pictures themselves."""
    mine = select(TablePhoto).where(TablePhoto.meeting_id == meeting.id)
    return session.scalars(mine.order_by(TablePhoto.id)).all()


def remove_photo(session: Session, photo: TablePhoto) -> None:
    """Take a picture away for good."""
    session.delete(photo)
    session.flush()


@also_let_go
def let_photos_go(session: Session, dialogue: uuid.UUID) -> None:
    """Delete the pictures of a dialogue's tables: what stands on them is residents' words."""
    meetings = select(Meeting.id).where(Meeting.dialogue_id == dialogue)
    session.execute(delete(TablePhoto).where(TablePhoto.meeting_id.in_(meetings)))
