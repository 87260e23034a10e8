"""A meeting as a calendar file (RFC 5545): times in Swedish time, and a cancellation when it is.

Lines are folded at 75 octets, never inside a letter.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from dialogue.ground.clock import local
from dialogue.meetings.models import Meeting, MeetingState

ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Europe/Stockholm",
    "BEGIN:DAYLIGHT", "DTSTART:19810329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
    "TZNAME:CEST", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
    "BEGIN:STANDARD", "DTSTART:19961027T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
    "TZNAME:CET", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
    "END:VTIMEZONE",
)  # fmt: skip
WIDTH = 75


def calendar_file(meeting: Meeting, language: str, address: str, house: str) -> bytes:
    """The meeting in one language; ``address`` is its page, ``house`` the domain of its key."""
    cancelled = meeting.state == MeetingState.CANCELLED
    where = ", ".join(filter(None, (meeting.said("place").text(language), meeting.area)))
    why = meeting.said("cancelled").text(language) if cancelled else ""
    about = "\n\n".join(
        filter(
            None,
            (
                _("Cancelled: %(why)s", why=why) if why else "",
                meeting.said("about").text(language),
                meeting.said("access").text(language),
                address,
            ),
        )
    )
    title = meeting.title.text(language)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Viktigt for dig//Meetings//SV",
        f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
        *ZONE,
        "BEGIN:VEVENT",
        f"UID:{meeting.id}@{house}",
        f"SEQUENCE:{meeting.revision}",
        f"DTSTAMP:{meeting.changed_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/Stockholm:{_here(meeting.starts_at)}",
        f"DTEND;TZID=Europe/Stockholm:{_here(meeting.ends_at)}",
        f"SUMMARY;LANGUAGE={language}:{escaped(title)}",
        f"LOCATION;LANGUAGE={language}:{escaped(where)}" if where else "",
        f"DESCRIPTION;LANGUAGE={language}:{escaped(about)}",
        f"URL:{address}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        f"CLASS:PUBLIC\r\nTRANSP:{'TRANSPARENT' if cancelled else 'OPAQUE'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    whole = "\r\n".join(filter(None, lines)).split("\r\n")
    return b"".join(folded(line) for line in whole)


def _here(at: datetime) -> str:
    return f"{local(at):%Y%m%dT%H%M%S}"


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line feed are marked."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line of at most 75 octets, and its continuations, each begun by a space."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > WIDTH:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
