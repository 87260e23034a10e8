"""Surveys from elsewhere and back: nothing is lost without being named."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.ground.localized import Localized
from surveys.building.ready_made import ready_made
from surveys.exchange import jsonform, lss, xlsform_in, xlsform_out
from surveys.exchange.files import read_survey
from surveys.exchange.losses import SENTENCES, Imported, Loss
from surveys.exchange.relevant import Asked, Unreadable, from_xpath, to_xpath
from surveys.models import Survey
from surveys.questions.catalogue import KINDS
from surveys.questions.document import NOTHING, Choice, Document, Question, Section
from surveys.questions.frozen import Frozen, frozen
from surveys.questions.pictures import PICTURES
from surveys.rules.conditions import All, AnyOf, Condition, Operator
from tests.conftest import Cast, signed_in
from tests.survey import DOCUMENT
from tests.surveys.answers import BASE, pressed

SAMPLES = Path(__file__).parent.parent / "samples"

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=30
).map(clean_text)
texts = st.builds(Localized, words.filter(bool), words)
maybe = st.one_of(st.just(NOTHING), st.builds(Localized, words, words))
OTHERS = {"other", "vet_inte", "galler_inte", "lika"}


def ids(many: int, pattern: str) -> st.SearchStrategy[list[str]]:
    one = st.from_regex(pattern, fullmatch=True).filter(lambda name: name not in OTHERS)
    return st.lists(one, min_size=many, max_size=many, unique=True)


@st.composite
def choices(draw: Any, least: int, most: int) -> tuple[Choice, ...]:
    many = draw(st.integers(least, most))
    names = draw(ids(many, r"[A-Za-z0-9][A-Za-z0-9_+-]{0,8}"))
    pictures = st.sampled_from(["", "", *PICTURES])
    return tuple(
        Choice(name, draw(texts), draw(maybe) if draw(st.booleans()) else NOTHING, draw(pictures))
        for name in names
    )


@st.composite
def questions(draw: Any, name: str, before: list[Question]) -> Question:
    """A question of any kind that its own kind finds no fault with."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    own: dict[str, Any] = {}
    several = {"single": (2, 6), "multi": (2, 6), "rank": (3, 6), "compare": (2, 2)}
    several |= {"place": (1, 6), "sortpic": (2, 4)}
    if kind in several:
        own["choices"] = draw(choices(*several[kind]))
    elif kind == "scale5" and draw(st.booleans()):
        own["choices"] = draw(choices(5, 5))
    elif kind == "matrix":
        own["statements"] = draw(choices(2, 4))
        own["choices"] = draw(st.one_of(st.just(()), choices(2, 4)))
    elif kind == "confirm" or (kind == "story" and draw(st.booleans())):
        own["statements"] = draw(choices(1, 3))
    known = KINDS[kind].settings
    bounds = {"least": 1, "most": 2, "other": True, "step": 5, "notes": True, "picture": "phone"}
    bounds |= {"film": "https://film.example/sip"}
    if kind == "number":
        bounds |= {"least": 0, "most": 10}
    chosen = draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
    own["settings"] = Frozen({each: bounds[each] for each in chosen})
    return Question(
        id=name,
        kind=kind,
        text=draw(texts),
        hint=draw(maybe),
        easy=draw(maybe),
        easy_hint=draw(maybe),
        required=draw(st.booleans()),
        node=draw(st.sampled_from(["", "trygghet"])),
        analysed=draw(st.booleans()) and kind in ("short", "ideaOne"),
        show_if=draw(st.one_of(st.none(), rules(before))) if before else None,
        **own,
    )


@st.composite
def conditions(draw: Any, before: list[Question]) -> Condition:
    asked = draw(st.sampled_from(before))
    kind: Any = KINDS[asked.kind]
    known = [c.id for c in kind.choices(asked)] if hasattr(kind, "choices") else []
    if asked.kind == "selfcode3":
        return Condition(asked.id, Operator.MOST, "trygghet")
    operators = [Operator.ANSWERED, Operator.NOT_ANSWERED]
    if known and asked.kind not in ("matrix", "sortpic", "confirm", "rank", "consent"):
        operators += [Operator.IS, Operator.IS_NOT]
        operators += [Operator.INCLUDES] if asked.kind == "multi" else []
    operator = draw(st.sampled_from(operators))
    valueless = operator in (Operator.ANSWERED, Operator.NOT_ANSWERED)
    return Condition(asked.id, operator, "" if valueless else draw(st.sampled_from(known)))


