"""The shipped codebooks say something about every theme, and a broken one says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.ground.localized import LANGUAGES
from dialogue.vision.codebook import CODEBOOKS, Codebook, load_codebook
from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.tables import VisionError

THEMES = [
    "kontinuitet",
    "fast_kontakt",
    "komma_fram",
    "vantan",
    "vart_vanda",
    "kvall_helg",
    "avstand",
    "digitalt",
    "bemotande",
    "delaktighet",
    "information",
    "sprak",
    "utskrivning",
    "hemtjanst",
    "lakemedel",
    "narstaende",
    "psykisk_halsa",
    "barn_unga",
    "egenvard",
    "forebyggande",
    "rehab",
    "ensamhet",
    "livets_slut",
    "aldreboende",
    "beratta_igen",
    "personalens_tid",
]

MAIN_VALUE = {
    "trygghet": [
        "kontinuitet",
        "information",
        "utskrivning",
        "hemtjanst",
        "lakemedel",
        "psykisk_halsa",
        "egenvard",
        "rehab",
        "livets_slut",
        "aldreboende",
        "personalens_tid",
    ],
    "tillgänglighet": [
        "komma_fram",
        "vantan",
        "vart_vanda",
        "kvall_helg",
        "avstand",
        "digitalt",
        "sprak",
        "forebyggande",
    ],
    "tillsammans": [
        "fast_kontakt",
        "bemotande",
        "delaktighet",
        "narstaende",
        "barn_unga",
        "ensamhet",
        "beratta_igen",
    ],
}

OWN_CODEBOOK = """
key = "egen"
frame = "framtidsbild"
text = { sv = "Vår kodbok", en = "Our codebook" }
[[theme]]
key = "bad"
label = { sv = "Jag kan bada året om", en = "I can swim all year" }
description = { sv = "Jag vill bada.", en = "I want to swim." }
facets = { sv = ["kallt vatten"], en = ["cold water"] }
lexicon = { sv = ["bada"], en = ["swim"] }
ties = { trygghet = 0.2, tillsammans = 0.8 }
nodes = { strategier = ["halsan_i_fokus"] }
"""


def sentences(text: str) -> int:
    return sum(text.count(mark) for mark in ".?!")


@pytest.fixture(scope="module")
def frames() -> dict[str, Frame]:
    return load_frames()


@pytest.fixture(scope="module")
def close_care(frames: dict[str, Frame]) -> Codebook:
    return load_codebook(frames=frames)


@pytest.fixture(scope="module", params=sorted(one.name for one in CODEBOOKS.iterdir()))
def codebook(request: pytest.FixtureRequest) -> Codebook:
    return load_codebook(CODEBOOKS / request.param)


def test_every_theme_is_described_in_both_languages(codebook: Codebook) -> None:
    for theme in codebook.themes:
        for language in LANGUAGES:
            where = f"{theme.key} {language}"
            assert 3 <= sentences(theme.description.text(language)) <= 6, where
            assert 4 <= len(theme.facets.texts(language)) <= 10, where
            assert 5 <= len(theme.lexicon.texts(language)) <= 25, where


def test_no_two_themes_share_a_description_or_a_facet(codebook: Codebook) -> None:
    for language in LANGUAGES:
        descriptions = [theme.description.text(language) for theme in codebook.themes]
        facets = [one for theme in codebook.themes for one in theme.facets.texts(language)]
        assert len(descriptions) == len(set(descriptions))
        assert len(facets) == len(set(facets))


def test_close_care_holds_its_themes(close_care: Codebook) -> None:
    assert [theme.key for theme in close_care.themes] == THEMES
    for theme in close_care.themes:
        for language in LANGUAGES:
            assert 3 <= sentences(theme.description.text(language)) <= 5, theme.key
            assert len(theme.facets.texts(language)) >= 5, theme.key
            assert len(theme.lexicon.texts(language)) >= 10, theme.key


def test_close_care_is_tied_to_every_value_and_every_frame(
    close_care: Codebook, frames: dict[str, Frame]
) -> None:
    for theme in close_care.themes:
        assert set(theme.ties) == set(MAIN_VALUE), theme.key
        strongest = max(theme.ties, key=lambda value: theme.ties[value])
        assert theme.key in MAIN_VALUE[strongest], theme.key
        assert set(theme.nodes) == set(frames), theme.key
        assert all(theme.nodes.values()), theme.key


def test_every_point_of_the_vision_has_a_theme(
    close_care: Codebook, frames: dict[str, Frame]
) -> None:
    """A statement, strategy or area that no theme speaks to could never be heard."""
    for frame, kind in [
        ("framtidsbild", "statement"),
        ("perspektivskiften", "shift"),
        ("strategier", "strategy"),
        ("omraden_2025", "area"),
        ("norrbotten", "direction"),
        ("vasternorrland", "principle"),
    ]:
        spoken_to = {key for theme in close_care.themes for key in theme.nodes[frame]}
        assert {node.key for node in frames[frame].of_kind(kind)} <= spoken_to


def test_each_value_has_situations_and_words_of_its_own(close_care: Codebook) -> None:
    assert [value.node for value in close_care.values] == list(MAIN_VALUE)
    for language in LANGUAGES:
        facets = [one for value in close_care.values for one in value.facets.texts(language)]
        words = [one for value in close_care.values for one in value.lexicon.texts(language)]
        assert len(facets) == len(set(facets)) and len(words) == len(set(words))
        for value in close_care.values:
            assert len(value.facets.texts(language)) >= 25, value.node
            assert len(value.lexicon.texts(language)) >= 40, value.node


def test_a_host_writes_a_codebook_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "codebook.toml").write_text(OWN_CODEBOOK, encoding="utf-8")
    codebook = load_codebook(tmp_path)
    assert codebook.theme("bad").ties == {"trygghet": 0.2, "tillsammans": 0.8}
    assert codebook.theme("bad").exemplars == () and codebook.values == ()
    with pytest.raises(KeyError, match="egen/simma"):
        codebook.theme("simma")


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (', en = "I can swim all year"', "", "theme “bad” has no English “label”."),
        (
            "Jag kan bada året om",
            "Olika bad",
            "a label that says nothing, “Olika bad” (“olika”)",
        ),
        (
            "I can swim all year",
            "Views on swimming",
            "says nothing, “Views on swimming”",
        ),
        (
            "I can swim all year",
            "I can swim in cold water all the year",
            "more than 8 words",
        ),
        ('["bada"]', "[]", "theme “bad” has no Swedish “lexicon”."),
        ('["bada"]', '["Bada"]', "has “Bada” in its lexicon"),
        ('["bada"]', '["å"]', "has “å” in its lexicon"),
        ('["kallt vatten"]', '["is", "Is"]', "says “Is” twice in “sv”."),
        (
            "trygghet = 0.2",
            "trygghet = 2",
            "a tie to “trygghet” of 2; it must be between 0 and 1",
        ),
        (
            "trygghet = 0.2",
            "trygghet = true",
            "a tie to “trygghet” that is not a number",
        ),
        (
            "trygghet = 0.2",
            "lugn = 0.2",
            "a tie to “lugn”, which the frame “framtidsbild” does",
        ),
        ('frame = "framtidsbild"', "", "has ties, but the codebook names no frame."),
        ('"framtidsbild"', '"borta"', "names the frame “borta”, which is not loaded."),
        (
            "halsan_i_fokus",
            "borta",
            "names “strategier/borta”, but that frame has no such node.",
        ),
        (
            "nodes = { strategier",
            "nodes = { borta",
            "the frame “borta”, which is not loaded.",
        ),
        ("facets =", "facts =", "has “facts”, which is not known here"),
    ],
)
def test_a_broken_codebook_says_what_is_wrong(
    tmp_path: Path, frames: dict[str, Frame], right: str, wrong: str, sentence: str
) -> None:
    assert right in OWN_CODEBOOK
    broken = OWN_CODEBOOK.replace(right, wrong)
    (tmp_path / "codebook.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(VisionError) as refused:
        load_codebook(tmp_path, frames)
    assert str(refused.value).startswith("codebook.toml: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("key", "label", "sentence"),
    [
        ("bad", "Jag får simma", "two themes with the key “bad”"),
        (
            "sim",
            "jag kan bada året om",
            "two themes with the label “jag kan bada året om”",
        ),
    ],
)
def test_two_themes_cannot_share_a_key_or_a_label(
    tmp_path: Path, frames: dict[str, Frame], key: str, label: str, sentence: str
) -> None:
    theme = OWN_CODEBOOK[OWN_CODEBOOK.index("[[theme]]") :]
    second = (
        theme.replace('key = "bad"', f'key = "{key}"')
        .replace("Jag kan bada året om", label)
        .replace("I can swim all year", "I like the sea")
    )
    (tmp_path / "codebook.toml").write_text(OWN_CODEBOOK + second, encoding="utf-8")
    with pytest.raises(VisionError, match=sentence):
        load_codebook(tmp_path, frames)


@pytest.mark.parametrize(
    ("ties", "sentence"),
    [
        (
            '[[tie]]\nnode = "lugn"',
            "names “lugn”, which the frame “framtidsbild” does not have",
        ),
        ('[[tie]]\nnode = "trygghet"', "tie 1 has no “facets”."),
    ],
)
def test_broken_ties_say_what_is_wrong(
    tmp_path: Path, frames: dict[str, Frame], ties: str, sentence: str
) -> None:
    (tmp_path / "codebook.toml").write_text(OWN_CODEBOOK, encoding="utf-8")
    (tmp_path / "ties.toml").write_text(ties, encoding="utf-8")
    with pytest.raises(VisionError) as refused:
        load_codebook(tmp_path, frames)
    assert str(refused.value).startswith("ties.toml: ")
    assert sentence in str(refused.value)
