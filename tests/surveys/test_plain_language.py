"""Advice on plain language finds what makes a question hard, and leaves a plain one alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.building.plain_language import advise, lix, sentences_of

PLAIN = [
    ("sv", "Jag litar på att jag får hjälp den dag jag behöver det."),
    ("sv", "Hur vill du helst komma i kontakt med vården? Välj högst tre sätt."),
    ("sv", "Skriv inte namn eller personnummer."),
    ("sv", "Tänk på ditt senaste besök. Frågade någon vad som är viktigt för dig?"),
    ("en", "I trust that I will get help on the day I need it."),
    ("en", "How do you prefer to get in touch with health care? Choose up to three ways."),
    ("en", "Please do not write names or personal identity numbers."),
]
HARD = [
    ("sv", "Vad är viktigt för dig och hur vill du bli kontaktad?", "double"),
    ("sv", "När fungerar ett möte på skärm, och när behöver du träffa någon?", "double"),
    ("en", "What matters to you, and when do you need it?", "double"),
    ("sv", "Hur upplever du samverkan kring din SIP?", "jargon"),
    ("sv", "Hur upplever du hjälpen kring din SIP?", "short_form"),
    ("sv", "Vem ringer du, t.ex. på kvällen?", "short_form"),
    ("sv", "Vilken diagnos har du?", "private"),
    ("sv", "Vad heter läkaren du träffade?", "private"),
    ("en", "What is the name of the doctor?", "private"),
    (
        "sv",
        "Hur vill du kontakta vården när du har kommit hem och behöver fråga någon om allt detta?",
        "long",
    ),
    (
        "sv",
        "Beskriv hur verksamhetens tillgänglighet och uppföljning fungerat på lång sikt hos er nu.",
        "lix",
    ),
]


@pytest.mark.parametrize(("language", "text"), PLAIN)
def test_a_plain_text_gets_no_advice(language: str, text: str) -> None:
    assert advise(text, language) == []


@pytest.mark.parametrize(("language", "text", "code"), HARD)
def test_what_is_hard_is_found_and_said_in_a_sentence(language: str, text: str, code: str) -> None:
    found = [each for each in advise(text, language) if each.code == code]
    assert len(found) == 1
    assert found[0].sentence.endswith((".", "”."))


def test_lix_is_counted_as_björnsson_did() -> None:
    # 10 words in 2 sentences, 1 word longer than six letters (meningar): 5 + 10.
    assert lix("Det här är kort text. Här är två längre meningar.") == 15
    assert lix("") is None


def test_easy_read_asks_for_shorter_sentences() -> None:
    text = "Jag vet vem jag kan ringa när jag behöver hjälp i dag."
    assert advise(text, "sv") == []
    assert [each.code for each in advise(text, "sv", easy=True)] == ["long"]


def test_sentences_end_at_full_stops_and_line_breaks() -> None:
    assert sentences_of("Ett. Två!\nTre?") == ["Ett", "Två", "Tre"]


@given(st.text(max_size=400), st.sampled_from(["sv", "en", "ar"]))
def test_any_text_can_be_advised_on(text: str, language: str) -> None:
    for advice in advise(text, language):
        assert advice.sentence


@pytest.mark.parametrize("text", ["a, " * 6000, "vad och " * 2500, "." * 20000, "\n" * 20000])
def test_long_texts_take_no_time(text: str) -> None:
    start = time.perf_counter()
    advise(text[:20000], "sv")
    assert time.perf_counter() - start < 1
