"""Screening: the machine marks what may point at somebody, before a story can be quoted.

More is marked than for the teller who is about to send: links, car registrations and places where
few people live as well. Pure over one text; every pattern is bounded. A rare illness together with
a place is for a person to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.voices.desk_rules import KINDS
from dialogue.voices.identifying import pointers
from dialogue.voices.known_places import KNOWN_PLACES
from dialogue.voices.small_letters import names_in_small_letters, places_in_small_letters

Mark = tuple[int, int, str]
"""Start and end in code points, and one of :data:`dialogue.voices.desk_rules.KINDS`."""

_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ"
_LINK = re.compile(
    r"(?<![\w@./])(?:https?://[^\s<>()\"”]{3,200}"
    r"|(?:[\w-]{1,63}\.){1,4}(?:se|com|net|org|nu|eu|fi|no|info|io|me|tv)(?![\w.-]*@)"
    r"(?:/[^\s<>()\"”]{0,200})?(?!\w))",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[\w.]{3,30}")
_STREET = re.compile(
    r"(?<![\w.,])(?:[Ff]lat \d{1,3},? )?(?:"
    r"\d{1,4}[A-Da-d]?,? (?:[A-Z][a-z']{1,20} ){1,3}(?:Street|Road|Avenue|Lane|Crescent|Terrace)"
    r"|\d{1,3}[A-Da-d]?,? (?:[A-Z][a-z']{1,20} ){1,3}"
    r"(?:Close|Court|Drive|Gardens|Grove|Mews|Place|Row|Square|Way)"
    r"|\d{1,3}[a-d]?,? (?P<name>[a-z']{3,20}) (?:street|road|avenue|lane|crescent|terrace)"
    r")(?!\w)"
)
_NO_STREET_WORDS = """
way lane mile miles minute minutes mins metre metres meter meters hour hours day days km busy main
long short
"""
_NO_STREET = frozenset(_NO_STREET_WORDS.split())
_PLATE = re.compile(r"(?<![\w-])[A-HJ-PR-UW-Z]{3}[ -]?\d{2}[\dA-HJ-NPR-UW-Z](?![\w-])")
_NAMED = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2,24}"
_PLACE_CUES = (
    "i från till vid utanför nära byn samhället orten bor bodde "
    "in from near outside village"
)  # fmt: skip
_CUED_PLACE = re.compile(
    rf"(?<![{_LETTERS}])(?:{'|'.join(_PLACE_CUES.split())}) "
    rf"(?P<place>{_NAMED}(?:[- ]{_NAMED})?)(?![{_LETTERS}])"
)
_PLACE_ENDS = (
    "träsk|sele|vattnet|vatten|liden|mark|näset|nääs|åsele|strand|forsen|fors|bäcken|bäck|"
    "sjön|sjö|selet|avan|ånger|tjärn|heden|myran|viken|vik|hult|torp|boda|bole|böle|byn|"
    "mora|näs|ås"
)
_ENDED_PLACE = re.compile(
    rf"(?<![{_LETTERS}.-])(?P<place>[A-ZÅÄÖ][a-zåäöé]{{2,18}}(?:{_PLACE_ENDS}))(?![{_LETTERS}])"
)
_NO_PLACE_WORDS = """
Jag Han Hon Den Det De Vi Ni Du Och Men Att När Som Så Då Min Mitt Mina Där Här Sedan Efter Före
Januari Februari Mars April Maj Juni Juli Augusti September Oktober November December January
February March May June July August October Måndag Tisdag Onsdag Torsdag Fredag Lördag Söndag
Monday Tuesday Wednesday Thursday Friday Saturday Sunday Gud God Region Regionen Kommunen Corona
Covid Internet Facebook Messenger Skype Zoom Teams Word Excel Google The They She There When
Akuten Hälsocentralen Vårdcentralen Socialtjänsten Hemtjänsten Försäkringskassan Bankid Mobilt
"""
_NO_PLACE = frozenset(_NO_PLACE_WORDS.split())


def marks_in(text: str) -> tuple[Mark, ...]:
    """What the machine marks in a text, in order, none within another."""
    shown = [match.span() for match in _SHOWN_MARK.finditer(text)]
    found = [
        *((span.start, span.end, str(span.kind)) for span in pointers(text)),
        *_spans(_LINK, text, "link"),
        *_spans(_HANDLE, text, "link"),
        *_spans(_PLATE, text, "plate"),
        *_streets(text),
        *_places(text),
        *((start, end, "name") for start, end in names_in_small_letters(text)),
    ]
    outside = [mark for mark in found if not any(a < mark[1] and mark[0] < b for a, b in shown)]
    return tuple(_apart(outside))


def mark_for(kind: str, language: str) -> str:
    """What stands where words of a kind are covered, in the language of the story."""
    return KINDS[kind].mark_in(language)


def holds_cover(words: str) -> bool:
    """Whether a mark that stands for covered words is among these."""
    return _SHOWN_MARK.search(words) is not None


_SHOWN_MARK = re.compile(
    "|".join(
        sorted(
            {re.escape(word) for kind in KINDS.values() for word in (kind.mark.sv, kind.mark.en)}
        )
    )
)


def _spans(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Mark]:
    for match in pattern.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] in ".,;:!?":
            end -= 1
        if end > start:
            yield start, end, kind


def _streets(text: str) -> Iterator[Mark]:
    """Addresses as they are written in English: the number first."""
    for match in _STREET.finditer(text):
        if match["name"] not in _NO_STREET:
            yield *match.span(), "address"


def _places(text: str) -> Iterator[Mark]:
    for pattern in (_CUED_PLACE, _ENDED_PLACE):
        for match in pattern.finditer(text):
            start, end = match.span("place")
            first, _space, rest = match["place"].partition(" ")
            if rest and (_is_known(rest) or rest in _NO_PLACE):
                end = start + len(first)
            if _is_known(match["place"]) or _is_known(first) or first in _NO_PLACE:
                continue
            yield start, end, "place"
    for start, end in places_in_small_letters(text):
        if not _is_known(text[start:end].capitalize()):
            yield start, end, "place"


def _is_known(place: str) -> bool:
    """Whether a place has so many people that its name points at nobody."""
    return place in KNOWN_PLACES or (place.endswith("s") and place[:-1] in KNOWN_PLACES)


def _apart(marks: list[Mark]) -> Iterator[Mark]:
    """The longest of marks that overlap."""
    last: Mark | None = None
    for mark in sorted(marks, key=lambda each: (each[0], -each[1], each[2])):
        if last is None:
            last = mark
        elif mark[0] >= last[1]:
            yield last
            last = mark
        elif mark[1] - mark[0] > last[1] - last[0]:
            last = mark
    if last is not None:
        yield last
