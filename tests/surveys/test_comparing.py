"""Results side by side, in per cent and for programs: all from the same rounded tables."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.voices.models import Channel
from surveys.questions.document import Choice, Question
from surveys.questions.kinds import Count
from surveys.results.comparing import Counted, compared, divided
from surveys.results.shown import Cell, Group, Part, Table, table_of
from surveys.results.tallies import Tallies, Tally
from tests.conftest import Cast, signed_in
from tests.stage import published as published_report
from tests.surveys.answers import BASE, released, told

SMALLEST = 8
FIGURES = "/api/dialog/vad-ar-viktigt/resultat"


def tally(counts: tuple[int, ...]) -> Tally:
    choices = tuple(Choice(f"a{n}", Localized(f"Svar {n}", "")) for n in range(len(counts)))
    question = Question("q", "single", Localized("Fråga", "Question"), choices=choices)
    counted = tuple(Count(each.id, each.text, n) for each, n in zip(choices, counts, strict=True))
    return Tally("q", question, sum(counts), counted)


def side_by_side(*parts: tuple[int, ...]) -> tuple[Part, ...]:
    behind = [
        Counted((f"p{n}",), Tallies(sum(part), (tally(part),))) for n, part in enumerate(parts)
    ]
    return compared(behind, SMALLEST)


def seen(*parts: tuple[int, ...]) -> tuple[Any, ...]:
    """Everything a reader gets: the whole table and each part's table."""
    whole = table_of(tally(tuple(map(sum, zip(*parts, strict=True)))), SMALLEST)
    return (whole, *(part.tables for part in side_by_side(*parts)))


def test_no_small_group_can_be_told_from_the_parts_and_the_whole() -> None:
    """Somebody who knows the rules and tries every table is left with several answers.

    Everybody has answered here, which is the easiest case for the reader. All numbers up to 12
    are tried, so only wholes that cannot hold more are judged.
    """
    alike: dict[Any, list[set[int]]] = defaultdict(lambda: [set() for _ in range(4)])
    for cells in itertools.product(range(13), repeat=4):
        parts = cells[:2], cells[2:]
        small = cells[0] + cells[2] <= 12 and cells[1] + cells[3] <= 12
        if small and min(sum(parts[0]), sum(parts[1])) >= SMALLEST:
            for place, count in enumerate(cells):
                alike[seen(*parts)][place].add(count)
    assert len(alike) > 1
    told_apart = [
        (shown, values)
        for shown, behind in alike.items()
        for values in behind
        if max(values) < SMALLEST and len(values) < SMALLEST // 2
    ]
    assert not told_apart


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (((20, 30), (20, 30)), 2),
        (((3, 30), (20, 30)), 0),  # three are left over: they could be counted
        (((8, 30), (20, 30)), 2),
        (((7, 30, 9), (20, 30, 20)), 1),  # the two that are hidden are enough together
        (((0, 30, 30), (20, 30, 30)), 1),  # nobody left over tells as much as three
    ],
)
def test_the_few_left_over_take_an_answer_with_them(
    parts: tuple[tuple[int, ...], ...], shown: int
) -> None:
    for part in side_by_side(*parts):
        table = part.table("q")
        cells = [cell.shown for cell in table.groups[0].cells] if table else []
        assert sum(each is not None for each in cells) == shown


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 3), min_size=2, max_size=4))
def test_an_answer_is_shown_for_every_part_or_for_none(parts: list[tuple[int, ...]]) -> None:
    tables = [part.table("q") for part in side_by_side(*parts)]
    if None in tables:
        assert tables == [None] * len(parts)
        return
    for row in range(3):
        cells = [table.groups[0].cells[row].shown for table in tables if table]
        small = any(part[row] < SMALLEST for part in parts)
        assert cells == [None] * len(parts) or (not small and None not in cells)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_every_part_is_large_enough_and_holds_each_value_once(people: dict[str, int]) -> None:
    parts = divided(people, SMALLEST)
    assert len(parts) != 1
    assert all(sum(people[name] for name in part) >= SMALLEST for part in parts)
    if parts:
        assert sorted(itertools.chain(*parts)) == sorted(name for name in people if people[name])


