"""The rows of an XLSForm's survey sheet, one after the other, as sections and questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dialogue.ground.localized import Localized
from surveys.exchange.losses import Loss
from surveys.exchange.naming import choice_id, question_id
from surveys.exchange.relevant import Asked, Unreadable, from_xpath
from surveys.exchange.workbook import Sheet
from surveys.exchange.xlsform_parts import Form, Listed, Made, Row
from surveys.exchange.xlsform_shape import (
    APART,
    GROUPED,
    INTRO,
    KIND,
    ONE,
    PART,
    SEVERAL,
    TEXTS,
    added,
    answers,
    can_be_asked_about,
)
from surveys.questions.document import NOTHING, Question, Section
from surveys.questions.frozen import Frozen, frozen

READ = frozenset({"type", "name", "required", "relevant", "constraint", "appearance", KIND})
GROUPS = frozenset({"begin group", "end group", "begin repeat", "end repeat"})
YES, NO = frozenset({"yes", "true", "true()"}), frozenset({"", "no", "false", "false()"})
BOUND = re.compile(r"(?:count-selected\(\.\)|\.)\s*(>=|<=)\s*(-?[0-9]{1,6})")
PLAIN = {"text": "short", "string": "short", "integer": "number", "int": "number", "note": "info"}
LISTS = {
    "select_one": ("single", ONE),
    "select_multiple": ("multi", SEVERAL),
    "rank": ("rank", frozenset({"rank"})),
}


class Reader:
    """Walks down the rows; knows which group and which section it is in."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.found: list[Section] = []
        self.sheet = ""
        self.depth = 0
        self.repeats = 0
        self.inside = ""
        self.loose = False

    def sections(self, sheet: Sheet) -> tuple[Section, ...]:
        """All sections. Questions outside of every group get a section without a title."""
        self.sheet = sheet.name
        names = {row["name"] for _number, row in sheet.rows if "name" in row}
        self.form.free = {name for name in names if question_id(name, ()) == name}
        self.form.taken = set(self.form.free)
        for number, row in sheet.rows:
            kind = " ".join(row.get("type", "").replace("_", " ", 1).lower().split())
            if kind in GROUPS:
                self._group(kind, number, row)
            elif self.repeats:
                self._lose(row, "repeated")
            elif self.inside:
                self._part(row)
            elif row.get(KIND) == INTRO and self.found and not self.loose:
                self.found[-1] = replace(self.found[-1], intro=self._text("label", row))
            else:
                self._question(number, row)
        return tuple(self.found)

    def _group(self, kind: str, number: int, row: Row) -> None:
        """The beginning or end of a group, a repeat or a question that has several rows."""
        if kind == "end repeat":
            self.repeats = max(0, self.repeats - 1)
        elif kind == "begin repeat":
            self.repeats += 1
            self._lose(row, "repeat")
        elif self.repeats:
            return
        elif kind == "end group":
            self.depth = max(0, self.depth - (not self.inside))
            self.inside = ""
        elif row.get(KIND) in GROUPED | {"story"} and "name" in row:
            self._compound(row)
        else:
            self.depth += 1
            if self.depth == 1:
                self._section(number, row)
            else:
                self._lose(row, "nested", self._text("label", row).text("sv"))
                self._columns(row, frozenset({"type", "name", KIND}))

    def _section(self, number: int, row: Row) -> None:
        self.loose = False
        named = row.get("name")
        self.found.append(
            Section(
                self._id(named) if named else self._fresh(f"section_{number}"),
                self._text("label", row),
                kept_apart=row.get(KIND) == APART,
                show_if=self._rule(row),
            )
        )
        self._columns(row, frozenset({"type", "name", "relevant", KIND}))
        hint = self._text("hint", row)
        if hint != NOTHING:
            self._lose(row, "column.hint", hint.text("sv"))

    def _question(self, number: int, row: Row) -> None:
        if not row.get("name"):
            self.form.losses.append(Loss("survey", f"unnamed.{number}"))
            return
        made = self._made(row)
        if made is None:
            return
        settings = {**made.settings, **self._bounds(row, made.kind)}
        question = replace(
            self._filled(row, made.kind), choices=made.choices, settings=Frozen(settings)
        )
        understood = ("", "multiline") if made.kind in TEXTS else ("",)
        ours = row.get("appearance", "") in understood
        self._columns(row, READ if ours else READ - {"appearance"})
        self._keep(row["name"], question, made.listed)

    def _made(self, row: Row) -> Made | None:
        """What the type says; None when there is no such question here."""
        words = row.get("type", "").split()
        word = words[0].lower() if words else ""
        if word == "select" and len(words) > 1:
            word, words = f"select_{words[1].lower()}", words[1:]
        ours = row.get(KIND, "")
        if word in LISTS:
            return self._listed(row, words[1:], word, ours)
        if word not in PLAIN:
            self._lose(row, f"type.{row.get('type', '')}")
            return None
        if PLAIN[word] != "short":
            return Made(PLAIN[word])
        return Made(ours if ours in TEXTS else "story" if row.get("appearance") else "short")

    def _listed(self, row: Row, words: list[str], word: str, ours: str) -> Made | None:
        plain, fits = LISTS[word]
        name = words[0] if words else ""
        self.form.used.add(name)
        listed = self.form.lists.get(name, Listed(name) if ours in fits else None)
        if listed is None:
            self._lose(row, "no_choices")
            return None
        kind = ours if ours in fits else plain
        if ours not in fits:
            listed = self._unreserved(listed, added(kind))
        choices = tuple(each for each in listed.choices if each.id not in added(kind))
        other = "or_other" in words[1:]
        if other and kind not in ("single", "multi"):
            self._lose(row, "other")
            other = False
        if kind in ("single", "multi"):
            other = other or len(choices) < len(listed.choices)
        if name == f"standard.{kind}" and ours == kind:
            choices = ()
        return Made(kind, choices, {"other": True} if other else {}, listed)

    def _unreserved(self, listed: Listed, reserved: frozenset[str]) -> Listed:
        """The list with other ids for the answers whose ids have a meaning of their own here."""
        made = Listed(listed.name)
        for (old, now), choice in zip(listed.ids.items(), listed.choices, strict=True):
            new = choice_id(now, reserved | set(listed.ids.values())) if now in reserved else now
            if new != now:
                self.form.losses.append(Loss(f"{listed.name}: {old}", "renamed", new))
            made.ids[old] = new
            made.choices.append(replace(choice, id=new))
        return made

    def _compound(self, row: Row) -> None:
        """A question that is a group of rows: its lists hold what it writes itself."""
        kind, name = row[KIND], row["name"]
        self.form.used |= {name, f"{name}.statements"}
        own = self.form.lists.get(name, Listed())
        without = added(kind) if kind == "matrix" else frozenset()
        question = replace(
            self._filled(row, kind),
            choices=tuple(each for each in own.choices if each.id not in without),
            statements=tuple(self.form.lists.get(f"{name}.statements", Listed()).choices),
        )
        self._columns(row, READ - {"constraint", "appearance"})
        self._keep(name, question, Listed())
        self.inside = kind

    def _part(self, row: Row) -> None:
        """A row within such a question: it only tells whether pictures take notes."""
        self.form.used.update(row.get("type", "").split()[1:])
        if row.get(KIND) != PART:
            self._lose(row, f"type.{row.get('type', '')}")
        elif self.inside == "sortpic" and row.get("name", "").endswith(".note"):
            section = self.found[-1]
            *before, last = section.questions
            noted = replace(last, settings=Frozen({"notes": True}))
            self.found[-1] = replace(section, questions=(*before, noted))

    def _filled(self, row: Row, kind: str) -> Question:
        required = row.get("required", "").lower()
        if required not in YES | NO:
            self._lose(row, "column.required", row["required"])
        return Question(
            id=self._id(row["name"]),
            kind=kind,
            text=self._text("label", row),
            hint=self._text("hint", row),
            required=required in YES,
            show_if=self._rule(row),
        )

    def _keep(self, name: str, question: Question, listed: Listed) -> None:
        if not self.found or (self.depth == 0 and not self.loose):
            self.found.append(Section(self._fresh("section_1"), NOTHING))
            self.loose = True
        section = self.found[-1]
        self.found[-1] = replace(section, questions=(*section.questions, question))
        if can_be_asked_about(question):
            known = {each.id for each in answers(question)}
            ids = {old: new for old, new in listed.ids.items() if new in known}
            self.form.asked[name] = Asked(question.id, question.kind == "multi", ids)

    def _rule(self, row: Row) -> Any:
        text = row.get("relevant", "")
        if not text:
            return None
        try:
            return frozen(from_xpath(text, self.form.asked).as_dict())
        except Unreadable as why:
            self._lose(row, "show_if", f"{text}: {why}")
            return None

    def _bounds(self, row: Row, kind: str) -> dict[str, int]:
        """The settings that a constraint of ours says; any other is lost by name."""
        text = row.get("constraint", "")
        if not text:
            return {}
        parts = [BOUND.fullmatch(part.strip()) for part in text.split(" and ")]
        if kind not in ("multi", "number") or not all(parts):
            self._lose(row, "column.constraint", text)
            return {}
        names = {">=": "least", "<=": "most"}
        return {names[part[1]]: int(part[2]) for part in parts if part}

    def _id(self, name: str) -> str:
        """The id for a name: itself where it is one and nobody has it, said where it changed."""
        new = name if name in self.form.free else self._fresh(name)
        self.form.free.discard(name)
        if new != name:
            self.form.losses.append(Loss(name, "renamed", new))
        return new

    def _fresh(self, name: str) -> str:
        new = question_id(name, self.form.taken)
        self.form.taken.add(new)
        return new

    def _text(self, part: str, row: Row) -> Localized:
        return self.form.texts.of(self.sheet, part, row)

    def _columns(self, row: Row, read: frozenset[str]) -> None:
        """Name every cell that nobody reads."""
        for column, value in row.items():
            if column not in read and column not in self.form.texts.all:
                self._lose(row, f"column.{column}", value)

    def _lose(self, row: Row, what: str, detail: str = "") -> None:
        self.form.losses.append(Loss(row.get("name", "survey"), what, detail))
