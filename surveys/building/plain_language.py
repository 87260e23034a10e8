"""Plain-language help while a question is written: advice in sentences, never a refusal.

LIX is Björnsson's readability index: words per sentence plus the percentage of words longer than
six letters. Under 30 is very easy to read, 30–40 easy, 40–50 as in a newspaper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

LONGEST_SENTENCE = 15
LONGEST_EASY_SENTENCE = 10
HIGHEST_LIX = 40
HIGHEST_EASY_LIX = 30
FEWEST_WORDS_FOR_LIX = 12
LONG_WORD = 7

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+")
_END = re.compile(r"[.!?:;]+(?=\s|$)|\n")
_JOINED = {
    "sv": re.compile(r",|\b(?:och|eller|samt)\b"),
    "en": re.compile(r",|\b(?:and|or)\b"),
}
_ASKING = {
    "sv": frozenset(
        {"vad", "vem", "vems", "vilken", "vilket", "vilka", "när", "var", "vart", "varför", "hur"}
    ),
    "en": frozenset({"what", "who", "whom", "whose", "which", "when", "where", "why", "how"}),
}
_ABBREVIATIONS = {
    "sv": ("t.ex.", "t ex", "bl.a.", "m.m.", "m.fl.", "dvs", "osv", "etc", "ev.", "fr.o.m.", "pga"),
    "en": ("e.g.", "i.e.", "etc", "asap", "w.r.t."),
}
JARGON: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "aktör": "den som hjälper dig",
        "adekvat": "rätt",
        "avvikelse": "något som blev fel",
        "befintlig": "som finns",
        "beakta": "tänka på",
        "brukare": "du, den som får stöd",
        "egenvård": "det du gör själv för din hälsa",
        "erhålla": "få",
        "fast vårdkontakt": "en person som håller ihop din vård",
        "huvudman": "region eller kommun",
        "implementera": "införa",
        "insats": "hjälp",
        "involvera": "låta vara med",
        "kontinuitet": "att träffa samma person",
        "multisjuk": "som har flera sjukdomar",
        "nära vård": "vård nära dig",
        "patientcentrerad": "som utgår från dig",
        "personcentrerad": "som utgår från dig",
        "primärvård": "hälsocentral eller vårdcentral",
        "samverkan": "att hjälpas åt",
        "samordnad individuell plan": "en gemensam plan för din hjälp",
        "sammanhållen": "som hänger ihop",
        "slutenvård": "vård på sjukhus",
        "tillgodose": "ge det som behövs",
        "utskrivning": "att komma hem från sjukhuset",
        "vederbörande": "personen",
        "vårdgivare": "den som ger vård",
        "vårdkedja": "vägen genom vården",
        "öppenvård": "vård utan att ligga på sjukhus",
    },
    "en": {
        "care pathway": "your way through care",
        "care provider": "the people who give you care",
        "commence": "start",
        "continuity of care": "meeting the same person",
        "discharge": "coming home from hospital",
        "facilitate": "help",
        "implement": "put in place",
        "inpatient": "staying in hospital",
        "integrated care": "care that fits together",
        "multimorbidity": "several illnesses",
        "outpatient": "care without staying in hospital",
        "patient-centred": "starting from you",
        "person-centred": "starting from you",
        "primary care": "your health centre",
        "self-care": "what you do yourself for your health",
        "service user": "you",
        "stakeholder": "those it concerns",
        "utilise": "use",
    },
}
_PRIVATE = {
    "sv": re.compile(r"\b(?:personnummer|diagnos(?:en|er)?|efternamn|vad heter)\b"),
    "en": re.compile(r"\b(?:identity number|diagnos[ie]s|surname|name of the)\b"),
}
_NOT = {"sv": re.compile(r"\b(?:inte|inga|aldrig)\b"), "en": re.compile(r"\b(?:not|no|never)\b")}


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice. ``code``: long, words, double, jargon, short_form, private, lix."""

    code: str
    sentence: str


