"""The Swedish is whole: nothing is missing, no English shows, and counts come out right."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask.testing import FlaskClient

from dialogue.app import Application
from dialogue.hosts.sign_in_texts import SENTENCES
from tests.conftest import Cast, signed_in
from tests.stage import followed, forged_free, published
from tests.survey import DOCUMENT, STORY, answer, hidden_fields, open_form, press
from translations import workflow

NOWHERE = "00000000-0000-0000-0000-000000000007"
VOID = {"meta", "link", "input", "img", "br", "hr", "use", "wbr"}
SHOWN = {"alt", "aria-label", "aria-description", "title", "placeholder", "content"}
FUNCTION_WORDS = {"the", "you", "your", "and", "are", "was", "this", "that", "with", "have", "has"}
FUNCTION_WORDS |= {"which", "who", "what", "when", "can", "cannot", "there", "they"}
WORD = re.compile(r"[a-zåäö’]+")


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """What the application reads is what the catalogue says."""
    workflow.compile_catalogues()


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    assert workflow.faults() == []


@pytest.mark.parametrize(
    ("english", "swedish", "match"),
    [
        ("%(num)d of %(all)d", "%(num)d av %(all)d", True),
        ("%(num)d of %(all)d", "%(num)d av alla", False),
        ("Code: {code}", "Kod: {kod}", False),
        (("%(num)d day", "%(num)d days"), ("en dag", "%(num)d dagar"), False),
        (("A day", "%(num)d days"), ("%(num)d dag", "%(num)d dagar"), True),
        (("A day", "%(num)d days"), ("En dag", "%(num)d dagar"), True),
        (("A day", "%(num)d days"), ("En dag", "dagar"), False),
    ],
)
def test_other_placeholders_are_found(english: Any, swedish: Any, match: bool) -> None:
    assert workflow.placeholders_match(Message(english, swedish)) is match


def test_counts_take_the_form_for_one_or_for_many() -> None:
    catalogue = workflow.read(workflow.SWEDISH)
    catalogue.locale = "sv"  # type: ignore[assignment]
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    texts = Translations(file)
    counted = [message for message in catalogue if isinstance(message.id, tuple)]
    assert counted
    for message in counted:
        english, swedish = forms_of(message.id), forms_of(message.string)
        said = [texts.ngettext(english[0], english[1], count) for count in (1, 0, 2, 21)]
        assert said == [swedish[0], *[swedish[1]] * 3], message.id


def test_no_translation_uses_english_quotation_marks() -> None:
    said = [str(message.string) for message in workflow.read(workflow.SWEDISH) if message.id]
    assert not [text for text in said if "“" in text or re.search(r'(?<![=\\])"', text)]


class Pieces(HTMLParser):
    """The texts of a page that are said in one language: what is read, and what is read aloud."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.spoken: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        spoken = given.get("lang") or (self.spoken[-1][1] if self.spoken else "")
        for name, value in attrs:
            if value and (name in SHOWN or name.startswith("data-")) and spoken == self.language:
                self.found.append(value.strip())
        if tag not in VOID:
            self.spoken.append((tag, spoken))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.spoken.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.spoken and self.spoken.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, spoken = self.spoken[-1] if self.spoken else ("", "")
        if data.strip() and spoken == self.language and tag not in ("script", "style"):
            self.found.append(" ".join(data.split()))


def pieces(page: str, language: str) -> list[str]:
    reader = Pieces(language)
    reader.feed(page)
    return reader.found


@pytest.fixture(scope="module")
def english() -> re.Pattern[str]:
    """Matches every English text that reads otherwise in Swedish, whatever fills its places."""
    texts: set[str] = set()
    for message in workflow.read(workflow.SWEDISH):
        both = zip(forms_of(message.id), forms_of(message.string), strict=True)
        texts |= {text for text, swedish in both if text and text != swedish}
    return re.compile("|".join(f"(?:{as_pattern(text)})" for text in sorted(texts)))


def forms_of(texts: Any) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, (tuple, list)) else (str(texts),)


def as_pattern(text: str) -> str:
    """The text as a pattern; a text of nothing but places (``%(a)s: %(b)s``) matches itself."""
    parts = workflow.PLACEHOLDER.split(text.strip())
    if not any(re.search("[A-Za-z]", part) for part in parts):
        return re.escape(text)
    return ".+".join(re.escape(part) for part in parts)


def english_in(page: str, english: re.Pattern[str]) -> list[str]:
    """What is still English among the Swedish texts of a page."""
    said = pieces(page, "sv")
    assert said
    return [
        text
        for text in said
        if english.fullmatch(text) or FUNCTION_WORDS & set(WORD.findall(text.lower()))
    ]


