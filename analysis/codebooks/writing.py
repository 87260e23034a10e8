"""Who wrote the names of themes that come from a codebook of the organisation's own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from analysis.codebook_models import CodebookEdition
from analysis.models import Theme
from analysis.reading.choosing import shipped, shipped_names
from analysis.themes.signatures import Wrote, also_writes
from dialogue.ground.localized import LANGUAGES
from dialogue.ground.memory import Memory
from dialogue.hosts.models import Dialogue
from dialogue.vision.codebook_files import Document, document_of

Name = tuple[str, str, str]
"""The key of a theme in a codebook, a language, and its name in that language."""
People = frozenset[uuid.UUID]
_written: Memory[dict[Name, People]] = Memory(50)


@also_writes
def who_wrote_the_codebook(session: Session, themes: Sequence[Theme]) -> Iterator[Wrote]:
    """Whoever kept the edition in which a theme's proposed name was written or explained anew."""
    if not themes:
        return
    dialogue = session.get_one(Dialogue, themes[0].dialogue_id)
    mine = select(CodebookEdition.id, CodebookEdition.kept_by).where(
        CodebookEdition.organisation_id == dialogue.organisation_id
    )
    state = tuple(sorted((str(key), str(by)) for key, by in session.execute(mine)))
    if not state:
        return
    written = _written.of(state, lambda: names_written(session, dialogue.organisation_id))
    for theme in themes:
        for lang, name in theme.name.as_dict().items():
            for by in written.get((theme.machine_key, lang, name), ()):
                yield theme.id, by


def names_written(session: Session, organisation: uuid.UUID) -> dict[Name, People]:
    """By name in an organisation's editions: who kept one that wrote it or its description.

    A name that stands in a codebook that comes with the platform is nobody's.
    """
    ours = {name for key in shipped_names() for name, _told in _names(document_of(shipped(key)))}
    editions = session.scalars(
        select(CodebookEdition)
        .where(CodebookEdition.organisation_id == organisation)
        .order_by(CodebookEdition.key, CodebookEdition.number)
        .options(undefer(CodebookEdition.document))
    )
    found: dict[Name, People] = {}
    before: dict[str, dict[Name, str]] = {}
    for edition in editions:
        names = dict(_names(edition.document))
        earlier = before.get(edition.key, {})
        for name, told in names.items():
            if name not in ours and earlier.get(name) != told and edition.kept_by is not None:
                found[name] = found.get(name, frozenset()) | {edition.kept_by}
        before[edition.key] = names
    return found


def _names(document: Document) -> Iterator[tuple[Name, str]]:
    """The names of a codebook's themes as a reading keeps them, each with its description."""
    for theme in document["theme"]:
        for lang in LANGUAGES:
            name = str(theme["label"].get(lang, ""))[:200]
            if name:
                yield (str(theme["key"]), lang, name), str(theme["description"].get(lang, ""))
