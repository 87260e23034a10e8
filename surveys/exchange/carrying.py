"""What of a survey an XLSForm can carry, and the name of everything that it cannot.

:func:`carried` gives the survey as it comes back when the form is read again. It is the one place
that decides what is left out; the writer writes what it gives and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.ground.localized import LANGUAGES, Localized
from surveys.exchange.losses import Loss
from surveys.exchange.relevant import to_xpath
from surveys.exchange.workbook import as_kept
from surveys.exchange.xlsform_shape import (
    CARRIED_SETTINGS,
    ONE,
    SHOWS_CHOICES,
    SHOWS_ROWS,
    added,
    answers,
    can_be_asked_about,
    is_bound,
)
from surveys.questions.document import NOTHING, Choice, Document, Question, Section
from surveys.questions.frozen import Frozen, frozen
from surveys.rules.conditions import ALWAYS, BrokenRule, Condition, Operator, Rule, read_rule

SETTINGS = "settings"
ABOUT_ANSWERS = frozenset({Operator.IS, Operator.IS_NOT, Operator.INCLUDES})


@dataclass(slots=True)
class _Carrying:
    """What the walk gathers: the losses, and the questions that a rule may ask about by now."""

    losses: dict[Loss, None] = field(default_factory=dict)
    before: dict[str, Question] = field(default_factory=dict)

    def lose(self, where: str, what: str, detail: str = "") -> None:
        self.losses[Loss(where, what, detail)] = None

    def tidy(self, where: str, text: Localized) -> Localized:
        """The text as a cell gives it back: without white space around it or hidden signs."""
        tidied = Localized(*(as_kept(getattr(text, each)) for each in LANGUAGES))
        if tidied != text:
            self.lose(where, "tidied")
        return tidied


def carried(document: Document) -> tuple[Document, tuple[Loss, ...]]:
    """The survey less what the form cannot hold, and the name of each thing that went."""
    walk = _Carrying()
    sections = tuple(_section(walk, section) for section in document.sections)
    title = replace(walk.tidy(SETTINGS, replace(document.title, en="")), en="")
    if document.title.en:
        walk.lose(SETTINGS, "title.en")
    for language in LANGUAGES:
        if getattr(document.about, language):
            walk.lose(SETTINGS, f"about.{language}")
    return Document(sections, title=title), tuple(walk.losses)


def _section(walk: _Carrying, section: Section) -> Section:
    rule = _rule(walk, section)
    return replace(
        section,
        title=walk.tidy(section.id, section.title),
        intro=walk.tidy(section.id, section.intro),
        show_if=rule,
        questions=tuple(_question(walk, each) for each in section.questions),
    )


def _question(walk: _Carrying, question: Question) -> Question:
    for part, there in (
        ("easy", question.easy != NOTHING),
        ("easy_hint", question.easy_hint != NOTHING),
        ("analysed", question.analysed),
    ):
        if there:
            walk.lose(question.id, part)
    if question.node:
        walk.lose(question.id, "node", question.node)
    made = replace(
        question,
        text=walk.tidy(question.id, question.text),
        hint=walk.tidy(question.id, question.hint),
        easy=NOTHING,
        easy_hint=NOTHING,
        analysed=False,
        node="",
        settings=Frozen(dict(_settings(walk, question))),
        choices=tuple(_choices(walk, question)),
        statements=tuple(_rows(walk, question)),
        show_if=_rule(walk, question),
    )
    walk.before[question.id] = made
    return made


def _settings(walk: _Carrying, question: Question) -> Iterator[tuple[str, Any]]:
    """The settings that the form says; what is switched off is said by saying nothing."""
    for name, value in question.settings.items():
        known = name in CARRIED_SETTINGS.get(question.kind, ())
        if name == "notes" and not question.choices:  # no picture, no row to say it on
            known = False
        if known and (value is True or is_bound(value)):
            yield name, value
        else:
            walk.lose(question.id, f"settings.{name}")


def _choices(walk: _Carrying, question: Question) -> Iterator[Choice]:
    """The answers that the kind shows, less those whose ids it keeps for itself."""
    reserved = added(question.kind)
    for choice in question.choices:
        if question.kind not in SHOWS_CHOICES or choice.id in reserved:
            walk.lose(question.id, f"answer.{choice.id}")
        else:
            yield _worded(walk, question, "choices", choice)


def _rows(walk: _Carrying, question: Question) -> Iterator[Choice]:
    for row in question.statements:
        if question.kind in SHOWS_ROWS:
            yield _worded(walk, question, "statements", row)
        else:
            walk.lose(question.id, f"row.{row.id}")


def _worded(walk: _Carrying, question: Question, what: str, choice: Choice) -> Choice:
    if choice.easy != NOTHING or choice.picture:
        walk.lose(question.id, f"{what}.{choice.id}")
    return Choice(choice.id, walk.tidy(question.id, choice.text))


def _rule(walk: _Carrying, owner: Section | Question) -> Any:
    """The display rule as it comes back; one that cannot be said is lost whole."""
    try:
        rule = read_rule(owner.show_if)
    except BrokenRule as broken:
        walk.lose(owner.id, "show_if", str(broken))
        return None
    if rule == ALWAYS:
        return None
    short = _shortest(rule, walk.before)
    if to_xpath(short, lambda each: _may_ask(each, walk.before)) is None:
        walk.lose(owner.id, "show_if", "XLSForm")
        return None
    written = frozen(short.as_dict())
    if written != owner.show_if:
        walk.lose(owner.id, "shorter")
    return written


def _shortest(rule: Rule, before: Mapping[str, Question]) -> Rule:
    """The same rule without groups of one; of one answer, *includes* and *is* are the same."""
    if isinstance(rule, Condition):
        asked = before.get(rule.question)
        one = asked is not None and asked.kind in ONE
        if one and rule.operator is Operator.INCLUDES:
            return replace(rule, operator=Operator.IS)
        return rule
    parts = tuple(_shortest(part, before) for part in rule.parts)
    return parts[0] if len(parts) == 1 else replace(rule, parts=parts)


def _may_ask(condition: Condition, before: Mapping[str, Question]) -> bool:
    """Whether the form can say it: an earlier question that is one row, and an answer of its."""
    asked = before.get(condition.question)
    if asked is None or not can_be_asked_about(asked):
        return False
    if condition.operator not in ABOUT_ANSWERS:
        return True
    listed = asked.kind in ONE or asked.kind == "multi"
    return listed and condition.value in {choice.id for choice in answers(asked)}
