"""The ready-made surveys are whole, in Swedish, English and easy read, and can be opened."""

from __future__ import annotations

import pytest

from dialogue.voices.models import Voice
from surveys.answering import telling
from surveys.building.authoring import hindrances
from surveys.building.completeness import meters
from surveys.building.plain_language import advise, lix, sentences_of, words_of
from surveys.building.ready_made import ORDER, question_bank, ready_made, ready_made_named
from surveys.questions.document import Document
from surveys.rules.checking import faults_of_rules

NAMES = [each.name for each in ready_made()]
TOLD = {each.id: each for each in question_bank()}


def document(name: str) -> Document:
    found = ready_made_named(name)
    assert found is not None
    return found.document


def ids(name: str) -> list[str]:
    return [each.id for each in document(name).questions]


def test_there_is_one_for_each_occasion() -> None:
    assert set(ORDER) == set(NAMES)
    assert len(NAMES) == 10


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_made_survey_can_be_opened_as_it_is(name: str) -> None:
    assert hindrances(document(name)) == ()
    assert faults_of_rules(document(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_missing_in_any_language_or_in_easy_read(name: str) -> None:
    assert [each for each in meters(document(name)) if not each.full] == []
    assert document(name).title.sv
    assert document(name).about.en


@pytest.mark.parametrize("name", NAMES)
def test_easy_read_is_easy(name: str) -> None:
    for question in document(name).questions:
        for text in (question.easy, question.easy_hint, *(s.easy for s in question.statements)):
            index = lix(text.sv)
            assert index is None or index <= 30, (index, text.sv)
            found = {each.code for each in advise(text.sv, "sv", easy=True)}
            assert not found & {"double", "jargon", "private", "lix"}, text.sv
            assert all(len(words_of(each)) <= 12 for each in sentences_of(text.sv)), text.sv


@pytest.mark.parametrize("name", [*NAMES])
def test_a_ready_made_survey_reads_back_as_it_was_written(name: str) -> None:
    assert Document.of(document(name).as_dict()) == document(name)


def test_the_yearly_five_are_five_and_word_for_word() -> None:
    assert ids("arets_fem")[:5] == ["viktigt", "litar", "vart", "fragade", "slipper"]
    for question in list(document("arets_fem").questions)[:5]:
        assert question == TOLD[question.id]
    assert TOLD["viktigt"].text.sv == (
        "Vad är viktigt för dig i vardagen, som vi som arbetar med vård och omsorg behöver förstå?"
    )
    assert len(TOLD) == 20
    assert TOLD["vart"].easy.en == "I know who to call when I need help."


def test_no_agreement_or_contact_is_asked_about_beyond_whether_it_exists() -> None:
    asked = {each.id: each for each in document("hem_fran_sjukhuset").questions}
    assert asked["overenskommelse"].kind == asked["fast_kontakt"].kind == "yesno4"
    assert len(asked["hem_fran_sjukhus"].statements) == 3


def test_children_young_people_and_parents_meet_their_own_questions() -> None:
    from surveys.rules.conditions import visible_steps

    whole = document("barn_och_foralder")
    for who, section in (("barn", "barn"), ("ungdom", "ungdom"), ("foralder", "foralder")):
        met = {step.section.id for step in visible_steps(whole, {"vem_svarar": who})}
        assert met == {"vem", section, "slut"}
    assert "jurist" in whole.about.sv


def test_pictures_are_sorted_and_whoever_held_them_is_known() -> None:
    pictures, held, _idea = document("med_bilder").questions
    assert [choice.picture for choice in pictures.choices] == [
        "phone", "way", "waiting", "listened", "understand", "journey", "home", "same_person",
    ]  # fmt: skip
    assert pictures.settings["notes"] is True
    assert [Voice(choice.id) for choice in held.choices] == list(Voice)[:4]
    voices = [telling.voice(document("med_bilder"), {held.id: each.id}) for each in held.choices]
    assert voices == list(Voice)[:4]
