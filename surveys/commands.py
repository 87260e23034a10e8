"""What an administrator does with surveys from a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, Organisation, User
from dialogue.hosts.rights import Right, may
from dialogue.voices.bringing_in import read_table
from dialogue.voices.population import load_population
from surveys.answering.leaving import TABLES, allow, stream
from surveys.building.drafting import draft_from
from surveys.exchange.codebook import codebook_rows, entries_of
from surveys.exchange.files import ANSWER_FORMS, SURVEY_FORMS, read_survey, write_survey
from surveys.exchange.losses import Loss
from surveys.exchange.rows import versions_of
from surveys.exchange.tables import csv_bytes
from surveys.models import Survey
from surveys.versions import document_of, survey_of

survey = AppGroup("survey", help="Surveys and their answers, in and out.")
FILE = click.Path(dir_okay=False, path_type=Path)
ONE_DIALOGUE = click.option("--dialogue", "slug", required=True, help="The dialogue's address.")


@survey.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@ONE_DIALOGUE
@click.option("--by", "email", required=True, help="Who brings it in: a member of staff's e-mail.")
@click.option("--preview", "only_look", is_flag=True, help="Tell what it holds; change nothing.")
def bring_in(file: Path, slug: str, email: str, only_look: bool) -> None:
    """Make a draft of a survey from our JSON, an XLSForm (.xlsx) or LimeSurvey (.lss)."""
    try:
        imported = read_survey(file.name, file.read_bytes())
        if not only_look:
            found, by = _dialogue(slug), _member(email)
            if not may(by, Right.BUILD_SURVEY, found):
                raise Refusal(f"{email} may not build surveys in this dialogue.")
            source = file.suffix.lstrip(".").lower()
            draft_from(session(), found, imported.document, by=by, source=source)
            session().commit()
    except Refusal as refusal:
        session().rollback()
        sys.exit(refusal.sentence)
    count = sum(1 for _each in imported.document.questions)
    click.echo(f"{count} questions {'were read' if only_look else 'are a draft now'}.")
    _tell(imported.losses)


@survey.command("export")
@click.argument("file", type=FILE)
@ONE_DIALOGUE
@click.option(
    "--what",
    type=click.Choice([*TABLES, "codebook", "survey"]),
    default="answers",
    show_default=True,
)
@click.option("--language", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@click.option("--words", is_flag=True, help="Write the words of each choice instead of its id.")
def take_out(file: Path, slug: str, what: str, language: str, words: bool) -> None:
    """Write answers (.csv .xlsx .jsonl .sav), the codebook (.csv) or the survey (.json .xlsx)."""
    form = file.suffix.lstrip(".").lower()
    forms = {"codebook": {"csv"}, "survey": set(SURVEY_FORMS)}.get(what, set(ANSWER_FORMS))
    if form not in forms:
        sys.exit(f"The file must end in one of: {', '.join(sorted(forms))}.")
    found = _dialogue(slug)
    try:
        if what in TABLES:
            smallest = current_app.extensions["settings"].smallest_group
            mine = allow(session(), found, what, form, by="administrator", smallest=smallest)
            session().commit()
            parts = stream(session(), mine, what, form, language, words=words)
        elif what == "codebook":
            parts = csv_bytes(codebook_rows(entries_of(versions_of(_survey(found)))))
        else:
            content, losses = write_survey(document_of(_survey(found).versions[-1]), form)
            _tell(losses)
            parts = iter([content])
    except Refusal as refusal:
        session().rollback()
        sys.exit(refusal.sentence)
    with file.open("wb") as out:
        for part in parts:
            out.write(part)
    click.echo(f"{file} was written.")


@survey.command("population")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="The organisation's short name.")
def population(file: Path, organisation: str) -> None:
    """Load how many people live where: a CSV with the columns place, age and population."""
    home = session().scalars(select(Organisation).where(Organisation.slug == organisation)).first()
    if home is None:
        sys.exit(f"There is no organisation called {organisation!r}.")
    try:
        table = read_table(file.name, file.read_bytes())
        count = load_population(session(), home, table, by="administrator")
        session().commit()
    except Refusal as refusal:
        session().rollback()
        sys.exit(refusal.sentence)
    click.echo(f"{count} rows of population figures were loaded; the earlier ones are gone.")


def _dialogue(slug: str) -> Dialogue:
    found = session().scalars(select(Dialogue).where(Dialogue.slug == slug)).first()
    return found or sys.exit(f"There is no dialogue with the address {slug!r}.")


def _survey(dialogue: Dialogue) -> Survey:
    found = survey_of(session(), dialogue)
    return found or sys.exit("The dialogue has no survey.")


def _member(email: str) -> User:
    found = session().scalars(select(User).where(User.email == email)).first()
    return found or sys.exit(f"Nobody signs in with {email!r}.")


def _tell(losses: tuple[Loss, ...]) -> None:
    if losses:
        click.echo("This could not come along:")
    for loss in losses:
        click.echo(f"  {loss.words()}")
