"""How the voices of a dialogue came, and where people have been met: never who.

Every number of voices or of people passes the disclosure control before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.ground.privacy import PublicCount, public_count
from dialogue.hosts.models import Dialogue
from dialogue.meetings.arranging.planning import AT_A_DISTANCE, IN_A_ROOM, meetings_of
from dialogue.meetings.models import Meeting, MeetingFormat, MeetingState, TableNote
from dialogue.voices.models import Channel, Contribution
from dialogue.voices.population import living, people_called

MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Balance:
    """How many voices came each way, as the public may see it; rows are (words, number or None)."""

    rows: tuple[tuple[str, int | None], ...]
    smallest: int


@dataclass(frozen=True, slots=True)
class Place:
    """How often and how many people were met in a place, beside how many live there."""

    name: str
    meetings: int
    met: PublicCount
    living: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a dialogue has been, how its voices came, and what to do next."""

    balance: Balance | None
    places: tuple[Place, ...]
    suggestions: tuple[str, ...]


def channel_words(channel: str) -> str:
    """A way in which a voice came."""
    return str(
        {
            Channel.WEB: _("The web"),
            Channel.PHONE: _("Telephone"),
            Channel.PAPER: _("Paper"),
            Channel.TABLE: _("Talk around a table"),
            Channel.MEETING: _("The screen in a meeting"),
            Channel.INTERVIEW: _("Interview"),
            Channel.MEETING: _("The screen in a meeting"),
            Channel.IMPORT: _("Brought in from elsewhere"),
        }[Channel(channel)]
    )


def channel_balance(session: Session, dialogue: Dialogue) -> Balance | None:
    """How the voices came, largest first; None until something was said at a meeting."""
    at_meetings = (
        select(func.count())
        .select_from(TableNote)
        .join(Meeting, Meeting.id == TableNote.meeting_id)
        .where(Meeting.dialogue_id == dialogue.id)
    )
    if not session.scalar(at_meetings):
        return None
    smallest: int = current_app.extensions["settings"].smallest_group
    each = select(Contribution.channel, func.count()).where(Contribution.dialogue_id == dialogue.id)
    counted = [(name, n) for name, n in session.execute(each.group_by(Contribution.channel))]
    shown = [(channel_words(name), public_count(n, smallest).shown) for name, n in counted]
    shown.sort(key=lambda row: (-(row[1] or 0), row[0]))
    return Balance(tuple(shown), smallest)


def reach_of(session: Session, dialogue: Dialogue) -> Reach:
    """Where the dialogue has been, and where it could go next."""
    smallest: int = current_app.extensions["settings"].smallest_group
    meetings = [
        each for each in meetings_of(session, dialogue) if each.state != MeetingState.CANCELLED
    ]
    people = living(session, dialogue.organisation, "place")
    places = tuple(_places(meetings, people, smallest))
    return Reach(
        channel_balance(session, dialogue),
        places,
        (*_unvisited(places), *_other_ways(meetings)),
    )


def _places(meetings: Sequence[Meeting], people: dict[str, int], smallest: int) -> Iterator[Place]:
    names = dict.fromkeys([*people, *(each.area for each in meetings if each.area)])
    for name in names:
        here = [each for each in meetings if people_called((each.area,), {name: 1})]
        met = sum(int(each.closing.get("people", 0)) for each in here)
        if here or people.get(name):
            yield Place(name, len(here), public_count(met, smallest), people.get(name, 0))


def _unvisited(places: Sequence[Place]) -> Iterator[str]:
    empty = sorted(
        (each for each in places if not each.meetings and each.living), key=lambda e: -e.living
    )
    for place in empty[:MOST_PLACES]:
        yield str(
            ngettext(
                "No meeting is planned in %(place)s, where %(num)d person lives. Could you be "
                "where people already meet?",
                "No meeting is planned in %(place)s, where %(num)d people live. Could you be "
                "where people already meet?",
                place.living,
                place=place.name,
            )
        )


def _other_ways(meetings: Sequence[Meeting]) -> Iterator[str]:
    formats = {MeetingFormat(each.format) for each in meetings}
    if not formats:
        yield str(
            _("No meeting is planned. A talk around a table reaches people who would not write.")
        )
    elif not formats & AT_A_DISTANCE:
        yield str(
            _("Every meeting is in a room. One on screen or by telephone reaches those far away.")
        )
    elif not formats & IN_A_ROOM:
        yield str(_("No meeting is in a room. Not everybody can or wants to meet on a screen."))
    if formats and MeetingFormat.POP_UP not in formats:
        yield str(
            _("Be where people already are, for example Äldredagen, a school, a shop or a library.")
        )