@st.composite
def rules(draw: Any, before: list[Question]) -> Any:
    one = conditions(before)
    flat = st.one_of(one, st.builds(AnyOf, st.lists(one, min_size=2, max_size=3).map(tuple)))
    deep = st.builds(All, st.lists(flat, min_size=2, max_size=3).map(tuple))
    return frozen(draw(st.one_of(flat, deep)).as_dict())


@st.composite
def documents(draw: Any) -> Document:
    names = iter(draw(ids(12, r"[a-z][a-z0-9_]{0,12}")))
    before: list[Question] = []
    sections = []
    for _each in range(draw(st.integers(1, 3))):
        section = Section(next(names), draw(texts), draw(maybe), kept_apart=draw(st.booleans()))
        inside = []
        for _question in range(draw(st.integers(0, 3))):
            question = draw(questions(next(names), before))
            inside.append(question)
            before = [*before, question] if question.kind != "info" else before
        sections.append(replace(section, questions=tuple(inside)))
    return Document(tuple(sections), title=draw(texts), about=draw(maybe))


def without(document: Document, losses: tuple[Loss, ...]) -> Document:
    """The document less exactly what the losses name."""
    lost = {(loss.where, loss.what) for loss in losses}

    def choice_of(owner: str, what: str, each: Choice) -> Choice:
        if (owner, f"{what}.{each.id}") in lost:
            return Choice(each.id, each.text)
        return each

    def question_of(each: Question) -> Question:
        changed: dict[str, Any] = {
            name: empty
            for name, empty in (
                ("easy", NOTHING),
                ("easy_hint", NOTHING),
                ("node", ""),
                ("analysed", False),
                ("show_if", None),
            )
            if (each.id, name) in lost
        }
        kept = {k: v for k, v in each.settings.items() if (each.id, f"settings.{k}") not in lost}
        return replace(
            each,
            choices=tuple(choice_of(each.id, "choices", c) for c in each.choices),
            statements=tuple(choice_of(each.id, "statements", c) for c in each.statements),
            settings=Frozen(kept),
            **changed,
        )

    def text_of(name: str, text: Localized) -> Localized:
        said = {
            language: "" if ("settings", f"{name}.{language}") in lost else value
            for language, value in text.as_dict().items()
        }
        return Localized.of(said)

    return Document(
        tuple(
            replace(
                section,
                questions=tuple(question_of(each) for each in section.questions),
                show_if=None if (section.id, "show_if") in lost else section.show_if,
            )
            for section in document.sections
        ),
        title=text_of("title", document.title),
        about=text_of("about", document.about),
    )


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
    assert back.document == without(document, losses)
    assert len(set(losses)) == len(losses)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_every_loss_names_something_that_was_there(document: Document) -> None:
    _content, losses = xlsform_out.write(document)
    for loss in losses:
        assert without(document, (loss,)) != document, loss


@pytest.mark.parametrize("ready", ready_made(), ids=lambda each: each.name)
def test_the_ready_made_surveys_travel(ready: Any) -> None:
    assert jsonform.read(jsonform.write(ready.document)).document == ready.document
    content, losses = xlsform_out.write(ready.document)
    back = xlsform_in.read(content)
    assert back == Imported(without(ready.document, losses))


def test_a_loss_is_a_sentence_in_both_languages(app: Application) -> None:
    for code in SENTENCES:
        for language in ("sv", "en"):
            with app.test_request_context(f"/{language}/"):
                said = Loss("fråga", f"{code}.x", "y").words()
                assert said.startswith("”" if language == "sv" else "“") or "fråga" in said


KINDS_ASKED = {
    "q1": Asked("q1", False, {"a": "a", "b": "b"}),
    "many": Asked("many", True, {"x": "x", "y": "y2"}),
}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("${q1} = 'a'", Condition("q1", Operator.IS, "a")),
        ('${q1}="a"', Condition("q1", Operator.IS, "a")),
        ("selected(${q1}, 'a')", Condition("q1", Operator.IS, "a")),
        ("selected( ${many} ,'y')", Condition("many", Operator.INCLUDES, "y2")),
        ("${q1} != ''", Condition("q1", Operator.ANSWERED)),
        (
            "${q1} != 'a'",
            AnyOf((Condition("q1", Operator.NOT_ANSWERED), Condition("q1", Operator.IS_NOT, "a"))),
        ),
        (
            "${q1} = 'a' or ${q1} = 'b' and selected(${many}, 'x')",
            AnyOf(
                (
                    Condition("q1", Operator.IS, "a"),
                    All(
                        (
                            Condition("q1", Operator.IS, "b"),
                            Condition("many", Operator.INCLUDES, "x"),
                        )
                    ),
                )
            ),
        ),
    ],
)
def test_display_rules_of_other_tools_are_understood(text: str, rule: Any) -> None:
    assert from_xpath(text, KINDS_ASKED) == rule


