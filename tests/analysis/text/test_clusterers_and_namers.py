"""What every clusterer and every namer promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from analysis.text.clustering import Clusterer, Marks
from analysis.text.clustering.agreed import AgreedGroups
from analysis.text.clustering.choosing import agreed_groups, suggested_groups
from analysis.text.clustering.drawing_lots import lots
from analysis.text.clustering.ward import WardStarted, even_sample
from analysis.text.embedding import Vectors, normalised
from analysis.text.naming import BANNED, Namer, Sample, SpokenNamer
from analysis.text.stories import Bilingual
from tests.analysis.text.two_subjects import HOME_EN, HOME_SV, PHONE_EN, PHONE_SV

CLUSTERERS = [
    WardStarted(),
    WardStarted(groups=3),
    WardStarted(sample=20),
    AgreedGroups(),
    AgreedGroups(groups=3, readings=20),
    AgreedGroups(few=30),
]
NAMERS = [SpokenNamer(), SpokenNamer(keywords=2)]


def blobs(rows: int, groups: int, seed: int = 0, spread: float = 0.25) -> Vectors:
    drawn = np.random.default_rng(seed)
    centres = drawn.normal(size=(groups, 24))
    noise = drawn.normal(scale=spread, size=(rows, 24))
    return normalised(centres[np.arange(rows) % groups] + noise)


@pytest.mark.parametrize("clusterer", CLUSTERERS, ids=repr)
@pytest.mark.parametrize("rows", [0, 1, 2, 7, 40, 130])
def test_every_row_gets_a_group_and_every_group_a_row(clusterer: Clusterer, rows: int) -> None:
    given_rows = blobs(rows, 3)
    grouping = clusterer.group(given_rows, np.ones(rows, dtype=np.float32), 0)
    assert len(grouping.labels) == rows
    assert grouping.sizes.sum() == rows
    assert (grouping.sizes > 0).all()
    again = clusterer.group(given_rows, np.ones(rows, dtype=np.float32), 0)
    assert np.array_equal(grouping.labels, again.labels)


@pytest.mark.parametrize("clusterer", CLUSTERERS, ids=repr)
def test_rows_all_alike_are_one_thing(clusterer: Clusterer) -> None:
    rows = np.repeat(blobs(1, 1), 30, axis=0)
    grouping = clusterer.group(rows, np.ones(30, dtype=np.float32), 0)
    assert len(np.unique(grouping.labels)) == 1


def test_clear_groups_are_found_and_counted() -> None:
    rows = blobs(240, 5)
    assert agreed_groups(rows, seed=0) == 5
    grouping = WardStarted().group(rows, np.ones(240, dtype=np.float32), 0)
    assert len({tuple(np.unique(grouping.labels[n::5])) for n in range(5)}) == 5


def test_a_lot_is_a_rows_own_and_lots_are_even() -> None:
    marks = np.arange(4_000, dtype=np.uint64) * np.uint64(2**40 + 7)
    drawn = lots(marks, 3)
    assert np.array_equal(lots(marks[1::3], 3), drawn[1::3])
    assert not np.array_equal(lots(marks, 4), drawn)
    shares = np.histogram(drawn, bins=10, range=(0, 1))[0] / len(drawn)
    assert shares.min() > 0.08
    assert shares.max() < 0.12
    assert abs(np.corrcoef(drawn, lots(marks, 4))[0, 1]) < 0.05


def test_few_faint_rows_are_turned_around_less_by_agreed_groups_when_some_go() -> None:
    rows = blobs(220, 14, spread=1.6)
    marks = np.arange(220, dtype=np.uint64)
    assert agreed_groups(rows, seed=0, marks=marks) is None
    assert steadiness(AgreedGroups(), rows, marks) > steadiness(WardStarted(), rows, marks) + 0.1


def steadiness(clusterer: Clusterer, rows: Vectors, marks: Marks) -> float:
    """The mean agreement of a grouping with groupings without one row in twenty."""
    ones = np.ones(len(rows), dtype=np.float32)
    whole = clusterer.group(rows, ones, 0, marks).labels
    found = []
    for dropped in range(3):
        kept = np.flatnonzero(np.arange(len(rows)) % 20 != dropped)
        again = clusterer.group(rows[kept], ones[kept], 0, marks[kept]).labels
        found.append(adjusted_rand_score(whole[kept], again))
    return float(np.mean(found))


def test_noise_has_no_agreed_number_of_groups() -> None:
    noise = normalised(np.random.default_rng(3).normal(size=(300, 24)))
    assert agreed_groups(noise, seed=0) is None
    assert suggested_groups(300) == 17


@given(rows=st.integers(1, 5000), most=st.integers(1, 500))
def test_a_sample_is_even_and_bounded(rows: int, most: int) -> None:
    chosen = even_sample(rows, most)
    assert 1 <= len(chosen) <= max(most, 1)
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0


def samples() -> list[list[Sample]]:
    phone = [Sample("sv", text, 0.5) for text in PHONE_SV]
    home = [Sample("sv", text, 0.5) for text in HOME_SV]
    phone += [Sample("en", text, 0.4) for text in PHONE_EN]
    return [phone, home + [Sample("en", text, 0.4) for text in HOME_EN]]


def proper(namer: Namer, themes: list[list[Sample]]) -> None:
    named = namer.name(themes, [None] * len(themes))
    assert len(named) == len(themes)
    for lang in ("sv", "en"):
        labels = [one.label.in_language(lang) for one in named]
        assert all(label.strip() and not BANNED.search(label) for label in labels)
        assert len({label.casefold() for label in labels}) == len(labels)


@pytest.mark.parametrize("namer", NAMERS, ids=repr)
def test_names_say_what_sets_a_theme_apart(namer: Namer) -> None:
    proper(namer, samples())
    phone, home = namer.name(samples(), [None, None])
    assert any("telefon" in word or "ring" in word for word in phone.keywords["sv"])
    assert any("hemtjänst" in word or "mamma" in word for word in home.keywords["sv"])
    assert phone.keywords["en"]
    assert home.keywords["en"]


@pytest.mark.parametrize("namer", NAMERS, ids=repr)
def test_a_given_name_is_kept(namer: Namer) -> None:
    name = Bilingual("Det vi valde", "What we chose")
    assert namer.name(samples(), [name, None])[0].label == name


@pytest.mark.parametrize("namer", NAMERS, ids=repr)
@pytest.mark.parametrize(
    "texts",
    [
        ["olika saker", "diverse synpunkter på maten"],
        ["Bra!", "Bra."],
        ["😀"],
        [],
        ["Samma mening om bussen."] * 5,
    ],
)
def test_poor_themes_get_proper_names_too(namer: Namer, texts: list[str]) -> None:
    theme = [Sample("sv", text, 0.1) for text in texts]
    proper(namer, [theme, theme, [], theme])


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.lists(st.text(max_size=80), max_size=5), max_size=4))
def test_any_words_can_be_named(texts: list[list[str]]) -> None:
    proper(SpokenNamer(), [[Sample("en", text, 0.0) for text in theme] for theme in texts])
