"""Who takes part in one dialogue: a coordinator invites, and all who hold it see whom.

A part that is given here is for this one dialogue. Who belongs to an organisation as a whole is
for its administrator.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.inviting import invite, take_back
from dialogue.hosts.models import (
    Dialogue,
    DialogueState,
    Membership,
    Organisation,
    ReleaseRule,
    StaffRole,
    User,
)
from dialogue.hosts.permissions import INVITES, Seat

OVER = frozenset({DialogueState.ARCHIVED, DialogueState.WITHDRAWN})


def parts_to_give(dialogue: Dialogue) -> tuple[StaffRole, ...]:
    """The parts to which a coordinator may invite in a dialogue just now."""
    return tuple(
        StaffRole(seat.value)
        for seat in INVITES[Seat.COORDINATOR]
        if seat != Seat.RESPONDER or dialogue.responder_id is not None
    )


def house_of(dialogue: Dialogue, role: StaffRole) -> Organisation:
    """The organisation in which a part of a dialogue is held.

    Raises:
        Refusal: when nobody has promised to answer yet.
    """
    if role == StaffRole.HOST:
        return dialogue.face
    if role == StaffRole.RESPONDER:
        if dialogue.responder is None:
            raise Refusal(_("Nobody has promised to answer. Choose who answers."))
        return dialogue.responder
    return dialogue.organisation


def invite_to(
    session: Session, dialogue: Dialogue, email: str, role: StaffRole, *, by: User, name: str = ""
) -> tuple[StaffInvitation, str]:
    """Invite somebody to one dialogue; the invitation, and its link's secret, kept nowhere.

    Raises:
        Refusal: when the dialogue is over, the part is not a coordinator's to give, or the host
            looks after its own people already.
    """
    if dialogue.state in OVER:
        raise Refusal(_("The dialogue is over. Nobody is invited to it any more."))
    if role not in parts_to_give(dialogue):
        raise Refusal(_("That part is given by an administrator."))
    if role == StaffRole.HOST and _keeps_stories(dialogue):
        _refuse_around_the_host(session, dialogue, email)
    house = house_of(dialogue, role)
    return invite(session, house, email, role, by=by, name=name, dialogue=dialogue)


def withdraw_from(
    session: Session, dialogue: Dialogue, invitation: StaffInvitation, *, by: User
) -> None:
    """Take back an invitation to a dialogue.

    Raises:
        Refusal: when it is to something else, or was used already.
    """
    if invitation.dialogue_id != dialogue.id:
        raise Refusal(_("That invitation is not to this dialogue."))
    take_back(session, invitation, by=by)


def invitations_to(session: Session, dialogue: Dialogue) -> Sequence[StaffInvitation]:
    """Every invitation to a dialogue that was not taken back, the newest first."""
    mine = select(StaffInvitation).where(
        StaffInvitation.dialogue_id == dialogue.id, StaffInvitation.withdrawn_at.is_(None)
    )
    return session.scalars(mine.order_by(StaffInvitation.made_at.desc())).all()


def parts_in(session: Session, dialogue: Dialogue) -> list[Membership]:
    """Who takes part in a dialogue, by part and name; administrators look after houses instead."""
    houses = {
        StaffRole.HOST: dialogue.host_id or dialogue.organisation_id,
        StaffRole.RESPONDER: dialogue.responder_id,
    }
    found = session.scalars(
        select(Membership).where(
            (Membership.dialogue_id == dialogue.id) | Membership.dialogue_id.is_(None),
            Membership.organisation_id.in_(
                [dialogue.organisation_id, *filter(None, houses.values())]
            ),
            Membership.role != StaffRole.ADMINISTRATOR,
        )
    )
    order = list(StaffRole)
    mine = [
        each
        for each in found
        if each.dialogue_id == dialogue.id
        or each.organisation_id == houses.get(each.role, dialogue.organisation_id)
    ]
    return sorted(mine, key=lambda each: (order.index(each.role), each.user.name, each.user.email))


def _keeps_stories(dialogue: Dialogue) -> bool:
    return dialogue.is_hosted and dialogue.release != ReleaseRule.ALL


def _refuse_around_the_host(session: Session, dialogue: Dialogue, email: str) -> None:
    """A host that keeps stories back is not to be gone round by inviting oneself as its member.

    Raises:
        Refusal: when the host has somebody, or the person works for the organisation that asks.
    """
    host = dialogue.face.name.sv
    of_the_host = select(Membership.id).where(
        Membership.organisation_id == dialogue.host_id,
        Membership.role.in_([StaffRole.HOST, StaffRole.ADMINISTRATOR]),
        (Membership.dialogue_id == dialogue.id) | Membership.dialogue_id.is_(None),
    )
    if session.scalars(of_the_host.limit(1)).first() is not None:
        raise Refusal(
            _("%(host)s has its own people here. Their administrator invites more.", host=host)
        )
    of_ours = (
        select(Membership.id)
        .join(User)
        .where(
            func.lower(User.email) == email.strip().lower(),
            Membership.organisation_id == dialogue.organisation_id,
        )
    )
    if session.scalars(of_ours.limit(1)).first() is not None:
        raise Refusal(
            _("This person works for the organisation that asks, and cannot host as well.")
        )
