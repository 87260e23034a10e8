"""A theme made by hand beside a codebook, where there are many stories: it holds what people put
there and what follows it, and takes nothing by its centre alone."""

from __future__ import annotations

from collections.abc import Sequence
from unittest import mock

import numpy as np

import analysis.text.starting
from analysis.text.found import Found, Priors
from analysis.text.guidance import EarlierTheme, Hooks, Previous
from analysis.text.guiding import Guide
from analysis.text.keeping import Kept
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Bilingual, Story
from analysis.text.themes import Reading
from tests.analysis.text.two_subjects import stories

KEY = "by-hand-1"
FOOD = (
    "Maten på sjukhuset var kall och smakade ingenting.",
    "Frukosten på sjukhuset var kall och brödet hårt.",
    "Sjukhusets mat är kall och tråkig varje dag.",
    "Jag fick kall mat och hårt bröd på sjukhuset.",
    "Lunchen på sjukhuset var kall och saknade smak.",
)
SETTLED = ("food-0", "food-1")


def told() -> list[Story]:
    return [*stories(), *(Story(f"food-{n}", text, "sv") for n, text in enumerate(FOOD))]


def corrected(
    pipeline: Pipeline,
    guide: Guide,
    fewest: int,
    members: Sequence[str] = SETTLED,
    seeds: tuple[str, ...] = SETTLED,
) -> Reading:
    """A reading told of a theme, by hand unless more than its seeds are members; ``fewest``
    stories a theme are many."""
    earlier = EarlierTheme(KEY, Bilingual("Maten", "The food"), frozenset(members), True)
    with mock.patch.object(analysis.text.starting, "FEWEST_A_THEME", fewest):
        return pipeline.read(
            told(), codebook=guide, previous=Previous((earlier,)), hooks=Hooks(seeds={KEY: seeds})
        )


def held(reading: Reading) -> set[str]:
    return {story.id for story in reading.stories if story.theme == KEY}


def test_where_there_are_many_stories_it_takes_none_by_its_centre(
    pipeline: Pipeline, guide: Guide
) -> None:
    assert held(corrected(pipeline, guide, 5)) == set(SETTLED)
    assert held(corrected(pipeline, guide, 30)) > set(SETTLED)


def test_a_theme_that_was_found_keeps_its_stories_when_one_is_corrected(
    pipeline: Pipeline, guide: Guide
) -> None:
    found = [f"food-{number}" for number in range(len(FOOD))]
    reading = corrected(pipeline, guide, 5, found, ("food-4",))
    assert held(reading) >= set(found)


def test_a_later_story_is_not_placed_there_either(pipeline: Pipeline, guide: Guide) -> None:
    new = [Story("new", "Middagen på sjukhuset var kall och brödet hårt.", "sv")]
    for fewest, places in ((5, False), (30, True)):
        reading = corrected(pipeline, guide, fewest)
        assert reading.kept is not None
        kept = Kept.from_bytes(reading.kept.to_bytes())
        assert KEY in kept.keys
        assert (pipeline.place(new, kept, guide)[0].theme == KEY) is places


def test_silent_themes_get_numbers_after_the_others() -> None:
    priors = Priors({"": np.ones(2, dtype=np.float32)})
    centres = np.eye(3, 4, dtype=np.float32)
    found = Found(2, priors, centres, np.array([2, -1, 3], dtype=np.int32), 0.1)
    assert found.with_silent(1, 0) is found
    more = found.with_silent(1, 2)
    assert more.themes.tolist() == [2, 4, 5, -1, 3]
    assert more.centres.any(axis=1).tolist() == [True, False, False, True, True]
    assert more.count == 6
