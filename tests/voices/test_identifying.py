"""What may point at a person is marked; doses, years and road numbers are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.voices import identifying, signposting
from dialogue.voices.identifying import Pointer, Span, pointers, without
from dialogue.voices.signposting import Sign, signs

NUMBERS = [
    "19121212-1212",
    "191212121212",
    "121212-1212",
    "1212121212",
    "121212+1212",
    "19121212 1212",
    "701063-2391",
    "197010632391",
    "19701063 - 2391",
    "850491-1234",
]
PHONES = [
    "070-123 45 67",
    "0701234567",
    "070 123 45 67",
    "+46 70 123 45 67",
    "+46701234567",
    "0046 70 123 45 67",
    "+46 (0)70-123 45 67",
    "090-785 00 00",
    "08-123 456 78",
    "0950-123 45",
    "+358 40 123 4567",
]
MAILS = [
    "anna@example.se",
    "anna.berg+vard@post.example.com",
    "a_b@xn--bcher-kva.example",
]
ADDRESSES = [
    "Storgatan 5",
    "storgatan 12 B",
    "Kyrkvägen 112",
    "Björkstigen 3",
    "Skolgränd 7A",
    "903 27 Umeå",
    "S-903 27 Umeå",
    "lgh 1102",
]
NAMES = [
    ("Jag pratade med doktor Andersson om det.", "Andersson"),
    ("Sköterskan Siv ringde.", "Siv"),
    ("Min man Torvald fick vänta.", "Torvald"),
    ("En som hette Ylva-Li svarade.", "Ylva-Li"),
    ("Det var Anna Lindström som hjälpte mig.", "Anna Lindström"),
    ("Då sa Gunilla att jag kunde gå hem.", "Gunilla"),
    ("Dr. Novak told me to wait.", "Novak"),
    ("My husband Piotr had to wait.", "Piotr"),
    ("The nurse Fatima Warsame called.", "Fatima Warsame"),
    ("Det var Eriks tur.", "Eriks"),
]
NOBODY = [
    "Jag tar 500 mg Alvedon och 0,5 mg Levaxin varje dag.",
    "Från 2010-2019 hade vi samma läkare.",
    "Jag ringde 1177 och sedan 112.",
    "Vi körde E45 norrut i 12 mil.",
    "Blodtrycket var 140/90 och pulsen 72.",
    "Hälsocentralen har öppet 08.00–16.30, ibland 08 00-16 00.",
    "Den 12 mars 2024 klockan 14.30 kom jag in.",
    "2024-03-12 14:30 ringde de.",
    "Besöket var 03-04-2024 och det tog 45 minuter.",
    "Det kostade 1 200 kronor och 12 000 kronor totalt.",
    "Vården i Umeå och Region Norrmark fungerar olika.",
    "När jag kom till Norrlands universitetssjukhus var det kö.",
    "Hon sa att det tar 6-8 veckor.",
    "Jag har diabetes typ 2 och HbA1c 52.",
    "På vägen 45 minuter i bil.",
    "Väg 363 är avstängd.",
    "Läkaren sa att Alvedon räcker. Det gjorde den inte.",
    "I called 1177 at 8 and waited 30 minutes in 2023.",
    "Min granne körde mig. Tack för det!",
    "Jag väntade 10000 dagar, kändes det som.",
]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *((Pointer.NUMBER, each) for each in NUMBERS),
        *((Pointer.PHONE, each) for each in PHONES),
        *((Pointer.MAIL, each) for each in MAILS),
        *((Pointer.ADDRESS, each) for each in ADDRESSES),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Skriv till mig: {}.", "Jag, {}, gick.", "({})\nsedan"])
def test_a_number_phone_mail_or_address_is_found_whole(
    kind: Pointer, words: str, around: str
) -> None:
    text = around.format(words)
    found = pointers(text)
    assert [each.of(text) for each in found] == [words]
    assert found[0].kind in {kind, Pointer.NUMBER, Pointer.PHONE}
    assert kind in (Pointer.NUMBER, Pointer.PHONE) or found[0].kind == kind


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_found_by_the_words_around_it(text: str, name: str) -> None:
    assert [each.of(text) for each in pointers(text)] == [name]


@pytest.mark.parametrize("text", NOBODY)
def test_doses_years_hours_and_roads_point_at_nobody(text: str) -> None:
    assert [each.of(text) for each in pointers(text)] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sköterskan Siv ringde.", "Sköterskan ringde."),
        ("Siv ringde.", "ringde."),
        ("Det var Siv.", "Det var."),
        ("Mitt nummer är 070-123 45 67, ring!", "Mitt nummer är, ring!"),
    ],
)
def test_taking_a_span_out_leaves_a_tidy_text(text: str, left: str) -> None:
    assert without(text, pointers(text)[0]) == left


@given(st.text(alphabet="0123456789 -+@.SivAnndr", max_size=80))
def test_spans_lie_within_the_text_in_order_and_apart(text: str) -> None:
    found = pointers(text)
    ends = [0, *(each.end for each in found)]
    for before, span in zip(ends, found, strict=False):
        assert before <= span.start < span.end <= len(text)
        assert without(text, span) != text


@pytest.mark.parametrize(
    "unit",
    [
        "0",
        "0 ",
        "a",
        "A",
        "Aa ",
        "a.",
        "@",
        "a@",
        "+46",
        "0-",
        "19121212",
        "dr Aa ",
        "vägen",
        "dr A-",
    ],
)
def test_a_hostile_text_takes_time_in_proportion(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.perf_counter()
    pointers(text)
    signs([text])
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Ibland vill jag inte leva längre.",
        "Jag vill dö.",
        "Min man slår mig.",
        "Jag har tänkt på självmord.",
        "Jag skadar mig själv.",
        "I want to die.",
        "I have chest pain right now.",
        "Jag kan inte andas.",
    ],
)
def test_words_of_danger_open_the_door(text: str) -> None:
    assert Sign.DANGER in signs([text])


@pytest.mark.parametrize(
    "text",
    [
        "Jag vill anmäla till IVO.",
        "Det här är ett klagomål.",
        "I want to make a complaint.",
        "Pappa fick en vårdskada.",
    ],
)
def test_words_of_complaint_open_the_door(text: str) -> None:
    assert Sign.COMPLAINT in signs([text])


@pytest.mark.parametrize(
    "text",
    [
        "Jag vill leva gott hemma.",
        "Jag vill leva som alla andra.",
        "Sköterskan slog på datorn.",
        "I want to live at home.",
        "Det var döhäftigt.",
        "Jag fick en tid hos läkaren.",
    ],
)
def test_everyday_words_do_not(text: str) -> None:
    assert signs([text]) == frozenset()


def test_a_span_knows_its_words() -> None:
    assert Span(0, 3, Pointer.NAME).of("Siv ringde") == "Siv"


@given(st.one_of(st.from_regex(signposting._DANGER), st.just("Jag orkar inte leva längre.")))
def test_danger_is_looked_for_wherever_it_can_be(text: str) -> None:
    """The quick look beforehand may let too much through, never too little."""
    assert len(text) >= signposting.SHORTEST
    assert signposting.may_show(Sign.DANGER, text)
    assert Sign.DANGER in signs([text])


@given(st.from_regex(signposting._COMPLAINT))
def test_complaints_are_looked_for_wherever_they_can_be(text: str) -> None:
    assert len(text) >= signposting.SHORTEST
    assert signposting.may_show(Sign.COMPLAINT, text)
    assert Sign.COMPLAINT in signs([text])


@given(st.from_regex(identifying._CUED))
def test_a_word_that_announces_a_name_is_found_beforehand(text: str) -> None:
    assert identifying._has_cue(text)
    assert identifying._CAPITAL.search(text)


@given(
    st.one_of(
        *(
            st.from_regex(pattern)
            for pattern in (
                identifying.NUMBER, identifying.PHONE, identifying.STREET, identifying.POSTCODE,
                identifying.DOOR,
            )
        )
    )
)  # fmt: skip
def test_numbers_are_looked_for_wherever_they_can_be(text: str) -> None:
    assert len(text) >= identifying.SHORTEST_WITH_DIGITS
    assert identifying._DIGIT.search(text)
