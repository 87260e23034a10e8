"""Signing in through the organisation's own login service.

Rights never come from there: an identity opens the account that it was joined to, and it is
joined by somebody who holds an invitation, or who has signed in already.
"""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask import session as kept
from flask_babel import gettext as _
from flask_security import login_user
from sqlalchemy import func, select

from dialogue.ground import audit
from dialogue.ground.access import Access, open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts import inviting
from dialogue.hosts.house_models import StaffIdentity, StaffInvitation
from dialogue.hosts.models import User
from dialogue.hosts.oidc import Asked, LoginService, NoAnswer, NotTrusted, OneStep, Shown
from dialogue.hosts.rights import visitor
from dialogue.hosts.sign_in import add_person

outer = Blueprint("outer", __name__, url_prefix="/<language:language>/personal/tjanst")
log = logging.getLogger("dialogue.login")
LONGEST_ABSENCE = 600
"""Seconds that somebody may be away at the login service."""


def outer_name() -> str:
    """What the login service is called; empty when there is none."""
    settings = current_app.extensions["settings"]
    return str(settings.oidc_name or settings.oidc_issuer) if settings.oidc_issuer else ""


def _service() -> LoginService:
    settings = current_app.extensions["settings"]
    if not settings.oidc_issuer:
        abort(404)
    if "login service" not in current_app.extensions:
        back = settings.public_url + url_for("outer.come_back", language=LANGUAGES[0])
        current_app.extensions["login service"] = LoginService(settings, back)
    found: LoginService = current_app.extensions["login service"]
    return found


@outer.get("/borja")
@open_to(Access.ANYONE)
def begin() -> Any:
    """Send somebody to the login service."""
    try:
        address, asked = _service().question()
    except (NoAnswer, NotTrusted) as error:
        return _refused(error)
    kept["outer"] = {**asdict(asked), "at": int(time.time()), "language": current_language()}
    response = redirect(address, 302)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@outer.get("/svar")
@open_to(Access.ANYONE)
@leaves_trace
def come_back() -> Any:
    """Take somebody back from the login service."""
    service, before = _service(), kept.pop("outer", None)
    if not isinstance(before, dict):
        return _told(_("The login was broken off, or took too long. Begin again."))
    g.language = before["language"]
    state, code = request.args.get("state", ""), request.args.get("code", "")
    fresh = time.time() - before["at"] < LONGEST_ABSENCE
    same = secrets.compare_digest(state.encode(), before["state"].encode())
    if not (fresh and same and 0 < len(code) < 5_000):
        return _told(_("The login was broken off, or took too long. Begin again."))
    try:
        asked = Asked(before["state"], before["nonce"], before["verifier"])
        user = _person(service.answer(code, asked))
    except (NoAnswer, NotTrusted, OneStep) as error:
        return _refused(error)
    except Refusal as refusal:
        session().rollback()
        return _told(refusal.sentence)
    secret = kept.get("invitation", "")
    kept.clear()
    login_user(user, remember=False, authn_via=["oidc"])
    if secret and inviting.invitation_behind(session(), secret) is not None:
        return redirect(url_for("welcome.open_invitation", secret=secret), 303)
    return redirect(url_for("hosts.desk"), 303)


def _person(shown: Shown) -> User:
    """The account of somebody whose identity the login service vouches for.

    Raises:
        Refusal: when nobody invited them, or their account is closed.
    """
    joined = session().scalars(
        select(StaffIdentity).where(
            StaffIdentity.issuer == shown.issuer, StaffIdentity.subject == shown.subject
        )
    )
    known = joined.first()
    user = known.user if known is not None else _joined(shown)
    if not user.active:
        raise Refusal(_("Your account here is closed."))
    return user


def _joined(shown: Shown) -> User:
    """Join a new identity to the account of whoever is signed in, or to one that is invited."""
    here = visitor()
    if here is None:
        here = _invited(shown)
    elif here.email.lower() != shown.email:
        raise Refusal(_("The e-mail address at the login service is not the one that was invited."))
    session().add(StaffIdentity(user_id=here.id, issuer=shown.issuer, subject=shown.subject))
    session().flush()
    audit.record(session(), "identity joined", here.id, here.id, issuer=shown.issuer)
    return here


def _invited(shown: Shown) -> User:
    """A new account for somebody who holds an invitation; it is used up here.

    An address that has an account already is never taken over: its owner signs in first.
    """
    invitation = _waiting()
    if invitation is None:
        raise Refusal(
            _(
                "Nobody has invited you here yet. Ask the administrator of your organisation for "
                "an invitation, and open its link first."
            )
        )
    if shown.email != invitation.email:
        raise Refusal(_("The e-mail address at the login service is not the one that was invited."))
    taken = select(User.id).where(func.lower(User.email) == invitation.email)
    if session().scalars(taken).first() is not None:
        raise Refusal(
            _(
                "You have an account already. Log in as %(email)s, and open this link again.",
                email=invitation.email,
            )
        )
    user = add_person(invitation.email, shown.name or invitation.name)
    session().flush()
    inviting.accept(session(), invitation, user)
    return user


def _waiting() -> StaffInvitation | None:
    secret = kept.get("invitation", "")
    return inviting.invitation_behind(session(), secret) if secret else None


def _refused(error: Exception) -> Any:
    """A page that says what to do; the log learns which check failed, and nothing else."""
    if isinstance(error, OneStep):
        return _told(
            _(
                "The login service did not show that you used two steps. Choose a safer way to "
                "log in there."
            )
        )
    log.warning("login service: %s", error)
    if isinstance(error, NoAnswer):
        return _told(_("The login service did not answer. Try again in a while."), 503)
    return _told(_("The answer from the login service could not be trusted. Begin again."))


def _told(sentence: str, status: int = 403) -> Any:
    return render_template("security/outer.html", sentence=sentence), status
