"""What an administrator does from a terminal."""

from __future__ import annotations

import gc
import os
import secrets
import signal
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from dialogue.ground import audit, schema
from dialogue.ground.db import db, session, truncate_wal
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Membership, Organisation, OrganisationKind, Role, StaffRole, User
from dialogue.hosts.rights import SYSTEM
from dialogue.hosts.sign_in import add_user
from dialogue.voices import erasure, erasure_list
from dialogue.voices.bringing_in import bring_in, preview, read_table

database = AppGroup("database", help="The database's shape.")
stories = AppGroup("stories", help="Stories that exist already.")
staff = AppGroup("staff", help="The people who work with dialogues.")
audit_trail = AppGroup("audit", help="The audit trail.")
erasures = AppGroup("erasures", help="What was withdrawn.")


def init_commands(app: Flask) -> None:
    """Add the commands to ``flask``."""
    for command in (database, stories, staff, audit_trail, erasures, serve, work):
        app.cli.add_command(command)


@database.command("upgrade")
@click.option("--to", default="head", show_default=True)
def upgrade(to: str) -> None:
    """Bring the database up to the newest shape."""
    schema.upgrade(db.engine, to)
    click.echo(f"The database is at {schema.revision_of(db.engine)}.")


@database.command("downgrade")
@click.argument("to")
def downgrade(to: str) -> None:
    """Bring the database down to a revision; 'base' empties it."""
    schema.downgrade(db.engine, to)
    click.echo(f"The database is at {schema.revision_of(db.engine)}.")


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration for what changed in the models."""
    schema.new_revision(db.engine, message)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve the pages from this process, until it is told to stop."""
    refuse_wrong_shape()
    serve_pages(current_app._get_current_object(), host, port)  # type: ignore[attr-defined]


def refuse_wrong_shape() -> None:
    """End with a sentence when the database is not at the revision that the code knows."""
    found, wanted = schema.revision_of(db.engine), schema.head()
    if found != wanted:
        sys.exit(
            f"The database is at {found or 'no revision'}, but this version needs {wanted}. "
            "Run: flask database upgrade"
        )


def serve_pages(app: Any, host: str, port: int) -> None:
    """Waitress, told to live with slow and many clients."""
    import waitress

    gc.collect()
    gc.freeze()  # What is there now stays; there is no use in looking through it again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=8,
        connection_limit=2000,
        asyncore_use_poll=True,
        channel_timeout=15,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )


@click.command("work")
@with_appcontext
def work() -> None:
    """Do the long work, until told to stop. Any number of these may share one PostgreSQL."""
    refuse_wrong_shape()
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    queue = current_app.extensions["queue"]
    queue.create_consumer(workers=1, worker_type="thread", initial_delay=0.2, max_delay=2).run()


@stories.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dialogue",
    "slug",
    required=True,
    help="The dialogue's address, e.g. vad-ar-viktigt.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds which field: text, lang, voice, channel, date, uses, area.",
)
@click.option(
    "--preview",
    "only_look",
    is_flag=True,
    help="Show what would come in; change nothing.",
)
def import_stories(file: Path, slug: str, mapping: tuple[str, ...], only_look: bool) -> None:
    """Bring in stories from CSV, XLSX or JSON lines: all of them or none."""
    try:
        columns = dict(part.split("=", 1) for part in mapping)
    except ValueError:
        sys.exit("--map takes FIELD=COLUMN, for example --map text=comment")
    try:
        table = read_table(file.name, file.read_bytes())
        if only_look:
            click.echo(preview(table, columns))
            return
        count = bring_in(session(), slug, table, columns)
        session().commit()
    except Refusal as refusal:
        session().rollback()
        sys.exit(refusal.sentence)
    click.echo(f"{count} stories came in. They wait to be read by the machine and at the desk.")


@staff.command("add")
@click.argument("email")
@click.option("--name", default="")
@click.option("--organisation", required=True, help="The organisation's short name.")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
def add_staff(email: str, name: str, organisation: str, role: str) -> None:
    """Give somebody an account; the password is shown once, the second factor set up at sign-in."""
    home = session().scalars(select(Organisation).where(Organisation.slug == organisation)).first()
    if home is None:
        sys.exit(f"There is no organisation called {organisation!r}. Add it first.")
    password = secrets.token_urlsafe(15)
    user = add_user(email, name, password)
    session().flush()
    session().add(Membership(user_id=user.id, organisation_id=home.id, role=StaffRole(role)))
    audit.record(session(), "staff added", user.id, by="administrator", role=role)
    session().commit()
    click.echo(f"{email} may sign in with the password {password}")


@staff.command("add-organisation")
@click.argument("slug")
@click.argument("name")
@click.option("--kind", type=click.Choice([k.value for k in OrganisationKind]), required=True)
def add_organisation(slug: str, name: str, kind: str) -> None:
    """Add an organisation."""
    session().add(Organisation(slug=slug, name_sv=name, kind=OrganisationKind(kind)))
    session().commit()


@staff.command("system")
@click.argument("email")
def let_run_the_system(email: str) -> None:
    """Let somebody add organisations and look after all of them; they cannot read stories."""
    user = session().scalars(select(User).where(User.email == email)).first()
    if user is None:
        sys.exit(f"Nobody here has the address {email}. Add them first.")
    role = session().scalars(select(Role).where(Role.name == SYSTEM)).first() or Role(name=SYSTEM)
    if role not in user.roles:
        user.roles.append(role)
        audit.record(session(), "system role given", user.id, by="administrator")
    session().commit()
    click.echo(f"{email} looks after the whole installation.")


@audit_trail.command("verify")
def verify() -> None:
    """Check the audit trail's chain and print its end."""
    broken = list(audit.broken_links(session()))
    if broken:
        sys.exit(f"The audit trail is broken at {', '.join(map(str, broken))}.")
    last = (
        session()
        .scalars(select(audit.AuditEvent).order_by(audit.AuditEvent.number.desc()).limit(1))
        .first()
    )
    click.echo(f"The audit trail holds. Its end is {last.digest if last else audit.FIRST}.")


@erasures.command("reapply")
@click.argument("lists", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def reapply(lists: tuple[Path, ...]) -> None:
    """After a backup was restored: erase again what had been withdrawn.

    Reads this machine's own list, and those of other web machines when they are named.
    """
    files = [file for file in (erasure_list.list_file(), *lists) if file.exists()]
    try:
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        count = erasure.reapply(session(), text)
    except Refusal as refusal:
        session().rollback()
        sys.exit(refusal.sentence)
    audit.record(session(), "erasures reapplied", "erasures", by="administrator", count=count)
    session().commit()
    truncate_wal()
    click.echo(f"{count} contributions were erased again.")
