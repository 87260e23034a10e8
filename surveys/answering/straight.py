"""A straight road for the presses that nearly everybody makes: begin, next, skip, check, send.

It stands in front of the application. What it knows for sure, from memory and from the database,
it answers with the same page, headers, log line and rows as the ordinary road; everything else
(a fault, a correction, a code, a cookie, a survey it does not know, a database that is away) it
leaves alone, and the ordinary road alone decides what is right. An answer that it has begun to
keep is either whole and on disk, or nothing of it is there.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_host

from dialogue.ground import logs, security
from dialogue.ground.clock import today
from dialogue.ground.db import ONLY_READS, db, single_statements
from dialogue.ground.forms import clean_text, unseal
from dialogue.ground.localized import LANGUAGES
from dialogue.voices.qr import receipt_qr
from dialogue.voices.receipts import KEY, receipts
from surveys.answering import quick
from surveys.answering.asking import PURPOSE, secret_keys
from surveys.answering.at_once import keep_at_once
from surveys.answering.drafts import DraftCodes
from surveys.answering.filling import filling_of, needs_help, receipt_filling
from surveys.answering.keeping import Where, rows_of
from surveys.answering.sheets import ALL, CHECK, Manner, Sheet

PATH = re.compile(rf"/({'|'.join(LANGUAGES)})/dialog/([a-z0-9-]{{1,80}})/svara(/alla)?")
LARGEST = 64 * 1024
STRANGE = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_AUTHENTICATION_TOKEN", "SCRIPT_NAME")
FORM = "application/x-www-form-urlencoded"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

log = logging.getLogger("dialogue.answers")

_STANDING = quick.standing()


@dataclass(frozen=True, slots=True)
class Press:
    """One request to the answer form: GET has no ``form``."""

    language: str
    slug: str
    endpoint: str
    form: list[tuple[str, str]] | None

    def raw(self, name: str, default: str = "") -> str:
        """The first value of a field, as it came."""
        return next((value for each, value in self.form or () if each == name), default)

    def cleaned(self) -> dict[str, list[str]]:
        """Every field, cleaned."""
        fields: dict[str, list[str]] = {}
        for name, value in self.form or ():
            fields.setdefault(clean_text(name, 100), []).append(clean_text(value))
        return fields


class Straight:
    """The WSGI callable in front of an application."""

    def __init__(self, app: Flask, ordinary: Callable[[Environ, StartResponse], Iterable[bytes]]):
        self.app = app
        self.ordinary = ordinary
        self.rules: dict[str, str] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        press = None
        if self.app.config["REMEMBER_SURVEYS_FOR"]:
            press = _press(environ, self.app.config["TRUSTED_HOSTS"])
        answered = self._answered(press) if press else None
        if press is None or answered is None:
            return self.ordinary(environ, start_response)
        body, headers = answered
        logs.tell_request(
            self._rule(press.endpoint),
            environ["REQUEST_METHOD"],
            200,
            began=began,
            request_id=logs.new_request_id(),
        )
        start_response("200 OK", headers)
        return [body]

    def _answered(self, press: Press) -> tuple[bytes, list[tuple[str, str]]] | None:
        """The page and its headers, or None when the ordinary road has to be taken."""
        with self.app.app_context():
            g.language = press.language
            try:
                body = _asked(press) if press.form is None else _pressed(press)
            except (SQLAlchemyError, HTTPException):
                return None
            except Exception:
                log.exception("straight road left")
                return None
            return (body, _headers(len(body))) if body is not None else None

    def _rule(self, endpoint: str) -> str:
        if endpoint not in self.rules:
            self.rules[endpoint] = next(self.app.url_map.iter_rules(endpoint)).rule
        return self.rules[endpoint]


def init_straight(app: Flask) -> None:
    """Put the straight road in front of the application."""
    app.wsgi_app = Straight(app, app.wsgi_app)  # type: ignore[method-assign]


def _press(environ: Environ, hosts: list[str] | None) -> Press | None:
    """The request, if it is of the most ordinary sort."""
    found = PATH.fullmatch(environ.get("PATH_INFO", ""))
    if found is None or any(environ.get(name) for name in STRANGE) or environ.get("QUERY_STRING"):
        return None
    language, slug, whole = found.groups()
    if "json" in environ.get("HTTP_ACCEPT", ""):
        return None
    if hosts is not None and not _trusted(environ, hosts):
        return None
    if environ["REQUEST_METHOD"] == "GET":
        return Press(language, slug, "surveys.whole" if whole else "surveys.answer", None)
    if environ["REQUEST_METHOD"] != "POST" or whole:
        return None
    site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
    if not security.sent_from(site, origin, lambda: get_host(environ, hosts)):
        return None
    form = _form(environ)
    return Press(language, slug, "surveys.answering", form) if form else None


def _trusted(environ: Environ, hosts: list[str]) -> bool:
    try:
        return bool(get_host(environ, hosts))
    except HTTPException:
        return False


def _form(environ: Environ) -> list[tuple[str, str]] | None:
    """The fields of a form of ordinary size; the body can be read again after."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != FORM:
        return None
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or not 0 < int(length) <= LARGEST:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="werkzeug.url_quote",
            max_num_fields=security.MOST_FIELDS,
        )
    except ValueError:
        return None


