"""The crosswalk leads from any frame to any other, and refuses links to nowhere."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.links import Link, Relation, linked_to, load_links
from dialogue.vision.tables import VisionError


@pytest.fixture(scope="module")
def frames() -> dict[str, Frame]:
    return load_frames()


@pytest.fixture(scope="module")
def links(frames: dict[str, Frame]) -> tuple[Link, ...]:
    return load_links(frames)


def test_every_pair_of_frames_is_joined(frames: dict[str, Frame], links: tuple[Link, ...]) -> None:
    joined = {frozenset((link.source.split("/")[0], link.target.split("/")[0])) for link in links}
    assert joined == {frozenset(pair) for pair in combinations(frames, 2)}


def test_every_top_node_leads_to_one_of_the_three_words(
    frames: dict[str, Frame], links: tuple[Link, ...]
) -> None:
    values = {node.name for node in frames["framtidsbild"].top}
    for frame in frames.values():
        if frame.key != "framtidsbild":
            for node in frame.top:
                assert values & set(linked_to(node.name, links)), node.name


def test_links_are_found_from_both_ends(links: tuple[Link, ...]) -> None:
    early, prevention = "perspektivskiften/proaktiv", "norrbotten/halsoframjande"
    assert linked_to(early, links)[prevention] is Relation.SAME
    assert linked_to(prevention, links)[early] is Relation.SAME


def test_every_link_says_who_drew_it(links: tuple[Link, ...]) -> None:
    assert {link.made_by for link in links} == {"redaktionen"}


@pytest.mark.parametrize(
    ("start", "relation", "end", "sentence"),
    [
        (
            "halland/nara",
            "same",
            "framtidsbild/trygghet",
            "the frame “halland” in “from”",
        ),
        (
            "framtidsbild/trygghet",
            "same",
            "norrbotten/borta",
            "“norrbotten/borta” in “to”",
        ),
        (
            "framtidsbild/trygghet",
            "like",
            "norrbotten/halsoframjande",
            "the relation “like”",
        ),
        (
            "framtidsbild/trygghet",
            "same",
            "framtidsbild/tillsammans",
            "two nodes of one frame",
        ),
        (
            "norrbotten/halsoframjande",
            "same",
            "perspektivskiften/proaktiv",
            "a second time",
        ),
    ],
)
def test_a_link_to_nowhere_is_refused(
    tmp_path: Path,
    frames: dict[str, Frame],
    start: str,
    relation: str,
    end: str,
    sentence: str,
) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "own.toml").write_text(
        f'made_by = "oss"\n[[link]]\nfrom = "{start}"\nrelation = "{relation}"\nto = "{end}"\n',
        encoding="utf-8",
    )
    with pytest.raises(VisionError) as refused:
        load_links(frames, tmp_path)
    assert str(refused.value).startswith("own.toml: link 1 ")
    assert sentence in str(refused.value)
