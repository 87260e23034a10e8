"""Exemplar stories are many, singly written, and a third of them stays unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialogue.ground.localized import LANGUAGES
from dialogue.vision.codebook import CODEBOOKS, load_codebook
from dialogue.vision.exemplars import (
    Exemplar,
    near_duplicates,
    read_exemplars,
    shared_runs,
)
from dialogue.vision.tables import VisionError


@pytest.fixture(scope="module", params=sorted(one.name for one in CODEBOOKS.iterdir()))
def exemplars(request: pytest.FixtureRequest) -> list[Exemplar]:
    codebook = load_codebook(CODEBOOKS / request.param)
    return [exemplar for theme in codebook.themes for exemplar in theme.exemplars]


def story(text: str, name: str = "a", language: str = "sv") -> Exemplar:
    return Exemplar(name, "bad", language, text, (), unseen=False)


def write(folder: Path, *stories: dict[str, object]) -> None:
    lines = [json.dumps(one, ensure_ascii=False) for one in stories]
    (folder / "bad.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def fields(name: str, language: str = "sv", **changed: object) -> dict[str, object]:
    return {
        "id": name,
        "lang": language,
        "text": f"Text {name}",
        "border": [],
        **changed,
    }


def test_every_theme_of_close_care_has_twenty_in_each_language() -> None:
    for theme in load_codebook().themes:
        for language in LANGUAGES:
            written = [one for one in theme.exemplars if one.language == language]
            assert len(written) >= 20, f"{theme.key} {language}"
            assert len({one.text for one in written}) == len(written), f"{theme.key} {language}"


def test_a_third_of_each_language_is_kept_unseen() -> None:
    for theme in load_codebook().themes:
        assert set(theme.guide) | set(theme.unseen) == set(theme.exemplars)
        for language in LANGUAGES:
            written = [one for one in theme.exemplars if one.language == language]
            kept = [one for one in theme.unseen if one.language == language]
            assert kept == written[2::3], f"{theme.key} {language}"


def test_no_two_exemplars_share_a_run_of_six_words(exemplars: list[Exemplar]) -> None:
    assert shared_runs(exemplars) == []


def test_no_two_exemplars_are_nearly_the_same(exemplars: list[Exemplar]) -> None:
    assert near_duplicates(exemplars) == []


def test_shared_runs_are_found_across_case_and_punctuation() -> None:
    one = story("Jag ringde, och ringde, hela den förmiddagen.", "a")
    other = story("Så: jag ringde och RINGDE hela den natten", "b")
    assert shared_runs([one, other]) == [("jag ringde och ringde hela den", "a", "b")]
    assert shared_runs([one, story("Jag ringde och ringde hela natten", "b")]) == []


def test_a_run_within_one_story_is_not_shared() -> None:
    assert shared_runs([story("om och om igen och om och om igen och om och om")]) == []


def test_near_duplicates_are_found_within_a_language_only() -> None:
    one = story("Min doktor slutade i våras och ingen kom i stället", "a")
    other = story("Min doktor slutade i höstas och ingen kom i stället", "b")
    found = near_duplicates([one, other])
    assert [(first, second) for first, second, _ in found] in (
        [("a", "b")],
        [("b", "a")],
    )
    assert found[0][2] > 0.5
    english = story("Min doktor slutade i höstas och ingen kom i stället", "c", "en")
    assert near_duplicates([one, english]) == []
    assert near_duplicates([one, story("Katten sover i soffan på boendet", "d")]) == []


def test_the_unseen_third_is_counted_within_each_language(tmp_path: Path) -> None:
    languages = ["sv", "en", "sv", "sv", "en", "en"]
    write(tmp_path, *(fields(f"{at}", language) for at, language in enumerate(languages)))
    read = read_exemplars(tmp_path, ["bad", "sim"])
    assert [one.id for one in read["bad"] if one.unseen] == ["3", "5"]
    assert read["sim"] == ()


def test_borders_name_other_themes(tmp_path: Path) -> None:
    write(tmp_path, fields("a", border=["sim"]))
    assert read_exemplars(tmp_path, ["bad", "sim"])["bad"][0].border == ("sim",)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"border": ["borta"]}, "the border “borta” is not another theme"),
        ({"border": ["bad"]}, "the border “bad” is not another theme"),
        ({"border": "sim"}, "“border” is not a list of theme keys"),
        ({"lang": "fi"}, "“fi” is neither sv nor en"),
        ({"text": " "}, "“text” is not a text"),
        ({"theme": "bad"}, "exactly the fields id, lang, text and border"),
        ({"id": "a"}, "the id “a” is used twice"),
    ],
)
def test_a_broken_story_is_named_with_its_line(
    tmp_path: Path, changed: dict[str, object], sentence: str
) -> None:
    write(tmp_path, fields("a"), fields("b") | changed)
    with pytest.raises(VisionError) as refused:
        read_exemplars(tmp_path, ["bad", "sim"])
    assert str(refused.value).startswith("bad.jsonl, line 2: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("line", ["{", "[]", '"text"'])
def test_a_line_that_is_no_story_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "bad.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(VisionError, match="line 2: this is not"):
        read_exemplars(tmp_path, ["bad"])


def test_stories_of_no_theme_are_refused(tmp_path: Path) -> None:
    write(tmp_path, fields("a"))
    with pytest.raises(VisionError, match="the codebook has no theme “bad”"):
        read_exemplars(tmp_path, ["sim"])
