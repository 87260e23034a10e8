"""Signing in for staff: passwords, one-time codes and sessions through Flask-Security.

Nothing of it is home-made; its pages wear our templates and its texts come from our catalogue.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request, url_for
from flask import session as kept
from flask_babel import gettext as _
from flask_security import FSQLALiteUserDatastore, Security
from flask_security.totp import Totp
from flask_wtf import CSRFProtect

from dialogue.ground.access import Access, Rule
from dialogue.ground.db import db
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Role, User, WebAuthn
from dialogue.settings import Settings


class OnceOnly(Totp):  # type: ignore[misc]
    """One-time codes that are used once: the counter of the last one is kept with the user."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """As the library does; a secret that is not the user's yet has no used codes."""
        used = user.tf_last_counter
        if totp_secret != user.tf_totp_secret:
            user.tf_last_counter = None
        right: bool = super().verify_totp(token, totp_secret, user, window)
        if not right:
            user.tf_last_counter = used
        return right

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter


security = Security(totp_cls=OnceOnly)
csrf = CSRFProtect()

SHORTEST_PASSWORD = 12
FEWEST_LETTERS = 5

OPEN_VIEWS = (
    "login",
    "logout",
    "two_factor_token_validation",
    "two_factor_rescue",
    "two_factor_setup",
    "tf_select",
    "two_factor_setup_validate",
    "mf_recovery",
    "verify",
    "static",
)


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Let staff sign in, always with a second factor."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        SECURITY_PASSWORD_SALT=settings.totp_key,
        SECURITY_TOTP_SECRETS={"1": settings.totp_key},
        SECURITY_TOTP_ISSUER="Viktigt för dig",
        SECURITY_URL_PREFIX="/<language:language>/personal",
        SECURITY_LOGIN_URL="/logga-in",
        SECURITY_LOGOUT_URL="/logga-ut",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL="/kod",
        SECURITY_TWO_FACTOR_SETUP_URL="/tvasteg",
        SECURITY_TWO_FACTOR_RESCUE_URL="/hjalp-med-kod",
        SECURITY_MULTI_FACTOR_RECOVERY_URL="/reservkod",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL="/reservkoder",
        SECURITY_VERIFY_URL="/bekrafta",
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_REQUIRED=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_ALWAYS_VALIDATE=True,
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_REGISTERABLE=False,
        SECURITY_AUTO_LOGIN_AFTER_CONFIRM=False,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_POST_LOGIN_VIEW="hosts.desk",
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW="hosts.desk",
        SECURITY_POST_LOGOUT_VIEW="pages.home",
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_LOGIN_USER_TEMPLATE="security/login.html",
        SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE="security/code.html",
        SECURITY_TWO_FACTOR_SETUP_TEMPLATE="security/set_up_code.html",
        SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE="security/recovery_code.html",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE="security/recovery_codes.html",
        SECURITY_I18N_DOMAIN="flask_security;messages",
        SECURITY_I18N_DIRNAME=["builtin", app.config["TRANSLATIONS_FOLDER"]],
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=True,
    )
    csrf.init_app(app)
    datastore = FSQLALiteUserDatastore(db, User, Role, WebAuthn)
    security.init_app(app, datastore, register_blueprint=True)

    @app.before_request
    def _private() -> None:
        g.private = g.staff = bool(request.blueprint and request.blueprint not in OPEN_BLUEPRINTS)

    @app.after_request
    def _say_what_went_wrong(response: Response) -> Response:
        """A wrong code while joining an app leads back to the start; say so there."""
        if request.endpoint == "security.two_factor_setup_validate":
            start = url_for("security.two_factor_setup")
            if response.headers.get("Location", "").endswith(start):
                kept["joining_failed"] = True
        return response

    app.jinja_env.globals["language"] = current_language


OPEN_BLUEPRINTS = frozenset({"pages", "surveys", "receipts", "report", "meetings"})


def declared_access() -> dict[str, Rule]:
    """The access of the views that Flask and Flask-Security bring."""
    rules: dict[str, Rule] = {f"security.{view}": Access.ANYONE for view in OPEN_VIEWS}
    rules["security.mf_recovery_codes"] = Access.STAFF
    rules["static"] = Access.ANYONE
    return rules


def add_user(email: str, name: str, password: str, totp_secret: str | None = None) -> User:
    """Make a member of staff; the password is kept as an argon2id hash only."""
    from flask_security import hash_password

    datastore: Any = security.datastore
    kept = hash_password(unicodedata.normalize("NFKD", password))
    user: User = datastore.create_user(email=email, name=name, password=kept)
    if totp_secret is not None:
        datastore.tf_set(user, "authenticator", totp_secret=totp_secret)
    return user


def add_person(email: str, name: str) -> User:
    """Make a member of staff without a password, who signs in through the login service."""
    datastore: Any = security.datastore
    user: User = datastore.create_user(email=email, name=name, password=None)
    return user


def password_faults(password: str, email: str) -> list[str]:
    """What is wrong with a password that somebody chose, in sentences; empty when nothing is."""
    faults = []
    if len(password) < SHORTEST_PASSWORD:
        faults.append(_("Choose a password of at least 12 characters. A few words are fine."))
    elif len(set(password)) < FEWEST_LETTERS:
        faults.append(_("The password repeats a few characters. Choose another one."))
    elif email.partition("@")[0].lower() in password.lower():
        faults.append(_("The password must not hold your e-mail address. Choose another one."))
    return faults


def new_totp_secret() -> str:
    """A fresh secret for one-time codes, encrypted with the installation's key."""
    return str(security.totp_factory.generate_totp_secret())


def one_time_code(user: User) -> str:
    """The code that the user's authenticator shows at this moment."""
    return str(security.totp_factory.generate_totp_password(user.tf_totp_secret or ""))
