"""Stories like those that people moved follow them; where there are few stories nothing moves."""

from __future__ import annotations

import numpy as np

from analysis.text.correcting import taught, worded

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


def test_the_same_words_come_close_whatever_their_ending() -> None:
    texts = ["Bussen går aldrig.", "Bussarna gick aldrig.", "Mamma fick vänta länge."] * 4
    rows = worded(texts, ["sv"] * len(texts))
    close = rows @ rows.T
    assert close[0, 1] > close[0, 2] + 0.1
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_texts_without_a_shared_word_have_nothing_to_say() -> None:
    assert not worded(["", "ett", "två"], ["sv", "sv", "sv"]).any()
