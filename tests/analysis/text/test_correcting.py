"""Stories like those that people moved follow them; where there are few stories nothing moves."""

from __future__ import annotations

import numpy as np

from analysis.text.correcting import taught, trusted, worded

RNG = np.random.default_rng(7)


def two_groups(each: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of two well separated groups, and which each row belongs to."""
    right = np.repeat([0, 1], each).astype(np.int32)
    features = RNG.normal(0, 0.3, (2 * each, 6))
    features[:, 0] += np.where(right == 0, 1.0, -1.0)
    return features, right


def test_what_is_like_a_corrected_story_follows_it() -> None:
    features, right = two_groups(100)
    machine = right.copy()
    wrong = RNG.choice(200, 40, replace=False)
    machine[wrong] = 1 - machine[wrong]
    seeds = wrong[:10]
    strengths = np.full(200, 0.5, dtype=np.float32)
    found = taught(features, machine, strengths, seeds, right[seeds], 2)
    others = np.setdiff1d(np.arange(200), seeds)
    assert (found[others] == right[others]).mean() > 0.95
    assert (machine[others] == right[others]).mean() < 0.87


def test_a_theme_that_only_people_know_is_learned() -> None:
    features, right = two_groups(100)
    machine = np.zeros(200, dtype=np.int32)
    seeds = np.flatnonzero(right == 1)[:25]
    found = taught(features, machine, np.full(200, 0.3, np.float32), seeds, right[seeds], 2)
    others = np.setdiff1d(np.flatnonzero(right == 1), seeds)
    assert (found[others] == 1).mean() > 0.5
    assert (found[right == 0] == 0).mean() > 0.95


def test_a_theme_that_people_emptied_is_trusted_no_more() -> None:
    """Ten stories of theme 1 were all moved to theme 0, ten of theme 2 stayed where they were."""
    before = np.repeat([0, 1, 2], 40).astype(np.int32)
    seeds = np.r_[40:50, 80:90]
    told = np.r_[[0] * 10, [2] * 10].astype(np.int32)
    said = trusted(before, seeds, told, 3)
    assert np.allclose(said.sum(axis=1), 1)
    assert said[60].argmax() == 0
    assert said[100].argmax() == 2
    assert said[100, 2] > 0.9
    features = np.random.default_rng(3).normal(0, 0.3, (120, 4))
    features[:, 0] += np.where(before == 2, -1.0, 1.0)
    found = taught(features, before, np.full(120, 0.5, np.float32), seeds, told, 3)
    assert (found[50:80] == 0).mean() > 0.8
    assert (found[90:] == 2).mean() > 0.8


def test_without_a_correction_the_machine_is_believed() -> None:
    before = np.array([0, 1, -1], dtype=np.int32)
    said = trusted(before, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int32), 2)
    assert said[:2].argmax(axis=1).tolist() == [0, 1]
    assert np.allclose(said[2], 0.5)


def test_the_same_words_come_close_whatever_their_ending() -> None:
    texts = ["Bussen går aldrig.", "Bussarna gick aldrig.", "Mamma fick vänta länge."] * 4
    rows = worded(texts)
    close = rows @ rows.T
    assert close[0, 1] > close[0, 2] + 0.1
    assert np.isclose((rows**2).sum(axis=1).mean(), 1, atol=1e-5)


def test_texts_without_a_shared_word_have_nothing_to_say() -> None:
    assert not worded(["", "ett", "två"]).any()
