"""The tables of a LimeSurvey structure, and what reading them gathers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialogue.ground.forms import clean_text
from dialogue.ground.localized import LANGUAGES, Localized
from surveys.exchange.losses import Loss
from surveys.exchange.lss_texts import without_markup
from surveys.exchange.naming import question_id

Row = dict[str, str]
LONGEST_DETAIL = 60
LINKS = frozenset({"id", "qid", "parent_qid", "sid", "gid", "aid", "language"})
"""Columns that only tie rows together; a row that ties to nothing is lost by name."""
USUAL = {
    "other": "N", "mandatory": "N", "relevance": "1", "scale_id": "0", "assessment_value": "0",
    "same_default": "0", "same_script": "0", "encrypted": "N",
}  # fmt: skip


@dataclass(slots=True)
class Structure:
    """The tables of a file, and what reading them gathers.

    ``speaks`` says by which name the file calls each of our languages. ``used`` holds the rows of
    answers and parts that came along, or went together with their question.
    """

    tables: Mapping[str, list[Row]]
    losses: list[Loss]
    speaks: Mapping[str, str]
    taken: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)

    def sorted(self, table: str, by: str) -> list[Row]:
        """The rows of a table in their order; those of a question's parts are not questions."""
        rows = [row for row in self.tables.get(table, []) if row.get("parent_qid", "0") == "0"]
        return sorted(rows, key=lambda row: number(row.get(by, "")))

    def of(self, table: str, key: str, value: str) -> list[Row]:
        return [row for row in self.tables.get(table, []) if row.get(key) == value]

    def text(self, table: str, key: str, value: str, column: str) -> Localized:
        """A text in our languages."""
        rows = self.of(table, key, value)
        said = {
            ours: next((row.get(column, "") for row in rows if row.get("language") == theirs), "")
            for ours, theirs in self.speaks.items()
        }
        return Localized(**(dict.fromkeys(LANGUAGES, "") | said))

    def plain(self, text: Localized, where: str) -> Localized:
        """The text without markup; says once where markup was lost."""
        read = {each: without_markup(getattr(text, each)) for each in LANGUAGES}
        if any(marked for _text, marked in read.values()):
            self.lose(where, "markup")
        return Localized(**{each: clean_text(words) for each, (words, _m) in read.items()})

    def new_id(self, name: str) -> str:
        new = question_id(name, self.taken)
        self.taken.add(new)
        return new

    def lose(self, where: str, what: str, detail: str = "") -> None:
        loss = Loss(where, what, detail)
        if loss not in self.losses:
            self.losses.append(loss)

    def lose_rest(self, where: str, rows: Iterable[Row], read: Iterable[str]) -> None:
        """Name every cell that says something which nobody reads."""
        known = LINKS.union(read)
        for row in rows:
            for name, value in row.items():
                if name not in known and value.strip() and value != USUAL.get(name):
                    self.lose(where, f"attribute.{name}", value[:LONGEST_DETAIL])

    def said(self, table: str, key: str, value: str) -> list[Row]:
        """The rows of a table of texts that are in our languages."""
        theirs = set(self.speaks.values())
        return [row for row in self.of(table, key, value) if row.get("language") in theirs]


def number(text: str) -> int:
    """A whole number, or 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
