"""What an organisation says about itself: its name, its rules, its colour and its logo."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.hosts.colours import accent_of
from dialogue.hosts.house_models import OrganisationLogo
from dialogue.hosts.logos import cleaned_logo
from dialogue.hosts.models import Organisation, OrganisationKind, User

LONGEST_KEEPING = 12 * 30
"""Months that stories may be kept at most."""


@dataclass(frozen=True, slots=True)
class House:
    """What an administrator writes about an organisation.

    ``controller`` answers for personal data. ``retention`` names the decision that keeping rests
    on; ``retention_months`` counts from the day a dialogue is archived or withdrawn.
    """

    name: Localized
    about: Localized
    kind: OrganisationKind
    controller: str = ""
    accessibility_contact: str = ""
    languages: tuple[str, ...] = LANGUAGES
    retention: str = ""
    retention_months: int | None = None


def add_organisation(session: Session, house: House, *, by: User) -> Organisation:
    """A new organisation.

    Raises:
        Refusal: when it has no Swedish name, or its retention rule is half a rule.
    """
    made = Organisation(slug="", kind=house.kind, name_sv="")
    made.slug = free_slug(session, house.name)
    _write(made, house)
    session.add(made)
    session.flush()
    audit.record(session, "organisation added", made.id, by.id, slug=made.slug)
    return made


def change_organisation(
    session: Session, organisation: Organisation, house: House, *, by: User
) -> None:
    """Write what is said about an organisation; its address stays.

    Raises:
        Refusal: as :func:`add_organisation`.
    """
    _write(organisation, house)
    audit.record(session, "organisation changed", organisation.id, by.id)


def _write(organisation: Organisation, house: House) -> None:
    if not house.name.sv:
        raise Refusal(_("Write the organisation’s name in Swedish."))
    if bool(house.retention) != (house.retention_months is not None):
        raise Refusal(
            _("A retention rule needs both: the decision it rests on, and the number of months.")
        )
    months = house.retention_months
    if months is not None and not 1 <= months <= LONGEST_KEEPING:
        raise Refusal(_("Stories can be kept for 1 to 360 months."))
    if not house.languages or not set(house.languages) <= set(LANGUAGES):
        raise Refusal(_("Choose at least one language."))
    organisation.kind = house.kind
    organisation.name_sv, organisation.name_en = house.name.sv, house.name.en
    organisation.about_sv, organisation.about_en = house.about.sv, house.about.en
    organisation.controller = house.controller
    organisation.accessibility_contact = house.accessibility_contact
    organisation.languages = list(house.languages)
    if months != organisation.retention_months:
        organisation.retention_since = today() if months is not None else None
    organisation.retention, organisation.retention_months = house.retention, months


def lend_colour(session: Session, organisation: Organisation, colour: str, *, by: User) -> None:
    """Let an organisation's resident pages wear its colour; nothing takes it off again.

    Raises:
        Refusal: when the colour cannot be read, or is taken.
    """
    organisation.accent = accent_of(colour).plain if colour.strip() else ""
    audit.record(
        session, "accent changed", organisation.id, by.id, accent=organisation.accent or "none"
    )


def hang_logo(session: Session, organisation: Organisation, data: bytes, *, by: User) -> None:
    """Show an organisation's logo on its resident pages.

    Raises:
        Refusal: when the picture is too large, broken, or of a kind that can carry programs.
    """
    picture = cleaned_logo(data)
    digest = hashlib.sha256(picture.data).hexdigest()
    session.merge(
        OrganisationLogo(
            organisation_id=organisation.id,
            kind=picture.kind,
            width=picture.width,
            height=picture.height,
            digest=digest,
            data=picture.data,
        )
    )
    audit.record(session, "logo changed", organisation.id, by.id, digest=digest)


def take_down_logo(session: Session, organisation: Organisation, *, by: User) -> None:
    """Show no logo any more."""
    logo = session.get(OrganisationLogo, organisation.id)
    if logo is not None:
        session.delete(logo)
        audit.record(session, "logo taken down", organisation.id, by.id)


def free_slug(session: Session, name: Localized) -> str:
    """An address made of the name that no organisation has yet."""
    plain = unicodedata.normalize("NFKD", name.sv or name.en).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]{1,200}", "-", plain.lower()).strip("-")[:60] or "organisation"
    taken = set(
        session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(stem)))
    )
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
