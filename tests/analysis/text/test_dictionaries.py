"""Dictionaries of word forms: the shipped places find what the whole dictionary holds."""

from __future__ import annotations

import pytest
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from analysis.text import dictionaries
from analysis.text.dictionaries import Dictionary, Factory, common_forms, fits
from analysis.text.embedding.distilled import table
from analysis.text.forms import lemma

LANGS = ("sv", "en")


@pytest.mark.parametrize("lang", LANGS)
def test_the_shipped_places_are_those_of_the_installed_dictionaries(lang: str) -> None:
    assert fits(lang), "run: python -m analysis.text.dictionaries"
    assert isinstance(Factory().get_dictionary(lang), Dictionary)


@pytest.mark.parametrize("lang", LANGS)
def test_words_are_found_as_the_whole_dictionary_has_them(lang: str) -> None:
    found, whole = (
        Factory().get_dictionary(lang),
        LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(lang),
    )
    words = list(whole)
    assert list(found) == words
    assert len(found) == len(whole)
    for word in [*words[:200], *words[::997], *words[-200:]]:
        assert found[word] == whole[word]
        assert found.get(f"{word}qx") == whole.get(f"{word}qx")
        assert (word[:-1] in found) == (word[:-1] in whole)


@pytest.mark.parametrize("lang", LANGS)
def test_common_words_have_the_forms_that_they_would_have_been_given(lang: str) -> None:
    whole = Lemmatizer(lemmatization_strategy=DefaultStrategy(low_memory=True))
    forms = common_forms(lang)
    assert len(forms) == len(table().words[lang])
    for word in table().words[lang][::97]:
        assert forms[word] == whole.lemmatize(word, lang).lower()


def test_what_does_not_fit_is_left_to_the_whole_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionaries, "fits", lambda lang: False)
    assert dictionaries._dictionary.__wrapped__("sv")["husen"] == "hus"
    assert dictionaries.common_forms.__wrapped__("sv") == {}


def test_forms_of_common_rare_and_unknown_words() -> None:
    assert lemma("husen", "sv") == "hus"
    assert lemma("vårdcentralerna", "sv") == "vårdcentral"
    assert lemma("nurses", "en") == "nurse"
    assert lemma("zzqx", "sv") == "zzqx"
    assert lemma("maisons", "fr") == "maisons"
