"""The patterns of :mod:`dialogue.voices.identifying` for a page without signal.

``python -m dialogue.voices.marking_script`` writes them into ``static/pointers.js``, which
``static/marking.js`` uses. A test holds the file to what it would write, and a browser to the same
marks.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from dialogue.voices import identifying
from dialogue.voices.first_names import FIRST_NAMES

FILE = Path(__file__).parents[1] / "static" / "pointers.js"
WORD = "0-9_A-Za-zÀ-ÖØ-öø-ÿ"


def told() -> str:
    """The patterns and lists as one JavaScript object."""
    patterns = {
        "mail": identifying.MAIL,
        "number": identifying.NUMBER,
        "phone": identifying.PHONE,
        "noPhone": identifying.NO_PHONE,
        "street": identifying.STREET,
        "postcode": identifying.POSTCODE,
        "door": identifying.DOOR,
        "surnamed": identifying.SURNAMED,
        "word": identifying.WORD,
    }
    said: dict[str, object] = {name: in_script(each) for name, each in patterns.items()}
    said["cued"] = (
        rf"(?<![{identifying.LETTERS}])([{identifying.LETTERS}]{{2,24}})"
        rf"\.? (?<name>{identifying.WHOLE_NAME})"
    )
    said |= {
        "cues": " ".join(sorted(set(identifying.CUES.split()))),
        "names": " ".join(sorted(FIRST_NAMES)),
        "noName": " ".join(sorted(identifying.NO_NAME)),
        "noGiven": " ".join(sorted(identifying.NO_GIVEN)),
    }
    return json.dumps(said, ensure_ascii=False)


def in_script(pattern: re.Pattern[str]) -> str:
    """A pattern in JavaScript's words: named groups, and ``\\w`` that knows å, ä and ö."""
    source = pattern.pattern.replace("(?P<", "(?<")
    return re.sub(
        r"\[(?:\\.|[^\]\\])*\]|\\w",
        lambda found: f"[{WORD}]" if found[0] == r"\w" else found[0].replace(r"\w", WORD),
        source,
    )


def written() -> str:
    """The whole script."""
    return (
        "/* Written by dialogue.voices.marking_script: what may point at a person. */\n"
        f"self.pointers = {told()};\n"
    )


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
