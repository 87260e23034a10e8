"""Indicators: the few figures that a dialogue follows, and what people read in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.ground.localized import Localized
from dialogue.vision.indicators import Better, Unit


class Verdict(StrEnum):
    """What a joint session says of a figure beside the stories."""

    SAME = "same"
    OTHERWISE = "otherwise"
    UNCLEAR = "unclear"


class Indicator(Base):
    """A figure that a dialogue follows beside its stories.

    ``ready`` is the key of the ready-made indicator it was chosen from, empty for one of the
    dialogue's own. ``node`` is the ``frame/node`` it tells of; ``whole`` is what the whole of its
    places is called, such as a county. ``why`` is the reason it was chosen, kept although it is
    dropped. ``version`` counts acts, so that of two who change it at
    once the later one is told.
    """

    __tablename__ = "indicator"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    ready: Mapped[str] = mapped_column(String(80), default="")
    name_sv: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    about_sv: Mapped[str] = mapped_column(String(600), default="")
    about_en: Mapped[str] = mapped_column(String(600), default="")
    unit: Mapped[Unit] = mapped_column(String(20))
    better: Mapped[Better] = mapped_column(String(20))
    node: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(600))
    whole: Mapped[str] = mapped_column(String(60), default="")
    why: Mapped[str] = mapped_column(String(400))
    chosen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    chosen_at: Mapped[datetime] = mapped_column(default=now)
    dropped_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    dropped_at: Mapped[datetime | None]
    dropped_because: Mapped[str] = mapped_column(String(400), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }

    @property
    def name(self) -> Localized:
        return Localized(self.name_sv, self.name_en)

    @property
    def about(self) -> Localized:
        return Localized(self.about_sv, self.about_en)


class IndicatorValue(Base):
    """One value of an indicator: what it was, when and where.

    ``period`` is a year or a year and a month (``2025``, ``2026-04``); ``place`` is empty for the
    whole of what the dialogue is about. A value that is corrected or taken away stays, with
    ``ended_at``.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (Index("ix_indicator_value_standing", "indicator_id", "ended_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    indicator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(String(7))
    place: Mapped[str] = mapped_column(String(60), default="")
    value: Mapped[float]
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(default=now)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]


class IndicatorReading(Base):
    """What a joint session settled about one indicator beside its stories, and why."""

    __tablename__ = "indicator_reading"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("joint_session.id", ondelete="CASCADE"), primary_key=True
    )
    indicator_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    verdict: Mapped[Verdict] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400), default="")
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }
