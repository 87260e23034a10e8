"""Taking up an invitation: a name, a password, and the part that the link gives."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import session as kept
from flask_babel import gettext as _
from sqlalchemy import func, select

from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts import inviting
from dialogue.hosts.house_forms import WelcomeForm, role_hints, role_names
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.models import User
from dialogue.hosts.rights import visitor
from dialogue.hosts.sign_in import add_user, password_faults

welcome = Blueprint("welcome", __name__, url_prefix="/<language:language>/inbjudan")


@welcome.route("/<secret>", methods=["GET", "POST"])
@open_to(Access.ANYONE)
def open_invitation(secret: str) -> Any:
    """Who invites to what; a new person sets a password, a known one takes the part."""
    found = inviting.invitation_behind(session(), secret) if len(secret) < 100 else None
    if found is None:
        abort(404)
    form = WelcomeForm.of_request(name=found.name)
    known = _known(found)
    if request.method == "GET":
        return _page(form, found, secret, known)
    try:
        if known is None:
            return _newcomer(form, found, secret)
        if visitor() is None or visitor() != known:
            return _page(form, found, secret, known, status=422)
        inviting.accept(session(), found, known)
    except Refusal as refusal:
        session().rollback()
        return _page(form, found, secret, known, refusal.sentence, 422)
    return redirect(url_for("hosts.desk"), 303)


def _newcomer(form: WelcomeForm, found: StaffInvitation, secret: str) -> Any:
    """Make the account; its second factor is set up at the first sign-in."""
    form.validate_on_submit()
    if not form.name.data:
        form.name.errors = [_("Write your name.")]
    faults = password_faults(form.password.data or "", found.email)
    if faults:
        form.password.errors = faults
    if not form.rules.data:
        form.rules.errors = [_("Tick that you keep to this.")]
    if form.errors:
        return _page(form, found, secret, None, status=422)
    user = add_user(found.email, form.name.data, form.password.data)
    session().flush()
    inviting.accept(session(), found, user)
    return redirect(url_for("security.login"), 303)


def _known(found: StaffInvitation) -> User | None:
    """The account that the invited address has already."""
    return session().scalars(select(User).where(func.lower(User.email) == found.email)).first()


def _page(
    form: WelcomeForm,
    found: StaffInvitation,
    secret: str,
    known: User | None,
    refused: str = "",
    status: int = 200,
) -> Any:
    kept["invitation"] = secret
    page = render_template(
        "hosts/welcome.html",
        form=form,
        invitation=found,
        secret=secret,
        role=role_names()[found.role],
        hint=role_hints()[found.role],
        known=known is not None,
        signed_in_as_them=known is not None and visitor() == known,
        refused=refused,
    )
    return page, status
