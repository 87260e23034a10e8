"""Which survey a request is about, and whether it takes answers at this moment."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

from flask import abort, current_app
from sqlalchemy import select

from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.forms import seal, unseal
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import dialogue_named
from surveys.models import Survey, SurveyVersion
from surveys.opening import Door, Opening, Standing
from surveys.questions.catalogue import checked
from surveys.questions.document import Document

PURPOSE = "answer form"
_documents: dict[uuid.UUID, Document] = {}
MOST_DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class Asking:
    """A dialogue's survey in one version, and how its door stands now."""

    dialogue: Dialogue
    survey: Survey
    version: SurveyVersion
    document: Document
    opening: Opening
    standing: Standing

    def token(self) -> str:
        """A token that says the form was drawn here, for this version; it never expires."""
        return sealed_token(self.version.id)


def sealed_token(version: uuid.UUID) -> str:
    """A token for a form of this version."""
    return seal(PURPOSE, f"{version}.{secrets.token_urlsafe(6)}", secret_keys()[0])


def asking(slug: str, token: str = "") -> Asking:
    """The survey of a dialogue: in the version that ``token`` was drawn for, or in the newest.

    Somebody who began on one version finishes on it. Ends in 404 when there is nothing to answer.
    """
    found = dialogue_named(slug)
    survey = session().scalars(select(Survey).where(Survey.dialogue_id == found.id)).first()
    if survey is None or not found.is_public:
        abort(404)
    version = version_of(survey, token) or survey.current
    if version is None:
        abort(404)
    opening = Opening.of(survey.opening or {})
    standing = opening.at(now()) if found.is_open else Standing(Door.CLOSED)
    return Asking(found, survey, version, document_of(version), opening, standing)


def version_of(survey: Survey, token: str) -> SurveyVersion | None:
    """The version that a form's token was drawn for; None when the token is not ours."""
    value = unseal(PURPOSE, token, secret_keys()) if token else None
    name = value.split(".")[0] if value else ""
    return next(
        (each for each in survey.versions if str(each.id) == name and each.state != "draft"), None
    )


def document_of(version: SurveyVersion) -> Document:
    """The version's document. An opened version never changes, so it is read once."""
    if version.state == "draft":
        return checked(Document.of(version.document))
    if version.id not in _documents:
        if len(_documents) >= MOST_DOCUMENTS:
            _documents.clear()
        _documents[version.id] = checked(Document.of(version.document))
    return _documents[version.id]


def secret_keys() -> tuple[str, ...]:
    """The key that seals, then the older ones that still open."""
    settings = current_app.extensions["settings"]
    return (settings.secret_key, *settings.old_secret_keys)
