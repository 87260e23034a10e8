"""Writing down answers from paper and telephone, and the second look at them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts.rights import Holding, Right, reads_everything, signed_in
from dialogue.voices.models import Channel
from dialogue.voices.receipts import new_answer_key, receipts
from surveys.answering import telling
from surveys.answering.collecting import AlreadySent, Answered, Sheet, answered, correct, submit
from surveys.paper.numbers import PaperNumbers
from surveys.paper.outreach import reached
from surveys.paper.transcripts import Transcript, compare, transcripts_of, write_down
from surveys.questions.catalogue import KINDS, pressed, scripts
from surveys.questions.kinds import Fault

entering = Blueprint(
    "entering", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>/skriv-av"
)
WRITERS = Holding(Right.ENTER_ANSWERS)
CHANNELS = (Channel.PAPER, Channel.PHONE)
OURS = frozenset({"channel", "number", "lang", "csrf_token", "key", "go"})


@entering.get("/")
@open_to(WRITERS)
def enter(dialogue: str) -> Response:
    """An empty form to write an answer into."""
    return _page(dialogue, _sheet(dialogue, {}), {"key": new_answer_key()})


@entering.post("/")
@open_to(WRITERS)
def entered(dialogue: str) -> Response:
    """Keep what was written down, once, with who wrote it."""
    form = clean_form(request.form).to_dict(flat=False)
    sheet, given = _sheet(dialogue, form), _given(form)
    changed = pressed(sheet.document.questions, sheet.fields, given.get("go", ""))
    if changed is not None:
        return _page(dialogue, sheet.having(changed), given)
    if sheet.faults:
        return _page(dialogue, sheet, given, list(sheet.faults), 422)
    try:
        return _kept(dialogue, sheet, given)
    except AlreadySent:
        session().rollback()
        sentence = _("This number has been written down before, with other words.")
        return _page(dialogue, sheet, given, [Fault("number", sentence)], 422)
    except Refusal as refusal:
        session().rollback()
        return _page(dialogue, sheet, given, [Fault("number", refusal.sentence)], 422)


@entering.route("/jamfor", methods=["GET", "POST"])
@open_to(WRITERS)
def comparing(dialogue: str) -> Response:
    """The second look: somebody else holds the paper beside what was written down."""
    found, _survey, _document = reached(dialogue)
    form = clean_form(request.form).to_dict(flat=False)
    given = _given(form)
    if request.method == "GET":
        return second_look(found, given)
    try:
        code = receipts().code_for(_key_on_paper(dialogue, given.get("number", "")))
        kept = answered(session(), code, receipts())
        transcript = session().get(Transcript, kept.contribution.id) if kept else None
        if kept is None or transcript is None:
            raise Refusal(_("No answer with this number has been written down."))
        if given.get("go", "") != "compared":
            return second_look(found, given, kept, transcript)
        return _compared(found, form, given, kept, transcript, code)
    except Refusal as refusal:
        session().rollback()
        return second_look(found, given, fault=refusal.sentence)


def _kept(dialogue: str, sheet: Sheet, given: dict[str, str]) -> Response:
    _found, survey, _document = reached(dialogue)
    version = survey.current
    if version is None:
        raise Refusal(_("The survey has not been opened, so there is nothing to write into."))
    number = given.get("number", "")
    key = _key_on_paper(dialogue, number) if number else given.get("key", "")
    channel = Channel(given["channel"]) if given.get("channel") in CHANNELS else None
    if channel is None:
        raise Refusal(_("Say whether the answer came on paper or by telephone."))
    kept = submit(
        session(),
        version,
        sheet,
        key=key,
        receipts=receipts(),
        language=given["lang"] if given.get("lang") in LANGUAGES else current_language(),
        on=today(),
        channel=channel,
    )
    write_down(session(), kept.contribution, by=signed_in(), on=today())
    told = None if number else kept.code
    return _page(dialogue, _sheet(dialogue, {}), {"key": new_answer_key()}, done=True, code=told)


def _compared(
    found: Any,
    form: dict[str, list[str]],
    given: dict[str, str],
    kept: Answered,
    transcript: Transcript,
    code: str,
) -> Response:
    """Keep what the second person read, and that they have looked."""
    document = kept.sheet().document
    sheet = Sheet.read(document, {name: form[name] for name in form if name not in OURS})
    if sheet.faults:
        return second_look(found, given, kept, transcript, sheet=sheet, status=422)
    compare(session(), transcript, by=signed_in(), on=today())
    correct(session(), sheet, code=code, receipts=receipts(), on=today())
    response: Any = redirect(url_for("entering.comparing", dialogue=found.slug), 303)
    return make_response(response)


def _key_on_paper(dialogue: str, number: str) -> str:
    _found, survey, _document = reached(dialogue)
    key = PaperNumbers(receipts(), str(survey.id)).key_of(number)
    if key is None:
        raise Refusal(_("The number does not belong to this survey. Check it letter by letter."))
    return key


def _sheet(dialogue: str, form: dict[str, list[str]]) -> Sheet:
    _found, _survey, document = reached(dialogue)
    return Sheet.read(document, {name: form[name] for name in form if name not in OURS})


def _given(form: dict[str, list[str]]) -> dict[str, str]:
    return {name: form[name][0] for name in OURS & set(form) if form[name]}


def _page(
    dialogue: str,
    sheet: Sheet,
    given: dict[str, str],
    faults: list[Fault] | None = None,
    status: int = 200,
    *,
    done: bool = False,
    code: str | None = None,
) -> Response:
    found, _survey, _document = reached(dialogue)
    html = render_template(
        "outreach/enter.html",
        dialogue=found,
        given=given,
        done=done,
        code=code,
        faults=faults or [],
        **_of_sheet(sheet),
    )
    return make_response(html, status)


def second_look(
    found: Any,
    given: dict[str, str],
    kept: Answered | None = None,
    transcript: Transcript | None = None,
    *,
    sheet: Sheet | None = None,
    fault: str = "",
    status: int = 0,
) -> Response:
    """The page of the second look: the form of one answer, or the way to one and what waits."""
    filled = sheet or (kept.sheet() if kept else None)
    reads = reads_everything(signed_in(), found)
    html = render_template(
        "outreach/compare.html",
        reads=reads,
        dialogue=found,
        given=given,
        transcript=transcript,
        fault=fault,
        faults=[Fault("number", fault)] if fault else list(filled.faults if filled else ()),
        transcripts=transcripts_of(session(), found),
        reader=signed_in(),
        **(_of_sheet(filled) if filled else {"sheet": None}),
    )
    return make_response(html, status or (422 if fault else 200))


def _of_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "kinds": KINDS,
        "variant": "standard",
        "asks_for_uses": telling.asks_for_uses(sheet.document),
        "scripts": scripts(sheet.document.questions),
    }
