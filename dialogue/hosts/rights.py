"""Who may do what: one table, asked by every view and every verb.

The table is the product's permission table for signed-in people. Residents hold no account; what
they may do follows from their receipt.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import abort, current_app
from flask_login import current_user
from sqlalchemy import Select, or_, select

from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, Membership, StaffRole, User


class Right(StrEnum):
    SEE_DIALOGUE = "see dialogue"
    READ_STORIES = "read stories"
    REVIEW_STORIES = "review stories"
    RUN_ANALYSIS = "run analysis"
    EDIT_THEMES = "edit themes"
    SIGN = "sign"
    PUBLISH = "publish"
    BUILD_SURVEY = "build survey"
    ENTER_ANSWERS = "enter answers"
    ADMINISTER = "administer"


RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.COORDINATOR: frozenset(Right) - {Right.ADMINISTER},
    StaffRole.HOST: frozenset({Right.SEE_DIALOGUE, Right.BUILD_SURVEY, Right.ENTER_ANSWERS}),
    StaffRole.FACILITATOR: frozenset({Right.SEE_DIALOGUE}),
    StaffRole.RESPONDER: frozenset({Right.SEE_DIALOGUE}),
    StaffRole.REVIEWER: frozenset({Right.SEE_DIALOGUE, Right.SIGN}),
    StaffRole.ADMINISTRATOR: frozenset({Right.SEE_DIALOGUE, Right.ADMINISTER}),
}


def visitor() -> User | None:
    """The signed-in member of staff, or None."""
    user = current_user._get_current_object() if current_user.is_authenticated else None
    return user if isinstance(user, User) else None


def signed_in() -> User:
    """The signed-in member of staff of a view that only staff may call."""
    user = visitor()
    if user is None:
        abort(403)
    return user


def may(user: User, right: Right, dialogue: Dialogue) -> bool:
    """Whether a member of staff holds a right in a dialogue.

    A membership counts where its organisation owns the dialogue, hosts it or answers it, and, if
    it is for one dialogue only, in that one.
    """
    return any(
        right in RIGHTS[StaffRole(membership.role)] and _covers(membership, dialogue)
        for membership in user.memberships
    )


def _covers(membership: Membership, dialogue: Dialogue) -> bool:
    if membership.dialogue_id is not None:
        return membership.dialogue_id == dialogue.id
    if membership.role == StaffRole.HOST:
        return membership.organisation_id == dialogue.host_id
    if membership.role == StaffRole.RESPONDER:
        return membership.organisation_id == dialogue.responder_id
    return membership.organisation_id == dialogue.organisation_id


def dialogues_of(user: User) -> Select[Dialogue]:
    """The dialogues that a member of staff may see."""
    organisations = [membership.organisation_id for membership in user.memberships]
    return (
        select(Dialogue)
        .where(
            or_(
                Dialogue.organisation_id.in_(organisations),
                Dialogue.host_id.in_(organisations),
                Dialogue.responder_id.in_(organisations),
            )
        )
        .order_by(Dialogue.slug)
    )


def dialogue_named(slug: str) -> Dialogue:
    """The dialogue with this address, or 404."""
    found = session().scalars(select(Dialogue).where(Dialogue.slug == slug)).first()
    return found or abort(404)


class Holding:
    """Lets through staff who hold a right in the dialogue that the address names.

    Others get the page that a missing dialogue gives: a foreign thing answers as a missing one.
    """

    def __init__(self, right: Right) -> None:
        self.right = right

    def admit(self, arguments: dict[str, Any]) -> Any:
        user = visitor()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        dialogue = dialogue_named(str(arguments.get("dialogue", "")))
        if not may(user, self.right, dialogue):
            abort(404)
        return None
