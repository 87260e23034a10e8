"""Nothing is lost without being named, and nothing named that was not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.app import Application
from dialogue.ground.forms import clean_text
from dialogue.ground.localized import Localized
from surveys.building.ready_made import ready_made
from surveys.exchange import jsonform, xlsform_in, xlsform_out
from surveys.exchange.losses import SENTENCES, Imported, Loss
from surveys.exchange.xlsform_shape import SHOWS_CHOICES, SHOWS_ROWS
from surveys.questions.catalogue import KINDS
from surveys.questions.document import NOTHING, Choice, Document, Question, Section
from surveys.questions.frozen import Frozen, frozen, thawed
from surveys.questions.written import unused_faults
from surveys.rules.conditions import Condition, Operator, Rule, read_rule, visible_questions
from tests.surveys.exchange_documents import documents, untidy_documents


def reduced(document: Document, losses: tuple[Loss, ...]) -> Document:
    """The document less exactly what the losses name."""
    lost = {(loss.where, loss.what) for loss in losses}
    sections = []
    for each in document.sections:
        own = {"title": tidied(each.title), "intro": tidied(each.intro)}
        sections.append(
            replace(
                each,
                **(own if (each.id, "tidied") in lost else {}),
                questions=tuple(question_less(one, lost, document) for one in each.questions),
                show_if=rule_less(each, lost, document),
            )
        )
    title = tidied(document.title) if ("settings", "tidied") in lost else document.title
    return Document(
        tuple(sections),
        title=text_less("title", title, lost),
        about=text_less("about", document.about, lost),
    )


def tidied(text: Localized) -> Localized:
    return Localized(clean_text(text.sv, 32_767), clean_text(text.en, 32_767))


def text_less(name: str, text: Localized, lost: set[tuple[str, str]]) -> Localized:
    said = text.as_dict()
    return Localized.of({each: "" if ("settings", f"{name}.{each}") in lost else said[each]
                         for each in said})  # fmt: skip


def question_less(each: Question, lost: set[tuple[str, str]], document: Document) -> Question:
    empty = {"easy": NOTHING, "easy_hint": NOTHING, "node": "", "analysed": False}
    changed: dict[str, Any] = {name: e for name, e in empty.items() if (each.id, name) in lost}
    if (each.id, "tidied") in lost:
        changed |= {"text": tidied(each.text), "hint": tidied(each.hint)}
    settings_ = {k: v for k, v in each.settings.items() if (each.id, f"settings.{k}") not in lost}
    for what, gone in (("choices", "answer"), ("statements", "row")):
        changed[what] = tuple(
            choice_less(each.id, what, choice, lost)
            for choice in getattr(each, what)
            if (each.id, f"{gone}.{choice.id}") not in lost
        )
    changed["show_if"] = rule_less(each, lost, document)
    return replace(each, settings=Frozen(settings_), **changed)


def choice_less(owner: str, what: str, choice: Choice, lost: set[tuple[str, str]]) -> Choice:
    text = tidied(choice.text) if (owner, "tidied") in lost else choice.text
    if (owner, f"{what}.{choice.id}") in lost:
        return Choice(choice.id, text)
    return replace(choice, text=text)


def rule_less(part: Section | Question, lost: set[tuple[str, str]], document: Document) -> Any:
    if (part.id, "show_if") in lost:
        return None
    if (part.id, "shorter") in lost:
        return frozen(shortest(read_rule(part.show_if), document).as_dict())
    return part.show_if


def shortest(rule: Rule, document: Document) -> Rule:
    """The rule without groups of one, and with *is* for *includes* where only one is chosen."""
    if isinstance(rule, Condition):
        kinds = {each.id: each.kind for each in document.questions}
        one = rule.operator is Operator.INCLUDES and kinds[rule.question] != "multi"
        return replace(rule, operator=Operator.IS) if one else rule
    parts = tuple(shortest(part, document) for part in rule.parts)
    return parts[0] if len(parts) == 1 else replace(rule, parts=parts)


@settings(max_examples=150, deadline=None)
@given(documents())
def test_our_own_file_brings_back_the_very_same_survey(document: Document) -> None:
    assert jsonform.read(jsonform.write(document)) == Imported(document)


@settings(max_examples=150, deadline=None)
@given(documents())
def test_an_xlsform_brings_back_all_but_what_it_names(document: Document) -> None:
    content, losses = xlsform_out.write(document)
    back = xlsform_in.read(content)
    assert back.losses == ()
    assert back.document == reduced(document, losses)
    assert len(set(losses)) == len(losses)


@settings(max_examples=250, deadline=None)
@given(untidy_documents())
def test_whatever_can_be_kept_as_a_survey_is_carried_or_named(document: Document) -> None:
    content, losses = xlsform_out.write(document)
    back = xlsform_in.read(content)
    assert back.losses == ()
    assert back.document == reduced(document, losses)


@settings(max_examples=120, deadline=None)
@given(st.one_of(documents(), untidy_documents()))
def test_every_loss_names_something_that_was_there(document: Document) -> None:
    _content, losses = xlsform_out.write(document)
    for loss in losses:
        assert reduced(document, (loss,)) != document, loss


@settings(max_examples=100, deadline=None)
@given(untidy_documents())
def test_what_a_form_can_carry_travels_again_without_a_loss(document: Document) -> None:
    once = xlsform_in.read(xlsform_out.write(document)[0]).document
    content, losses = xlsform_out.write(once)
    assert losses == ()
    assert xlsform_in.read(content).document == once


@settings(max_examples=150, deadline=None)
@given(documents(), st.data())
def test_a_rule_that_is_written_shorter_says_the_same(document: Document, data: Any) -> None:
    """Any rule, put in a group of one: it comes back without the group and decides the same."""
    grouped = [
        replace(
            section,
            questions=tuple(
                replace(each, show_if=frozen({"any": [thawed(each.show_if)]}))
                if each.show_if
                else each
                for each in section.questions
            ),
        )
        for section in document.sections
    ]
    before = replace(document, sections=tuple(grouped))
    losses = xlsform_out.write(before)[1]
    after = reduced(before, tuple(loss for loss in losses if loss.what == "shorter"))
    values = {
        each.id: data.draw(st.sampled_from([None, "a", *(c.id for c in each.choices)]))
        for each in document.questions
    }
    assert visible_questions(after, values) == visible_questions(before, values)


def test_which_kinds_show_answers_and_rows_is_what_the_kinds_say() -> None:
    filled = (Choice("a", Localized("A", "A")), Choice("b", Localized("B", "B")))
    for code, kind in KINDS.items():
        asked = Question("q", code, Localized("Q", "Q"), choices=filled, statements=filled)
        faults = {(fault.control, fault.sentence) for fault in kind.faults(asked)}
        unused = {
            (fault.control, fault.sentence)
            for fault in unused_faults(asked, choices=False, statements=False)
        }
        missed = {control for control, _sentence in faults & unused}
        assert ("choices" in missed) == (code not in SHOWS_CHOICES), code
        assert ("statements" in missed) == (code not in SHOWS_ROWS), code


@pytest.mark.parametrize("ready", ready_made(), ids=lambda each: each.name)
def test_the_ready_made_surveys_travel(ready: Any) -> None:
    assert jsonform.read(jsonform.write(ready.document)).document == ready.document
    content, losses = xlsform_out.write(ready.document)
    back = xlsform_in.read(content)
    assert back == Imported(reduced(ready.document, losses))


def test_a_loss_is_a_sentence_in_both_languages(app: Application) -> None:
    for code in SENTENCES:
        for language in ("sv", "en"):
            with app.test_request_context(f"/{language}/"):
                said = Loss("fråga", f"{code}.x", "y").words()
                assert said.startswith("”" if language == "sv" else "“") or "fråga" in said
