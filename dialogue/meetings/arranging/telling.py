"""A meeting in words: when it is, how people meet, and what makes it possible to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from dialogue.ground.clock import local
from dialogue.meetings.models import Meeting


def when_words(meeting: Meeting) -> str:
    """The day and the hours, in Swedish time."""
    first, last = local(meeting.starts_at), local(meeting.ends_at)
    day = format_date(first.date(), "EEEE d MMMM y")
    midnight = f"{last:%H:%M}" == "00:00" and last.date() - first.date() == timedelta(days=1)
    if first.date() == last.date() or midnight:
        ends = "24:00" if midnight else f"{last:%H:%M}"
        return str(_("%(day)s, %(first)s–%(last)s", day=day, first=f"{first:%H:%M}", last=ends))
    until = format_date(last.date(), "EEEE d MMMM y")
    return str(
        _(
            "from %(day)s, %(first)s to %(until)s, %(last)s",
            day=day,
            first=f"{first:%H:%M}",
            until=until,
            last=f"{last:%H:%M}",
        )
    )


def moment_words(at: datetime) -> str:
    """A time from the database as a clock in Sweden shows it: ``1 december 18:00``."""
    here = local(at)
    return f"{format_date(here.date(), 'd MMMM')} {here:%H:%M}"


def format_words(name: str) -> str:
    """How people meet."""
    return str(
        {
            "physical": _("In a room"),
            "digital": _("On screen"),
            "hybrid": _("In a room and on screen"),
            "pop_up": _("Drop in, where people already are"),
            "phone": _("By telephone"),
        }[name]
    )


def access_words(name: str) -> str:
    """One fact that lets a person judge whether they can come."""
    return str(
        {
            "step_free": _("Step-free all the way"),
            "hearing_loop": _("Hearing loop"),
            "captions": _("Speech is written as text on a screen"),
            "sign_interpreter": _("Sign language interpreter"),
            "interpreter": _("Interpreter to other languages, if you ask for it"),
            "easy_read": _("Material that is easy to read"),
            "travel": _("We pay for the journey"),
            "toilet": _("Accessible toilet"),
            "quiet_room": _("A quiet room to rest in"),
            "companion": _("You may bring somebody who supports you"),
            "parking": _("Parking near the door"),
            "food": _("Coffee and something to eat"),
        }[name]
    )


def state_words(name: str) -> str:
    """Where a meeting stands."""
    return str(
        {
            "planned": _("Planned, not announced"),
            "open": _("Announced to everybody"),
            "held": _("Has been held"),
            "cancelled": _("Cancelled"),
        }[name]
    )
