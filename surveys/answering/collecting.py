"""Taking in answers: keep each once and for sure, change one when its teller asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from dialogue.voices import corrections
from dialogue.voices.erasure import also_erase, erased_on, words_go
from dialogue.voices.models import Channel, Contribution, Story, Use
from dialogue.voices.receipts import KEY, Receipts, is_code
from surveys.answering import telling
from surveys.answering.drafts import erase_draft
from surveys.answering.keeping import Where, digest, keep, keep_background, other_answers, rows_of
from surveys.answering.sheets import Sheet
from surveys.codes import use_code
from surveys.models import BackgroundAnswer, Response, SurveyVersion
from surveys.questions.document import Document

__all__ = [
    "AlreadySent",
    "Answered",
    "Kept",
    "Sheet",
    "UnknownCode",
    "answered",
    "correct",
    "erase_background",
    "submit",
]


class AlreadySent(Refusal):
    """The form was sent before with other words; nothing was changed."""


class UnknownCode(Refusal):
    """No answer has this receipt code."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept: its receipt code, and whether it was kept before."""

    code: str
    contribution: Contribution
    again: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as its teller gave it: the version, the answers by question id, the uses."""

    contribution: Contribution
    version: SurveyVersion
    values: dict[str, Any]

    def sheet(self) -> Sheet:
        """The form, filled in with the answer."""
        document = Document.of(self.version.document)
        return Sheet.filled(document, self.values, list(self.contribution.uses))


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
    invited_only: bool = False,
) -> Kept:
    """Keep the answers on a sheet, exactly once for each key.

    Raises:
        Refusal: when there is no answer to keep, the key is none, or a code is needed and the one
            on the sheet cannot be used.
        AlreadySent: when the key was used for other answers and ``replace`` is not set, or for
            one that its teller has withdrawn: a restored backup would take it away once more.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    _refuse_empty(sheet)
    code = receipts.code_for(key)
    found = _kept_before(session, receipts.hash_of(code))
    if found is None and erased_on(session, code, receipts) is not None:
        raise AlreadySent(
            _("You have removed the answer from this form. Send it as one more answer to give it.")
        )
    if found is None:
        try:
            with session.begin_nested():
                if invited_only:
                    use_code(session, version.survey, sheet.manner.invitation, receipts)
                made = keep(
                    session,
                    rows_of(
                        Where(version.survey.dialogue_id, version.survey_id, version.id),
                        sheet,
                        code=code,
                        receipts=receipts,
                        language=language,
                        on=on,
                        channel=channel,
                    ),
                )
            erase_draft(session, code, receipts)
            return Kept(code, session.get_one(Contribution, made), again=False)
        except IntegrityError:
            found = _kept_before(session, receipts.hash_of(code))
            if found is None:
                raise
    if found.content_hash == digest(sheet):
        return Kept(code, found, again=True)
    if not replace:
        raise AlreadySent(
            _("You have already sent an answer from this form, with other words than these.")
        )
    return _change(session, version, found, sheet, code, receipts, on)


def correct(
    session: Session,
    sheet: Sheet,
    *,
    code: str,
    receipts: Receipts,
    on: date,
) -> Kept:
    """Let an answer say what the sheet says, under the code it had.

    A story that keeps its words keeps its place. One whose words change, or may no longer be
    quoted, goes with its quotes, published ones included, and comes back to be read anew.

    Raises:
        UnknownCode: when no answer has the code.
        Refusal: when there is no answer on the sheet.
    """
    found = _kept_before(session, receipts.hash_of(code)) if is_code(code) else None
    if found is None:
        raise UnknownCode(_("No answer has this code. Check it letter by letter."))
    _refuse_empty(sheet)
    if found.content_hash == digest(sheet):
        return Kept(code, found, again=True)
    response = session.scalars(select(Response).where(Response.contribution_id == found.id)).first()
    if response is None:
        raise UnknownCode(_("This answer was not given in a survey, so it cannot be changed here."))
    return _change(session, response.version, found, sheet, code, receipts, on)


def answered(session: Session, code: str, receipts: Receipts) -> Answered | None:
    """The answer that a receipt code opens, background included; None when there is none."""
    found = _kept_before(session, receipts.hash_of(code)) if is_code(code) else None
    if found is None:
        return None
    response = session.scalars(select(Response).where(Response.contribution_id == found.id)).first()
    if response is None:
        return None
    apart = session.scalars(
        select(BackgroundAnswer).where(
            BackgroundAnswer.withdrawal_hash == receipts.background_hash_of(code)
        )
    ).first()
    values = dict(response.answers)
    values |= {story.question: story.text for story in found.stories}
    values |= apart.answers if apart else {}
    return Answered(found, response.version, values)


def _refuse_empty(sheet: Sheet) -> None:
    if not sheet.values:
        raise Refusal(_("Answer at least one question before you send."))


def _kept_before(session: Session, receipt_hash: bytes) -> Contribution | None:
    same = select(Contribution).where(Contribution.receipt_hash == receipt_hash)
    return session.scalars(same.with_for_update()).first()


def _change(
    session: Session,
    version: SurveyVersion,
    found: Contribution,
    sheet: Sheet,
    code: str,
    receipts: Receipts,
    on: date,
) -> Kept:
    content = digest(sheet)
    corrections.remember(session, found, receipts, on)
    corrections.forget(session, found.receipt_hash, content, receipts)
    hushed = found.allows(Use.QUOTE) and Use.QUOTE not in sheet.uses
    found.content_hash = content
    found.voice = telling.voice(sheet.document, sheet.values)
    found.uses = [str(use) for use in sheet.uses]
    _change_stories(session, version, found, sheet, anew=hushed)
    response = session.scalars(select(Response).where(Response.contribution_id == found.id)).first()
    if response is None:
        session.add(
            Response(contribution_id=found.id, version_id=version.id, answers=other_answers(sheet))
        )
    else:
        response.answers, response.version_id = other_answers(sheet), version.id
    erase_background(session, code, receipts)
    keep_background(session, version.survey_id, sheet, receipts, code)
    erase_draft(session, code, receipts)
    session.flush()
    return Kept(code, found, again=False)


def _change_stories(
    session: Session, version: SurveyVersion, found: Contribution, sheet: Sheet, *, anew: bool
) -> None:
    """Keep the stories whose words stand, remove the others, add what is new."""
    wanted = {story.question: story for story in _stories(version, sheet, found.lang)}
    for story in list(found.stories):
        new = wanted.get(story.question)
        if new is not None and new.text == story.text and not anew:
            story.points, story.area = new.points, new.area
            del wanted[story.question]
        else:
            words_go(session, [story])
            session.execute(delete(Story).where(Story.id == story.id))
            session.expunge(story)
    session.expire(found, ["stories"])
    for story in wanted.values():
        story.contribution_id = found.id
        session.add(story)
    session.flush()


def _stories(version: SurveyVersion, sheet: Sheet, language: str) -> list[Story]:
    points = telling.points(sheet.document, sheet.values)
    area = telling.area(sheet.document, sheet.values)
    return [
        Story(
            dialogue_id=version.survey.dialogue_id,
            question=question.id,
            text=text,
            lang=language,
            points=points,
            area=area,
        )
        for question, text in telling.told(sheet.document, sheet.values)
    ]


@also_erase
def erase_background(session: Session, code: str, receipts: Receipts) -> None:
    """Remove the background answers that only this code can find."""
    mine = BackgroundAnswer.withdrawal_hash == receipts.background_hash_of(code)
    session.execute(delete(BackgroundAnswer).where(mine))
