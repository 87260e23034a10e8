"""Who may do what: one table, asked by every view and every verb.

The table is the product's permission table for signed-in people. Residents hold no account; what
they may do follows from their receipt.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import abort, current_app, request
from flask_login import current_user
from sqlalchemy import Select, or_, select

from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.models import (
    Dialogue,
    Membership,
    Organisation,
    ReleaseRule,
    StaffRole,
    User,
)
from dialogue.hosts.permissions import Cell, Seat, Task, holds_cell, opens


class Right(StrEnum):
    SEE_DIALOGUE = "see dialogue"
    READ_STORIES = "read stories"
    REVIEW_STORIES = "review stories"
    ADVISE = "give a second opinion"
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

PARTS: dict[Right, tuple[Task, Cell]] = {Right.ADVISE: (Task.MODERATE, Cell.SECOND_OPINION)}
"""Rights to a part of a task: for those who may do all of it, and for those whose cell says so."""

OF_STORIES = frozenset({Right.READ_LIBRARY})
"""Who takes part in a dialogue may read what its tellers let out; administrators may not."""


def _opens(right: Right, seat: Seat) -> bool:
    if right in PARTS:
        task, part = PARTS[right]
        return opens(task, seat) or holds_cell(task, seat, part)
    return right not in TASKS or opens(TASKS[right], seat)


RIGHTS: dict[StaffRole, frozenset[Right]] = {
    role: frozenset(
        right
        for right in Right
        if _opens(right, Seat(role.value))
        and not (role == StaffRole.ADMINISTRATOR and right in OF_STORIES)
    )
    for role in StaffRole
}
SAFE = frozenset({"GET", "HEAD"})
HELD_BACK = frozenset({Right.READ_STORIES, Right.REVIEW_STORIES, Right.ADVISE})
"""What a host can keep from the organisation that asks."""
ONLY_LET_THROUGH = "only let through"
"""In a session's ``info``: the dialogue of which this request sees what was let through only."""
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
    """Whether the host keeps every story of a dialogue from the organisation that asks."""
    return dialogue.is_hosted and dialogue.release == ReleaseRule.THEMES_ONLY


def is_let_through(dialogue: Dialogue) -> bool:
    """Whether the host lets the stories of a dialogue through one by one, at its desk."""
    return dialogue.is_hosted and dialogue.release == ReleaseRule.REDACTED_STORIES


def reads_everything(user: User, dialogue: Dialogue) -> bool:
    """Whether a person reads a dialogue's stories before anybody has let them through.

    Where the host lets stories through one by one, only the host does, and whoever breaks a
    glass.
    """
    if not is_let_through(dialogue):
        return may(user, Right.READ_STORIES, dialogue)
    own = (each for each in user.memberships if each.role != StaffRole.COORDINATOR)
    return has_broken_glass(user, dialogue) or any(
        _gives(each, Right.READ_STORIES, dialogue) for each in own
    )


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
        if request.method in SAFE and is_let_through(dialogue):
            _narrow(user, dialogue)
        return None


def _narrow(user: User, dialogue: Dialogue) -> None:
    """Let this request's pages see what the host has let through, unless it may see everything.

    Acts are not narrowed, for they must count every story; they answer with single stories, each
    of which is asked about by itself.
    """
    if not reads_everything(user, dialogue):
        session().info[ONLY_LET_THROUGH] = dialogue.id


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
