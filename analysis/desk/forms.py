"""What the desk's form says: which marks to cover, which to let stand, and other words to cover."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analysis.claims.evidence import places_of
from analysis.desk.deciding import Decided
from dialogue.ground.forms import clean_text
from dialogue.voices.desk_rules import KINDS
from dialogue.voices.models import Story

OTHERS = 3
"""So many rows for words that the machine did not mark."""
_MARK = re.compile(r"mark-(\d{1,6})-(\d{1,6})-([a-z]{1,20})")


def decided_in(form: Mapping[str, str], story: Story) -> Decided:
    """The decision that a form asks for.

    Raises:
        Refusal: when words to cover do not stand in the story.
    """
    covers: list[tuple[int, int, str]] = []
    stands: list[tuple[int, int, str]] = []
    for name, value in form.items():
        asked = _MARK.fullmatch(name)
        if asked and asked[3] in KINDS:
            start, end = int(asked[1]), int(asked[2])
            if value == "cover":
                covers.append((start, end, asked[3]))
            elif value.startswith("stand"):
                stands.append((start, end, value.removeprefix("stand").removeprefix(":")))
    for number in range(1, OTHERS + 1):
        words = clean_text(form.get(f"words-{number}"), 300)
        kind = form.get(f"kind-{number}", "other")
        if words:
            covers += [(a, b, kind) for a, b in places_of(words, story.text)]
    act = form.get("act", "")
    if act in ("held", "returned"):
        covers, stands = [], []
    return Decided(
        kind=act,
        code=form.get("code", "") if act == "held" else "",
        why=clean_text(form.get("why"), 1_000),
        covers=tuple(sorted(set(covers))),
        stands=tuple(stands),
        seen=form.get("seen", ""),
    )
