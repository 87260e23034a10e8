"""An installation that is half configured does not start, and says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialogue.settings import HalfConfigured, Settings, read_settings

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "kR7-wq2Z_pLm5vXc9TtYb3Ne8HsJd4Ga1Uf6oQ",
    "RECEIPT_KEY": "vB4-nm8K_zQa2wSx6EdC9rFv5TgB1yHn7UjM3i",
    "TOTP_KEY": "pO9-iu7Y_tRe3wQa5sDf8GhJk1Lz6XcV2bNm4q",
    "DATABASE_URL": "postgresql://dialogue@db/dialogue",
    "PUBLIC_URL": "https://dialog.example/",
    "TRUSTED_HOSTS": "dialog.example",
}


def test_the_whole_is_read() -> None:
    settings = read_settings(GOOD)
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.public_url == "https://dialog.example"
    assert settings.trusted_hosts == ("dialog.example",)
    assert settings.smallest_group == 8
    assert not settings.on_sqlite


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "kort"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"RECEIPT_KEY": ""}, "RECEIPT_KEY"),
        ({"TOTP_KEY": "x"}, "TOTP_KEY"),
        ({"TOTP_KEY": GOOD["SECRET_KEY"]}, "separate"),
        ({"RECEIPT_KEY": GOOD["SECRET_KEY"]}, "separate"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
        ({"DATABASE_URL": "sqlite:///x.db"}, "ALLOW_SQLITE"),
        ({"DATABASE_URL": ""}, "ALLOW_SQLITE"),
        ({"PUBLIC_URL": "http://dialog.example"}, "https://"),
        ({"PUBLIC_URL": ""}, "https://"),
        ({"TRUSTED_HOSTS": " , "}, "TRUSTED_HOSTS"),
        ({"SMALLEST_GROUP": "1"}, "SMALLEST_GROUP"),
        ({"SMALLEST_GROUP": "-8"}, "SMALLEST_GROUP"),
        ({"SMALLEST_GROUP": "åtta"}, "SMALLEST_GROUP"),
        ({"PROXIES": "1.5"}, "PROXIES"),
        ({"EMBEDDER": "magic"}, "EMBEDDER"),
        ({"EMBEDDER": "endpoint"}, "EMBEDDINGS_URL"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
    ],
)
def test_a_half_configured_installation_refuses_in_a_sentence(
    change: dict[str, str], word: str
) -> None:
    """D06."""
    with pytest.raises(HalfConfigured, match=word) as refused:
        read_settings(GOOD | change)
    assert str(refused.value).endswith((".", ")", '"'))
    assert not any(
        value in str(refused.value)
        for name, value in (GOOD | change).items()
        if name.endswith("_KEY") and len(value) > 8
    )


SERVICE = {
    "OIDC_ISSUER": "https://inloggning.example",
    "OIDC_CLIENT_ID": "viktigt",
    "OIDC_CLIENT_SECRET": "en-hemlighet",
    "OIDC_ACR": "loa3 loa4",
}


def test_a_login_service_is_described_whole_or_not_at_all() -> None:
    settings = read_settings(GOOD | SERVICE)
    assert settings.oidc_acr == ("loa3", "loa4")
    for name in SERVICE:
        with pytest.raises(HalfConfigured, match=name):
            read_settings(GOOD | SERVICE | {name: ""})
    for issuer in ("http://inloggning.example", "http://127.0.0.1:9000", "inloggning.example"):
        with pytest.raises(HalfConfigured, match="OIDC_ISSUER"):
            read_settings(GOOD | SERVICE | {"OIDC_ISSUER": issuer})
    local = {"ENVIRONMENT": "demo", "OIDC_ISSUER": "http://127.0.0.1:9000"}
    assert read_settings(GOOD | SERVICE | local).oidc_issuer == "http://127.0.0.1:9000"


def test_sqlite_is_for_those_who_ask_for_it(tmp_path: Path) -> None:
    change = {"DATABASE_URL": "", "ALLOW_SQLITE": "1", "DATA_FOLDER": str(tmp_path)}
    settings = read_settings(GOOD | change)
    assert settings.on_sqlite
    assert settings.database_url == f"sqlite:///{tmp_path / 'dialogue.db'}"


def test_a_database_that_anybody_on_the_machine_may_read_is_refused(tmp_path: Path) -> None:
    """D06."""
    file = tmp_path / "dialogue.db"
    file.touch()
    change = {"DATABASE_URL": "", "ALLOW_SQLITE": "1", "DATA_FOLDER": str(tmp_path)}
    file.chmod(0o644)
    with pytest.raises(HalfConfigured, match=r"dialogue\.db"):
        read_settings(GOOD | change)
    file.chmod(0o600)
    assert isinstance(read_settings(GOOD | change), Settings)


@pytest.mark.parametrize(
    "change",
    [
        {"SECRET_KEY": ""},
        {"FLASK_DEBUG": "1"},
        {"DATABASE_URL": "", "DATA_FOLDER": "/nonexistent"},
        {"TRUSTED_HOSTS": ""},
    ],
)
def test_the_command_does_not_start_either(change: dict[str, str]) -> None:
    """D06: as an administrator would start it."""
    outside = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PORT": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", "1"],
        cwd=ROOT, env=outside | GOOD | change, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.startswith("The application cannot start. "), done.stderr[-500:]
    assert "Traceback" not in done.stderr
