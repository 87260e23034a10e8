"""How a corrected survey joins the one before it: which question is which, and which choice.

A bridge is kept with the newer version as JSON, by the ids of the older one::

    {"questions": {"litar": "litar"}, "choices": {"kontakt": {"ring": "ring"}}, "statements": {}}

A question that is not in it is not the same question any more: its answers are told apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question
from surveys.questions.kinds import BadAnswer

Bridge = Mapping[str, Mapping[str, Any]]
CHOICES, STATEMENTS = "choices", "statements"
Moves = Mapping[tuple[str, str, str], str]
"""What somebody says became of a part: question, ``choices`` or ``statements``, and id, to the id
that it has now, or to nothing."""
SEPARATE = frozenset({"rank", "sortpic"})


class Change(StrEnum):
    """What became of a question from one version to the next."""

    SAME = "same"
    WORDS = "words"
    CHOICES = "choices"
    KIND = "kind"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one question. ``joinable``: the answers may be joined, if the words allow."""

    question: Question
    change: Change
    before: Question | None = None
    kept_apart: bool = False

    @property
    def joinable(self) -> bool:
        """Whether a bridge can join the answers. Background knows no version and needs none."""
        joined = self.change in (Change.SAME, Change.WORDS, Change.CHOICES)
        return joined and not self.kept_apart

    @property
    def asked(self) -> list[Part]:
        """The parts that went or have other words now: only a person knows what became of them."""
        if self.before is None or not self.joinable:
            return []
        found = []
        for name in (CHOICES, STATEMENTS):
            now = {each.id: each for each in getattr(self.question, name)}
            found += [
                Part(name, each, now.get(each.id), tuple(now.values()))
                for each in getattr(self.before, name)
                if each.id not in now or now[each.id].text != each.text
            ]
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """A choice or statement of the older version, the one with its id now, and all there are now.

    ``name`` is ``choices`` or ``statements``.
    """

    name: str
    before: Choice
    now: Choice | None
    every: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version as far as joining needs it; ``bridge`` leads to it from the one before."""

    number: int
    document: Document
    bridge: Bridge | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Answers of all versions together.

    ``values`` are the answers by question id of the newest version. ``apart`` are those that
    could not be joined, by version number and question id as they stood there.
    """

    values: Mapping[str, list[Any]] = field(default_factory=dict)
    apart: Mapping[tuple[int, str], list[Any]] = field(default_factory=dict)


def differences(old: Document, new: Document) -> list[Difference]:
    """What became of every question: those of the new version in order, then those that went."""
    before = {each.id: each for each in old.questions}
    after = {each.id: each for each in new.questions}
    apart = {
        each.id for section in new.sections if section.kept_apart for each in section.questions
    }
    found = [
        Difference(each, _change(before.get(each.id), each), before.get(each.id), each.id in apart)
        for each in after.values()
    ]
    gone = [each for each in before.values() if each.id not in after]
    return found + [Difference(each, Change.GONE) for each in gone]


def _change(old: Question | None, new: Question) -> Change:
    if old is None:
        return Change.NEW
    if old.kind != new.kind:
        return Change.KIND
    if _parts(old) != _parts(new):
        return Change.CHOICES
    wording = (old.text, old.hint, old.easy, old.easy_hint)
    if wording != (new.text, new.hint, new.easy, new.easy_hint):
        return Change.WORDS
    return Change.SAME


def _parts(question: Question) -> tuple[Any, ...]:
    return (question.choices, question.statements, question.settings)


