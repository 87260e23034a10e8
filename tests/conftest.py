"""The cast and the stage: databases, the application, and the people of Region Norrmark."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect, sync_playwright

from dialogue.app import Application, create_app
from dialogue.ground.db import session
from dialogue.hosts.models import (
    Dialogue,
    DialogueState,
    Membership,
    Organisation,
    OrganisationKind,
    StaffRole,
    User,
)
from dialogue.settings import Settings, sqlalchemy_address
from surveys.models import Survey, SurveyVersion
from tests.databases import PostgresDatabases, SqliteFiles, started_postgres
from tests.survey import DOCUMENT, TEXTS

# The same examples in every run: a check of a submission must not depend on luck.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")

KEYS = {name: secrets.token_urlsafe(48) for name in ("secret_key", "receipt_key", "totp_key")}
Databases = SqliteFiles | PostgresDatabases


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all pages of a test process: Playwright runs once in each."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """A real PostgreSQL of its own for this test process.

    Its folder is not pytest's: the server runs as another user when the tests run as root, and
    a second test run on the machine would close pytest's folder to it.
    """
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = started_postgres(Path(folder))
        yield PostgresDatabases(server.get_uri())
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each kind of database in turn: a claim that uses it holds on both."""
    name = {"sqlite": "sqlite_files", "postgresql": "postgres"}[request.param]
    found: Databases = request.getfixturevalue(name)
    return found


def make_settings(url: str, folder: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "environment": "test",
        "database_url": sqlalchemy_address(url),
        "folder": folder,
        "public_url": "http://localhost",
        **KEYS,
    }
    return Settings(**values | changes)


@pytest.fixture
def app_on(tmp_path: Path) -> Callable[..., Application]:
    """Makes an application on a database address."""

    def make(url: str, **changes: Any) -> Application:
        return create_app(make_settings(url, tmp_path, **changes))

    return make


@pytest.fixture
def app(
    sqlite_files: SqliteFiles, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application on SQLite. Views are called through clients; no context stays open."""
    with sqlite_files.fresh(tmp_path) as url:
        yield app_on(url)


@pytest.fixture
def app_on_both(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application on SQLite and on PostgreSQL."""
    with databases.fresh(tmp_path) as url:
        application = app_on(url)
        yield application
        with application.app_context():
            from dialogue.ground.db import db

            db.engine.dispose()


@dataclass(frozen=True)
class Cast:
    """Who plays: by key, so that they can be found in any session."""

    dialogue: str
    coordinator: str
    responder: str
    host: str
    facilitator: str
    reviewer: str
    administrator: str
    foreign_dialogue: str
    foreign_coordinator: str


def play(application: Application) -> Cast:
    """Put the cast on stage: Region Norrmark's open dialogue, and a foreign region's draft."""
    with application.app_context():
        region = Organisation(
            kind=OrganisationKind.REGION, slug="norrmark", name_sv="Region Norrmark"
        )
        town = Organisation(
            kind=OrganisationKind.MUNICIPALITY, slug="storforsen", name_sv="Storforsen"
        )
        patients = Organisation(
            kind=OrganisationKind.PATIENT_ORGANISATION, slug="hjart-lung", name_sv="Hjärt-lung"
        )
        other = Organisation(kind=OrganisationKind.REGION, slug="sodermark", name_sv="Södermark")
        session().add_all([region, town, patients, other])
        session().flush()
        ours = _dialogue("vad-ar-viktigt", region, DialogueState.OPEN)
        ours.host_id, ours.responder_id = patients.id, town.id
        theirs = _dialogue("deras-fraga", other, DialogueState.DRAFT)
        session().add_all([ours, theirs])
        session().flush()
        for dialogue in (ours, theirs):
            survey = Survey(dialogue_id=dialogue.id)
            survey.versions = [SurveyVersion(number=1, state="open", document=DOCUMENT)]
            session().add(survey)
        people = {
            "coordinator": _member("eva", region, StaffRole.COORDINATOR),
            "responder": _member("nils", town, StaffRole.RESPONDER),
            "host": _member("aino", patients, StaffRole.HOST),
            "facilitator": _member("per", region, StaffRole.FACILITATOR),
            "reviewer": _member("lisa", region, StaffRole.REVIEWER),
            "administrator": _member("sven", region, StaffRole.ADMINISTRATOR),
            "foreign_coordinator": _member("moa", other, StaffRole.COORDINATOR),
        }
        session().commit()
        return Cast(dialogue=ours.slug, foreign_dialogue=theirs.slug, **people)


def _dialogue(slug: str, organisation: Organisation, state: DialogueState) -> Dialogue:
    return Dialogue(slug=slug, organisation_id=organisation.id, state=state, texts=TEXTS)


def _member(name: str, organisation: Organisation, role: StaffRole) -> str:
    user = User(
        email=f"{name}@norrmark.example",
        name=name.title(),
        active=True,
        fs_uniquifier=secrets.token_hex(16),
    )
    session().add(user)
    session().flush()
    session().add(Membership(user_id=user.id, organisation_id=organisation.id, role=role))
    return user.fs_uniquifier


@pytest.fixture
def cast(app: Application) -> Cast:
    return play(app)


@pytest.fixture
def cast_on_both(app_on_both: Application) -> Cast:
    return play(app_on_both)


def signed_in(application: Application, uniquifier: str) -> FlaskClient:
    """A client that has signed in already, second factor included."""
    client = application.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = uniquifier
        kept["_fresh"] = True
    return client


@pytest.fixture
def resident(app: Application, cast: Cast) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def coordinator(app: Application, cast: Cast) -> FlaskClient:
    return signed_in(app, cast.coordinator)
