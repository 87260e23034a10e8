"""A codebook as one JSON file: the same back, and a sentence for what cannot be read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from dialogue.vision.codebook import CODEBOOKS, load_codebook
from dialogue.vision.codebook_files import codebook_from, document_of, parsed, read_codebook
from dialogue.vision.tables import VisionError

SMALL: dict[str, Any] = {
    "key": "skolan",
    "text": {"sv": "Skolan", "en": "School"},
    "theme": [
        {
            "key": "maten",
            "label": {"sv": "Maten är god", "en": "The food is good"},
            "description": {"sv": "Maten i skolan.", "en": "The food at school."},
            "exemplars": [
                {"id": "a", "lang": "sv", "text": "Köttbullarna var kalla.", "border": []}
            ],
        }
    ],
}


@pytest.mark.parametrize("name", sorted(folder.name for folder in CODEBOOKS.iterdir()))
def test_a_shipped_codebook_comes_back_the_same(name: str, tmp_path: Path) -> None:
    book = load_codebook(CODEBOOKS / name)
    file = tmp_path / "bok.json"
    file.write_text(json.dumps(document_of(book), ensure_ascii=False), encoding="utf-8")
    assert read_codebook(file) == book


def test_a_theme_may_have_nothing_but_a_label_and_a_description() -> None:
    book = codebook_from(SMALL)
    assert book.themes[0].facets.sv == ()
    assert book.themes[0].exemplars[0].text == "Köttbullarna var kalla."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.pop("theme"), "no [[theme]]"),
        (lambda one: one["theme"].append("x"), "not a list of tables"),
        (lambda one: one["theme"][0].update(exemplars="x"), "not a list"),
        (lambda one: one["theme"][0].update(färg="röd"), "not known here"),
        (lambda one: one["theme"][0]["exemplars"].append({"id": "b"}), "exactly the fields"),
        (lambda one: one["theme"].append(copy.deepcopy(one["theme"][0])), "two themes"),
        (lambda one: one.update(frame="månen"), "not loaded"),
        (lambda one: one.update(tie=[{"node": "trygghet"}]), "names no frame"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(change: Any, said: str) -> None:
    document = copy.deepcopy(SMALL)
    change(document)
    with pytest.raises(VisionError) as raised:
        codebook_from(document)
    assert said in str(raised.value)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"[]"])
def test_a_file_that_is_no_codebook_is_refused(data: bytes) -> None:
    with pytest.raises(VisionError):
        codebook_from(parsed(data))