def _headers(length: int) -> list[tuple[str, str]]:
    settings = current_app.extensions["settings"]
    kept = security.NEVER_STORED if g.get("private") else security.ASKED_AGAIN
    return [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(length)),
        *security.page_headers(security.nonce(), settings.https),
        ("Cache-Control", kept),
        ("Vary", "Cookie"),
    ]


def _known(slug: str) -> quick.Known | None:
    """The survey as it is remembered and still stands, if its door is open."""
    known = quick.memory().survey(slug, lambda: _standing(slug))
    return known if known is not None and known.is_open else None


def _standing(slug: str) -> tuple[Any, ...] | None:
    with db.engine.connect().execution_options(**{ONLY_READS: True}) as connection:
        row = connection.execute(_STANDING, {"slug": slug}).first()
        return tuple(row) if row is not None else None


def _asked(press: Press) -> bytes | None:
    """The first screen."""
    known = _known(press.slug)
    if known is None:
        return None
    manner = Manner(layout=ALL) if press.endpoint == "surveys.whole" else Manner()
    sheet = Sheet(known.document, {}, manner=manner)
    return _screen(known, sheet, sheet.places[0], "", press.language)


def _pressed(press: Press) -> bytes | None:
    """The screen after a press of a button, or the receipt."""
    known = _known(press.slug)
    if known is None:
        return None
    key, go = press.raw("key"), press.raw("go", "next")
    value = unseal(PURPOSE, press.raw("token"), secret_keys())
    if not key or value is None or value.partition(".")[0] != str(known.version):
        return None
    sheet = Sheet.read(known.document, press.cleaned())
    manner = sheet.manner
    if manner.receipt or manner.invitation or manner.shared:
        return None
    if go == "send":
        return _sent(known, sheet, key, press.language)
    following = _following(sheet, press.raw("at"), go)
    return _screen(known, *following, key, press.language) if following else None


def _following(sheet: Sheet, at: str, go: str) -> tuple[Sheet, str] | None:
    """The sheet and the screen after ``at``; None when that is not plain to see."""
    if go not in ("next", "skip") or at == CHECK or at not in sheet.places:
        return None
    shown = sheet.shown(at)
    if go == "skip":
        if len(shown) != 1:
            return None
        sheet = sheet.without(shown[0])
    elif any(sheet.faults_of(step) for step in shown):
        return None
    places = sheet.places
    after = places[places.index(at) + 1 :] if at in places else []
    return sheet, after[0] if after else CHECK


def _screen(known: quick.Known, sheet: Sheet, at: str, key: str, language: str) -> bytes | None:
    """A screen that is remembered."""
    if at != CHECK and not quick.shows_nothing_typed(sheet, at):
        return None
    page = quick.screen_key(known, language, at, sheet, needed=needs_help(sheet))
    drawn = quick.memory().pages.get(page)
    if drawn is None:
        return None
    filling: Mapping[str, str] = filling_of(known.version, sheet, sheet.shown(at), at, key)
    return drawn.filled({**filling, "nonce": security.nonce()})


def _sent(known: quick.Known, sheet: Sheet, key: str, language: str) -> bytes | None:
    """The receipt of an answer, once it is safely on disk."""
    drawn = quick.memory().pages.get(quick.receipt_key(known, language, sheet, today()))
    if drawn is None or sheet.faults or not sheet.values or not KEY.fullmatch(key):
        return None
    mint = receipts()
    code = mint.code_for(key)
    filling = receipt_filling(code, receipt_qr(code)) | {"nonce": security.nonce()}
    where = Where(known.dialogue, known.survey, known.version)
    rows = rows_of(where, sheet, code=code, receipts=mint, language=language, on=today())
    draft = DraftCodes(mint).answer_hash_of(code)
    if not keep_at_once(single_statements(), rows, draft=draft, opening=known.row[-2]):
        return None
    g.private = True
    return drawn.filled(filling)
