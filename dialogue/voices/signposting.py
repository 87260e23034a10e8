"""When a text suggests danger or a complaint, its teller is shown the way to help.

A doorway, not a judgement of risk: the words below only decide where on the page 112, 1177 and
patientnämnden stand. Nothing about it is stored, counted or told to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Sign(StrEnum):
    DANGER = "danger"
    COMPLAINT = "complaint"


_DANGER = re.compile(
    r"(?<!\w)(?:"
    r"ta (?:mitt|mitt eget|sitt|hennes|hans) liv|tar? livet av|"
    r"(?:vill|orkar)(?: \w{1,8}){0,2} (?:dö|inte leva|inte finnas)(?! (?:i|på|med|som|utan|så)\b)|"
    r"inte (?:vill|orkar) (?:leva|finnas)(?! (?:i|på|med|som|utan|så)\b)|"
    r"självmord\w{0,20}|suicid\w{0,20}|"
    r"skad(?:a|ar|at) mig själv|skär(?:a|er)? mig(?: själv)?|självskade\w{0,20}|"
    r"(?:slår|slog|misshandla[rd]e?|hotar|hotade) (?:mig|oss|henne|honom|barnen)|"
    r"(?:bli[rv]?|blev|blivit) (?:slagen|misshandlad|hotad|våldtagen)|våldt\w{0,12}|"
    r"(?:kan|får) inte andas|kan knappt andas|bröstsmärt\w{0,8}|ont i bröstet nu|livsfara|"
    r"kill(?:ing)? (?:myself|himself|herself)|end my life|want to die|do not want to live|"
    r"don[’']t want to live|suicid\w{0,12}|self.?harm\w{0,6}|"
    r"(?:hurt|hurting|cut|cutting) myself|"
    r"(?:hits|beats|hit|beat|threatens|threatened) (?:me|us|her|him|the children)|"
    r"(?:been|was) raped|can(?:no|[’'])t breathe|chest pain\w{0,2}"
    r")(?!\w)",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"(?<!\w)(?:"
    r"(?:vill|ska|tänker|kommer att) anmäla|anmäl(?:a|er|t|ning(?:en)?) (?:till|mot|dem)|"
    r"klagomål\w{0,6}|klaga (?:på|till|hos)|felbehandl\w{0,10}|feldiagnos\w{0,10}|"
    r"felmedicin\w{0,10}|"
    r"vårdskad\w{0,8}|patientnämnd\w{0,4}|patientskad\w{0,12}|lex (?:maria|sarah)|"
    r"(?:file|make|filed|made) a complaint|complain(?:t|ts|ed|ing)?|malpractice|wrong(?:ly)? "
    r"(?:treated|treatment|diagnosed|diagnosis)|misdiagnos\w{0,6}|harmed by the"
    r")(?!\w)",
    re.IGNORECASE,
)


SHORTEST = 5
"""No sign is shorter."""
_DANGER_PARTS = (
    "t liv|s liv|livet av|livsfara| dö| leva| finnas|självmord|suicid|skad|skär|slår|slog|slagen|"
    "misshandla|hota|våldt|andas|bröst|killing |kill |my life|to die|to live|harm|myself|hits |"
    "hit |beats |beat |threaten|raped|breathe|chest"
)
_COMPLAINT_PARTS = (
    "anmäl|klag|felbehandl|feldiagnos|felmedicin|vårdskad|patientnämnd|patientskad|lex |complain|"
    "malpractice|wrong|misdiagnos|harmed"
)
_ODD_CASE = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that mean i, s or k where case is not looked at, and yet are not theirs in lower case."""


def may_show(sign: Sign, text: str) -> bool:
    """Whether a text holds any of the parts that every match of a sign needs; quick to tell."""
    small = text.lower()
    return any(part in small for part in _PARTS[sign]) or _ODD_CASE.search(text) is not None


_PARTS = {
    Sign.DANGER: tuple(_DANGER_PARTS.split("|")),
    Sign.COMPLAINT: tuple(_COMPLAINT_PARTS.split("|")),
}


def signs(texts: Iterable[str]) -> frozenset[Sign]:
    """What the words of an answer suggest that its teller may need right now."""
    found = set()
    for text in texts:
        if len(text) < SHORTEST:
            continue
        if may_show(Sign.DANGER, text) and _DANGER.search(text):
            found.add(Sign.DANGER)
        if may_show(Sign.COMPLAINT, text) and _COMPLAINT.search(text):
            found.add(Sign.COMPLAINT)
    return frozenset(found)
