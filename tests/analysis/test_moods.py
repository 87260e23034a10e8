"""A theme's mood: said where many told, folded where few stand behind it, always as a guess."""

from __future__ import annotations

import pytest

from analysis.models import StoryVector, Theme
from analysis.text.embedding.remembered import mark, shipped_vectors
from analysis.text.mood import VECTORS, Mood, anchors
from analysis.themes.figures import figures_of
from analysis.themes.moods import MEASURED_WITH, Said, mood_of, moods_of
from dialogue.app import Application
from dialogue.ground.db import session
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell


def felt(cast: Cast, eases: int, chafes: int) -> Theme:
    """A theme of so many stories that ease and so many that chafe, with their own vectors."""
    told = {
        mood: [one.text for one in anchors() if one.lang == "sv" and one.mood is mood]
        for mood in (Mood.EASES, Mood.CHAFES)
    }
    texts = told[Mood.EASES][:eases] + told[Mood.CHAFES][:chafes]
    theme = gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts))
    known = shipped_vectors(MEASURED_WITH, VECTORS)
    for placed in theme.assignments:
        row = known[mark(placed.story.text)].astype("<f2").tobytes()
        session().add(
            StoryVector(story_id=placed.story_id, embedder=MEASURED_WITH, lang="sv", vector=row)
        )
    session().flush()
    return theme


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"eases": 30, "chafes": 10}, Said.EASES),
        ({"eases": 8, "chafes": 30, "unsure": 4}, Said.CHAFES),
        ({"eases": 15, "chafes": 15, "mixed": 10}, Said.BOTH),
        ({"eases": 8, "chafes": 8, "unsure": 60}, Said.UNCLEAR),
    ],
)
def test_a_mood_in_words(counts: dict[str, int], said: Said) -> None:
    mood = mood_of(counts, 8)
    assert mood is not None
    assert mood.said is said
    assert sum(mood.tenths.values()) == 10


def test_nothing_is_said_of_few() -> None:
    assert mood_of({}, 8) is None
    assert mood_of({"chafes": 19}, 8) is None
    assert mood_of({"chafes": 24}, 25) is None
    assert mood_of({"chafes": 20}, 8) is not None


def test_a_mood_of_fewer_than_the_smallest_group_is_not_told_from_unsure() -> None:
    few = mood_of({"eases": 33, "chafes": 7}, 8)
    unsure = mood_of({"eases": 33, "unsure": 7}, 8)
    assert few == unsure
    assert few is not None
    assert few.tenths[Mood.CHAFES] == 0


def test_moods_are_counted_over_a_themes_stories(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        theme = felt(cast_on_both, 4, 20)
        counts = moods_of(session(), theme.id)
        assert sum(counts.values()) == 24
        assert counts["chafes"] >= 14
        assert counts.get("eases", 0) <= 6
        assert figures_of(session(), theme.id)["moods"] == counts
        other = gather(cast_on_both.dialogue, "Resor", tell(cast_on_both.dialogue, ["Bussen."]))
        assert moods_of(session(), other.id) == {}


def test_the_pages_say_it_as_a_guess_and_only_where_many_told(app: Application, cast: Cast) -> None:
    with app.app_context():
        many, few = felt(cast, 0, 30), felt(cast, 12, 0)
        assert dialogue_of(cast.dialogue).id == many.dialogue_id
        keys = many.id, few.id
        session().commit()
    client = signed_in(app, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}"
    page = client.get(f"{base}/tema/{keys[0]}").text
    assert "mostly what chafes" in page
    assert "The machine’s guess" in page
    assert "The same figures as a table" in page
    assert "What eases" not in client.get(f"{base}/tema/{keys[1]}").text
    board = client.get(f"{base}/lasrum").text
    assert board.count("Mostly what chafes") == 1
    assert "Mostly what eases" not in board
    assert "is the machine’s guess, and uncertain" in board
