"""Every component with plausible values, in both languages: what holds for all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string
from lxml import html as lxml_html

from tests.ground.gallery_app import PAGES, ROOT, STAFF, gallery_app

COMPONENTS = ROOT / "templates" / "components"
VOID = {"br", "hr", "img", "input", "link", "meta"}
BLOCKS = {"div", "p", "ul", "ol", "dl", "table", "form", "fieldset", "figure", "section", "details"}
BLOCKS |= {"h1", "h2", "h3", "nav", "aside", "blockquote"}
PARENTS = {
    "li": {"ul", "ol"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"thead", "tbody"},
    "td": {"tr"}, "th": {"tr"}, "caption": {"table"}, "legend": {"fieldset"},
    "summary": {"details"}, "figcaption": {"figure"}, "option": {"select"}, "use": {"svg", "g"},
}  # fmt: skip
ONLY = {"ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}, "tr": {"td", "th"}}


class Nesting(HTMLParser):
    """Notes every tag that is closed wrongly or stands where it may not."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else ""
        where = f"{'/'.join(self.open[-3:])}/{tag} on line {self.getpos()[0]}"
        if parent not in PARENTS.get(tag, {parent}) or tag not in ONLY.get(parent, {tag}):
            self.faults.append(f"misplaced {where}")
        if tag in BLOCKS and {"p", "span", "button", "label"} & set(self.open):
            self.faults.append(f"block in a line {where}")
        if tag in {"a", "button", "form", "label"} and tag in self.open:
            self.faults.append(f"in itself {where}")
        if tag in {"a", "button", "input"} and {"a", "button"} & set(self.open):
            self.faults.append(f"control in a control {where}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]} on line {self.getpos()[0]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


@pytest.fixture(scope="module")
def pages() -> dict[tuple[str, str], str]:
    """Every page of the gallery as it is sent, by name and language."""
    rooms = {False: gallery_app().test_client(), True: gallery_app(visitor=object()).test_client()}
    sent = {}
    for name in PAGES:
        for language in ("sv", "en"):
            answer = rooms[name in STAFF].get(f"/{language}/{name}")
            assert answer.status_code == 200, name
            sent[name, language] = answer.get_data(as_text=True)
    return sent


@pytest.fixture
def app() -> Iterator[Flask]:
    app = gallery_app()
    with app.test_request_context("/sv/start"):
        app.preprocess_request()
        yield app


def show(source: str, **values: Any) -> lxml_html.HtmlElement:
    """A piece of template as an element tree."""
    return lxml_html.fragment_fromstring(render_template_string(source, **values), "div")


def _told() -> dict[str, set[str]]:
    """Component files and their macros, as docs/look.md lists them."""
    told: dict[str, set[str]] = {}
    for line in (ROOT / "docs/look.md").read_text().splitlines():
        if row := re.match(r"\| ([a-z_]+) \| (`.+)", line):
            told.setdefault(row[1], set()).update(re.findall(r"([a-z]\w*)\(", row[2]))
    return told


def test_the_gallery_shows_every_component_that_the_docs_tell_of() -> None:
    used = "".join(p.read_text() for p in (ROOT / "tests/ground/gallery").glob("*.html"))
    used += "".join(p.read_text() for p in COMPONENTS.glob("*.html"))
    assert len(_told()) > 30
    assert {name for name in _told() if f"components/{name}.html" not in used} == set()


def test_every_macro_of_those_components_is_told_of() -> None:
    for name, told in _told().items():
        source = (COMPONENTS / f"{name}.html").read_text()
        macros = set(re.findall(r"macro ([a-z]\w*)\(", source)) - {"hill", "left_words"}
        assert macros <= told, name


def test_nothing_is_styled_or_scripted_inline(pages: dict[tuple[str, str], str]) -> None:
    for name, page in pages.items():
        tree = lxml_html.document_fromstring(page)
        assert tree.xpath("//@style | //style | //script[not(@src)]") == [], name
        assert [a for e in tree.iter() for a in e.attrib if a.startswith("on")] == [], name
        assert all(s.get("nonce") for s in tree.xpath("//script")), name
        outside = tree.xpath("//@src | //link/@href | //form/@action")
        assert [a for a in outside if "//" in a] == [], name


def test_ids_are_unique_and_everything_pointed_at_is_there(
    pages: dict[tuple[str, str], str],
) -> None:
    for name, page in pages.items():
        tree = lxml_html.document_fromstring(page)
        ids = Counter(tree.xpath("//@id"))
        assert [i for i, count in ids.items() if count > 1] == [], name
        pointed = [
            part
            for value in tree.xpath("//@aria-labelledby | //@aria-describedby | //@for")
            for part in value.split()
        ]
        pointed += [h[1:] for h in tree.xpath("//@href") if h.startswith("#") and len(h) > 1]
        assert set(pointed) - set(ids) == set(), name


def test_tags_are_closed_and_stand_where_they_may(pages: dict[tuple[str, str], str]) -> None:
    for name, page in pages.items():
        nesting = Nesting()
        nesting.feed(page)
        assert nesting.faults == [], name
        assert nesting.open == [], name


def test_the_nesting_check_bites() -> None:
    for wrong in ("<p><div></div></p>", "<ul><p></p></ul>", "<a><a></a></a>", "<b><i></b></i>"):
        nesting = Nesting()
        nesting.feed(wrong)
        assert nesting.faults, wrong


def test_a_page_speaks_one_language_and_has_one_heading_and_one_main(
    pages: dict[tuple[str, str], str],
) -> None:
    for (name, language), page in pages.items():
        tree = lxml_html.document_fromstring(page)
        assert tree.get("lang") == language
        assert len(tree.xpath("//h1")) == 1, name
        assert len(tree.xpath("//main[@id='main']")) == 1, name
        assert tree.xpath("//body/a")[0].get("href") == "#main", "the first link skips"


def test_help_stands_last_in_the_footer_of_every_page(pages: dict[tuple[str, str], str]) -> None:
    for (name, language), page in pages.items():
        links = lxml_html.document_fromstring(page).xpath("//footer//a/@href")
        assert links[-1] == f"/{language}/pages/help", name
        assert len(links) == 5, name


def test_every_control_has_a_name_a_person_can_read(pages: dict[tuple[str, str], str]) -> None:
    for name, page in pages.items():
        tree = lxml_html.document_fromstring(page)
        for control in tree.xpath("//input[@type!='hidden'] | //select | //textarea"):
            label = tree.xpath("//label[@for=$i]", i=control.get("id") or "-")
            around = control.xpath("ancestor::label")
            assert "".join(e.text_content() for e in label + around).strip(), name
        for button in tree.xpath("//button | //a"):
            said = button.get("aria-label") or button.text_content()
            assert said.strip(), lxml_html.tostring(button)
        for picture in tree.xpath("//svg"):
            named = picture.get("aria-label") or picture.get("aria-labelledby")
            within = picture.xpath("ancestor-or-self::*[@aria-hidden='true']")
            assert within or (picture.get("role") == "img" and named), name


def test_a_fault_is_told_first_in_the_title_at_the_top_and_at_the_control(
    pages: dict[tuple[str, str], str],
) -> None:
    for name in ("scale", "signin"):
        tree = lxml_html.document_fromstring(pages[name, "en"])
        assert tree.findtext(".//title").startswith("Error: ")
        for link in tree.xpath("//*[@id='faults']//a"):
            target = tree.get_element_by_id(link.get("href")[1:])
            assert target.tag == "input"
            described = target.xpath("ancestor-or-self::*[@aria-describedby][1]")[0]
            told = tree.get_element_by_id(described.get("aria-describedby").split()[-1])
            assert link.text_content() in told.text_content()
    assert (
        not lxml_html.document_fromstring(pages["start", "en"])
        .findtext(".//title")
        .startswith("Error")
    )


@pytest.mark.usefixtures("app")
class TestOneByOne:
    """Claims about single components."""

    def test_what_people_write_is_never_markup(self) -> None:
        nasty = "<script>alert(1)</script>\"'>"
        source = """{% from "components/quote.html" import quote %}
{% from "components/rows.html" import rows %}{% from "components/field.html" import control %}
{% from "components/check.html" import check %}{% from "components/clock.html" import clock %}
{% from "components/reply.html" import reply %}{% from "components/claim.html" import claim %}
{{ quote(x, (x,), id="q") }}{{ rows("r", [{"value": x, "text": x, "hint": x}], x) }}
{{ control("c", x, x, hint=x, error=x, placeholder=x) }}{{ check([{"question": x, "answer": x}]) }}
{{ clock(3, 9, x, x) }}{{ reply(x, x, x, x) }}{{ claim(x, "checked", x, x, x, x) }}"""
        tree = show(source, x=nasty)
        assert tree.xpath("//script") == []
        assert tree.xpath("//input[@id='c']")[0].get("value") == nasty
        assert tree.xpath("//input[@type='radio']")[0].get("value") == nasty
        assert tree.xpath("//input[@type='radio']")[0].get("checked") is not None

    def test_a_story_keeps_its_first_line_break_in_the_textarea(self) -> None:
        source = """{% from "components/field.html" import control %}
{{ control("s", "Story", "\\nAfter an empty line", "textarea") }}"""
        page = render_template_string(source)
        assert ">\n\nAfter an empty line</textarea>" in page

    def test_the_band_says_what_it_draws(self) -> None:
        source = '{% from "components/band.html" import band %}{{ band(p, answered=a) }}'
        tree = show(source, p=(5, 3, 1), a=None)
        label = tree.find("svg").get("aria-label")
        assert [int(n) for n in re.findall(r"\d+", label)] == [5, 3, 1]
        assert [u.get("class") for u in tree.iter("use")] == ["t1"] * 5 + ["t2"] * 3 + ["t3", "t0"]
        owed, given = (show(source, p=(5, 3, 1), a=answer) for answer in (False, True))
        assert len(list(owed.iter("use"))) == len(list(given.iter("use"))) == 20
        assert owed.xpath("//g/@class") == ["await"]
        assert given.xpath("//g/@class") == ["refl"]
        assert owed.find("svg").get("aria-label") != given.find("svg").get("aria-label")

    def test_steppers_are_numbers_and_buttons_that_a_server_can_count(self) -> None:
        source = """{% from "components/share.html" import share %}
{{ share(("a", "b", "c"), (4, none, 2), id="s") }}"""
        tree = show(source)
        fields = tree.xpath("//input[@type='number']")
        assert [(f.get("name"), f.get("value")) for f in fields] == [
            ("a", "4"), ("b", "0"), ("c", "2"),
        ]  # fmt: skip
        buttons = tree.xpath("//button[@name='step']/@value")
        assert buttons == ["a-", "a+", "b-", "b+", "c-", "c+"]
        part = tree.xpath("//*[@data-share]")[0]
        assert len(part.get("data-left").split("|")) == 12, "0 to 10 points left"
        assert tree.find(".//output").text_content() == part.get("data-left").split("|")[4]

    def test_a_chart_and_its_table_hold_the_same_figures(self) -> None:
        source = """{% from "components/bar_chart.html" import bar_chart %}
{{ bar_chart("T", bars, none) }}"""
        bars = [{"text": "Yes", "value": 40}, {"text": "No", "value": None}]
        tree = show(source, bars=bars)
        drawn = [li.xpath(".//*[@class='track']")[0].text_content() for li in tree.xpath("//li")]
        table = [td.text_content() for td in tree.xpath("//td")]
        assert drawn == table
        assert drawn[0] == "40"
        assert "8" in drawn[1]
        assert tree.xpath("//li[2]//svg") == [], "what is not shown is not drawn"

    def test_hidden_counts_leave_no_trace_in_a_spread(self) -> None:
        source = """{% from "components/spread.html" import spread %}
{{ spread("T", lines, ("No", "Yes"), none) }}"""
        lines = [{"text": "2025", "counts": None, "total": 5}]
        tree = show(source, lines=lines)
        assert tree.xpath("//rect") == []
        assert "5" not in tree.text_content().replace("2025", "")

    @pytest.mark.parametrize(("days", "late"), [(12, False), (82, False), (90, True)])
    def test_the_clock_draws_the_overrun_only_when_there_is_one(
        self, days: int, late: bool
    ) -> None:
        source = """{% from "components/clock.html" import clock %}
{{ clock(days, 82, "1 May", "X") }}"""
        tree = show(source, days=days)
        assert bool(tree.xpath("//path[@class='late']")) is late
        assert str(abs(82 - days)) in tree.text_content() or days == 82

    def test_pages_near_and_far_are_reached_and_one_page_needs_none(self) -> None:
        source = """{% from "components/pagination.html" import pagination %}
{{ pagination(page, pages, "hosts.desk", q="x") }}"""
        tree = show(source, page=5, pages=20)
        assert tree.xpath("//b[@aria-current='page']")[0].text_content().endswith("5")
        links = tree.xpath("//a/@href")
        assert [int(re.findall(r"page=(\d+)", link)[0]) for link in links] == [4, 1, 4, 6, 20, 6]
        assert all("q=x" in link for link in links)
        assert show(source, page=1, pages=1).xpath("//nav") == []

    def test_the_last_in_an_order_cannot_go_down_and_the_first_not_up(self) -> None:
        source = """{% from "components/order.html" import order %}
{{ order(items) }}"""
        items = [{"value": v, "text": v} for v in "abc"]
        sent = show(source, items=items).xpath("//button/@value")
        assert sent == ["a:down", "b:up", "b:down", "c:up"]

    def test_a_skipped_answer_is_said_to_be_skipped(self) -> None:
        source = '{% from "components/check.html" import check %}{{ check(answers) }}'
        answers = [{"question": "Q", "answer": None, "change": "7"}]
        tree = show(source, answers=answers)
        assert tree.xpath("//dd")[0].text_content().strip()
        button = tree.xpath("//button")[0]
        assert (button.get("name"), button.get("value")) == ("change", "7")
        assert "Q" in button.text_content()
