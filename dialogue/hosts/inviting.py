"""Inviting people to an organisation, and ending their part in it.

An invitation is a link with a secret that is shown once and kept as a hash. It is used once, ends
by itself, and can be taken back. It says which part it gives; nobody chooses another.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.models import Dialogue, Membership, Organisation, StaffRole, User

DAYS = 7
MOST_WAITING = 200


def invite(
    session: Session,
    organisation: Organisation,
    email: str,
    role: StaffRole,
    *,
    by: User,
    name: str = "",
    dialogue: Dialogue | None = None,
) -> tuple[StaffInvitation, str]:
    """Invite somebody; the invitation, and the secret of its link, which is kept nowhere.

    Raises:
        Refusal: when the address is none, the dialogue is another's, or they have the part.
    """
    address = email.strip().lower()
    if address.count("@") != 1 or " " in address or not all(address.split("@")):
        raise Refusal(_("Write the e-mail address of the person you invite."))
    if dialogue is not None and organisation.id not in houses_of(dialogue):
        raise Refusal(_("That dialogue belongs to another organisation."))
    if _has_part(session, address, organisation, role, dialogue):
        raise Refusal(_("This person has that part already."))
    waiting = select(func.count()).where(
        StaffInvitation.organisation_id == organisation.id,
        StaffInvitation.used_at.is_(None),
        StaffInvitation.withdrawn_at.is_(None),
        StaffInvitation.ends_at > now(),
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Refusal(_("Too many invitations wait. Take back some of them first."))
    secret = secrets.token_urlsafe(32)
    made = StaffInvitation(
        organisation_id=organisation.id,
        dialogue_id=dialogue.id if dialogue else None,
        role=role,
        email=address,
        name=name,
        secret_hash=hash_of(secret),
        made_by=by.id,
        ends_at=now() + timedelta(days=DAYS),
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "invited", made.id, by.id, organisation=organisation.slug, role=role.value
    )
    return made, secret


def houses_of(dialogue: Dialogue) -> set[uuid.UUID]:
    """The organisations that have a part in a dialogue."""
    houses = (dialogue.organisation_id, dialogue.host_id, dialogue.responder_id)
    return {each for each in houses if each is not None}


def hash_of(secret: str) -> str:
    """What is kept of a link's secret: hexadecimal SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_behind(session: Session, secret: str) -> StaffInvitation | None:
    """The invitation that a link opens, or None when it is used, ended, taken back or unknown."""
    found = session.scalars(
        select(StaffInvitation).where(StaffInvitation.secret_hash == hash_of(secret))
    ).first()
    return found if found is not None and found.waits else None


def accept(session: Session, invitation: StaffInvitation, user: User) -> Membership:
    """Give a person the part that the invitation names, and use it up.

    The row is locked, so that of two who press at once only one gets in.

    Raises:
        Refusal: when the link opens nothing any more, or is somebody else's.
    """
    session.refresh(invitation, with_for_update=True)
    if not invitation.waits:
        raise Refusal(_("This invitation has been used or has ended. Ask for a new one."))
    if user.email.lower() != invitation.email:
        raise Refusal(_("This invitation is for another e-mail address than yours."))
    invitation.used_at = now()
    membership = Membership(
        user_id=user.id,
        organisation_id=invitation.organisation_id,
        role=StaffRole(invitation.role),
        dialogue_id=invitation.dialogue_id,
    )
    if not _has_part(
        session, user.email, invitation.organisation, membership.role, invitation.dialogue
    ):
        session.add(membership)
    session.flush()
    audit.record(
        session,
        "invitation accepted",
        invitation.id,
        user.id,
        organisation=invitation.organisation.slug,
        role=membership.role.value,
    )
    return membership


def take_back(session: Session, invitation: StaffInvitation, *, by: User) -> None:
    """End an invitation that has not been used.

    Raises:
        Refusal: when it was used already.
    """
    if invitation.used_at is not None:
        raise Refusal(_("The invitation has been used. End the person’s part instead."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = now()
        audit.record(session, "invitation taken back", invitation.id, by.id)


def end_membership(session: Session, membership: Membership, *, by: User) -> None:
    """Take a part away; it is gone at the person's next request.

    Raises:
        Refusal: when the organisation would be left without an administrator.
    """
    if membership.role == StaffRole.ADMINISTRATOR:
        others = select(Membership.id).where(
            Membership.organisation_id == membership.organisation_id,
            Membership.role == StaffRole.ADMINISTRATOR,
            Membership.id != membership.id,
        )
        if session.scalars(others.limit(1)).first() is None:
            raise Refusal(
                _("This is the last administrator. Invite another one before you end this part.")
            )
    audit.record(
        session,
        "membership ended",
        membership.user_id,
        by.id,
        organisation=membership.organisation.slug,
        role=StaffRole(membership.role).value,
    )
    session.delete(membership)
    session.flush()


def _has_part(
    session: Session,
    email: str,
    organisation: Organisation,
    role: StaffRole,
    dialogue: Dialogue | None,
) -> bool:
    part = (
        select(Membership.id)
        .join(User)
        .where(
            func.lower(User.email) == email.lower(),
            Membership.organisation_id == organisation.id,
            Membership.role == role,
            Membership.dialogue_id == (dialogue.id if dialogue else None),
        )
    )
    return session.scalars(part.limit(1)).first() is not None