def bridge_between(
    old: Document, new: Document, apart: Collection[str] = (), moves: Moves | None = None
) -> dict[str, Any]:
    """The bridge from one version to the next: equal ids mean the same, unless ``moves`` differ.

    ``apart`` are the questions whose meaning changed with their words, so that their answers
    must not be joined.

    Raises:
        Refusal: when a move leads to nothing that is there, or makes two rows one.
    """
    after = {each.id: each for each in new.questions}
    bridge: dict[str, dict[str, Any]] = {"questions": {}, CHOICES: {}, STATEMENTS: {}}
    for question in old.questions:
        newer = after.get(question.id)
        if newer is None or newer.kind != question.kind or question.id in apart:
            continue
        bridge["questions"][question.id] = newer.id
        for name in (CHOICES, STATEMENTS):
            if getattr(question, name):
                bridge[name][question.id] = _same_parts(question, newer, name, moves or {})
    return bridge


def _same_parts(old: Question, new: Question, name: str, moves: Moves) -> dict[str, str]:
    """Which part of the newer question each part of the older one is, by id."""
    still = {choice.id for choice in getattr(new, name)}
    same: dict[str, str] = {}
    for choice in getattr(old, name):
        now = moves.get((old.id, name, choice.id), choice.id if choice.id in still else "")
        if now and now not in still:
            raise Refusal(_("Choose what became of “%(part)s”.", part=choice.text.sv or choice.id))
        if now:
            same[choice.id] = now
    if len(set(same.values())) < len(same) and (name == STATEMENTS or new.kind in SEPARATE):
        raise Refusal(
            _(
                "In “%(question)s” everybody says something of each line, so two lines cannot "
                "become one.",
                question=new.text.sv or new.id,
            )
        )
    return same


def carried_over(bridge: Bridge, old: Question, new: Question, value: Any) -> Any:
    """An answer to the old question as an answer to the new one, or None when it is none."""
    fields: dict[str, list[str]] = {}
    choices = bridge.get("choices", {}).get(old.id, {})
    statements = bridge.get("statements", {}).get(old.id, {})
    own, rows = {each.id for each in old.choices}, {each.id for each in old.statements}
    for name, given in KINDS[old.kind].filled(old, value).items():
        part = name.removeprefix(old.id).removeprefix("-")
        row, dot, rest = part.partition(".")
        if row in rows or row in own:
            moved = (statements if row in rows else choices).get(row)
            if moved is None:
                return None
            part = f"{moved}{dot}{rest}"
        words = part == "other" or bool(dot)
        answers = given if words else [choices.get(v) if v in own else v for v in given]
        if None in answers:
            return None
        fields[f"{new.id}-{part}" if part else new.id] = [str(each) for each in answers]
    try:
        return KINDS[new.kind].read(new, fields)
    except BadAnswer:
        return None


def joined(versions: Sequence[Version], answers: Iterable[tuple[int, Mapping[str, Any]]]) -> Joined:
    """All answers, joined where the bridges say so. ``answers``: version number and answers.

    The versions stand in order, the oldest first.
    """
    place = {version.number: at for at, version in enumerate(versions)}
    values: dict[str, list[Any]] = {}
    apart: dict[tuple[int, str], list[Any]] = {}
    for number, given in answers:
        for name, value in given.items():
            at, then, as_then = _as_far_as_it_goes(versions, place[number], name, value)
            if at == len(versions) - 1:
                values.setdefault(then, []).append(as_then)
            else:
                apart.setdefault((versions[at].number, then), []).append(as_then)
    return Joined(values, apart)


def _as_far_as_it_goes(
    versions: Sequence[Version], at: int, name: str, value: Any
) -> tuple[int, str, Any]:
    """The last version that an answer reaches, with its question and the answer there."""
    while at + 1 < len(versions):
        bridge = versions[at + 1].bridge or {}
        then = bridge.get("questions", {}).get(name)
        old = _question(versions[at].document, name)
        new = _question(versions[at + 1].document, then)
        moved = carried_over(bridge, old, new, value) if old and new else None
        if moved is None:
            break
        at, name, value = at + 1, str(then), moved
    return at, name, value


def _question(document: Document, name: Any) -> Question | None:
    return next((each for each in document.questions if each.id == name), None)
