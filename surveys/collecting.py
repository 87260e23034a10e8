"""Taking in answers: read the form, refuse in sentences, keep once and for sure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from dialogue.voices.erasure import also_erase
from dialogue.voices.models import Channel, Contribution, Story, Use, Voice
from dialogue.voices.receipts import KEY, Receipts
from surveys.models import BackgroundAnswer, Response, SurveyVersion
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document, Question, Step
from surveys.questions.kinds import BadAnswer, Fault

CONSENT_VERSION = "2026-11"
CONTROL_FIELDS = frozenset({"key", "new_key", "token", "at", "go", "use"})
FREE_USES = (Use.QUOTE, Use.RESEARCH, Use.OPEN_DATA)


class AlreadySent(Refusal):
    """The form was sent before with other words; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody has filled in so far.

    ``fields`` are the raw fields by name, ``values`` the answers that could be read by question
    id, ``faults`` the others.
    """

    document: Document
    fields: Mapping[str, list[str]]
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    uses: tuple[Use, ...] = (Use.ANALYSIS,)

    @classmethod
    def read(cls, document: Document, form: Mapping[str, list[str]]) -> Sheet:
        """Read every question of a form; unknown fields become faults."""
        known = {name for each in document.questions for name in KINDS[each.kind].names(each)}
        fields = {name: values for name, values in form.items() if name in known}
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for question in document.questions:
            try:
                value = KINDS[question.kind].read(question, fields)
            except BadAnswer as bad:
                faults.append(bad.fault)
            else:
                if value is not None:
                    values[question.id] = value
        if set(form) - known - CONTROL_FIELDS:
            faults.append(Fault("", _("The form has a field that is not part of this survey.")))
        asked = set(form.get("use", []))
        uses = (Use.ANALYSIS, *(use for use in FREE_USES if use in asked))
        return cls(document, fields, values, tuple(faults), uses)

    def faults_of(self, step: Step) -> tuple[Fault, ...]:
        """The faults on one screen."""
        names = {name for each in step.questions for name in KINDS[each.kind].names(each)}
        return tuple(fault for fault in self.faults if fault.control in names)

    def without(self, step: Step) -> Sheet:
        """The sheet with one screen left open."""
        names = {name for each in step.questions for name in KINDS[each.kind].names(each)}
        form = {name: values for name, values in self.fields.items() if name not in names}
        return Sheet.read(self.document, form | {"use": list(self.uses)})

    def carried(self, step: Step | None) -> list[tuple[str, str]]:
        """The fields that travel hidden while ``step`` is on the screen."""
        shown = {
            name
            for each in (step.questions if step else ())
            for name in KINDS[each.kind].names(each)
        }
        return [
            (name, value)
            for name, values in self.fields.items()
            if name not in shown
            for value in values
            if value
        ]

    def words(self, question: Question) -> list[str]:
        """The answer to a question in words; nothing when it was left open."""
        value = self.values.get(question.id)
        return [] if value is None else KINDS[question.kind].words(question, value)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept: its receipt code, and whether it was kept before."""

    code: str
    contribution: Contribution
    again: bool


def submit(
    session: Session,
    version: SurveyVersion,
    sheet: Sheet,
    *,
    key: str,
    receipts: Receipts,
    language: str,
    on: date,
    channel: Channel = Channel.WEB,
    replace: bool = False,
) -> Kept:
    """Keep the answers on a sheet, exactly once for each key.

    Raises:
        Refusal: when there is no answer to keep, or the key is none.
        AlreadySent: when the key was used for other answers and ``replace`` is not set.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    if not sheet.values:
        raise Refusal(_("Answer at least one question before you send."))
    code = receipts.code_for(key)
    digest = _digest(sheet)
    found = _kept_before(session, receipts.hash_of(code))
    if found is None:
        try:
            with session.begin_nested():
                made = _keep(
                    session,
                    version,
                    sheet,
                    receipts,
                    code,
                    digest,
                    language,
                    on,
                    channel,
                )
            return Kept(code, made, again=False)
        except IntegrityError:
            found = _kept_before(session, receipts.hash_of(code))
            if found is None:
                raise
    if found.content_hash == digest:
        return Kept(code, found, again=True)
    if not replace:
        raise AlreadySent(
            _("You have already sent an answer from this form, with other words than these.")
        )
    _remove(session, found, code, receipts)
    made = _keep(session, version, sheet, receipts, code, digest, language, on, channel)
    return Kept(code, made, again=False)


def _kept_before(session: Session, receipt_hash: bytes) -> Contribution | None:
    same = select(Contribution).where(Contribution.receipt_hash == receipt_hash)
    return session.scalars(same).first()


def _keep(
    session: Session,
    version: SurveyVersion,
    sheet: Sheet,
    receipts: Receipts,
    code: str,
    digest: bytes,
    language: str,
    on: date,
    channel: Channel,
) -> Contribution:
    document, values = sheet.document, sheet.values
    of_kind = {each.kind: each for each in document.questions}
    who = values.get(of_kind["who"].id) if "who" in of_kind else None
    contribution = Contribution(
        dialogue_id=version.survey.dialogue_id,
        receipt_hash=receipts.hash_of(code),
        content_hash=digest,
        channel=channel,
        voice=Voice(who) if who in list(Voice) else Voice.UNSAID,
        lang=language,
        received_on=on,
        uses=list(sheet.uses),
        consent_version=CONSENT_VERSION,
    )
    apart = {
        each.id for section in document.sections if section.kept_apart for each in section.questions
    }
    points = values.get(of_kind["selfcode3"].id) if "selfcode3" in of_kind else None
    told = [each for each in document.questions if each.kind == "story" and each.id in values]
    for question in told:
        contribution.stories.append(
            Story(
                dialogue_id=version.survey.dialogue_id,
                question=question.id,
                text=values[question.id],
                lang=language,
                points=points or {},
            )
        )
    session.add(contribution)
    session.flush()
    others = {
        name: value
        for name, value in values.items()
        if name not in apart and name not in {each.id for each in told}
    }
    session.add(Response(contribution_id=contribution.id, version_id=version.id, answers=others))
    background = {name: value for name, value in values.items() if name in apart}
    if background:
        session.add(
            BackgroundAnswer(
                survey_id=version.survey_id,
                answers=background,
                withdrawal_hash=receipts.background_hash_of(code),
            )
        )
    session.flush()
    return contribution


def _remove(session: Session, found: Contribution, code: str, receipts: Receipts) -> None:
    session.execute(delete(Contribution).where(Contribution.id == found.id))
    session.expunge(found)
    erase_background(session, code, receipts)


@also_erase
def erase_background(session: Session, code: str, receipts: Receipts) -> None:
    """Remove the background answers that only this code can find."""
    mine = BackgroundAnswer.withdrawal_hash == receipts.background_hash_of(code)
    session.execute(delete(BackgroundAnswer).where(mine))


def _digest(sheet: Sheet) -> bytes:
    body = json.dumps([dict(sheet.values), list(sheet.uses)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).digest()
