"""From a ready-made survey to an open one: a dialogue's draft, its promise, and its opening."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts import life
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.promising import WITH_COORDINATOR
from surveys.bridges import Moves
from surveys.building.authoring import Hindrance, hindrances, without_english
from surveys.models import Survey, SurveyVersion
from surveys.opening import Opening
from surveys.questions.document import Document
from surveys.versions import document_of, draft_of, freeze

LINES = ("about", "can_change", "who_decides", "when_answered")
MINUTES = {"story": 2.0, "short": 1.0, "ideaOne": 1.0, "sortpic": 2.0, "matrix": 1.5, "info": 0.2}


def lacking(session: Session, dialogue: Dialogue) -> Iterator[Hindrance]:
    """What a dialogue lacks before it may open."""
    for sentence in life.hindrances(session, dialogue, life.Verb.OPEN):
        yield Hindrance("", sentence)


def english_gaps(dialogue: Dialogue, document: Document) -> list[str]:
    """Sentences about what readers of English will meet in Swedish."""
    found = [without_english(document)] if without_english(document) else []
    if any(not dialogue.said(name).en for name in ("title", *LINES)):
        found.append(_("The dialogue’s own page is not fully written in English."))
    return found


def open_survey(
    session: Session,
    dialogue: Dialogue,
    survey: Survey,
    *,
    by: User,
    apart: Collection[str] = (),
    moves: Moves | None = None,
    english_known: bool = False,
) -> SurveyVersion:
    """Open the draft for answers, and with the first version the dialogue itself.

    ``apart`` and ``moves`` say how a correction is joined with the version before it.

    Raises:
        Refusal: when anything keeps it from opening; ``english_known`` says that the person has
            seen what is missing in English.
    """
    draft = draft_of(survey)
    if draft is None:
        raise Refusal(_("There is no draft to open."))
    document = document_of(draft)
    first = survey.current is None
    stops = [*(lacking(session, dialogue) if first else ()), *hindrances(document)]
    if stops:
        raise Refusal(stops[0].sentence)
    gaps = english_gaps(dialogue, document)
    if gaps and not english_known:
        raise Refusal(_("Tick that you know what is missing in English."))
    version = freeze(session, survey, by=by, apart=apart, moves=moves)
    if first and dialogue.state in WITH_COORDINATOR:
        if not dialogue.said("lead").sv:
            dialogue.texts = dict(dialogue.texts) | {"lead": _lead(document).as_dict()}
        survey.opening = _hours(dialogue, survey).as_dict()
        life.take_step(session, dialogue, life.Verb.OPEN, by=by)
    session.flush()
    return version


def hindrances_to_sending(
    session: Session, dialogue: Dialogue, document: Document
) -> list[Hindrance]:
    """What keeps a host from sending a draft for approval: first the questions, then the rest."""
    rest = life.hindrances(session, dialogue, life.Verb.SEND)
    return [*hindrances(document), *(Hindrance("", sentence) for sentence in rest)]


def send_for_approval(session: Session, dialogue: Dialogue, survey: Survey, *, by: User) -> None:
    """Tell the coordinator that the host is done: the dialogue waits for approval.

    Raises:
        Refusal: when the questions could not be opened as they are, or a decision is missing.
    """
    draft = draft_of(survey)
    if draft is None:
        raise Refusal(_("There is no draft to send."))
    stops = hindrances_to_sending(session, dialogue, document_of(draft))
    if stops:
        raise Refusal(stops[0].sentence)
    life.take_step(session, dialogue, life.Verb.SEND, by=by)


def _hours(dialogue: Dialogue, survey: Survey) -> Opening:
    """The hours that the dialogue's days mean: from the first minute to the end of the last day."""
    hours = Opening.of(survey.opening or {})
    opens = dialogue.opens_on if dialogue.opens_on and dialogue.opens_on > today() else None
    closes = dialogue.closes_on + timedelta(days=1) if dialogue.closes_on else None
    return replace(
        hours,
        opens=hours.opens or (datetime.combine(opens, time()) if opens else None),
        closes=hours.closes or (datetime.combine(closes, time()) if closes else None),
    )


def minutes_for(document: Document) -> int:
    """About how many minutes a survey takes, never less than one."""
    return max(1, round(sum(MINUTES.get(each.kind, 0.4) for each in document.questions)))


def _lead(document: Document) -> Localized:
    count = minutes_for(document)
    minutes = "minut" if count == 1 else "minuter", "minute" if count == 1 else "minutes"
    return Localized(
        f"Berätta med dina egna ord. Det tar ungefär {count} {minutes[0]}. "
        "Du behöver inte logga in.",
        f"Tell us in your own words. It takes about {count} {minutes[1]}. "
        "You do not need to log in.",
    )
