"""Surveys, their frozen versions and the answers given to them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.hosts.models import Dialogue
from dialogue.voices.models import Contribution


class Survey(Base):
    """A set of questions that belongs to a dialogue.

    ``opening`` says when it takes answers and with which words; see :mod:`surveys.opening`.
    """

    __tablename__ = "survey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), unique=True
    )
    opening: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    dialogue: Mapped[Dialogue] = relationship()
    versions: Mapped[list[SurveyVersion]] = relationship(
        back_populates="survey",
        cascade="all, delete-orphan",
        order_by="SurveyVersion.number",
    )

    @property
    def current(self) -> SurveyVersion | None:
        """The newest version that was opened for answers."""
        opened = [version for version in self.versions if version.state != "draft"]
        return opened[-1] if opened else None


class SurveyVersion(Base):
    """One version of a survey, whole, as a document; it never changes once it was opened.

    ``document`` is what :class:`surveys.questions.document.Document` reads and writes. ``state``
    is draft, open or retired. ``mapping`` leads here from the version before: see
    :mod:`surveys.bridges`.
    """

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    document: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any] | None]
    survey: Mapped[Survey] = relationship(back_populates="versions")


class Response(Base):
    """The answers of one contribution that are not stories: choices, scales, numbers."""

    __tablename__ = "response"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    contribution_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), unique=True
    )
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_version.id"), index=True)
    answers: Mapped[dict[str, Any]]
    contribution: Mapped[Contribution] = relationship()
    version: Mapped[SurveyVersion] = relationship()


class BackgroundAnswer(Base):
    """Voluntary background, kept apart: no key leads from it to a contribution, or back.

    ``withdrawal_hash`` can be worked out only by somebody who holds the receipt code, so the
    teller can have the row removed and nobody else can tell whose it is.
    """

    __tablename__ = "background_answer"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    survey_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE"), index=True
    )
    answers: Mapped[dict[str, Any]]
    withdrawal_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