@pytest.mark.parametrize(
    "text",
    [
        "${q1} > 3", "count(${many}) = 1", "not(${q1} = 'a')", "${other} = 'a'", "${q1} = 'c'",
        "${q1} = a", "'a' = ${q1}", "${q1} = 'a' and", "(${q1} = 'a'", "${q1} = 'a')", "true()",
        "", "(" * 50 + "${q1} = 'a'" + ")" * 50, "${q1} = 'a' or " * 400 + "${q1} = 'a'",
        ". > 5", "${q1} = 'a'; drop", "\x00", "${q1} = 'a' xor ${q1} = 'b'",
    ],
)  # fmt: skip
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        from_xpath(text, KINDS_ASKED)


def test_a_rule_about_points_cannot_be_said_in_xpath() -> None:
    assert to_xpath(Condition("p", Operator.MOST, "trygghet"), lambda _each: True) is None


def workbook(**sheets: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return buffer.getvalue()


FOREIGN = workbook(
    survey=[
        ["type", "name", "label::Svenska (sv)", "label::English (en)", "label::Suomi (fi)",
         "required", "relevant", "constraint", "calculation", "appearance"],
        ["start", "start"],
        ["begin_group", "om dig", "Om dig", "About you"],
        ["text", "Namn", "Vad tycker du?", "What do you think?", "Mitä?", "yes"],
        ["select_one yn or_other", "bra", "Var det bra?", "Was it good?"],
        ["select_multiple ways", "how", "Hur?", "How?", "", "", "${bra} = 'no'",
         "count-selected(.) <= 2"],
        ["begin_group", "inner", "Inre", "Inner"],
        ["integer", "age", "Ålder", "Age", "", "", "${age} > 3", ". >= 18 and . <= 100"],
        ["end_group"],
        ["end_group"],
        ["geopoint", "where", "Var?", "Where?"],
        ["calculate", "sum", "", "", "", "", "", "", "1 + 1"],
        ["begin_repeat", "barn", "Barn", "Child"],
        ["text", "barnets", "Berätta", "Tell"],
        ["end_repeat"],
        ["text", "long", "Mer?", "More?", "", "", "", "regex(., '.+')", "", "multiline"],
        ["note", "tack", "Tack!", "Thanks!"],
    ],
    choices=[
        ["list_name", "name", "label::Svenska (sv)", "label::English (en)", "filter"],
        ["yn", "yes", "Ja", "Yes"],
        ["yn", "no", "Nej", "No"],
        ["ways", "tel", "Telefon", "Phone", "x"],
        ["ways", "å brev", "Brev", "Letter"],
        ["ways", "other", "Annat", "Other"],
        ["ways", "tel", "Telefon igen", "Phone again"],
    ],
    settings=[["form_title", "form_id", "default_language"], ["Prov", "prov_1", "Svenska (sv)"]],
    entities=[["dataset"], ["personer"]],
)  # fmt: skip


def test_a_form_of_another_tool_comes_in_and_the_rest_is_named() -> None:
    back = xlsform_in.read(FOREIGN)
    assert back.document.title == Localized("Prov", "")
    first, last = back.document.sections
    assert (first.id, first.title) == ("om_dig", Localized("Om dig", "About you"))
    assert [(each.id, each.kind) for each in first.questions] == [
        ("namn", "short"), ("bra", "single"), ("how", "multi"), ("age", "number"),
    ]  # fmt: skip
    assert [(each.id, each.kind) for each in last.questions] == [
        ("long", "story"), ("tack", "info"),
    ]  # fmt: skip
    namn, bra, how, age = first.questions
    assert namn.required
    assert bra.settings == {"other": True}
    assert how.settings == {"most": 2}
    assert [choice.id for choice in how.choices] == ["tel", "a_brev", "other_2"]
    assert how.show_if == {"question": "bra", "op": "is", "value": "no"}
    assert age.settings == {"least": 18, "most": 100}
    assert sorted(back.losses) == sorted(
        [
            Loss("entities", "sheet"),
            Loss("languages", "language.Suomi (fi)"),
            Loss("ways: tel", "column.filter", "x"),
            Loss("ways: å brev", "renamed", "a_brev"),
            Loss("ways", "twice.tel"),
            Loss("ways: other", "renamed", "other_2"),
            Loss("settings", "column.form_id", "prov_1"),
            Loss("start", "type.start"),
            Loss("om dig", "renamed", "om_dig"),
            Loss("Namn", "renamed", "namn"),
            Loss("inner", "nested", "Inre"),
            Loss("age", "show_if", "${age} > 3: unexpected ' > 3'"),
            Loss("where", "type.geopoint"),
            Loss("sum", "type.calculate"),
            Loss("barn", "repeat"),
            Loss("barnets", "repeated"),
            Loss("long", "column.constraint", "regex(., '.+')"),
        ]
    )


def test_a_text_without_language_beside_one_with_is_refused() -> None:
    book = workbook(
        survey=[["type", "name", "label", "label::English (en)"], ["text", "a", "Hej", "Hi"]]
    )
    with pytest.raises(Refusal, match="label"):
        xlsform_in.read(book)


def test_texts_without_any_language_are_in_the_default_one() -> None:
    rows = [["type", "name", "label"], ["text", "a", "Hi"]]
    book = workbook(survey=rows, settings=[["default_language"], ["English (en)"]])
    assert next(xlsform_in.read(book).document.questions).text == Localized("", "Hi")
    assert next(xlsform_in.read(workbook(survey=rows)).document.questions).text.sv == "Hi"


def test_a_limesurvey_structure_comes_in_and_the_rest_is_named() -> None:
    back = lss.read((SAMPLES / "limesurvey.lss").read_bytes())
    assert back.document.title == Localized("Prov", "Trial")
    first, last = back.document.sections
    assert last.intro == Localized("Lite till.", "A little more.")
    assert [(each.id, each.kind, len(each.choices)) for each in first.questions] == [
        ("berattelse", "story", 0), ("kontakt", "multi", 2), ("tycker", "matrix", 3),
        ("byggnad", "single", 2),
    ]  # fmt: skip
    assert [(each.id, each.kind, len(each.choices)) for each in last.questions] == [
        ("betyg_a", "single", 10), ("betyg_b", "single", 10), ("kommun", "single", 2),
        ("antal", "number", 0), ("trygg", "single", 2), ("kommentar", "single", 2),
    ]  # fmt: skip
    story, contact, matrix, building = first.questions
    assert story.text == Localized("Berätta med egna ord.", "Tell us in your own words.")
    assert story.hint == Localized("Några meningar räcker.", "A few sentences are enough.")
    assert contact.settings == {"most": 2, "other": True}
    assert [each.text.en for each in matrix.statements] == ["I get help", "I am heard"]
    assert matrix.required
    assert building.choices[0] == Choice("hus_a", Localized("Hus A", "House A"))
    assert last.questions[0].text == Localized("Sätt betyg: Maten", "Give a mark: The food")
    assert sorted(back.losses) == sorted(
        [
            Loss("languages", "language.de"),
            Loss("berattelse", "markup"),
            Loss("Kontakt", "renamed", "kontakt"),
            Loss("Kontakt", "attribute.random_order", "1"),
            Loss("byggnad", "show_if", '((Kontakt_ring.NAOK == "Y"))'),
            Loss("byggnad: hus a", "renamed", "hus_a"),
            Loss("datum", "type.date"),
            Loss("Resten", "attribute.grelevance", 'berattelse.NAOK != ""'),
            Loss("betyg", "split.2"),
            Loss("bilaga", "type.file upload"),
            Loss("kommentar", "comment"),
            Loss("survey", "rows.quota"),
            Loss("survey", "rows.surveys"),
            Loss("survey (sv)", "attribute.surveyls_endtext", "Tack!"),
        ]
    )


def bomb(size: int, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, b"0" * size)
    return buffer.getvalue()


def laughs(root: str) -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE d [{lines}]><{root}>&l9;</{root}>'.encode()


def book_with(sheet: bytes) -> bytes:
    """A workbook whose first sheet is this XML."""
    made = io.BytesIO(workbook(survey=[["type", "name"], ["text", "a"]]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            own = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, sheet if own else old.read(part))
    return buffer.getvalue()


OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "bomb.xlsx": bomb(60 * 1024 * 1024),
    "ratio.xlsx": bomb(40 * 1024 * 1024),
    "large.xlsx": b"PK" + b"0" * (6 * 1024 * 1024),
    "large.json": b'"' + b"0" * (6 * 1024 * 1024) + b'"',
    "large.lss": b"<document>" + b" " * (6 * 1024 * 1024),
    "laughs.lss": laughs("document"),
    "outside.lss": OUTSIDE + b"<document>&x;</document>",
    "laughs.xlsx": book_with(laughs("worksheet")),
    "outside.xlsx": book_with(OUTSIDE + b"<worksheet>&x;</worksheet>"),
    "deep.json": b"[" * 200_000,
    "deep.lss": b"<document>" + b"<a>" * 100_000,
    "empty.json": b"",
    "empty.xlsx": b"",
    "empty.lss": b"",
    "letters.json": b"\xff\xfe{",
    "number.json": b'{"sections": ' + b"9" * 5000 + b"}",
    "other.lss": b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
    "form.json": b'{"form": "another tool", "survey": {}}',
    "survey.doc": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon_and_cheaply(name: str, app: Application) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with app.test_request_context("/sv/"), pytest.raises(Refusal) as refused:
        read_survey(name, HOSTILE[name])
    assert "root:" not in refused.value.sentence
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_million_rows_are_refused_at_once() -> None:
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = f"<worksheet xmlns='{MAIN}'><sheetData>{row * 600_000}</sheetData></worksheet>"
    began = time.process_time()
    with pytest.raises(Refusal):
        xlsform_in.read(book_with(sheet.encode()))
    assert time.process_time() - began < 2


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def test_a_survey_from_a_file_becomes_a_draft(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    content = (SAMPLES / "limesurvey.lss").read_bytes()

    def send(go: str) -> Any:
        return pressed(
            eva, f"{BASE}/filer", f"{BASE}/filer/in", go=go, file=(io.BytesIO(content), "<b>.lss")
        )

    looked = send("look")
    assert looked.status_code == 200
    assert "bilaga" in looked.text
    with app.app_context():
        survey = session().scalars(select(Survey).order_by(Survey.id)).all()
        assert all(len(each.versions) == 1 for each in survey)
    assert send("keep").status_code == 200
    with app.app_context():
        drafts = [
            version.document
            for each in session().scalars(select(Survey))
            for version in each.versions
            if version.state == "draft"
        ]
        assert [Document.of(each) for each in drafts] == [lss.read(content).document]
    again = send("keep")
    assert again.status_code == 422
    assert "<b>" not in again.text


def test_a_large_file_is_let_in_and_a_host_may_not_take_answers(
    app: Application, cast: Cast
) -> None:
    eva, aino = signed_in(app, cast.coordinator), signed_in(app, cast.host)
    padded = jsonform.write(Document.of(DOCUMENT)) + b" " * 400_000
    sent = pressed(
        eva, f"{BASE}/filer", f"{BASE}/filer/in", go="look", file=(io.BytesIO(padded), "a.json")
    )
    assert sent.status_code == 200
    assert aino.get(f"{BASE}/filer").status_code == 200
    assert "filer/ut" not in aino.get(f"{BASE}/filer").text


def test_from_the_terminal(app: Application, cast: Cast, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    out = tmp_path / "enkat.xlsx"
    written = run(
        args=["survey", "export", str(out), "--dialogue", cast.dialogue, "--what", "survey"]
    )
    assert written.exit_code == 0, written.output
    assert "trygghet" in written.output or "litar" in written.output
    bring = ["survey", "import", str(out), "--dialogue", cast.dialogue, "--by"]
    assert run(args=[*bring, "moa@norrmark.example"]).exit_code == 1
    looked = run(args=[*bring, "eva@norrmark.example", "--preview"])
    assert "8 questions were read." in looked.output
    kept = run(args=[*bring, "eva@norrmark.example"])
    assert kept.exit_code == 0, kept.output
    with app.app_context():
        states = [
            version.state for each in session().scalars(select(Survey)) for version in each.versions
        ]
        assert sorted(states) == ["draft", "open", "open"]
