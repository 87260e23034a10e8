"""Forms: cleaned text, sentences for errors, and the token of the residents' forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, Signer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms.fields import SelectChoice

LONGEST_TEXT = 20_000
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_VISIBLE = re.compile(
    "[^\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff]"
)


def clean_text(text: str | None, longest: int = LONGEST_TEXT) -> str:
    """The text as it is kept: NFC, line feeds only, no NUL, controls or lone surrogates.

    At most ``longest`` code points; the outer white space goes. A text of nothing but white
    space and invisible marks becomes empty.
    """
    if not text:
        return ""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text.strip()
    text = text[: 4 * longest].replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text))[:longest].strip()
    return text if _VISIBLE.search(text) else ""


def clean_form(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Every field of a form, cleaned."""
    return MultiDict(
        (clean_text(name, 100), clean_text(value)) for name, value in form.items(multi=True)
    )


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form of a signed-in page; Flask-WTF guards it against forged requests."""

    @classmethod
    def of_request(cls, **values: Any) -> Self:
        """The form as the request fills it, with ``values`` where it says nothing."""
        data = clean_form(request.form) if request.method == "POST" else None
        return cls(data, **values)

    def accepted(self) -> bool:
        """Whether the form was sent and every field is right."""
        return bool(self.validate_on_submit())

    @property
    def faults(self) -> list[tuple[str, str]]:
        """``(id of the control, sentence)`` for each error, in the order of the form."""
        return [(field.id, str(error)) for field in self for error in field.errors]


def offered(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What a field lets people choose among, from (value, text) pairs."""
    return [SelectChoice(value, text) for value, text in pairs]


def typed_fields() -> list[tuple[str, str]]:
    """What the form that was just sent carried, so that an error page can give it back.

    Nothing of a form that signs somebody in.
    """
    if request.method != "POST" or request.blueprint in (None, "security"):
        return []
    try:
        return list(clean_form(request.form).items(multi=True))
    except HTTPException:
        return []


def seal(purpose: str, value: str, key: str) -> str:
    """A token that says ``value`` was ours; never expires, survives a restart."""
    return Signer(key, salt=purpose).sign(value).decode()


def unseal(purpose: str, token: str, keys: tuple[str, ...]) -> str | None:
    """The value in a token sealed with any of ``keys``, or None."""
    for key in keys:
        try:
            return Signer(key, salt=purpose).unsign(token).decode()
        except (BadSignature, UnicodeDecodeError):
            continue
    return None


def wrong_token_sentence() -> str:
    return str(
        gettext("The page was too old or was changed on the way. Your text is kept: send again.")
    )
