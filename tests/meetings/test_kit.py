"""The kit: every paper in both languages as tagged PDF and Word, from the dialogue's own words."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pytest

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.meetings.kit.blocks import sentences
from dialogue.meetings.kit.contents import Kit, Paper, blocks_of
from dialogue.meetings.kit.pages import kit_of
from dialogue.meetings.kit.printing import paper_pdf, shore_svg
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.script import script_of
from tests.conftest import Cast, signed_in
from tests.meetings.rooms import Stage, meeting_of, with_room
from tests.stage import dialogue_of
from tests.survey import DOCUMENT
from tests.surveys.test_paper import words_in

ONE_PAGE = {Paper.CONSENT, Paper.POSTER, Paper.INVITATION, Paper.SHEET}
ASKED = [
    each["id"]
    for section in DOCUMENT["sections"]
    for each in section["questions"]
]  # fmt: skip


@pytest.fixture
def stage(app: Application, cast: Cast) -> Stage:
    return with_room(app, cast)


def address(stage: Stage, paper: str, **arguments: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in arguments.items())
    return f"/sv/arbetsrum/{stage.dialogue}/moten/{stage.meeting}/underlag/{paper}?{asked}"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", words_in(pdf)))


def words_of(file: bytes) -> str:
    made = docx.Document(io.BytesIO(file))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_is_a_tagged_pdf(
    app: Application, cast: Cast, stage: Stage, paper: Paper, language: str
) -> None:
    """I17."""
    host = signed_in(app, cast.host)
    file = host.get(address(stage, paper, lang=language))
    assert file.status_code == 200
    assert file.mimetype == "application/pdf"
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", f"/Lang({language}".encode()):
        assert mark in words_in(file.data).replace(b"/Lang (", b"/Lang("), mark
    if paper in ONE_PAGE:
        assert pages_of(file.data) == 1
    if paper == Paper.GUIDE:
        assert pages_of(file.data) == 2


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_is_a_word_document_with_headings_and_a_language(
    app: Application, cast: Cast, stage: Stage, paper: Paper, language: str
) -> None:
    host = signed_in(app, cast.host)
    file = host.get(address(stage, paper, lang=language, form="docx"))
    assert file.status_code == 200
    made = docx.Document(io.BytesIO(file.data))
    styles = [paragraph.style.name for paragraph in made.paragraphs if paragraph.style]
    assert styles.count("Heading 1") == 1
    assert {"Heading 2", "Heading 3"} & set(styles)
    assert made.core_properties.language == language
    spoken = {"sv": "sv-SE", "en": "en-GB"}[language]
    assert f'w:val="{spoken}"' in made.styles["Normal"].element.xml
    for shape in made.inline_shapes:
        assert shape._inline.docPr.get("descr")


def test_the_form_and_the_cards_keep_the_names_of_the_questions(
    app: Application, cast: Cast, stage: Stage
) -> None:
    host = signed_in(app, cast.host)
    form = words_of(host.get(address(stage, "blankett", form="docx")).data)
    assert all(re.search(rf"^{name}$", form, re.M) for name in ASKED)
    cards = words_of(host.get(address(stage, "bordskort", form="docx")).data)
    assert re.search(r"^berattelse$", cards, re.M)


def test_the_script_says_what_the_meetings_script_says(app: Application, stage: Stage) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_of(stage)
        _title, blocks = blocks_of(kit_of(meeting, "sv"), Paper.SCRIPT)
        steps = [block for block in blocks if block["kind"] == "step"]
        assert [each["say"] for each in steps] == [each.say.sv for each in script_of(meeting)]
        assert steps[0]["minutes"].startswith("0–10")
        assert stage.code in str(blocks)


def test_easy_papers_are_the_same_text_a_sentence_a_line(app: Application, stage: Stage) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_of(stage)
        kit = kit_of(meeting, "sv")
        _title, blocks = blocks_of(kit, Paper.SHEET)
        lines = [line for block in blocks if block["kind"] == "list" for line in block["items"]]
        for name in ("lead", "about", "can_change", "who_decides"):
            told = kit.of_dialogue(name)
            assert sentences(told)
            assert all(sentence in lines for sentence in sentences(told)), name


def test_the_dialogues_own_easy_words_come_first(app: Application, stage: Stage) -> None:
    with app.test_request_context("/sv/"):
        session().add(
            DialogueMessage(
                dialogue_id=dialogue_of(stage.dialogue).id, moment=Moment.BEFORE,
                easy="Kom och prata. Vi bjuder på soppa.", changed_on=date(2026, 11, 1),
            )
        )  # fmt: skip
        session().flush()
        _title, blocks = blocks_of(kit_of(meeting_of(stage), "sv"), Paper.INVITATION)
        assert {"kind": "list", "items": ["Kom och prata.", "Vi bjuder på soppa."]} in blocks
        session().rollback()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("En mening.", ["En mening."]),
        ("Kom kl. 18.30. Ring oss! Vill du det?", ["Kom kl. 18.30.", "Ring oss!", "Vill du det?"]),
        ("", []),
        ("Utan punkt", ["Utan punkt"]),
    ],
)
def test_a_text_is_cut_between_sentences_only(words: str, lines: list[str]) -> None:
    assert sentences(words) == lines


def test_hostile_words_are_words(app: Application, stage: Stage) -> None:
    """B05: what somebody wrote in a text is printed, never run."""
    hostile = '#panic("x") {{7*7}} $x$ \\u{0} <b>fet</b> @citat `rå` // -- *'
    with app.test_request_context("/sv/"):
        meeting: Meeting = meeting_of(stage)
        texts = dict(meeting.texts)
        texts["title"] = texts["about"] = texts["place"] = {"sv": hostile, "en": hostile}
        meeting.texts = texts
        kit: Kit = kit_of(meeting, "sv")
        for paper in Paper:
            assert paper_pdf(kit, paper).startswith(b"%PDF")
        session().rollback()


def test_the_shore_has_ten_marks_and_their_mirror() -> None:
    drawn = shore_svg().decode()
    assert drawn.count('fill="none"') == 10
    assert drawn.count("fill-rule") == 10


@pytest.mark.parametrize("paper", ["finns-inte", "manus.pdf", "..%2Fkit.typ"])
def test_a_paper_that_is_none_is_missing(
    app: Application, cast: Cast, stage: Stage, paper: str
) -> None:
    host = signed_in(app, cast.host)
    assert host.get(address(stage, paper)).status_code == 404
    assert host.get(address(stage, "manus", form="exe")).status_code == 404


def test_the_page_leads_to_every_file(app: Application, cast: Cast, stage: Stage) -> None:
    host = signed_in(app, cast.host)
    page = host.get(f"/sv/arbetsrum/{stage.dialogue}/moten/{stage.meeting}/underlag/").text
    links = {
        each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+underlag/[^"]+)"', page)
    }
    assert len([link for link in links if "form=" in link]) == 4 * len(Paper)
    assert all(host.get(link).status_code == 200 for link in sorted(links)[:4])
