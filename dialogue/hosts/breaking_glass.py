"""An administrator's look at stories: for a stated reason, for a short time, before all eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.models import Dialogue, Organisation, User

MINUTES = 30
SHORTEST_REASON = 20
SHOWN_FOR = timedelta(days=400)


def break_glass(session: Session, dialogue: Dialogue, reason: str, *, by: User) -> BrokenGlass:
    """Let an administrator read a dialogue's stories for half an hour.

    Raises:
        Refusal: when the reason says too little, or a glass is broken already.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            _("Say why, in a sentence of at least 20 characters. Everybody concerned will see it.")
        )
    if any(each.user_id == by.id and each.ends_at > now() for each in glass_of(session, dialogue)):
        raise Refusal(_("You can read the stories already."))
    broken = BrokenGlass(
        dialogue_id=dialogue.id,
        user_id=by.id,
        reason=reason.strip(),
        began_at=now(),
        ends_at=now() + timedelta(minutes=MINUTES),
    )
    session.add(broken)
    session.flush()
    audit.record(session, "glass broken", dialogue.id, by.id, reason=broken.reason, minutes=MINUTES)
    return broken


def mend_glass(session: Session, dialogue: Dialogue, *, by: User) -> None:
    """End one's own look before its time."""
    for each in glass_of(session, dialogue):
        if each.user_id == by.id and each.ends_at > now():
            each.ends_at = now()
            audit.record(session, "glass mended", dialogue.id, by.id)


def glass_of(session: Session, *dialogues: Dialogue) -> Sequence[BrokenGlass]:
    """The looks at these dialogues' stories in the last year, the newest first."""
    return session.scalars(
        select(BrokenGlass)
        .where(
            BrokenGlass.dialogue_id.in_([each.id for each in dialogues]),
            BrokenGlass.began_at > now() - SHOWN_FOR,
        )
        .order_by(BrokenGlass.began_at.desc(), BrokenGlass.id)
    ).all()


def glass_in(session: Session, organisation: Organisation) -> Sequence[BrokenGlass]:
    """The looks at stories of any dialogue that an organisation asks or hosts."""
    dialogues = session.scalars(
        select(Dialogue).where(
            (Dialogue.organisation_id == organisation.id) | (Dialogue.host_id == organisation.id)
        )
    ).all()
    return glass_of(session, *dialogues)
