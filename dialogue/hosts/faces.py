"""How an organisation shows itself to residents: its colour as a stylesheet, its logo, its page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Response, g, url_for
from sqlalchemy import select

from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.hosts.colours import shades, stylesheet
from dialogue.hosts.house_models import OrganisationLogo
from dialogue.hosts.models import Dialogue, Organisation

TALLEST = 44
WIDEST = 240
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Hung:
    """A logo as a page shows it: its address and its size there, in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Face:
    """What a resident's page wears: a name, perhaps a stylesheet's address and a logo."""

    name: Localized
    stylesheet: str | None
    logo: Hung | None


def face_of(dialogue: Any) -> Face | None:
    """What the pages of a dialogue wear; nothing on the staff's own pages."""
    if not isinstance(dialogue, Dialogue) or g.get("staff"):
        return None
    return worn_by(dialogue.face)


def worn_by(organisation: Organisation) -> Face:
    """What an organisation's pages wear."""
    address = None
    if organisation.accent:
        version = hashlib.sha256(organisation.accent.encode()).hexdigest()[:8]
        address = url_for("pages.look", organisation=organisation.slug, v=version)
    return Face(organisation.name, address, hung(organisation))


def hung(organisation: Organisation) -> Hung | None:
    """The organisation's logo, small enough for the head of a page."""
    row = session().execute(
        select(OrganisationLogo.width, OrganisationLogo.height, OrganisationLogo.digest).where(
            OrganisationLogo.organisation_id == organisation.id
        )
    )
    found = row.first()
    if found is None:
        return None
    scale = min(1.0, TALLEST / found.height, WIDEST / found.width)
    address = url_for("pages.logo", organisation=organisation.slug, v=found.digest[:8])
    return Hung(address, max(1, round(found.width * scale)), max(1, round(found.height * scale)))


def stylesheet_of(organisation: Organisation) -> Response:
    """The organisation's colour as CSS."""
    css = stylesheet(shades(organisation.accent)) if organisation.accent else ""
    response = Response(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


def logo_of(organisation: Organisation) -> Response | None:
    """The organisation's logo, as a file that can only be a picture."""
    found = session().get(OrganisationLogo, organisation.id)
    if found is None:
        return None
    response = Response(found.data, content_type=found.kind)
    response.headers["Cache-Control"] = FOR_A_YEAR
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
