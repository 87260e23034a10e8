"""The one colour that an organisation lends: read, measured, and made ready for light and dark.

Contrast is WCAG's, from 1 to 21. Distance is CIEDE2000, where about 1 is the smallest difference
that is seen (Sharma, Wu and Dalal, Color Research & Application 30, 2005).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal

PAPER, SHEET = "#f1f4ef", "#fcfdfb"
DARK_PAPER, DARK_SHEET = "#0e1815", "#16231f"
BLACK, WHITE = "#000000", "#ffffff"
ENOUGH = 4.5
APART = 10.0
"""The least distance to a colour that is taken."""
TAKEN = {
    "trygghet": ("#1f5a8c", "#24639a"),
    "tillgänglighet": ("#8a4b00", "#c26e0c"),
    "tillsammans": ("#7b3a82", "#87408f"),
    "lingon": ("#a61e2e",),
}
"""The colours of the stylesheet that are never lent, by what they stand for."""
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Accent:
    """An accepted colour and what is made of it, each as ``#rrggbb``.

    ``strong`` is for the pointer's touch, ``pale`` for chosen rows; the ``dark_`` ones are for
    readers who prefer dark.
    """

    plain: str
    strong: str
    pale: str
    dark_plain: str
    dark_strong: str
    dark_pale: str


def accent_of(text: str) -> Accent:
    """The colour that somebody wrote, when it may be used.

    Raises:
        Refusal: when it is no colour, cannot be read on our paper, or is taken.
    """
    colour = text.strip().lower()
    if not _HEX.fullmatch(colour):
        raise Refusal(_("Write the colour as a number sign and six digits, like #1b4d41."))
    measured = contrast(colour, PAPER)
    if measured < ENOUGH:
        raise Refusal(
            _(
                "The colour is too light. Its contrast on our paper is %(figure)s, "
                "and text needs at least 4.5. Choose a darker one.",
                figure=f"{int(measured * 100) / 100:.2f}",
            )
        )
    for owner, colours in TAKEN.items():
        nearest = min(distance(colour, each) for each in colours)
        if nearest < APART:
            raise Refusal(_taken(owner, nearest))
    return shades(colour)


def _taken(owner: str, nearest: float) -> str:
    figure = f"{nearest:.1f}"
    if owner == "lingon":
        red: str = _(
            "The colour looks like the red that means a fault (distance %(figure)s, at least 10 "
            "is needed). Choose another one.",
            figure=figure,
        )
        return red
    taken: str = _(
        "The colour looks like the one that means %(what)s (distance %(figure)s, at least 10 is "
        "needed). It is never lent out. Choose another one.",
        what=owner,
        figure=figure,
    )
    return taken


def shades(colour: str) -> Accent:
    """What is made of a colour that can be read on paper."""
    dark = colour
    while min(contrast(dark, DARK_PAPER), contrast(dark, DARK_SHEET)) < 7.0:
        dark = mixed(dark, WHITE, 0.06)
    share = 0.1
    while share > 0 and contrast(colour, mixed(SHEET, colour, share)) < ENOUGH:
        share = max(0.0, share - 0.02)
    return Accent(
        plain=colour,
        strong=mixed(colour, BLACK, 0.3),
        pale=mixed(SHEET, colour, share),
        dark_plain=dark,
        dark_strong=mixed(dark, WHITE, 0.35),
        dark_pale=mixed(DARK_SHEET, dark, 0.12),
    )


def stylesheet(accent: Accent) -> str:
    """The few lines of CSS that lend the colour to a page."""
    light = f"--gran:{accent.plain};--gran-2:{accent.strong};--moss:{accent.pale}"
    dark = f"--gran:{accent.dark_plain};--gran-2:{accent.dark_strong};--moss:{accent.dark_pale}"
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(one: str, other: str, share: float) -> str:
    """``one`` with ``share`` (0–1) of ``other`` in it."""
    both = zip(parts(one), parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in both)


def _linear(colour: str) -> list[float]:
    shares = [part / 255 for part in parts(colour)]
    return [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""
    lights = sorted(
        sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), _linear(each), strict=True))
        for each in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    """CIELAB under D65."""
    red, green, blue = _linear(colour)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (
        value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
        for value in (x, y, z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str) -> float:
    """CIEDE2000 between two colours."""
    return ciede2000(lab(one), lab(other))


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """CIEDE2000 between two CIELAB colours, all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - sqrt(mean_c7 / (mean_c7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * sqrt(c1 * c2) * sin(radians(turn) / 2)
    ml, mc = (l1 + l2) / 2, (c1 + c2) / 2
    mh = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * cos(radians(mh - 30))
        + 0.24 * cos(radians(2 * mh))
        + 0.32 * cos(radians(3 * mh + 6))
        - 0.20 * cos(radians(4 * mh - 63))
    )
    sl = 1 + 0.015 * (ml - 50) ** 2 / sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    rc = 2 * sqrt(mc**7 / (mc**7 + 25**7))
    rt = -rc * sin(radians(60 * exp(-(((mh - 275) / 25) ** 2))))
    return sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))
