"""The colour that an organisation lends: readable, its own, and ready for light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogue.ground.errors import Refusal
from dialogue.hosts import colours
from dialogue.hosts.colours import APART, TAKEN, accent_of, ciede2000, contrast, distance, shades

LOOK = (Path(colours.__file__).parent.parent / "static" / "look.css").read_text(encoding="utf-8")
LENT = ("#1b4d41", "#0b6e4f", "#5c2a1d", "#333333", "#2e2e6e", "#3d3a8c", "#4b5320")

# Pairs and distances published by Sharma, Wu and Dalal (2005), table 1.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "published"), PUBLISHED)
def test_the_distance_is_the_published_one(one: tuple, other: tuple, published: float) -> None:
    assert ciede2000(one, other) == pytest.approx(published, abs=0.00006)
    assert ciede2000(other, one) == pytest.approx(published, abs=0.00006)


def test_contrast_runs_from_one_to_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_the_colours_that_are_taken_are_those_of_the_stylesheet() -> None:
    light, dark = LOOK.split("prefers-color-scheme: dark", 1)
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    assert {
        "trygghet": (tokens["t1"], tokens["f1"]),
        "tillgänglighet": (tokens["t2"], tokens["f2"]),
        "tillsammans": (tokens["t3"], tokens["f3"]),
        "lingon": (tokens["lingon"],),
    } == TAKEN
    assert (tokens["paper"], tokens["sheet"]) == (colours.PAPER, colours.SHEET)
    dark_tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))
    assert (dark_tokens["paper"], dark_tokens["sheet"]) == (colours.DARK_PAPER, colours.DARK_SHEET)


def test_a_light_colour_is_refused_with_its_figure(app: object) -> None:
    with app.test_request_context("/en/"), pytest.raises(Refusal) as refused:  # type: ignore[attr-defined]
        accent_of("#7aa98f")
    measured = contrast("#7aa98f", colours.PAPER)
    assert measured < 4.5
    assert f"{int(measured * 100) / 100:.2f}" in refused.value.sentence


def test_just_under_is_never_rounded_up_to_enough(app: object) -> None:
    just_under = next(
        colour for value in range(256)
        if 4.49 < contrast(colour := f"#{value:02x}{value:02x}{value:02x}", colours.PAPER) < 4.5
        or value == 255
    )  # fmt: skip
    with app.test_request_context("/en/"), pytest.raises(Refusal) as refused:  # type: ignore[attr-defined]
        accent_of(just_under)
    assert "4.50" not in refused.value.sentence


@pytest.mark.parametrize("colour", [each for taken in TAKEN.values() for each in taken])
def test_a_colour_with_a_meaning_is_never_lent(app: object, colour: str) -> None:
    """Neither itself nor its near neighbours, in upper case or with spaces around."""
    red, green, blue = colours.parts(colour)
    near = f"#{red:02x}{max(green - 4, 0):02x}{max(blue - 3, 0):02x}"
    assert distance(colour, near) < APART
    with app.test_request_context("/en/"):  # type: ignore[attr-defined]
        for asked in (colour, near, f"  {near.upper()} "):
            with pytest.raises(Refusal):
                accent_of(asked)


@pytest.mark.parametrize(
    "text", ["", "red", "#12345", "#1234567", "#12345g", "1b4d41", "#1b4d41;}"]
)
def test_what_is_no_colour_is_refused(app: object, text: str) -> None:
    with app.test_request_context("/en/"), pytest.raises(Refusal):  # type: ignore[attr-defined]
        accent_of(text)


@pytest.mark.parametrize("colour", LENT)
def test_what_is_made_of_a_colour_can_be_read(colour: str) -> None:
    """In light and dark: on paper, on a sheet, on a chosen row, and words upon a button."""
    made = accent_of(colour)
    for ground in (colours.PAPER, colours.SHEET, made.pale):
        assert contrast(made.plain, ground) >= 4.5
    for ground in (colours.DARK_PAPER, colours.DARK_SHEET, made.dark_pale):
        assert contrast(made.dark_plain, ground) >= 4.5
    assert contrast("#fafdf9", made.plain) >= 4.5 and contrast("#fafdf9", made.strong) >= 4.5
    assert contrast("#0c1d17", made.dark_plain) >= 4.5
    assert contrast("#46564f", made.pale) >= 4.5 and contrast("#b2c0b8", made.dark_pale) >= 4.5


def test_the_stylesheet_holds_nothing_but_three_tokens() -> None:
    css = colours.stylesheet(shades("#1b4d41"))
    assert set(re.findall(r"--[\w-]+", css)) == {"--gran", "--gran-2", "--moss"}
    assert not re.search(r"url|import|[<>]", css)
