"""Screens from memory: most presses of "Next" lead to a screen that looks the same for everybody.

Such a screen is drawn once per survey version, language, manner and place, and kept with holes for
what differs: the form's key and token, the script nonce, and the hidden fields with what was typed
so far. Whatever is not plain (a fault, an answer that is shown again, words that call for the
door, a correction, a one-time code) goes the ordinary way, which alone decides what is right.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Response, current_app, request
from markupsafe import Markup, escape

from dialogue.ground.clock import now
from dialogue.ground.forms import clean_form, unseal
from dialogue.ground.i18n import current_language
from dialogue.ground.security import nonce
from dialogue.voices.receipts import KEY, new_answer_key
from dialogue.voices.signposting import signs
from surveys.asking import PURPOSE, Asking, sealed_token, secret_keys
from surveys.opening import Door, Opening
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document, Step
from surveys.sheets import EACH, Manner, Sheet

MOST_PAGES = 512
MOST_SURVEYS = 64

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a survey that was open a moment ago."""

    version: uuid.UUID
    document: Document
    opening: Opening
    at: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page in pieces: every second one is the name of a hole."""

    pieces: tuple[str, ...]
    at: float

    @classmethod
    def of(cls, html: str, holes: Mapping[str, str]) -> Drawn | None:
        """Cut the values of ``holes`` out of a page.

        None when one of them does not stand there exactly once (the nonce: at least once), so that
        nobody can choose a value that cuts up a page for others.
        """
        pieces = [html]
        for name, value in holes.items():
            found = html.count(value) if value else 0
            if not found or (found > 1 and name != "nonce"):
                return None
            cut: list[str] = []
            for place, piece in enumerate(pieces):
                if place % 2:
                    cut.append(piece)
                    continue
                parts = piece.split(value)
                for part in parts[:-1]:
                    cut += [part, name]
                cut.append(parts[-1])
            pieces = cut
        return cls(tuple(pieces), time.monotonic())

    def filled(self, values: Mapping[str, str]) -> str:
        """The page with this request's values in its holes."""
        return "".join(
            values[piece] if place % 2 else piece for place, piece in enumerate(self.pieces)
        )


@dataclass(slots=True)
class Memory:
    """The surveys and pages that one application remembers, each for ``seconds``."""

    seconds: float
    surveys: dict[str, Known] = field(default_factory=dict)
    pages: dict[Key, Drawn] = field(default_factory=dict)

    def survey(self, slug: str) -> Known | None:
        known = self.surveys.get(slug)
        return known if known and time.monotonic() - known.at < self.seconds else None

    def page(self, key: Key) -> Drawn | None:
        drawn = self.pages.get(key)
        return drawn if drawn and time.monotonic() - drawn.at < 30 * self.seconds else None


def memory() -> Memory:
    """The memory of the running application; it remembers nothing in tests unless told to."""
    found: Memory | None = current_app.extensions.get("quick")
    if found is None:
        found = Memory(float(current_app.config.get("REMEMBER_SURVEYS_FOR", 2.0)))
        current_app.extensions["quick"] = found
    return found


def remember_survey(asked: Asking) -> None:
    """Keep in mind a survey that takes answers now."""
    kept = memory()
    if not kept.seconds or asked.standing.door != Door.OPEN or asked.opening.invited_only:
        return
    if len(kept.surveys) >= MOST_SURVEYS:
        kept.surveys.clear()
    known = Known(asked.version.id, asked.document, asked.opening, time.monotonic())
    kept.surveys[asked.dialogue.slug] = known


def remember_page(
    version: uuid.UUID, at: str, sheet: Sheet, html: str, holes: Mapping[str, str]
) -> None:
    """Keep a plain screen with holes in it."""
    kept = memory()
    personal = sheet.manner.receipt or sheet.manner.invitation or _knows_the_reader()
    if personal or not kept.seconds or not KEY.fullmatch(holes["key"]):
        return
    drawn = Drawn.of(html, holes)
    if drawn is not None:
        if len(kept.pages) >= MOST_PAGES:
            kept.pages.clear()
        kept.pages[_key(version, at, sheet)] = drawn


def first_screen(slug: str, manner: Manner) -> Response | None:
    """The first question from memory, or None when it has to be drawn."""
    known = _known(slug)
    if known is None or manner.layout != EACH:
        return None
    form = {name: [value] for name, value in manner.fields().items()}
    sheet = Sheet.read(known.document, form)
    return _from_memory(known, sheet, sheet.steps[0], new_answer_key()) if sheet.steps else None


def next_screen(slug: str) -> Response | None:
    """The screen after this one from memory, or None when it has to be drawn or refused."""
    known = _known(slug)
    if known is None or request.form.get("go", "next") != "next":
        return None
    value = unseal(PURPOSE, request.form.get("token", ""), secret_keys())
    key = request.form.get("key", "")
    if not key or value is None or value.split(".")[0] != str(known.version):
        return None
    sheet = Sheet.read(known.document, clean_form(request.form).to_dict(flat=False))
    if sheet.manner.receipt or sheet.manner.invitation or sheet.manner.layout != EACH:
        return None
    places = [step.id for step in sheet.steps]
    at = request.form.get("at", "")
    if at not in places[:-1]:
        return None
    here = places.index(at)
    if sheet.faults_of(sheet.steps[here]):
        return None
    return _from_memory(known, sheet, sheet.steps[here + 1], key)


def _from_memory(known: Known, sheet: Sheet, step: Step, key: str) -> Response | None:
    drawn = memory().page(_key(known.version, step.id, sheet))
    if drawn is None or not is_plain(sheet, (step,)):
        return None
    values = {
        "key": str(escape(key)),
        "new_key": new_answer_key(),
        "token": sealed_token(known.version),
        "nonce": nonce(),
        "typed": hidden_fields(sheet.carried((step,), with_uses=True)),
    }
    return Response(drawn.filled(values), mimetype="text/html")


def is_plain(sheet: Sheet, shown: Sequence[Step]) -> bool:
    """Whether a screen shows nothing of what was typed."""
    names = {
        name for step in shown for each in step.questions for name in KINDS[each.kind].names(each)
    }
    if any(sheet.fields.get(name) for name in names):
        return False
    return not signs(text for texts in sheet.fields.values() for text in texts)


def _known(slug: str) -> Known | None:
    """The survey as it stood a moment ago, if its door is open still and nobody is signed in."""
    known = None if _knows_the_reader() else memory().survey(slug)
    return known if known and known.opening.at(now()).door == Door.OPEN else None


def _knows_the_reader() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _key(version: uuid.UUID, at: str, sheet: Sheet) -> Key:
    steps = tuple(step.id for step in sheet.steps)
    return (version, current_language(), at, sheet.manner, steps)


def hidden_fields(pairs: Iterable[tuple[str, str]]) -> Markup:
    """What was typed on other screens, as it travels in the form."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("\n").join(field.format(name, value) for name, value in pairs)