def addresses(application: Application, values: dict[str, Any]) -> Iterator[str]:
    """The address of every page that can be opened, ``{language}`` left open."""
    for rule in application.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        unknown = rule.arguments - set(values) - {"language"}
        assert not unknown, f"say what {unknown} can be, for {rule.rule}"
        if "language" in rule.arguments:
            built = rule.build(values | {"language": "sv"})
            assert built is not None, rule.rule
            yield built[1].replace("/sv/", "/{language}/", 1)


def test_no_english_is_left_on_any_page(
    app: Application, cast: Cast, english: re.Pattern[str]
) -> None:
    play = published(app, cast.dialogue, cast.coordinator)
    coordinator = signed_in(app, cast.coordinator)
    begun = coordinator.post(
        f"/sv/arbetsrum/{cast.dialogue}/enkat/ratta",
        data={"csrf_token": forged_free(coordinator, app)},
    )
    assert begun.status_code == 303
    values = {
        "dialogue": cast.dialogue, "theme": play.theme, "story": play.story, "quote": play.quote,
        "claim": play.claim,
        "organisation": "norrmark", "secret": "finns-inte", "entry": "nytt",
        "form": "html", "ticket": "finns-inte",
        "meeting": play.meeting, "code": "QQQQQ", "seat": "ingen", "key": play.story,
        "link": NOWHERE, "opinion": NOWHERE, "token": "finns-inte",
        "photo": play.story, "number": 1, "paper": "manus",
        "section": DOCUMENT["sections"][0]["id"],
        "question": DOCUMENT["sections"][0]["questions"][0]["id"],
    }  # fmt: skip
    values |= {"joint": NOWHERE, "indicator": followed(app, cast.dialogue, cast.coordinator)}
    paths = [*addresses(app, values), "/{language}/finns-inte"]
    readers = (app.test_client(use_cookies=False), coordinator)
    read = 0
    for path in paths:
        for client in readers:
            swedish, same = (
                client.get(path.format(language=language), follow_redirects=True)
                for language in ("sv", "en")
            )
            if swedish.mimetype != "text/html":
                continue
            assert english_in(swedish.text, english) == [], path
            assert [text for text in pieces(same.text, "en") if english.fullmatch(text)], path
            read += 1
    assert read > 2 * len(paths) / 3


def test_no_english_is_left_on_the_way_from_question_to_receipt(
    app: Application, cast: Cast, english: re.Pattern[str]
) -> None:
    client = app.test_client(use_cookies=False)
    assert english_in(press(client, open_form(client), "send").text, english) == []
    fields: dict[str, Any] = open_form(client)
    for screen in range(20):
        page = press(client, fields | {"berattelse": STORY}, "next").text
        assert english_in(page, english) == [], screen
        fields = hidden_fields(page)
        if fields["at"] == "check":
            break
    assert fields["at"] == "check"
    sent = press(client, fields, "send")
    assert sent.status_code == 200
    assert english_in(sent.text, english) == []


def test_no_english_is_left_where_an_answer_is_followed_and_removed(
    app: Application, cast: Cast, english: re.Pattern[str]
) -> None:
    client = app.test_client(use_cookies=False)
    fields = hidden_fields(client.get("/sv/kvitto/").text) | {"code": answer(client)}
    wrong = client.post("/sv/kvitto/", data=fields | {"code": "fel"})
    fate = client.post("/sv/kvitto/", data=fields)
    fields |= hidden_fields(fate.text) | {"sure": "yes"}
    gone = client.post("/sv/kvitto/ta-bort", data=fields)
    assert "Ditt svar är borttaget" in gone.text
    for page in (wrong, fate, gone):
        assert english_in(page.text, english) == []


@pytest.mark.parametrize("path", ["logga-in", "bekrafta", "tvasteg", "kod", "reservkod"])
def test_signing_in_says_no_in_swedish(app: Application, cast: Cast, path: str) -> None:
    """Flask-Security's own sentences, as a program that asks for JSON meets them."""
    own = set(SENTENCES)
    client: FlaskClient = (
        signed_in(app, cast.coordinator) if path == "tvasteg" else app.test_client()
    )
    for data in ({}, {"email": "x@norrmark.example", "password": "fel", "code": "1"}):
        reply = client.post(
            f"/sv/personal/{path}", json=data, headers={"Accept": "application/json"}
        )
        assert reply.status_code != 500
        assert not [sentence for sentence in own if sentence in reply.text], reply.text