def words_of(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text that hold at least one word."""
    return [part.strip() for part in _END.split(text) if words_of(part)]


def lix(text: str) -> int | None:
    """The readability index of a text, rounded; None when it has no words."""
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        return None
    long_words = sum(len(word) >= LONG_WORD for word in words)
    return round(len(words) / len(sentences) + 100 * long_words / len(words))


def advise(text: str, language: str, *, easy: bool = False) -> list[Advice]:
    """Advice on a text in Swedish or English; ``easy`` asks as much as easy read does."""
    if language not in _ASKING or not text.strip():
        return []
    return [
        *_long_sentences(text, LONGEST_EASY_SENTENCE if easy else LONGEST_SENTENCE),
        *_double_questions(text, language),
        *_jargon(text, language),
        *_short_forms(text, language),
        *_private(text, language),
        *_readability(text, HIGHEST_EASY_LIX if easy else HIGHEST_LIX),
    ]


def _long_sentences(text: str, longest: int) -> Iterator[Advice]:
    for sentence in sentences_of(text):
        count = len(words_of(sentence))
        if count > longest:
            yield Advice(
                "long",
                _(
                    "Long sentence. “%(start)s …” has %(count)d words. At most %(longest)d are "
                    "easy to read. Divide it in two.",
                    start=" ".join(sentence.split()[:5]),
                    count=count,
                    longest=longest,
                ),
            )


def _double_questions(text: str, language: str) -> Iterator[Advice]:
    for sentence in sentences_of(text):
        parts = _JOINED[language].split(sentence.lower())
        asking = [part for part in parts if _ASKING[language] & set(words_of(part)[:1])]
        if len(asking) > 1:
            yield Advice(
                "double",
                _(
                    "Two questions in one. “%(start)s …” asks for more than one thing. "
                    "Ask one thing at a time.",
                    start=" ".join(sentence.split()[:5]),
                ),
            )


def _jargon(text: str, language: str) -> Iterator[Advice]:
    lower = text.lower()
    for word, plain in JARGON[language].items():
        if re.search(rf"\b{re.escape(word)}", lower):
            yield Advice(
                "jargon",
                _(
                    "“%(word)s” is a word of the trade. Perhaps: “%(plain)s”.",
                    word=word,
                    plain=plain,
                ),
            )


def _short_forms(text: str, language: str) -> Iterator[Advice]:
    lower = text.lower()
    for short in _ABBREVIATIONS[language]:
        if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", lower):
            yield Advice("short_form", _("Write out “%(short)s” in full.", short=short))
    for word in dict.fromkeys(words_of(text)):
        if 2 <= len(word) <= 5 and word.isupper() and word.isalpha() and word != text.strip():
            yield Advice("short_form", _("Say what “%(short)s” stands for.", short=word))


def _private(text: str, language: str) -> Iterator[Advice]:
    for sentence in sentences_of(text.lower()):
        found = _PRIVATE[language].search(sentence)
        if found and not _NOT[language].search(sentence):
            yield Advice(
                "private",
                _(
                    "The text seems to ask for “%(what)s”. We never ask who somebody is or what "
                    "illness they have.",
                    what=found.group(),
                ),
            )


def _readability(text: str, highest: int) -> Iterator[Advice]:
    index = lix(text)
    if index is None or len(words_of(text)) < FEWEST_WORDS_FOR_LIX or index <= highest:
        return
    heavy = sorted({word.lower() for word in words_of(text) if len(word) >= 10}, key=len)
    sentence = _(
        "Heavy to read: LIX is %(lix)d, and at most %(highest)d is right here. "
        "Use shorter words and shorter sentences.",
        lix=index,
        highest=highest,
    )
    if heavy:
        sentence += " " + _("Long words: %(words)s.", words=", ".join(heavy[-3:]))
    yield Advice("lix", sentence)
