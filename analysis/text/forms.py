"""Forms: the form of a word that people are shown among the keywords.

It is the dictionary form, unless that is a much rarer word than the one that was written: "hann"
(had time) is then no form of "hanne" (a male animal).
"""

from __future__ import annotations

from functools import lru_cache

from analysis.text.embedding.distilled import table
from analysis.text.words import lemma

RARER = 10.0
"""A dictionary form so many times as rare as the word is another word's."""


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
