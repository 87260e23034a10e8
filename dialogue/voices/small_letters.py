"""Names and places in texts that are written without capital letters, as many are on a phone.

Without the capital a name looks like any word, so it is marked only where two signs meet: a known
first name and a surname, a word that announces a name and a known first name, a word such as *in*
and a place that is no word. Pure over one text; every pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.voices.first_names import FIRST_NAMES
from dialogue.voices.identifying import CUES
from dialogue.voices.small_places import SMALL_PLACES

_WORD = re.compile(r"[^\W\d_]{1,30}")
_GAP = re.compile(r"[ .]{1,2}|-")
_FIRST = frozenset(name.lower() for name in FIRST_NAMES)
_CUES = frozenset(CUES.split())
_MONTHS = frozenset({"august", "june", "april"})
"""First names that are words as well once they have no capital; not enough after a cue."""
_ENDED = re.compile(r".{1,20}(?:sson|ström|berg|lund|qvist|kvist|gren|lind|dahl|stedt|holm|löf)s?")
_SURE = re.compile(r".{2,20}(?:sson|ström|qvist|kvist|stedt)s?")
"""Ends that hardly any ordinary word has; enough after a cue and any word."""
_SURNAME_WORDS = """
berg lund lind holm ström dahl blom sjö ek alm björk nyman norman hellman hedman öman åman lundin
sandin hedin norlin wallin sundin nordin bergman lindman forsman sandman edman lundgren falk hjelm
wikman häggman stenman ahmed ali hassan ibrahim mohamed abdi kaya nguyen smith jones
"""
_SURNAMES = frozenset(_SURNAME_WORDS.split())
_NO_NAME_WORDS = """
och som på i med till från har hade var är inte att en ett den det
"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_CUED_PLACE = re.compile(
    r"(?<![^\W_])(?:i|från|till|vid|utanför|nära|byn|samhället|orten|in|from|near|outside|village) "
    r"(?P<place>[^\W\d_]{3,20})(?![^\W_])",
    re.IGNORECASE,
)
_PLACE_ENDED = re.compile(r"[^\W\d_]{3,14}(?:träsk|sele|selet|liden|fors|näs|nääs|åsele|seleby)")


def names_in_small_letters(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand of which some part lacks its capital."""
    words = list(_WORD.finditer(text))
    for at, word in enumerate(words):
        said = word[0].lower()
        after = words[at + 1] if at + 1 < len(words) and _next(text, word, words[at + 1]) else None
        before = words[at - 1] if at and _next(text, words[at - 1], word) else None
        cued = before is not None and before[0].lower() in _CUES
        surname = after[0].lower() if after else ""
        known = _is_first(said)
        named = known and bool(_ENDED.fullmatch(surname) or _is_surname(surname))
        named |= cued and said not in _NO_NAME and bool(_SURE.fullmatch(surname))
        if after and named:
            yield word.start(), after.end()
        elif cued and known and said not in _MONTHS:
            yield word.span()


def _next(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether one word stands directly before another, with a space or a dot between."""
    return _GAP.fullmatch(text, word.end(), after.start()) is not None


def _is_first(said: str) -> bool:
    return said in _FIRST or (said[-1] == "s" and said[:-1] in _FIRST)


def _is_surname(said: str) -> bool:
    return said in _SURNAMES or (said[-1:] == "s" and said[:-1] in _SURNAMES)


def places_in_small_letters(text: str) -> Iterator[tuple[int, int]]:
    """Where places with few people stand without their capital."""
    for match in _CUED_PLACE.finditer(text):
        place = match["place"]
        if not place.islower():
            continue
        bare = place.removesuffix("s")
        if place in SMALL_PLACES or bare in SMALL_PLACES or _PLACE_ENDED.fullmatch(place):
            yield match.span("place")
