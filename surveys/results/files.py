"""Released results as files: the same rounded numbers as on the page, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dialogue.ground.localized import Localized
from surveys.exchange.rows import Row, Rows
from surveys.questions.kinds import Column
from surveys.results.shown import Results

HEADS = (
    "table", "question_sv", "question_en", "part_sv", "part_en", "answer", "answer_sv",
    "answer_en", "number", "answered",
)  # fmt: skip


def as_rows(results: Results) -> Rows:
    """A row for each number. What is not shown is written ``<8``. ``answered`` begins with ``≥``
    where only the numbers that are shown are in it, and is ``-`` where none is.
    """
    few = f"<{results.smallest}"
    columns = tuple(Column(head, Localized(head, head), "text") for head in HEADS)

    def rows() -> Iterator[Row]:
        for table in (*results.tables, *results.background):
            answered = "-" if table.answered is None else f"{'≥' * table.at_least}{table.answered}"
            answered = few if table.few else answered
            for group in table.groups:
                for cell in group.cells:
                    yield (
                        table.key,
                        table.text.sv,
                        table.text.en,
                        group.label.sv,
                        group.label.en,
                        cell.id,
                        cell.label.sv,
                        cell.label.en,
                        few if cell.shown is None else cell.shown,
                        answered,
                    )

    return Rows(columns, rows)


def as_json(results: Results) -> bytes:
    """The tables as JSON; null is a number that is not shown."""
    return (json.dumps(results.as_dict(), ensure_ascii=False, indent=1) + "\n").encode()
