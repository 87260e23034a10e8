"""Editions of codebooks, the drafts they come from, and what each dialogue reads with."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key


class CodebookEdition(Base):
    """A codebook as an organisation kept it. Editions are only added, numbered from 1.

    ``document`` is the whole codebook (:mod:`dialogue.vision.codebook_files`) and ``digest`` what
    the readings that were made with it name.
    """

    __tablename__ = "codebook_edition"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(40))
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    note: Mapped[str] = mapped_column(String(400))
    kept_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    kept_at: Mapped[datetime] = mapped_column(default=now)


class CodebookDraft(Base):
    """A codebook that is being changed in a dialogue; others still read with the one before.

    ``version`` counts changes. ``preview`` is what the draft would do to the dialogue's stories,
    and ``previewed`` the version that it was worked out for.
    """

    __tablename__ = "codebook_draft"

    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    previewed: Mapped[int | None]
    preview: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }

    @property
    def shown(self) -> bool:
        """Whether the preview is of the draft as it stands."""
        return self.previewed == self.version


class DialogueCodebook(Base):
    """What a dialogue's stories are read with, where that is not the shipped codebook.

    Either an edition, or ``shipped``: the name of a shipped codebook, empty for none at all.
    """

    __tablename__ = "dialogue_codebook"

    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True
    )
    edition_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("codebook_edition.id", ondelete="CASCADE")
    )
    shipped: Mapped[str] = mapped_column(String(60), default="")
