"""Agreement against published examples, and three codings side by side."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance

from analysis.models import StoryOutcome
from analysis.together.agreement import (
    FEWEST,
    confusion,
    interval,
    krippendorff,
    leading,
    nominal,
    same,
)
from analysis.together.codings import NODES, code_story, figures_of, findings
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, tell, user_of

# The worked examples of Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
BINARY = (
    (0, 1, 0, 0, 0, 0, 0, 0, 1, 0),
    (1, 1, 1, 0, 0, 1, 0, 0, 0, 0),
)
FOUR: tuple[tuple[int | None, ...], ...] = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def units(coders: Any) -> list[tuple[Any, ...]]:
    return list(zip(*coders, strict=True))


def test_the_published_worked_examples_come_out_the_same() -> None:
    assert krippendorff(units(BINARY), nominal).alpha == pytest.approx(0.095, abs=0.0005)
    four = krippendorff(units(FOUR), nominal)
    assert four.alpha == pytest.approx(0.743, abs=0.0005)
    assert four.units == 11
    assert krippendorff(units(FOUR), interval).alpha == pytest.approx(0.849, abs=0.0005)


@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=4), min_size=2, max_size=25))
def test_another_implementation_says_the_same(coded: list[list[int]]) -> None:
    if len({value for unit in coded for value in unit}) < 2:
        assert krippendorff(coded, nominal).alpha is None
        return
    data = [
        (str(coder), str(item), value)
        for item, unit in enumerate(coded)
        for coder, value in enumerate(unit)
    ]
    for ours, theirs in ((nominal, binary_distance), (interval, interval_distance)):
        expected = AnnotationTask(data=data, distance=theirs).alpha()
        assert krippendorff(coded, ours).alpha == pytest.approx(expected, abs=1e-9)


def test_who_agrees_on_all_has_one_and_who_says_one_thing_has_none() -> None:
    assert krippendorff([("a", "a"), ("b", "b")], nominal).alpha == 1
    assert krippendorff([("a", "a"), ("a", "a")], nominal).alpha is None
    alone = krippendorff([("a", None), (None, None), ("b",)], nominal)
    assert (alone.alpha, alone.units) == (None, 0)
    assert alone.too_few


def test_a_shared_first_place_is_nobodys() -> None:
    assert leading({"trygghet": 6, "tillsammans": 4}, NODES) == "trygghet"
    assert leading({"trygghet": 5, "tillsammans": 5}, NODES) is None
    assert leading({}, NODES) is None


def test_the_matrix_counts_what_one_says_where_the_other_says_another() -> None:
    matrix = confusion([("a", "b"), ("a", "b"), ("a", "a"), (None, "a"), ("x", "a")], ("a", "b"))
    assert matrix == {"a": {"a": 1, "b": 2}, "b": {"a": 0, "b": 0}}
    assert same(matrix) == (1, 3)


def read(cast: Cast, count: int, told: dict[str, int], tied: str) -> list[Story]:
    """Stories whose tellers gave these points and that the machine ties to one T."""
    stories = tell(cast.dialogue, [f"Berättelse {told} {tied} {n}." for n in range(count)],
                   points=told)  # fmt: skip
    for story in stories:
        ties = {node: 0.9 if node == tied else 0.1 for node in NODES}
        session().add(StoryOutcome(story_id=story.id, ties={"framtidsbild": ties}))
    session().flush()
    return stories


SAFE, NEAR = {"trygghet": 8, "tillgänglighet": 2}, {"trygghet": 1, "tillgänglighet": 9}


def test_disagreement_is_a_finding_with_figures(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        read(cast, 12, SAFE, "tillgänglighet")
        mine = read(cast, 18, SAFE, "trygghet") + read(cast, 20, NEAR, "tillgänglighet")
        for story in mine[:25]:
            mark = "trygghet" if story in mine[:18] else "tillgänglighet"
            code_story(session(), story, mark, {}, by=user_of(cast.coordinator))
        session().flush()
        figures = figures_of(session(), dialogue_of(cast.dialogue).id)
        matrix = figures["teller-machine"]["matrix"]
        assert matrix["trygghet"] == {
            "trygghet": 18, "tillgänglighet": 12, "tillsammans": 0, "none": 0,
        }  # fmt: skip
        assert figures["teller-machine"]["units"] == 50
        assert 0 < figures["teller-machine"]["alpha"] < 1
        assert figures["teller-people"]["alpha"] == 1
        assert figures["coded"] == 25
        (first, *_rest) = findings(figures, 8)
        assert (first.said, first.other, first.count, first.of) == (
            "trygghet", "tillgänglighet", 12, 30,
        )  # fmt: skip
        session().commit()
    page = signed_in(app_on_both, cast.coordinator).get(f"/en/arbetsrum/{cast.dialogue}/kodningar")
    assert "The tellers say “Feeling safe” in 30 stories. In 12 of them" in page.text


def test_with_few_stories_nothing_is_said(app: Application, cast: Cast) -> None:
    with app.app_context():
        read(cast, FEWEST - 1, SAFE, "tillgänglighet")
        session().commit()
    page = signed_in(app, cast.coordinator).get(f"/en/arbetsrum/{cast.dialogue}/kodningar").text
    assert "too few stories" in page
    assert "19 stories in common. That is too few to say anything." in page


def test_a_story_is_coded_on_its_page_and_the_next_one_follows(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        keys = sorted((s.id for s in read(cast, 3, SAFE, "trygghet")), key=str)
        session().commit()
    client = signed_in(app, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}/berattelser"
    token = {"csrf_token": forged_free(client, app)}
    assert 'name="mark"' in client.get(f"{base}/{keys[0]}").text
    for wrong in ({}, {"mark": "annat"}, {"mark": "trygghet", "points-0": "7"},
                  {"mark": "trygghet", "points-0": "99999999999", "points-1": "-5"}):  # fmt: skip
        assert client.post(f"{base}/{keys[0]}/koda", data=token | wrong).status_code == 409
    right = {"mark": "tillsammans", "points-0": "3", "points-1": "0", "points-2": "7", "next": "1"}
    sent = client.post(f"{base}/{keys[0]}/koda", data=token | right)
    assert sent.status_code == 303
    assert sent.headers["Location"].endswith("#own")
    assert str(keys[0]) not in sent.headers["Location"]
    rows = list(csv.reader(
        io.StringIO(client.get(f"/en/arbetsrum/{cast.dialogue}/kodningar/fil").text.strip("\ufeff")),
        delimiter=";",
    ))  # fmt: skip
    assert len(rows) == 1, "fewer than the smallest group are not listed"


def test_the_file_lists_codings_and_no_words(app: Application, cast: Cast) -> None:
    with app.app_context():
        story = read(cast, 9, NEAR, "trygghet")[0]
        code_story(session(), story, "none", {}, by=user_of(cast.coordinator))
        session().commit()
    client = signed_in(app, cast.coordinator)
    text = client.get(f"/sv/arbetsrum/{cast.dialogue}/kodningar/fil").text
    rows = list(csv.DictReader(io.StringIO(text.strip("\ufeff")), delimiter=";"))
    assert len(rows) == 9
    assert {row["teller_mark"] for row in rows} == {"tillgänglighet"}
    assert sorted(row["people_mark"] for row in rows)[-1] == "none"
    assert "Berättelse" not in text


def test_a_story_of_another_dialogue_gives_no_theme(app: Application, cast: Cast) -> None:
    with app.app_context():
        from tests.stage import gather

        theirs = gather(cast.foreign_dialogue, "Deras", tell(cast.foreign_dialogue, ["En", "Två"]))
        (story,) = read(cast, 1, SAFE, "trygghet")
        with pytest.raises(Refusal):
            code_story(session(), story, "none", {}, [theirs], by=user_of(cast.coordinator))


def test_with_many_stories_a_worker_counts_and_the_page_shows_what_it_counted(
    app_on_both: Application, cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from analysis.coding_models import CodingFigures
    from analysis.together import codings

    monkeypatch.setattr(codings, "COUNTED_LIVE", 10)
    cast = cast_on_both
    with app_on_both.app_context():
        key = dialogue_of(cast.dialogue).id
        read(cast, 12, SAFE, "trygghet")
        assert codings.shown_figures(session(), key) == {}
        codings.count_codings(session(), key)
        read(cast, 5, SAFE, "trygghet")
        assert codings.shown_figures(session(), key)["stories"] == 12
        codings.count_old_codings(session())
        assert codings.shown_figures(session(), key)["stories"] == 12
        session().get_one(CodingFigures, key).counted_at -= timedelta(hours=2)
        session().flush()
        codings.count_old_codings(session())
        assert codings.shown_figures(session(), key)["stories"] == 17
