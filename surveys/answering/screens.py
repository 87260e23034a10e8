"""Draws the screens of the answer form. Everything typed so far travels in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from dialogue.ground.clock import local, today
from dialogue.ground.forms import wrong_token_sentence
from dialogue.ground.i18n import current_language
from dialogue.ground.security import nonce
from dialogue.voices.qr import receipt_qr
from surveys.answering import quick, telling
from surveys.answering.asking import Asking
from surveys.answering.filling import CODE_HOLES, filling_of, needs_help, receipt_filling
from surveys.answering.quick import HOLES
from surveys.answering.sheets import CHECK, WHOLE, Sheet
from surveys.questions.catalogue import KINDS, scripts
from surveys.questions.document import STANDARD, Document, Step
from surveys.questions.kinds import Fault
from surveys.rules.conditions import rule_of
from surveys.rules.words import in_words

__all__ = [
    "CHECK",
    "WHOLE",
    "Answering",
    "closed",
    "invited",
    "page",
    "public_address",
    "receipt",
    "refusal",
    "screen",
    "variants_of",
    "wants_json",
    "wrong_token",
]


@dataclass(frozen=True, slots=True)
class Answering:
    """One request to the answer form: the survey, the sheet that came with it, its random key."""

    asking: Asking
    sheet: Sheet
    key: str = ""

    @property
    def places(self) -> list[str]:
        """The screens in order, by id; the page with all questions is one."""
        return self.sheet.places

    def shown(self, at: str) -> tuple[Step, ...]:
        """What a screen asks."""
        return self.sheet.shown(at)


def screen(
    answering: Answering,
    at: str,
    faults: Sequence[Fault] = (),
    status: int = 200,
    changed: bool = False,
) -> Response:
    """One screen of the form; ``at`` is a step, the whole page or the check before sending."""
    if wants_json() and status >= 400:
        return refusal(answering.asking, faults, status)
    if at not in answering.places:
        at = answering.places[0]
    shown = answering.shown(at)
    steps = answering.sheet.steps
    return page(
        {CHECK: "surveys/check.html", WHOLE: "surveys/whole.html"}.get(at, "surveys/question.html"),
        answering,
        at,
        status,
        shown=shown,
        step=shown[0] if shown else None,
        steps=steps,
        place=steps.index(shown[0]) + 1 if at not in (CHECK, WHOLE) else len(steps),
        faults=list(faults),
        changed=changed,
        scripts=scripts([each for step in shown for each in step.questions]),
        rule_in_words=_rule_in_words,
    )


def page(
    template: str, answering: Answering, at: str, status: int = 200, **values: Any
) -> Response:
    """A page around the form, with the fields that travel."""
    asking, sheet = answering.asking, answering.sheet
    manner = sheet.manner
    g.private = bool(g.get("private") or manner.shared or manner.receipt)
    shown = values.get("shown", ())
    lasting = asking.version.state != "draft"
    filling = filling_of(asking.version.id, sheet, shown, at, answering.key, lasting=lasting)
    needed = needs_help(sheet)
    context = {
        "dialogue": asking.dialogue,
        "document": asking.document,
        "opening": asking.opening,
        "standing": asking.standing,
        "sheet": sheet,
        "manner": manner,
        "variant": manner.variant,
        "variants": variants_of(asking.document),
        "kinds": KINDS,
        "asks_for_uses": telling.asks_for_uses(asking.document),
        "needed": needed,
        "at": at,
        "faults": [],
        "scripts": (),
        "offline": not (manner.shared or manner.receipt or asking.opening.invited_only),
    } | values
    known = quick.remember(asking) if _is_plain(context, sheet, at, status) else None
    if known is None:
        return make_response(render_template(template, **context, **filling), status)
    blank = Sheet(sheet.document, {}, uses=sheet.uses, manner=manner)
    drawn = quick.page(
        quick.screen_key(known, current_language(), at, sheet, needed=needed),
        lambda: render_template(
            template, **(context | {"sheet": blank} | {name: HOLES[name] for name in filling})
        ),
    )
    return _filled(drawn, filling)


def _is_plain(context: dict[str, Any], sheet: Sheet, at: str, status: int) -> bool:
    """Whether a page looks the same for everybody, but for what fills its holes."""
    if status != 200 or g.private or context["faults"] or context.get("changed"):
        return False
    return at == CHECK or (bool(context.get("shown")) and quick.shows_nothing_typed(sheet, at))


def wrong_token(answering: Answering, at: str) -> Response:
    return screen(answering, at, [Fault("", wrong_token_sentence())], 403)


def closed(answering: Answering, at: str, status: int) -> Response:
    """The survey takes no answers now; what was typed is given back."""
    standing = answering.asking.standing
    if wants_json():
        sentence = _("The survey does not take answers now.")
        return refusal(answering.asking, [Fault("", sentence)], status)
    until = local(standing.until) if standing.until else None
    return page("surveys/closed.html", answering, at, status, until=until)


def invited(answering: Answering, fault: str = "", status: int = 200) -> Response:
    """The page that asks for the one-time code."""
    faults = [Fault("invitation", fault)] if fault else []
    if wants_json() and status >= 400:
        return refusal(answering.asking, faults, status)
    code = answering.sheet.manner.invitation
    nameless = answering.sheet.mannered(replace(answering.sheet.manner, invitation=""))
    return page(
        "surveys/invited.html",
        replace(answering, sheet=nameless),
        "",
        status,
        faults=faults,
        fault=fault,
        code=code,
    )


def receipt(answering: Answering, code: str, corrected: bool = False) -> Response:
    """The answer is kept: its code, shown once."""
    g.private = True
    if wants_json():
        return jsonify(code=code, address=f"{url_for('receipts.open')}#{code}")
    asking, sheet = answering.asking, answering.sheet
    points = telling.points(sheet.document, sheet.values)
    context = {
        "dialogue": asking.dialogue,
        "opening": asking.opening,
        "manner": sheet.manner,
        "points": points if any(points.values()) else None,
        "today": today(),
        "corrected": corrected,
    }
    qr = receipt_qr(code)
    known = None if corrected or sheet.manner.shared else quick.remember(asking)
    if known is None:
        return make_response(render_template("surveys/receipt.html", code=code, qr=qr, **context))
    drawn = quick.page(
        quick.receipt_key(known, current_language(), sheet, today()),
        lambda: render_template(
            "surveys/receipt.html", code=CODE_HOLES, qr=(qr[0], HOLES["qr"]), **context
        ),
    )
    return _filled(drawn, receipt_filling(code, qr))


def _filled(drawn: quick.Drawn, filling: Mapping[str, str]) -> Response:
    """A page from memory. Somebody who is signed in would see another one, and caches are told."""
    response = make_response(drawn.filled({**filling, "nonce": nonce()}))
    response.vary.add("Cookie")
    return response


def refusal(asking: Asking, faults: Sequence[Fault], status: int) -> Response:
    """A refusal for a page that sends by itself: the sentence, and a fresh token."""
    sentence = faults[0].sentence if faults else ""
    response = jsonify(sentence=sentence, token=asking.token())
    response.status_code = status
    return response


def wants_json() -> bool:
    """Whether a script asked, not a person's browser."""
    return request.accept_mimetypes.best == "application/json"


def variants_of(document: Document) -> tuple[str, ...]:
    """The variants that a survey has words or drawings for."""
    choices = [each for question in document.questions for each in question.choices]
    easy = any(question.easy.sv or question.easy.en for question in document.questions)
    pictures = any(each.picture for each in choices)
    found = [STANDARD, *(["easy"] if easy else []), *(["pictures"] if pictures else [])]
    return tuple(found) if len(found) > 1 else ()


def _rule_in_words(question: Any, document: Document) -> str:
    return in_words(rule_of(question), document) if question.show_if else ""


def public_address(endpoint: str, **values: Any) -> str:
    """An address that can be typed or scanned elsewhere."""
    base: str = current_app.extensions["settings"].public_url
    return f"{base}{url_for(endpoint, **values)}"
