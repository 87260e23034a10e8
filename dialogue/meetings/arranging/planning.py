"""Planning a meeting: when, where and how, and what makes it possible to come."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import local, now
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, User
from dialogue.meetings.arranging.codes import keep_hashes
from dialogue.meetings.models import Meeting, MeetingFormat, MeetingState, MeetingTable
from dialogue.voices.receipts import Receipts

TEXTS = ("title", "about", "place", "way", "access")
ACCESS = (
    "step_free", "hearing_loop", "captions", "sign_interpreter", "interpreter", "easy_read",
    "travel", "toilet", "quiet_room", "companion", "parking", "food",
)  # fmt: skip
"""The facts that let a person judge whether they can come, in the order in which they stand."""
LONGEST = timedelta(hours=48)
LONGEST_KEEPING = 90
LARGEST_MARGIN = 2880
MOST_TABLES = 60
IN_A_ROOM = frozenset({MeetingFormat.PHYSICAL, MeetingFormat.HYBRID, MeetingFormat.POP_UP})
AT_A_DISTANCE = frozenset({MeetingFormat.DIGITAL, MeetingFormat.HYBRID, MeetingFormat.PHONE})


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided about a meeting before it is held. Times are UTC."""

    format: MeetingFormat
    texts: Mapping[str, Localized]
    starts_at: datetime
    ends_at: datetime
    area: str = ""
    access: Sequence[str] = ()
    link: str = ""
    phone: str = ""
    registers: bool = False
    capacity: int | None = None
    registers_until: datetime | None = None
    forget_after: int = 14
    margin_before: int = 60
    margin_after: int = 180


def plan_meeting(
    session: Session, dialogue: Dialogue, plan: Plan, receipts: Receipts, *, by: User
) -> Meeting:
    """Make a meeting that only its makers see, with one table, and one more for a hybrid's link.

    Raises:
        Refusal: when the plan does not hold together.
    """
    check(plan)
    meeting = Meeting(
        dialogue_id=dialogue.id, slug=_slug(session, dialogue, plan), dialogue=dialogue
    )
    _write(meeting, plan)
    session.add(meeting)
    session.flush()
    keep_hashes(meeting, receipts)
    if plan.format in IN_A_ROOM:
        add_table(session, meeting, _("Table %(num)d", num=1))
    if plan.format in AT_A_DISTANCE:
        add_table(session, meeting, _("At a distance"), remote=True)
    session.flush()
    audit.record(session, "meeting planned", meeting.id, by.id, dialogue=str(dialogue.id))
    return meeting


def change_meeting(session: Session, meeting: Meeting, plan: Plan, *, by: User) -> None:
    """Change a meeting that has not been held; calendars see the change by its number.

    Raises:
        Refusal: when the plan does not hold together, or the meeting is over or cancelled.
    """
    if meeting.state in (MeetingState.HELD, MeetingState.CANCELLED):
        raise Refusal(_("The meeting is over, so its plan stands as it is."))
    check(plan)
    _write(meeting, plan)
    meeting.revision += 1
    meeting.changed_at = now()
    session.flush()
    audit.record(session, "meeting changed", meeting.id, by.id)


def open_meeting(session: Session, meeting: Meeting, *, by: User) -> None:
    """Let everybody see the meeting, and register where it asks for it."""
    if meeting.state != MeetingState.PLANNED:
        raise Refusal(_("The meeting has been announced already."))
    if not meeting.dialogue.is_public:
        raise Refusal(_("The dialogue is not announced yet, so its meetings cannot be either."))
    meeting.state = MeetingState.OPEN
    audit.record(session, "meeting announced", meeting.id, by.id)


def cancel_meeting(session: Session, meeting: Meeting, reason: Localized, *, by: User) -> None:
    """Cancel a meeting, with a reason that stands on its page, its receipts and in calendars."""
    if meeting.state in (MeetingState.HELD, MeetingState.CANCELLED):
        raise Refusal(_("The meeting is over, so it cannot be cancelled."))
    if not (reason.sv or reason.en):
        raise Refusal(
            _("Write why the meeting is cancelled. Those who meant to come will read it.")
        )
    meeting.texts = dict(meeting.texts) | {"cancelled": reason.as_dict()}
    meeting.state = MeetingState.CANCELLED
    meeting.revision += 1
    meeting.changed_at = now()
    audit.record(session, "meeting cancelled", meeting.id, by.id)


