"""Made tallies, and what a page prints."""

from __future__ import annotations

import re
from typing import Any

from dialogue.ground.localized import Localized
from surveys.questions.document import Choice, Question
from surveys.questions.kinds import Count
from surveys.results.shown import Table
from surveys.results.tallies import Tally

SMALLEST = 8


def tally(counts: list[int], kind: str = "single") -> Tally:
    choices = tuple(Choice(f"a{n}", Localized(f"Svar {n}", "")) for n in range(len(counts)))
    question = Question("fraga", kind, Localized("Fråga", "Question"), choices=choices)
    counted = tuple(Count(each.id, each.text, n) for each, n in zip(choices, counts, strict=True))
    return Tally("fraga", question, sum(counts), counted)


def numbers(table: Table) -> tuple[Any, ...]:
    """All that a reader sees of a table."""
    cells = [cell.shown for group in table.groups for cell in group.cells]
    return (table.answered, table.few, *cells)


def printed(page: str) -> list[str]:
    """Every number that a page prints in a table, a bar, a legend or words read aloud."""
    text = re.sub(r"<(script|style|nav|header|footer)\b.*?</\1>", " ", page, flags=re.S)
    cells = re.findall(r'<td class="n[^"]*">([^<]*)</td>', text)
    bars = re.findall(r"</svg>([0-9][^<]*)<", text)
    said = re.findall(r"([0-9]+) (?:person|personer|svar|answers?|people)\b", text)
    return [each for each in (*cells, *bars, *said) if re.search("[0-9]", each)]
