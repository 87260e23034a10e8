"""Every question's page as it is sent: in both languages, plain, in easy read and with pictures."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from flask.testing import FlaskClient

from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question
from surveys.questions.pictures import PICTURES
from tests.ground.gallery_app import ROOT
from tests.surveys.kinds_app import QUESTIONS, SURVEY, VARIANTS, kinds_app
from tests.surveys.kinds_samples import SAMPLES

APP = kinds_app()
DRAWINGS = ROOT / "templates/surveys/pictures"
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.id)


@pytest.fixture
def client() -> FlaskClient:
    return APP.test_client()


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@each_question
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_question_is_asked_in_its_language_and_variant(
    client: FlaskClient, question: Question, variant: str, language: str
) -> None:
    pages = [
        client.get(f"/{language}/ask/{question.id}?variant={variant}&big={big}") for big in "10"
    ]
    for page in pages:
        assert page.status_code == 200
        assert page.text.count("<h1") == 1
        assert question.worded(variant).text(language) in plain(page.text)
        assert question.hinted(variant).text(language) in plain(page.text)
        other = "en" if language == "sv" else "sv"
        assert question.worded(variant).text(other) not in plain(page.text)
        for name in KINDS[question.kind].names(question):
            if name.endswith(("-pick", "-as_is")) or (question.kind == "rank" and "-" not in name):
                continue  # a list of its own: the tests of ordering see to it
            assert f'name="{name}"' in page.text
        assert "style=" not in page.text
        assert "onclick" not in page.text
        assert 'placeholder="' not in page.text
    assert question.worded(variant).text(language) in plain(
        re.search(r"<h1.*?</h1>", pages[0].text, re.S).group()  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_questions_fit_on_one_page_without_sharing_an_id(
    client: FlaskClient, variant: str
) -> None:
    page = client.get(f"/sv/all/questions?variant={variant}").text
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    for described in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
        assert set(described.split()) <= set(ids)
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize(
    ("question", "fields", "value"),
    SAMPLES,
    ids=[f"{each[0].id}-{n}" for n, each in enumerate(SAMPLES)],
)
def test_what_was_answered_is_shown_again(
    client: FlaskClient, question: Question, fields: dict[str, list[str]], value: object
) -> None:
    """The fields that a page shows again are read as the same answer."""
    kind = KINDS[question.kind]
    page = client.post(f"/sv/ask/{question.id}", data=fields)
    assert page.status_code == 200
    assert kind.read(question, shown_fields(page.text)) == value


def shown_fields(page: str) -> dict[str, list[str]]:
    """What the controls of a page would send if its form were sent as it stands."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        ticked = given.get("type") not in ("radio", "checkbox") or " checked" in tag
        if ticked and "name" in given:
            found.setdefault(given["name"], []).append(html.unescape(given.get("value", "")))
    for attributes, text in re.findall(r"<textarea([^>]*)>\n(.*?)</textarea>", page, re.S):
        name = re.search(r'name="([^"]+)"', attributes)
        assert name
        found.setdefault(name[1], []).append(html.unescape(text))
    for attributes, options in re.findall(r"<select([^>]*)>(.*?)</select>", page, re.S):
        name = re.search(r'name="([^"]+)"', attributes)
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert name
        found[name[1]] = [chosen[1] if chosen else ""]
    return found


@each_question
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_fault_is_said_twice_and_leads_to_its_control(
    client: FlaskClient, question: Question, variant: str
) -> None:
    kind = KINDS[question.kind]
    asked = 0
    for name in kind.names(question):
        for wrong in ("atlantis", "x" * 5_000):
            address = f"/sv/ask/{question.id}?variant={variant}"
            page = client.post(address, data={name: wrong})
            if page.status_code == 200:
                continue
            asked += 1
            assert page.status_code == 422
            link = re.search(r'<a href="#([^"]+)">(.+?)</a></li>', page.text)
            assert link
            assert f'id="{link[1]}"' in page.text, link[1]
            assert page.text.count(link[2]) == 2, "in the summary and at the control"
            assert "<title>Error:" in page.text or "<title>Fel:" in page.text
            if kind.analysed:
                assert wrong in page.text, "what was written is still there"
    assert asked or question.kind == "info"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_drawing_is_a_calm_line_and_asks_for_nothing(name: str) -> None:
    drawing = (DRAWINGS / f"{name}.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg ")
    assert 'aria-hidden="true"' in drawing
    assert len(drawing) < 1_000
    assert not re.search(r"href|style|script|#[0-9a-f]{3,6}|url\(|<text|<image", drawing)
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', drawing)) <= {"none", "currentColor"}


def test_every_drawing_has_a_title_and_every_title_a_drawing() -> None:
    assert {file.stem for file in DRAWINGS.glob("*.svg")} == set(PICTURES)
    assert all(title.sv and title.en for title in PICTURES.values())


def test_pictures_stand_beside_their_words(client: FlaskClient) -> None:
    for address, expected in (
        ("/sv/ask/bilder", 8),
        ("/sv/ask/vem", 0),
        ("/sv/ask/vem?variant=pictures", 4),
        ("/sv/ask/fragade?variant=pictures", 4),
        ("/sv/ask/klar?variant=pictures", 3),
        ("/sv/ask/lasa", 1),
    ):
        page = client.get(address).text
        assert page.count('viewBox="0 0 120 96"') == expected, address
    words = plain(client.get("/sv/ask/bilder").text)
    assert all(choice.text.sv in words for choice in SURVEY["bilder"].choices)
