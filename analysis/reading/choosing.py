"""Which codebook a dialogue's stories are read with."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.codebook_models import CodebookEdition, DialogueCodebook
from analysis.reading.guides import codebook_guide
from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.vision.codebook import CODEBOOKS, NARA_VARD, Codebook, load_codebook
from dialogue.vision.codebook_files import codebook_from

NONE = "none"
"""The choice of no codebook: themes are discovered alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a dialogue reads with. ``book`` is None for no codebook at all.

    ``number`` is the edition's, None for a shipped codebook; ``name`` is what a form sends to
    choose it.
    """

    name: str
    book: Codebook | None
    number: int | None = None

    @property
    def digest(self) -> str:
        """Names the content; empty for no codebook."""
        return codebook_guide(self.book).version if self.book else ""


@cache
def shipped(name: str) -> Codebook:
    """A codebook that comes with the platform. Raises KeyError for another name."""
    if name not in shipped_names():
        raise KeyError(name)
    return load_codebook(CODEBOOKS / name)


@cache
def shipped_names() -> tuple[str, ...]:
    """The folders of the codebooks that come with the platform, the one for close care first."""
    names = sorted(file.parent.name for file in CODEBOOKS.glob("*/codebook.toml"))
    return (NARA_VARD.name, *(name for name in names if name != NARA_VARD.name))


def choice_of(session: Session, dialogue: uuid.UUID) -> Choice:
    """What a dialogue reads with: the shipped codebook for close care unless somebody chose."""
    chosen = session.get(DialogueCodebook, dialogue)
    if chosen is None:
        return Choice(NARA_VARD.name, shipped(NARA_VARD.name))
    if chosen.edition_id is not None:
        edition = session.get_one(CodebookEdition, chosen.edition_id)
        return Choice(str(edition.id), codebook_from(edition.document), edition.number)
    if chosen.shipped in shipped_names():
        return Choice(chosen.shipped, shipped(chosen.shipped))
    return Choice(NONE, None)


def editions_of(session: Session, organisation: uuid.UUID) -> Sequence[CodebookEdition]:
    """The editions that an organisation has kept, the newest first."""
    mine = select(CodebookEdition).where(CodebookEdition.organisation_id == organisation)
    newest = CodebookEdition.kept_at.desc(), CodebookEdition.number.desc()
    return session.scalars(mine.order_by(*newest)).all()


def choose(session: Session, dialogue: Dialogue, name: str, *, by: User) -> None:
    """Let a dialogue's stories be read with a shipped codebook, an edition, or none.

    Raises:
        Refusal: when there is no such codebook in the dialogue's organisation.
    """
    edition = None
    if name not in (NONE, *shipped_names()):
        edition = _edition(session, dialogue, name)
    chosen = session.get(DialogueCodebook, dialogue.id)
    if chosen is None:
        chosen = DialogueCodebook(dialogue_id=dialogue.id)
        session.add(chosen)
    chosen.edition_id = edition.id if edition else None
    chosen.shipped = "" if edition or name == NONE else name
    session.flush()
    number = edition.number if edition else 0
    audit.record(session, "codebook chosen", dialogue.id, by.id, name=name, number=number)


def _edition(session: Session, dialogue: Dialogue, name: str) -> CodebookEdition:
    for edition in editions_of(session, dialogue.organisation_id):
        if str(edition.id) == name:
            return edition
    raise Refusal(_("There is no such codebook. Choose one in the list."))
