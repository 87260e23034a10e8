"""Forms: dictionary forms, and the form of a word that people are shown among the keywords.

That is the dictionary form, unless that is a much rarer word than the one that was written: "hann"
(had time) is then no form of "hanne" (a male animal).
"""

from __future__ import annotations

from functools import lru_cache

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy

from analysis.text.dictionaries import Factory, common_forms
from analysis.text.embedding.distilled import table
from analysis.text.stories import LANGUAGES

RARER = 10.0
"""A dictionary form so many times as rare as the word is another word's."""


_LEMMATIZER = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=Factory()))


@lru_cache(maxsize=200_000)
def lemma(word: str, lang: str) -> str:
    """The dictionary form of a small-letter word, itself in small letters."""
    if lang not in LANGUAGES:
        return word
    return common_forms(lang).get(word) or _LEMMATIZER.lemmatize(word, lang).lower()


@lru_cache(maxsize=200_000)
def shown_form(word: str, lang: str) -> str:
    """The form of a small-letter word that is counted and shown, in small letters."""
    form = lemma(word, lang)
    known = table().numbers.get(lang)
    if form == word or known is None or word not in known:
        return form
    share = float(table().shares[known[word]])
    found = float(table().shares[known[form]]) if form in known else 0.0
    return word if found * RARER < share else form
