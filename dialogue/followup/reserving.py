"""Reservations: a host who does not accept a text says so, and it is published beside it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.heard import WHOLE, texts_in
from dialogue.followup.round_models import Reservation
from dialogue.followup.rounds import newest_round
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User

LONGEST = 4_000


class ReservationOvertaken(Refusal):
    """Somebody else changed the reservation since the form was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed the reservation while you had it open."))


def reserve(
    session: Session,
    dialogue: Dialogue,
    about: str,
    text: str,
    lang: str,
    *,
    by: User,
    seen: int = 0,
) -> Reservation:
    """Write the host's reservation against a text, or change it before it is published.

    ``about`` is a text of the newest round, or the whole; ``seen`` the version that was open.

    Raises:
        Refusal: when there is no host or nothing is said, or somebody else was first.
    """
    if dialogue.host_id is None:
        raise Refusal(_("Nobody hosts this dialogue."))
    if not text:
        raise Refusal(_("Write what you do not agree with, and why."))
    if len(text) > LONGEST:
        raise Refusal(_("A reservation has at most %(num)d characters.", num=LONGEST))
    newest = newest_round(session, dialogue)
    if about != WHOLE and (newest is None or about not in texts_in(newest)):
        raise Refusal(_("One of the texts is not in this round."))
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue.id).with_for_update())
    found = _waiting(session, dialogue, about)
    if (found.version if found else 0) != seen:
        raise ReservationOvertaken
    if found is None:
        found = Reservation(
            dialogue_id=dialogue.id, organisation_id=dialogue.host_id, about=about, version=0
        )
        session.add(found)
    found.text, found.lang = text, lang
    found.written_by, found.written_at, found.version = by.id, now(), found.version + 1
    session.flush()
    audit.record(session, "reservation written", found.id, by.id)
    return found


def take_back(session: Session, dialogue: Dialogue, about: str, *, by: User) -> None:
    """Remove a reservation that has not been published."""
    found = _waiting(session, dialogue, about)
    if found is not None:
        session.delete(found)
        session.flush()
        audit.record(session, "reservation taken back", found.id, by.id)


def reservations(session: Session, dialogue: Dialogue) -> Sequence[Reservation]:
    """What the host reserves itself against in the next publication."""
    mine = select(Reservation).where(
        Reservation.dialogue_id == dialogue.id, Reservation.publication_id.is_(None)
    )
    return session.scalars(mine.order_by(Reservation.about)).all()


def _waiting(session: Session, dialogue: Dialogue, about: str) -> Reservation | None:
    return next((each for each in reservations(session, dialogue) if each.about == about), None)