def add_table(
    session: Session, meeting: Meeting, name: str, *, remote: bool = False
) -> MeetingTable:
    """One more table; the people at a distance form one of their own."""
    if not name:
        raise Refusal(_("Give the table a name or a number."))
    if len(meeting.tables) >= MOST_TABLES:
        raise Refusal(_("A meeting has at most %(num)d tables.", num=MOST_TABLES))
    place = max((table.place for table in meeting.tables), default=0) + 1
    made = MeetingTable(place=place, name=name[:80], remote=remote)
    meeting.tables.append(made)
    session.flush()
    return made


def meetings_of(session: Session, dialogue: Dialogue, *, public: bool = False) -> Sequence[Meeting]:
    """A dialogue's meetings in the order in which they are held."""
    mine = select(Meeting).where(Meeting.dialogue_id == dialogue.id)
    if public:
        mine = mine.where(Meeting.state != MeetingState.PLANNED)
    return session.scalars(mine.order_by(Meeting.starts_at, Meeting.slug)).all()


def meeting_named(session: Session, dialogue: Dialogue, slug: str) -> Meeting | None:
    """The meeting with this address in a dialogue, or None."""
    mine = select(Meeting).where(Meeting.dialogue_id == dialogue.id, Meeting.slug == slug)
    return session.scalars(mine).first()


def check(plan: Plan) -> None:
    """Refuse a plan that nobody could come to.

    Raises:
        Refusal: names the first thing that does not hold.
    """
    texts = {name: plan.texts.get(name, Localized("", "")) for name in TEXTS}
    title, place = texts["title"], texts["place"]
    for wrong, sentence in (
        (not (title.sv or title.en), _("Give the meeting a name.")),
        (plan.ends_at <= plan.starts_at, _("The meeting must end after it begins.")),
        (plan.ends_at - plan.starts_at > LONGEST, _("A meeting lasts 48 hours at most.")),
        (
            plan.format in IN_A_ROOM and not (place.sv or place.en),
            _("Say where people meet: the house and the address."),
        ),
        (
            plan.format in (MeetingFormat.DIGITAL, MeetingFormat.HYBRID) and not plan.link,
            _("Give the link that people at a distance use."),
        ),
        (
            plan.format == MeetingFormat.PHONE and not plan.phone,
            _("Give the telephone number that people call."),
        ),
        (not _is_web_address(plan.link), _("The link must begin with https://.")),
        (
            plan.capacity is not None and not 1 <= plan.capacity <= 10_000,
            _("The number of places is between 1 and 10,000, or left empty."),
        ),
        (
            not 1 <= plan.forget_after <= LONGEST_KEEPING,
            _("Registrations are deleted between 1 and %(num)d days after the meeting.",
              num=LONGEST_KEEPING),
        ),
        (
            not all(0 <= m <= LARGEST_MARGIN for m in (plan.margin_before, plan.margin_after)),
            _("The tables open at most %(num)d minutes before or after.", num=LARGEST_MARGIN),
        ),
        (
            plan.registers_until is not None and plan.registers_until > plan.ends_at,
            _("Registration must close before the meeting ends."),
        ),
    ):  # fmt: skip
        if wrong:
            raise Refusal(sentence)


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return not link or (parts.scheme == "https" and bool(parts.netloc) and "\\" not in link)


def _write(meeting: Meeting, plan: Plan) -> None:
    kept = {"cancelled": meeting.texts["cancelled"]} if "cancelled" in (meeting.texts or {}) else {}
    meeting.texts = kept | {name: text.as_dict() for name, text in plan.texts.items()}
    meeting.access = [name for name in ACCESS if name in plan.access]
    for name in (
        "format", "starts_at", "ends_at", "area", "link", "phone", "registers", "capacity",
        "registers_until", "forget_after", "margin_before", "margin_after",
    ):  # fmt: skip
        setattr(meeting, name, getattr(plan, name))


def _slug(session: Session, dialogue: Dialogue, plan: Plan) -> str:
    """The day and the name, as an address: ``2026-12-01-bygdegarden``."""
    title = plan.texts["title"]
    plain = unicodedata.normalize("NFKD", (title.sv or title.en).casefold())
    words = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    stem = f"{local(plan.starts_at):%Y-%m-%d}-{words or 'mote'}"[:70].rstrip("-")
    taken = set(session.scalars(select(Meeting.slug).where(Meeting.dialogue_id == dialogue.id)))
    if stem not in taken:
        return stem
    return next(f"{stem}-{n}" for n in range(2, 10_000) if f"{stem}-{n}" not in taken)
