"""The machine marks what may point at somebody; towns, doses and its own marks it leaves."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import pytest

from dialogue.voices.desk_rules import CODES, KINDS, codes_for
from dialogue.voices.screening import marks_in

FOUND = [
    ("Mitt personnummer är 19121212-1212.", "19121212-1212", "number"),
    ("Ring 070-123 45 67 efter tre.", "070-123 45 67", "phone"),
    ("Skriv till anna@example.se nu.", "anna@example.se", "mail"),
    ("Vi bor på Storgatan 5 sedan länge.", "Storgatan 5", "address"),
    ("Då sa Gunilla att jag kunde gå.", "Gunilla", "name"),
    ("Vi bor i Granbäck sedan i våras.", "Granbäck", "place"),
    ("Bussen till Skråvelmyran drogs in.", "Skråvelmyran", "place"),
    ("We live in Tärnaby near the road.", "Tärnaby", "place"),
    ("Det står på www.facebook.com/nagon.", "www.facebook.com/nagon", "link"),
    ("Se https://exempel.se/sida?x=1 där.", "https://exempel.se/sida?x=1", "link"),
    ("Jag heter @nagon_pa_natet där.", "@nagon_pa_natet", "link"),
    ("Bilen ABC 12D stod kvar.", "ABC 12D", "plate"),
    ("Min bil är ABC123.", "ABC123", "plate"),
    ("jag träffade läkare anna svensson igår", "anna svensson", "name"),
    ("Det var Anna svensson som ringde.", "Anna svensson", "name"),
    ("DET VAR ANNA SVENSSON", "ANNA SVENSSON", "name"),
    ("min granne karin berg såg det", "karin berg", "name"),
    ("det var maria lindströms fel", "maria lindströms", "name"),
    ("doktor guje henriksson lyssnade", "guje henriksson", "name"),
    ("jag heter ingegerd och är gammal", "ingegerd", "name"),
    ("vi bor i tärnaby sedan länge", "tärnaby", "place"),
    ("bussen från ammarnäs gick aldrig", "ammarnäs", "place"),
    ("we live near hemavan", "hemavan", "place"),
    ("vi väntade i storsele hela dagen", "storsele", "place"),
    ("She lives at 12 Church Street in town.", "12 Church Street", "address"),
    ("Flat 3, 4b Upper Mill Lane was cold.", "Flat 3, 4b Upper Mill Lane", "address"),
    ("I moved to 7 Orchard Close then.", "7 Orchard Close", "address"),
    ("we live at 5 mill lane", "5 mill lane", "address"),
]
LEFT = [
    "Vi åkte till Umeå i november.",
    "Jag bor i Skellefteå kommun i Västerbotten.",
    "Ta 2 tabletter 3 gånger om dagen, 112 eller 1177.",
    "I maj 2024 väntade vi 14 veckor.",
    "Vi kom från Syrien 2015.",
    "They said wait. In Sweden we wait.",
    "[namn] ringde från [plats] och [telefonnummer] svarade inte.",
    "vi satt vid stranden och sedan i byn, och på kvällen i båten",
    "i augusti kom en berg och dal bana, och en gren föll på en vän",
    "min son och min man var i stan hos en läkare som lyssnade",
    "vi kom från malå till umeå i april",
    "It took 20 minutes down the road, and 3 mile lane was closed.",
    "On 2 way street signs I cannot rely. In 2019 Hyde Park Place was far away.",
    "there was a nurse and the doctor was kind to my mother",
]
SAMPLES = Path(__file__).parents[1] / "samples"
FEWEST_FALSE = 5
"""Marks in a thousand invented stories without capitals that name nobody outside a cue."""


@pytest.mark.parametrize(("text", "words", "kind"), FOUND)
def test_it_is_marked(text: str, words: str, kind: str) -> None:
    assert (words, kind) in [(text[a:b], found) for a, b, found in marks_in(text)]


def test_small_letters_drown_nobody_in_marks() -> None:
    """The invented stories written without a capital: hardly a mark in all of them."""
    lines = [line for file in sorted(SAMPLES.glob("*.jsonl"))
             for line in file.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    texts = [json.loads(line)["text"].lower() for line in lines]
    marked = sum(bool(marks_in(text)) for text in texts)
    assert len(texts) > 700
    assert 1_000 * marked / len(texts) <= FEWEST_FALSE


@pytest.mark.parametrize("text", LEFT)
def test_it_is_left(text: str) -> None:
    assert marks_in(text) == ()


def test_marks_lie_apart_in_order() -> None:
    text = " ".join(text for text, _words, _kind in FOUND)
    marks = marks_in(text)
    assert len(marks) >= len(FOUND) - 1
    for before, after in itertools.pairwise(marks):
        assert before[1] <= after[0]


@pytest.mark.parametrize(
    "hostile",
    ["www." * 4_000, "a." * 8_000 + "se", "@" * 16_000, "i " * 8_000, "ABC 12" * 2_600,
     "Aaaa" * 4_000, "anna " * 4_000, "läkare " * 3_000, "12 Church " * 2_000,
     "5 mill " * 3_000, "https://" * 2_000, "[namn" * 3_000],
)  # fmt: skip
def test_the_time_grows_with_the_text_and_nothing_else(hostile: str) -> None:
    """B13."""
    started = time.perf_counter()
    marks_in(hostile)
    assert time.perf_counter() - started < 1.5


def test_every_kind_has_a_rule_and_a_mark_in_both_languages() -> None:
    for kind in KINDS.values():
        for told in (kind.text, kind.mark, kind.rule):
            assert told.sv and told.en
        assert kind.mark.sv.startswith("[") and kind.mark_in("en").startswith("[")
    for code in CODES.values():
        assert code.text.sv and code.text.en and code in codes_for(code.kinds[0])