@given(st.integers(8, 400), st.integers(8, 400))
def test_a_percentage_comes_from_the_rounded_numbers_alone(one: int, other: int) -> None:
    table = table_of(tally((one, other)), SMALLEST)
    again = Table("q", "single", table.text, table.answered, False, table.groups, table.at_least)
    shares = [table.percent(cell) for cell in table.groups[0].cells]
    assert shares == [again.percent(cell) for cell in again.groups[0].cells]
    for share, cell in zip(shares, table.groups[0].cells, strict=True):
        assert share is not None
        assert cell.shown is not None
        assert table.answered is not None
        assert abs(share - min(100, 100 * cell.shown / table.answered)) <= 0.5


def test_what_is_hidden_has_no_percentage() -> None:
    hidden = table_of(tally((30, 3)), SMALLEST)
    assert [hidden.percent(cell) for cell in hidden.groups[0].cells] == [None, None]
    none = Table("q", "single", Localized("", ""), None, True, (Group(Localized("", ""), ()),))
    assert none.percent(Cell("a", Localized("", ""), 10)) is None


def spoken(app: Application) -> None:
    """About thirty on the web and twenty on paper say the same two things, some nothing."""
    for channel in (Channel.WEB, Channel.PAPER):
        told(app, 9, channel=channel, vart="1")
    for channel, lang, high, low in (
        (Channel.WEB, "sv", 10, 20),
        (Channel.PAPER, "sv", 9, 11),
        (Channel.WEB, "en", 3, 1),
        (Channel.PHONE, "sv", 2, 0),
    ):
        told(app, high, channel=channel, lang=lang, litar="4", kommun="umea")
        told(app, low, channel=channel, lang=lang, litar="2", kommun="umea")


def test_the_page_compares_what_was_released(app_on_both: Application, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    spoken(app)
    eva, aino = signed_in(app, cast.coordinator), signed_in(app, cast.host)
    assert released(eva).status_code == 303
    page = aino.get(f"/en{BASE[3:]}/?by=channel").text
    assert "The web" in page
    assert "Paper and Telephone" in page
    assert "not shown" in page
    for by in ("", "lang", "voice", "x", "channel'", "\x00"):
        assert aino.get(f"{BASE}/", query_string={"by": by}).status_code == 200
    data = json.loads(aino.get(f"{BASE}/tabeller.json").data)
    (channel,) = [each for each in data["comparisons"] if each["by"] == "channel"]
    assert [part["values"] for part in channel["parts"]] == [["web"], ["paper", "phone"]]
    (asked,) = [each for each in channel["parts"][0]["tables"] if each["key"] == "litar"]
    shown = {cell["id"]: cell["shown"] for group in asked["groups"] for cell in group["cells"]}
    assert (shown["2"], shown["4"], shown["5"]) == (20, 15, None)
    assert "kommun" not in json.dumps(data["comparisons"])


def test_a_comparison_stands_still_between_releases(app: Application, cast: Cast) -> None:
    spoken(app)
    eva = signed_in(app, cast.coordinator)
    released(eva)
    before = json.loads(eva.get(f"{BASE}/tabeller.json").data)["comparisons"]
    told(app, 8, channel=Channel.WEB, litar="4")
    assert released(eva).status_code == 303
    after = json.loads(eva.get(f"{BASE}/tabeller.json").data)["comparisons"]
    paper = [
        next(each for each in found if each["by"] == "channel")["parts"][1]
        for found in (before, after)
    ]
    assert paper[0]["tables"] == paper[1]["tables"]
    assert before != after


def test_programs_get_what_the_public_report_shows_and_only_then(
    app: Application, cast: Cast
) -> None:
    anybody = app.test_client(use_cookies=False)
    spoken(app)
    released(signed_in(app, cast.coordinator))
    assert anybody.get(f"{FIGURES}.json").status_code == 404
    published_report(app, cast.dialogue, cast.coordinator)
    for address in (f"{FIGURES}.xml", "/api/dialog/finns-inte/resultat.json"):
        assert anybody.get(address).status_code == 404
    found = anybody.get(f"{FIGURES}.json")
    assert found.status_code == 200
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in found.headers
    again = anybody.get(f"{FIGURES}.json", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304
    told_here = json.loads(signed_in(app, cast.coordinator).get(f"{BASE}/tabeller.json").data)
    assert {name: found.json[name] for name in told_here} == told_here
    assert found.json["form"] == "viktigt-for-dig figures 1"
    csv = anybody.get(f"{FIGURES}.csv")
    assert csv.data.startswith("\ufeff".encode())
    with app.app_context():
        assert session().is_active


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_figures_can_only_be_read(app: Application, cast: Cast, method: str) -> None:
    client = app.test_client(use_cookies=False)
    assert getattr(client, method)(f"{FIGURES}.json").status_code in (400, 403, 405)
