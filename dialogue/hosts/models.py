"""Organisations, the people who work in them, and the dialogues they hold."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.ground.localized import Localized


class OrganisationKind(StrEnum):
    REGION = "region"
    MUNICIPALITY = "municipality"
    PATIENT_ORGANISATION = "patient_organisation"
    CIVIL_SOCIETY = "civil_society"
    JOINT_BODY = "joint_body"


class StaffRole(StrEnum):
    """What a membership lets a person do; see :mod:`dialogue.hosts.rights`."""

    COORDINATOR = "coordinator"
    HOST = "host"
    FACILITATOR = "facilitator"
    RESPONDER = "responder"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class DialogueState(StrEnum):
    DRAFT = "draft"
    HOST_READY = "host_ready"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    IN_ANALYSIS = "in_analysis"
    OUT_FOR_CONFIRMATION = "out_for_confirmation"
    PUBLISHED = "published"
    ANSWERED = "answered"
    IN_FOLLOW_UP = "in_follow_up"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


class DialogueKind(StrEnum):
    """What a dialogue is shaped like; see :mod:`dialogue.hosts.shapes`."""

    SURVEY = "survey"
    POP_UP = "pop_up"
    TOUR_WEEK = "tour_week"
    WORKSHOP = "workshop"
    TABLE_DIALOGUE = "table_dialogue"
    SCHOOL_VISIT = "school_visit"
    DOCUMENT = "document"


class PromiseLevel(StrEnum):
    """How much residents' words weigh, from the least to the most."""

    LISTEN = "listen"
    SHAPE = "shape"
    TOGETHER = "together"
    DECIDE = "decide"


class ReleaseRule(StrEnum):
    """What passes from the organisation that hosts a dialogue to the one that asks."""

    THEMES_ONLY = "themes_only"
    REDACTED_STORIES = "redacted_stories"
    ALL = "all"


class Kept(StrEnum):
    """How a promise ended."""

    KEPT = "kept"
    LATE = "late"
    PARTLY = "partly"
    BROKEN = "broken"


PUBLIC_STATES = frozenset(DialogueState) - {
    DialogueState.DRAFT,
    DialogueState.HOST_READY,
    DialogueState.APPROVED,
}


class Organisation(Base):
    """A region, a municipality or an association.

    ``controller`` answers for personal data. ``accent`` is a colour as ``#rrggbb``, or empty;
    ``languages`` are codes. ``retention`` says which decision the keeping rests on,
    ``retention_months`` for how long stories are kept after a dialogue has ended, and
    ``retention_since`` since when the rule reads so; see :mod:`dialogue.hosts.retention`.
    """

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    kind: Mapped[OrganisationKind] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_sv: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    controller: Mapped[str] = mapped_column(String(300), default="")
    accessibility_contact: Mapped[str] = mapped_column(String(300), default="")
    about_sv: Mapped[str] = mapped_column(String(600), default="", server_default="")
    about_en: Mapped[str] = mapped_column(String(600), default="", server_default="")
    accent: Mapped[str] = mapped_column(String(7), default="", server_default="")
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    retention: Mapped[str] = mapped_column(String(300), default="", server_default="")
    retention_months: Mapped[int | None]
    retention_since: Mapped[date | None]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))

    @property
    def name(self) -> Localized:
        return Localized(self.name_sv, self.name_en)

    @property
    def about(self) -> Localized:
        return Localized(self.about_sv, self.about_en)


roles_users = Table(
    "roles_users",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):  # type: ignore[misc]
    """A right in the whole installation. Rights in an organisation are memberships."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    users: Mapped[list[User]] = relationship(secondary=roles_users, back_populates="roles")


class User(Base, UserMixin):  # type: ignore[misc]
    """Somebody who works with dialogues. Residents have no account."""

    __tablename__ = "user"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    roles: Mapped[list[Role]] = relationship(secondary=roles_users, back_populates="users")
    webauthn: Mapped[list[WebAuthn]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )


class WebAuthn(Base, WebAuthnMixin):  # type: ignore[misc]
    """A passkey of a member of staff."""

    __tablename__ = "webauthn"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), index=True, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[datetime] = mapped_column(default=now)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(back_populates="webauthn")


class Membership(Base):
    """A person's part in an organisation, or in one of its dialogues only."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role", "dialogue_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    role: Mapped[StaffRole] = mapped_column(String(40))
    dialogue_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE")
    )
    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class Dialogue(Base):
    """A conversation that an organisation holds with residents, and what it promised them.

    ``let_go_on`` is the day on which what residents said was deleted by the retention rule.
    """

    __tablename__ = "dialogue"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    host_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    responder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[DialogueState] = mapped_column(String(40), default=DialogueState.DRAFT)
    texts: Mapped[dict[str, Any]]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    published_on: Mapped[date | None]
    invented: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[DialogueKind] = mapped_column(
        String(40), default=DialogueKind.SURVEY, server_default="survey"
    )
    promise: Mapped[PromiseLevel | None] = mapped_column(String(40))
    release: Mapped[ReleaseRule] = mapped_column(
        String(40), default=ReleaseRule.ALL, server_default="all"
    )
    public_since: Mapped[date | None]
    kept: Mapped[Kept | None] = mapped_column(String(20))
    kept_told_on: Mapped[date | None]
    let_go_on: Mapped[date | None]
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    host: Mapped[Organisation | None] = relationship(foreign_keys=[host_id])
    responder: Mapped[Organisation | None] = relationship(foreign_keys=[responder_id])

    def said(self, name: str) -> Localized:
        """One of the dialogue's own texts.

        The names are ``title``, ``lead``, ``about``, ``can_change``, ``who_decides``,
        ``when_answered``, ``purpose``, ``to_settle`` (the question to be settled) and ``kept``
        (the words about how the promise ended).
        """
        return Localized.of(self.texts.get(name, {}))

    @property
    def title(self) -> Localized:
        return self.said("title")

    @property
    def face(self) -> Organisation:
        """The organisation whose name, logo and colour its pages wear: the host, if any."""
        return self.host or self.organisation

    @property
    def is_hosted(self) -> bool:
        """Whether another organisation than the one that asks holds the dialogue."""
        return self.host_id is not None and self.host_id != self.organisation_id

    @property
    def is_open(self) -> bool:
        return self.state == DialogueState.OPEN

    @property
    def is_answered(self) -> bool:
        """Whether those who decide have answered, whatever came after."""
        answered = (DialogueState.ANSWERED, DialogueState.IN_FOLLOW_UP, DialogueState.ARCHIVED)
        return self.state in answered

    @property
    def is_public(self) -> bool:
        """Whether anybody may see its page. One that is withdrawn unseen stays unseen."""
        if self.state == DialogueState.WITHDRAWN:
            return self.public_since is not None
        return self.state in PUBLIC_STATES
