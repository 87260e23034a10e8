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

from dialogue.ground.clock import now
from dialogue.ground.db import Base, session
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.models import (
    Dialogue,
    Membership,
    Organisation,
    ReleaseRule,
    StaffRole,
    User,
)
from dialogue.hosts.permissions import Seat, Task, opens


class Right(StrEnum):
    SEE_DIALOGUE = "see dialogue"
    READ_STORIES = "read stories"
    REVIEW_STORIES = "review stories"
    RUN_ANALYSIS = "run analysis"
    EDIT_THEMES = "edit themes"
    SIGN = "sign"
    RESERVE = "reserve"
    READ_LIBRARY = "read library"
    PUBLISH = "publish"
    BUILD_SURVEY = "build survey"
    ENTER_ANSWERS = "enter answers"
    SEE_REGISTRATIONS = "see registrations"
    RESPOND = "respond"
    ADMINISTER = "administer"


TASKS: dict[Right, Task] = {
    Right.READ_STORIES: Task.READ,
    Right.REVIEW_STORIES: Task.MODERATE,
    Right.RUN_ANALYSIS: Task.ANALYSE,
    Right.EDIT_THEMES: Task.ANALYSE,
    Right.SIGN: Task.SIGN,
    Right.RESERVE: Task.RESERVE,
    Right.PUBLISH: Task.PUBLISH,
    Right.BUILD_SURVEY: Task.BUILD,
    Right.ENTER_ANSWERS: Task.ENTER,
    Right.SEE_REGISTRATIONS: Task.REGISTRATIONS,
    Right.RESPOND: Task.RESPOND,
    Right.ADMINISTER: Task.ADMINISTER,
}
"""The row of the permission table that each right stands on. Every member sees the dialogue."""

OF_STORIES = frozenset({Right.READ_LIBRARY})
"""Who takes part in a dialogue may read what its tellers let out; administrators may not."""

RIGHTS: dict[StaffRole, frozenset[Right]] = {
    role: frozenset(
        right
        for right in Right
        if (right not in TASKS or opens(TASKS[right], Seat(role.value)))
        and not (role == StaffRole.ADMINISTRATOR and right in OF_STORIES)
    )
    for role in StaffRole
}
HELD_BACK = frozenset({Right.READ_STORIES, Right.REVIEW_STORIES})
"""What a host can keep from the organisation that asks."""
SYSTEM = "system"
"""The name of the role that administers the whole installation."""


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
    it is for one dialogue only, in that one. An administrator reads stories only while a glass is
    broken.
    """
    if any(_gives(membership, right, dialogue) for membership in user.memberships):
        return True
    if right in (Right.SEE_DIALOGUE, Right.ADMINISTER):
        return runs_the_system(user)
    return right == Right.READ_STORIES and has_broken_glass(user, dialogue)


def holds(right: str, dialogue: Dialogue) -> bool:
    """Whether the visitor holds a right, by its words, in a dialogue; for pages that show ways."""
    user = visitor()
    return user is not None and may(user, Right(right), dialogue)


def _gives(membership: Membership, right: Right, dialogue: Dialogue) -> bool:
    role = StaffRole(membership.role)
    if right not in RIGHTS[role] or not _covers(membership, dialogue):
        return False
    return not (role == StaffRole.COORDINATOR and right in HELD_BACK and is_held_back(dialogue))


def is_held_back(dialogue: Dialogue) -> bool:
    """Whether the host keeps a dialogue's stories from the organisation that asks, just now.

    A host that lets reviewed stories through lets them through together: as long as one waits to
    be read, the coordinator reads none, for themes and searches show stories beside each other.
    """
    if not dialogue.is_hosted or dialogue.release == ReleaseRule.ALL:
        return False
    return dialogue.release == ReleaseRule.THEMES_ONLY or _some_wait(dialogue)


def _some_wait(dialogue: Dialogue) -> bool:
    """Whether any story of a dialogue has not been read by a person.

    Stories belong to a part above this one, so their table is asked by its name.
    """
    stories = Base.metadata.tables["story"]
    waiting = select(stories.c.id).where(
        stories.c.dialogue_id == dialogue.id, stories.c.desk == "waiting"
    )
    return session().execute(waiting.limit(1)).first() is not None


def runs_the_system(user: User) -> bool:
    """Whether a member of staff administers the whole installation."""
    return any(role.name == SYSTEM for role in user.roles)


def has_broken_glass(user: User, dialogue: Dialogue) -> bool:
    """Whether a person may read a dialogue's stories just now, though it is not their part."""
    glass = select(BrokenGlass.id).where(
        BrokenGlass.dialogue_id == dialogue.id,
        BrokenGlass.user_id == user.id,
        BrokenGlass.ends_at > now(),
    )
    return session().scalars(glass.limit(1)).first() is not None


def looks_after(user: User | None) -> bool:
    """Whether a person looks after any organisation."""
    return user is not None and (
        runs_the_system(user)
        or any(each.role == StaffRole.ADMINISTRATOR for each in user.memberships)
    )


def administers(user: User, organisation: Organisation) -> bool:
    """Whether a person looks after an organisation's people, look and rules."""
    return runs_the_system(user) or any(
        each.role == StaffRole.ADMINISTRATOR and each.organisation_id == organisation.id
        for each in user.memberships
    )


def _covers(membership: Membership, dialogue: Dialogue) -> bool:
    if membership.dialogue_id is not None:
        return membership.dialogue_id == dialogue.id
    if membership.role == StaffRole.HOST:
        return membership.organisation_id == (dialogue.host_id or dialogue.organisation_id)
    if membership.role == StaffRole.RESPONDER:
        return membership.organisation_id == dialogue.responder_id
    return membership.organisation_id == dialogue.organisation_id


def dialogues_of(user: User) -> Select[Dialogue]:
    """The dialogues that a member of staff may see."""
    if runs_the_system(user):
        return select(Dialogue).order_by(Dialogue.slug)
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
    """Lets through staff who hold one of the rights in the dialogue that the address names.

    Others get the page that a missing dialogue gives: a foreign thing answers as a missing one.
    """

    def __init__(self, *rights: Right) -> None:
        self.rights = rights

    def admit(self, arguments: dict[str, Any]) -> Any:
        user = visitor()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        dialogue = dialogue_named(str(arguments.get("dialogue", "")))
        if not any(may(user, right, dialogue) for right in self.rights):
            abort(404)
        return None


def organisation_named(slug: str) -> Organisation:
    """The organisation with this address, or 404."""
    found = session().scalars(select(Organisation).where(Organisation.slug == slug)).first()
    return found or abort(404)


def coordinated_by(user: User) -> list[Organisation]:
    """The organisations whose dialogues a person may begin."""
    found = {
        each.organisation_id: each.organisation
        for each in user.memberships
        if each.role == StaffRole.COORDINATOR and each.dialogue_id is None
    }
    return sorted(found.values(), key=lambda each: each.name_sv)


class Coordinating:
    """Lets through staff who coordinate dialogues for an organisation."""

    def admit(self, arguments: dict[str, Any]) -> Any:
        user = visitor()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if not coordinated_by(user):
            abort(404)
        return None


class Administering:
    """Lets through those who administer the organisation that the address names, or any."""

    def admit(self, arguments: dict[str, Any]) -> Any:
        user = visitor()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if "organisation" in arguments:
            if not administers(user, organisation_named(str(arguments["organisation"]))):
                abort(404)
        elif not looks_after(user):
            abort(404)
        return None


class RunningTheSystem:
    """Lets through those who administer the whole installation."""

    def admit(self, arguments: dict[str, Any]) -> Any:
        user = visitor()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if not runs_the_system(user):
            abort(404)
        return None
