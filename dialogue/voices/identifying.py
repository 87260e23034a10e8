"""What in a text may point at a person: marked for its teller before it is sent, never stored.

Pure functions over one text. Every pattern is bounded and starts at a place that a longer match
cannot share, so the time grows with the length of the text and nothing else. No check digit is
asked for, because people mistype. Found names are guesses from the words around them; only a
person can judge rare combinations, such as a small village and a diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dialogue.voices.first_names import FIRST_NAMES


class Pointer(StrEnum):
    """What kind of pointer to a person a span may be."""

    NUMBER = "number"
    PHONE = "phone"
    MAIL = "mail"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The text from ``start`` to ``end``, in code points, may be a ``kind``."""

    start: int
    end: int
    kind: Pointer

    def of(self, text: str) -> str:
        return text[self.start : self.end]


NUMBER = re.compile(
    r"(?<!\d)(?:(?:18|19|20)\d\d|\d\d)(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[ ]{0,2}[-+–]?[ ]{0,2}\d{4}(?!\d)"
)
PHONE = re.compile(
    r"(?<![\d+])(?<!\d[-./])(?:(?:\+|00)46[ -]?(?:\(0\)[ -]?)?|0)"
    r"[1-9]\d{0,2}[ /–-]{0,3}\d(?:[ -]?\d){4,7}(?![\d])"
    r"|(?<![\d+])\+(?!46)[1-9]\d{0,2}(?:[ -]?\d){6,12}(?!\d)"
)
NO_PHONE = re.compile(r"\d\d[ .:]?\d\d ?[-–] ?\d\d[ .:]?\d\d|\d\d?[-/. ]\d\d?[-/. ](?:19|20)\d\d")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
STREET = re.compile(
    r"(?<!\w)[a-zåäöéA-ZÅÄÖÉ]{2,30}"
    r"(?:gatan?|vägen?|väg|stigen|stig|gränd(?:en)?|torget?|backen?|allén?|gången|liden|leden|rundan)"
    r" \d{1,4} ?(?:[A-Ha-h](?!\w))?(?![\d,.]?\d|:\d| ?(?:min|kr|mil|km|m|år|tim|gång|dag|vecko))"
)
POSTCODE = re.compile(r"(?<!\d)(?:[sS]-?)?[1-9]\d\d ?\d\d [A-ZÅÄÖ][a-zåäöA-ZÅÄÖ]{1,30}(?!\w)")
DOOR = re.compile(r"(?<!\w)[Ll](?:gh|ägenhet)\.? ?(?:nr ?)?\d{4}(?!\d)")

LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ"
_NAMED = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,24}"
WHOLE_NAME = rf"{_NAMED}(?:[- ]{_NAMED}){{0,2}}(?![{LETTERS}])"
CUES = (
    "heter hette kallas kallades namnet "
    "dr doktor doktorn läkare läkaren överläkare överläkaren specialistläkare distriktsläkare "
    "distriktsläkaren sköterska sköterskan sjuksköterska sjuksköterskan undersköterska "
    "undersköterskan distriktssköterska distriktssköterskan barnmorska barnmorskan kurator "
    "kuratorn psykolog psykologen logoped logopeden fysioterapeut fysioterapeuten sjukgymnast "
    "sjukgymnasten arbetsterapeut arbetsterapeuten handläggare handläggaren biståndshandläggare "
    "biståndshandläggaren socialsekreterare socialsekreteraren enhetschef enhetschefen chef "
    "chefen tandläkare tandläkaren "
    "herr fru fröken mamma pappa mor far make maka maken makan man mannen hustru sambo sambon son "
    "sonen dotter dottern bror brodern syster mormor farmor morfar farfar faster moster farbror "
    "morbror kusin kusinen granne grannen vän vännen väninna väninnan kompis kompisen barnbarn "
    "barnbarnet svärmor svärfar "
    "named called mr mrs ms miss doctor nurse midwife psychologist physiotherapist caseworker "
    "husband wife daughter mother father mum dad sister brother partner neighbour grandmother "
    "grandfather grandson granddaughter aunt uncle cousin"
)
_CUED = re.compile(
    rf"(?<![{LETTERS}])(?i:{'|'.join(sorted(CUES.split(), key=len, reverse=True))})"
    rf"\.? (?P<name>{WHOLE_NAME})"
)
_CUE_WORDS = frozenset(CUES.split())
_BEFORE_CAPITAL = re.compile(rf"(?<![{LETTERS}])([{LETTERS}]{{1,30}})\.? (?=[A-ZÀ-ÖØ-Þ])")
_ODD_CASE = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that mean i, s or k where case is not looked at, and yet are not theirs in lower case."""
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile("[A-ZÀ-ÖØ-Þ]")
SHORTEST_WITH_DIGITS = 6
_SURNAME_ENDS = "sson|ström|berg|lund|qvist|kvist|gren|lind|dahl|stedt|holm|blom|löf|sten|nen"
SURNAMED = re.compile(
    rf"(?<![{LETTERS}])(?P<name>(?P<given>{_NAMED}(?:-{_NAMED})?) "
    rf"[A-ZÅÄÖ][a-zåäöéü]{{1,18}}(?:{_SURNAME_ENDS})s?)(?![{LETTERS}])"
)
WORD = re.compile(rf"(?<![{LETTERS}-]){_NAMED}(?![{LETTERS}])")
_NO_GIVEN_WORDS = """
Region Regionen Kommun Kommunen Norra Södra Östra Västra Nya Gamla Stora Lilla Hos Vid Till Från
När Och Men Att The At In From To And But When Sankt Saint Stockholm
"""
NO_GIVEN = frozenset(_NO_GIVEN_WORDS.split())
_NO_NAME_WORDS = """
Jag Han Hon Den Det De Vi Ni Du Och Men Att När Som Så Då Efter Före Inte Min Mitt Mina Där Här
Sedan Region Regionen Sverige Swedish Svenska Gud God The She He They We It And But When Then
After Before Not My There Here Jour Akuten Kommunen Hälsocentralen Vårdcentralen
"""
NO_NAME = frozenset(_NO_NAME_WORDS.split())


def pointers(text: str) -> tuple[Span, ...]:
    """The spans of ``text`` that may point at a person, in order, none within another."""
    found = [*_names(text)] if _CAPITAL.search(text) else []
    if "@" in text:
        found += _matches(MAIL, text, Pointer.MAIL)
    if len(text) >= SHORTEST_WITH_DIGITS and _DIGIT.search(text):
        found += _with_digits(text)
    return tuple(_apart(found))


def _with_digits(text: str) -> Iterator[Span]:
    yield from _matches(NUMBER, text, Pointer.NUMBER)
    for span in _matches(PHONE, text, Pointer.PHONE):
        if not NO_PHONE.fullmatch(span.of(text).strip()):
            yield span
    for pattern in (STREET, POSTCODE, DOOR):
        yield from _matches(pattern, text, Pointer.ADDRESS)


def without(text: str, span: Span) -> str:
    """``text`` with one span taken out, and no double space where it stood."""
    before, after = text[: span.start], text[span.end :]
    if before[-1:] in ("", " ", "\n", "(") and after[:1] in (" ", ""):
        after = after[1:]
    elif before[-1:] == " " and after[:1] in (".", ",", "!", "?", ";", ":", "\n", ")"):
        before = before[:-1]
    return before + after


def _matches(pattern: re.Pattern[str], text: str, kind: Pointer) -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] == " ":
            end -= 1
        yield Span(start, end, kind)


def _has_cue(text: str) -> bool:
    """Whether a word that announces a name stands before a capital letter."""
    return bool(_ODD_CASE.search(text)) or any(
        match[1].lower() in _CUE_WORDS for match in _BEFORE_CAPITAL.finditer(text)
    )


def _names(text: str) -> Iterator[Span]:
    for match in _CUED.finditer(text) if _has_cue(text) else ():
        if match["name"].split(" ")[0].split("-")[0] not in NO_NAME:
            yield Span(*match.span("name"), Pointer.NAME)
    for match in SURNAMED.finditer(text):
        if match["given"] not in NO_GIVEN | NO_NAME:
            yield Span(*match.span("name"), Pointer.NAME)
    for match in WORD.finditer(text):
        if match[0] in FIRST_NAMES or (match[0][-1] == "s" and match[0][:-1] in FIRST_NAMES):
            yield Span(*match.span(), Pointer.NAME)


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The longest of spans that overlap."""
    last: Span | None = None
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if last is None:
            last = span
        elif span.start >= last.end:
            yield last
            last = span
        elif span.end - span.start > last.end - last.start:
            last = span
    if last is not None:
        yield last
