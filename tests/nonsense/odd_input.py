"""Odd texts, numbers, ids and files, and an application that a sender of nonsense meets."""

from __future__ import annotations

import unicodedata
import uuid

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Contribution, Story
from tests.survey import open_form, press

ANSWER = "/sv/dialog/vad-ar-viktigt/svara"
ODD = {
    "nul": "före\x00efter",
    "controls": "a\x01\x02\x1b[31mb\x7f\x85c",
    "line separators": "ett\u2028två\u2029tre",
    "carriage returns": "ett\r\ntvå\rtre",
    "combining": "Z" + "\u0301\u0327\u0489" * 667 + " lång",
    "right to left override": "abc\u202edcba\u202c",
    "noncharacters": "a\ufdd0\ufffe\uffffb",
    "private use": "a\ue000b",
    "astral": "\U0010ffff\U0001f600",
    "template": "{{7*7}} {% raw %} ${7*7} %(name)s {0}",
    "sql": "'; DROP TABLE story; -- \" OR 1=1",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "csv": "=cmd|'/C calc'!A0",
    "shell": "$(reboot) `id` | ; &",
    "percent": "100 % %s %d %n %00 %u0041",
    "backslashes": "\\ \\\\ \\u0000 \\x00",
    "one long word": "o" * 3999,
    "decomposed": unicodedata.normalize("NFD", "Åsa är här. ÅÄÖ"),
}
SPOKEN = {
    "se": "Mun lean leamaš buohcci, ja dat lei váttis. Ŧ ŧ Đ đ Ŋ ŋ Š š Ž ž",
    "sju": "Ubmejesámiengiälla. Ï ï Đ đ Ŧ ŧ Ü ü",
    "fi": "Odotin kolme viikkoa. Kiitos, että kuuntelitte.",
    "fit": "Met piämä ruokalevon. Tääläki on hyvä olla.",
    "ar": "انتظرت ثلاثة أسابيع حتى أجابني أحد.",
    "ti": "ሰለስተ ሰሙን ተጸቢየ።",
    "fa": "سه هفته منتظر ماندم تا کسی جواب بدهد.",
    "so": "Saddex toddobaad ayaan sugayay.",
    "emoji": "Tack 👩🏽‍⚕️👨‍👩‍👧‍👦🏳️‍🌈❤️ för allt",
}
NOTHING = {
    "spaces": "   \n\t ",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft hyphens": "\u00ad\u00ad",
    "wide spaces": "\u3000\u2003\u00a0",
    "blank letters": "\u115f\u1160\u3164",
    "variation selectors": "\ufe0f\ufe0f",
    "controls": "\x00\x01\x7f",
}
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="berattelse"; '
    b'filename="../../x"\r\n\r\nhej\r\n--x--\r\n'
)
NUMBERS = ("٣", "1,5", "1e309", "NaN", "-1", "11", "0x5", "²", "9" * 400, "inf", "5 5", "½", "1_0")
IDS = (
    "0", "-1", "1" * 30, "2147483648", "9" * 400, "..", "%2e%2e%2f", "%00", "%ff", "null", "None",
    "å ä ö", "😀", "' OR '1'='1", "{{7*7}}", "<b>", str(uuid.UUID(int=0)), "x" * 3000,
    "00000000-0000-0000-0000-00000000000g", "%0d%0aSet-Cookie:x=1", "\\..\\", "vad-ar-viktigt ",
)  # fmt: skip


def kept(application: Application) -> int:
    with application.app_context():
        return session().scalar(select(func.count()).select_from(Contribution)) or 0


def told(application: Application) -> list[str]:
    with application.app_context():
        return list(session().scalars(select(Story.text)))


def send(client: FlaskClient, text: str, **fields: str) -> TestResponse:
    return press(client, open_form(client) | {"berattelse": text, "at": "check"} | fields, "send")


def clear(page: TestResponse) -> None:
    """An answer to bad input: no failure of ours, and a page that says something."""
    assert page.status_code < 500, (page.request.path, page.status_code)
    if page.status_code >= 400 and page.request.method != "HEAD":
        assert "<h1" in page.text, page.request.path
    assert "Traceback" not in page.text
