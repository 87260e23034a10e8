"""The stylesheet keeps its promises: contrast, weight, direction of writing, nobody called."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "dialogue" / "static"
LOOK = (STATIC / "look.css").read_text(encoding="utf-8")
ROOTS = re.findall(r":root \{(.*?)\}", LOOK, re.S)
HEX = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
LIGHT = dict(HEX.findall(ROOTS[0]))
DARK = LIGHT | dict(HEX.findall(ROOTS[1]))

TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "sheet", "moss")
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("ink", "soft", "gran", "t1", "t2", "t3")
        for ground in GROUNDS
    ),
    *((mark, ground, SHAPE) for mark in ("f1", "f2", "f3", "edge") for ground in GROUNDS),
    *((ink, "lingon-bg", TEXT) for ink in ("ink", "lingon")),
    *((ink, "t2-bg", TEXT) for ink in ("ink", "gran", "t2")),
    ("lingon", "paper", TEXT),
    ("on-gran", "gran", TEXT),
    ("on-gran", "gran-2", TEXT),
    ("sheet", "lingon", TEXT),
]


def luminance(colour: str) -> float:
    """Relative luminance of a #rrggbb colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_that_meets_has_enough_contrast(colours: dict[str, str]) -> None:
    poor = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert poor == {}


def test_both_schemes_set_the_same_colours() -> None:
    assert set(dict(HEX.findall(ROOTS[1]))) >= set(LIGHT) - {"sol"}


def test_the_marks_differ_in_lightness_too() -> None:
    """Trygghet, tillgänglighet and tillsammans stay apart for one who sees no colour."""
    for colours in (LIGHT, DARK):
        assert abs(luminance(colours["f2"]) - luminance(colours["f1"])) > 0.05
        assert abs(luminance(colours["f2"]) - luminance(colours["f3"])) > 0.05


def test_a_first_visit_is_light() -> None:
    assert len(gzip.compress(LOOK.encode(), 9)) <= 9 * 1024
    for script in STATIC.glob("*.js"):
        assert len(gzip.compress(script.read_bytes(), 9)) <= 4 * 1024, script.name


def test_nothing_is_fetched_from_anyone() -> None:
    assert "url(" not in LOOK
    assert "@import" not in LOOK
    for file in STATIC.glob("*.*"):
        addresses = re.findall(rb"(?:https?:)?//[\w.]+", file.read_bytes())
        assert [a for a in addresses if b"www.w3.org" not in a] == [], file.name


def test_the_sheet_follows_the_direction_of_writing() -> None:
    physical = re.findall(
        r"\b(?:margin|padding|border)-(?:left|right)\b|\b(?:float|text-align): (?:left|right)\b"
        r"|(?<![-\w])(?:left|right): ",
        LOOK,
    )
    assert physical == []


def test_every_class_in_the_components_is_known_to_the_sheet() -> None:
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", LOOK)) | {"asked", "share-out", "langs"}
    templates = STATIC.parents[1] / "templates" / "components"
    for component in templates.glob("*.html"):
        for value in re.findall(r'class="([^"]*)"', component.read_text(encoding="utf-8")):
            names = re.sub(r"\{[{%].*?[%}]\}", "*", value).split()
            unknown = {name for name in names if "*" not in name} - known
            assert unknown == set(), component.name
