"""Where a dialogue stands, what comes next and who does it, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from dialogue.ground.clock import today
from dialogue.ground.i18n import current_language, long_date
from dialogue.hosts.life import STEPS, Verb
from dialogue.hosts.models import Dialogue, DialogueState


@dataclass(frozen=True, slots=True)
class VerbWords:
    """What a step is called.

    ``does`` is the button, ``means`` says what happens then; ``told`` is how the step is spoken
    of afterwards.
    """

    does: str
    means: str
    told: str


def verb_words() -> dict[str, VerbWords]:
    """The words of every step."""
    return _before_opening() | _while_open() | _after_closing()


def _before_opening() -> dict[str, VerbWords]:
    return {
        Verb.SEND: VerbWords(
            _("Send it for approval"),
            _("The coordinator reads it. You cannot change it until it comes back."),
            _("Sent for approval"),
        ),
        Verb.RETURN: VerbWords(
            _("Return it"),
            _("It becomes a draft again, with your words beside it."),
            _("Returned"),
        ),
        Verb.APPROVE: VerbWords(
            _("Approve it"),
            _("Purpose and promise stand. Only a coordinator can change them now."),
            _("Approved"),
        ),
        Verb.ANNOUNCE: VerbWords(
            _("Announce it"),
            _("Everybody can see the dialogue’s page, with the message from before."),
            _("Announced"),
        ),
        Verb.OPEN: VerbWords(
            _("Open it"), _("Residents can answer, and the promise stands."), _("Opened")
        ),
    }


def _while_open() -> dict[str, VerbWords]:
    return {
        Verb.PAUSE: VerbWords(
            _("Pause it"),
            _("Nobody can answer until you open it again. Residents read your words."),
            _("Paused"),
        ),
        Verb.RESUME: VerbWords(
            _("Open it again"), _("Residents can answer again."), _("Opened again")
        ),
        Verb.CLOSE: VerbWords(
            _("Close it"), _("No more answers come in. It cannot be opened again."), _("Closed")
        ),
    }


def _after_closing() -> dict[str, VerbWords]:
    return {
        Verb.READ: VerbWords(
            _("Begin to read"),
            _("Residents see that the answers are being read."),
            _("The reading began"),
        ),
        Verb.SEND_OUT: VerbWords(
            _("Send the summary out for confirmation"),
            _("Those who took part can say whether it is right."),
            _("Sent out for confirmation"),
        ),
        Verb.PUBLISH: VerbWords(
            _("Say that it is published"),
            _("The responder’s clock runs from now on."),
            _("Published"),
        ),
        Verb.ANSWER: VerbWords(
            _("Say that it is answered"),
            _("The closing page stands: whether the promise was kept, and what came of it."),
            _("Answered"),
        ),
        Verb.FOLLOW: VerbWords(
            _("Begin to follow up"),
            _("Residents see what is done, year by year."),
            _("The follow-up began"),
        ),
        Verb.ARCHIVE: VerbWords(
            _("Archive it"), _("The page stays, and nothing changes any more."), _("Archived")
        ),
        Verb.WITHDRAW: VerbWords(
            _("Withdraw it"),
            _("The dialogue ends for good. If it was public, residents read your words."),
            _("Withdrawn"),
        ),
    }


def ways_on(dialogue: Dialogue) -> list[Verb]:
    """The steps that lead on from where a dialogue stands, the likeliest first."""
    return [verb for verb, step in STEPS.items() if dialogue.state in step.before]


def what_next(dialogue: Dialogue) -> str:
    """What comes next and who does it, in one sentence or two."""
    language = current_language()
    asks = dialogue.organisation.name.text(language)
    host = dialogue.face.name.text(language)
    state = dialogue.state
    if state == DialogueState.OPEN:
        return _while_it_is_open(dialogue, asks)
    if state == DialogueState.PUBLISHED:
        return _waiting_for_an_answer(dialogue, language)
    if state == DialogueState.ANNOUNCED and dialogue.opens_on:
        return str(_("%(asks)s opens it on %(day)s.", asks=asks, day=long_date(dialogue.opens_on)))
    told = {
        DialogueState.DRAFT: _(
            "%(host)s writes what the dialogue is for and sends it for approval.", host=host
        ),
        DialogueState.HOST_READY: _(
            "%(asks)s reads it, and approves it or returns it with words.", asks=asks
        ),
        DialogueState.APPROVED: _("%(asks)s announces it.", asks=asks),
        DialogueState.ANNOUNCED: _("%(asks)s opens it.", asks=asks),
        DialogueState.PAUSED: _("%(asks)s opens it again, or closes it.", asks=asks),
        DialogueState.CLOSED: _("%(host)s begins to read the stories.", host=host),
        DialogueState.IN_ANALYSIS: _(
            "%(asks)s signs the themes and sends the summary out for confirmation.", asks=asks
        ),
        DialogueState.OUT_FOR_CONFIRMATION: _(
            "Those who took part confirm the summary. Then %(asks)s publishes it.", asks=asks
        ),
        DialogueState.ANSWERED: _("%(asks)s follows up what is done.", asks=asks),
        DialogueState.IN_FOLLOW_UP: _(
            "%(asks)s tells every year what was done, and archives it at the end.", asks=asks
        ),
    }
    return str(told.get(state, _("Nothing more. The dialogue is over.")))


def _while_it_is_open(dialogue: Dialogue, asks: str) -> str:
    last = dialogue.closes_on
    if last is None:
        return str(_("Residents answer. %(asks)s closes it when it is time.", asks=asks))
    if last < today():
        return str(_("The last day has passed. It closes by itself in a little while."))
    return str(_("Residents answer until %(day)s. Then it closes by itself.", day=long_date(last)))


def _waiting_for_an_answer(dialogue: Dialogue, language: str) -> str:
    who = dialogue.responder.name.text(language) if dialogue.responder else ""
    if not who or dialogue.answer_by is None:
        return str(_("The responder answers."))
    late = (today() - dialogue.answer_by).days
    if late > 0:
        return str(
            _(
                "%(who)s should have answered by %(day)s.",
                who=who,
                day=long_date(dialogue.answer_by),
            )
        )
    return str(_("%(who)s answers by %(day)s.", who=who, day=long_date(dialogue.answer_by)))
