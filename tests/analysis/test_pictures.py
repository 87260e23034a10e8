"""Pictures that may be shown to anybody: no number in them, nor in their files, tells too much."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.board.pictures import MOST_MARKS, MOST_MONTHS, Pictures, pictures_of, steps_of
from analysis.models import Theme
from analysis.themes.figures import count_anew
from analysis.themes.showing import ThemeRow
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import gather, tell

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("triangle", "sizes", "trend", "areas")


def row(
    name: str,
    months: Mapping[str, int],
    areas: Mapping[str, int] | None = None,
    *,
    tellers: int | None = None,
    tied: tuple[float, float, float] = (0.6, 0.2, 0.1),
) -> ThemeRow:
    """A theme with so many stories in each month, told from these areas."""
    size = sum(months.values())
    gave = size if tellers is None else tellers
    return ThemeRow(
        theme=Theme(proposed_sv=name, proposed_en=name, given_sv="", given_en=""),
        size=size, also=0, languages={}, areas=dict(areas or {}), tellers=gave,
        months={month: count for month, count in months.items() if count},
        told=(5.0 * gave, 3.0 * gave, 2.0 * gave), tied=tied, few=size < 8, mood=None,
    )  # fmt: skip


def shown_in(pictures: Pictures) -> tuple[Any, ...]:
    """Every number of the pictures, and what it is a number of."""
    return (
        tuple((bar.number, bar.value) for bar in pictures.sizes),
        pictures.steps,
        tuple((trend.numbers, tuple(trend.cells)) for trend in pictures.trends),
        tuple((area.text, area.value) for area in pictures.areas),
        tuple((mark.number, mark.count, mark.teller) for mark in pictures.triangle),
    )


def numbers_in(pictures: Pictures) -> list[int]:
    """Every number of stories that the pictures show."""
    sizes = [bar.value for bar in pictures.sizes if bar.value is not None]
    spans = [span.shown for trend in pictures.trends for span in trend.spans]
    marks = [mark.count for mark in pictures.triangle]
    return sizes + spans + marks + [area.value for area in pictures.areas]


def narrowed(
    worlds: Iterable[tuple[Mapping[str, int], Any]], smallest: int
) -> list[tuple[str, set[int], Any]]:
    """What somebody who knows the rule, and every world there is, can narrow down.

    Each world is what is true, by name, and what is shown of it. A number under ``smallest`` that
    is not zero must share what is shown with worlds where it is something else, and the least and
    the most that it may be must lie as far apart as when only ``fewer than`` is said of it.
    """
    possible: dict[Any, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    every = list(worlds)
    for truth, shown in every:
        for name, number in truth.items():
            possible[shown][name].add(number)
    return [
        (name, values, shown)
        for truth, shown in every
        for name, number in truth.items()
        if 0 < number < smallest
        and max(values := possible[shown][name]) - min(values) < smallest - 2
    ]


def test_a_month_is_not_what_a_theme_has_left() -> None:
    """12, 12, 12 and 7: with the theme's size and three months shown, the fourth was exactly 7."""
    months = {"2026-05": 12, "2026-06": 12, "2026-07": 12, "2026-08": 7}
    pictures = pictures_of([row("Bussen", months)], 8)
    (trend,) = pictures.trends
    assert [pictures.when(span) for span in trend.spans] == [
        "2026-05", "2026-06", "2026-07–2026-08",
    ]  # fmt: skip
    assert [span.shown for span in trend.spans] == [10, 10, 20]


def test_a_small_theme_is_in_no_picture_but_as_a_name() -> None:
    large = {"2026-05": 12, "2026-06": 12}
    with_it = pictures_of([row("Stort", large), row("Litet", {"2026-05": 7}, {"Umeå": 7})], 8)
    without = pictures_of([row("Stort", large)], 8)
    assert with_it.sizes[1].value is None
    assert shown_in(with_it)[1:] == shown_in(without)[1:]


def divisions(most: int, parts: int) -> list[tuple[int, ...]]:
    """Every way in which up to ``most`` stories can be spread over so many months or places.

    ``most`` is the largest number that is shown as it is, so that none of the worlds that look
    alike is left out.
    """
    return [each for each in itertools.product(range(most + 1), repeat=parts) if sum(each) <= most]


@pytest.mark.parametrize(
    ("themes", "parts", "most", "smallest"),
    [(2, 3, 7, 3), (2, 3, 7, 4), (2, 2, 12, 4), (1, 4, 12, 5)],
)
def test_whoever_knows_the_rule_cannot_tell_how_few_came_when(
    themes: int, parts: int, most: int, smallest: int
) -> None:
    months = [f"2026-{month:02}" for month in range(1, parts + 1)]

    def worlds() -> Iterable[tuple[Mapping[str, int], Any]]:
        for counts in itertools.product(divisions(most, parts), repeat=themes):
            spread = [dict(zip(months, each, strict=True)) for each in counts]
            rows = [row(str(number), each) for number, each in enumerate(spread)]
            truth = {f"{n} {month}": spread[n][month] for n in range(themes) for month in months}
            truth |= {month: sum(each[month] for each in spread) for month in months}
            truth |= {f"{n}": sum(each.values()) for n, each in enumerate(spread)}
            yield truth, shown_in(pictures_of(rows, smallest))

    assert narrowed(worlds(), smallest) == []


@pytest.mark.parametrize(("most", "smallest"), [(7, 3), (7, 4)])
def test_nor_how_few_were_told_from_a_place(most: int, smallest: int) -> None:
    """Two themes, each told from two places and from nowhere."""
    places = ("Umeå", "Luleå", "")

    def worlds() -> Iterable[tuple[Mapping[str, int], Any]]:
        for counts in itertools.product(divisions(most, 3), repeat=2):
            spread = [dict(zip(places, each, strict=True)) for each in counts]
            rows = [
                row(
                    str(number),
                    {"2026-01": sum(each.values())},
                    {place: count for place, count in each.items() if place and count},
                )
                for number, each in enumerate(spread)
            ]
            large = [each for each in spread if sum(each.values()) >= smallest]
            truth = {place: sum(each[place] for each in large) for place in places}
            truth |= {f"{n} {place}": spread[n][place] for n in range(2) for place in places}
            yield truth, shown_in(pictures_of(rows, smallest))

    assert narrowed(worlds(), smallest) == []


spread = st.dictionaries(
    st.sampled_from([f"2026-{month:02}" for month in range(1, 10)]),
    st.integers(1, 30),
    min_size=1,
)


@given(st.lists(spread, min_size=1, max_size=30), st.sampled_from([3, 5, 8, 10]))
def test_every_cell_is_large_enough_and_every_story_in_one(
    themes: list[dict[str, int]], smallest: int
) -> None:
    rows = sorted(
        (row(str(number), months) for number, months in enumerate(themes)),
        key=lambda row: -row.size,
    )
    pictures = pictures_of(rows, smallest)
    large = {number for number, each in enumerate(rows, 1) if each.size >= smallest}
    assert all(number % 5 == 0 and number >= smallest for number in numbers_in(pictures))
    assert [mark.number for mark in pictures.triangle] == sorted(large)
    if len(pictures.steps) < 2:
        return
    told = [number for trend in pictures.trends for number in trend.numbers]
    assert sorted(told) == sorted(large)
    for trend in pictures.trends:
        months = Counter[str]()
        for number in trend.numbers:
            months.update(rows[number - 1].months)
        held = [sum(months[step] for step in pictures.steps[a : b + 1]) for a, b, _n in trend.cells]
        assert sum(held) == months.total()
        assert min(held) >= smallest
        assert [first for first, *_ in trend.cells][1:] == [
            last + 1 for _first, last, _n in trend.cells
        ][:-1]


def test_every_theme_is_drawn_and_what_is_not_is_counted() -> None:
    rows = [row(f"Tema {n}", {"2026-05": 30, "2026-06": 80 - n}) for n in range(70)]
    rows += [row("Utan plats", {"2026-05": 9}, tellers=0, tied=(0, 0, 0)), row("L", {"2026-05": 3})]
    pictures = pictures_of(rows, 8)
    assert len(pictures.sizes) == 72
    assert len(pictures.triangle) == MOST_MARKS
    assert (pictures.beyond, pictures.unplaced, pictures.hidden) == (10, 1, 1)
    assert sum(len(trend.numbers) for trend in pictures.trends) == 71


def test_without_points_the_triangle_shows_the_machine_alone() -> None:
    pictures = pictures_of([row("Bussen", {"2026-05": 20}, tellers=7)], 8)
    assert pictures.triangle[0].teller is None
    assert pictures.triangle[0].machine == (7, 2, 1)
    assert pictures.untold == 1


def test_many_months_are_told_by_year() -> None:
    assert steps_of({"2025-11", "2026-02"}) == ("2025-11", "2025-12", "2026-01", "2026-02")
    assert len(steps_of({"2024-01", "2025-12"})) == MOST_MONTHS
    assert steps_of({"2024-01", "2026-01"}) == ("2024", "2025", "2026")
    assert steps_of(set()) == ()


def spread_out(stories: Sequence[Story], months: Sequence[str]) -> None:
    """Let the stories have come in these months, in turn."""
    for number, story in enumerate(stories):
        month = months[number % len(months)]
        story.contribution.received_on = story.contribution.received_on.fromisoformat(f"{month}-15")


@pytest.fixture
def drawn(app: Application, cast: Cast) -> Application:
    """Themes of 23, 12 and 5 stories; only the first may be told apart."""
    with app.app_context():
        for name, count in (("Stort", 23), ("Mellan", 12), ("Litet", 5)):
            stories = tell(cast.dialogue, [f"{name} {n} ord" for n in range(count)])
            spread_out(stories, ("2026-05", "2026-06"))
            for story in stories:
                story.area = "Umeå" if len(story.text) % 2 else "Luleå"
            theme = gather(cast.dialogue, name, stories)
        count_anew(session(), theme.dialogue_id)
        session().commit()
    return app


def test_the_page_rounds_and_hides(drawn: Application, cast: Cast) -> None:
    page = signed_in(drawn, cast.coordinator).get(f"/en/arbetsrum/{cast.dialogue}/bilder").text
    shown = [int(n) for n in re.findall(r'<td class="n">(\d+)</td>', page)]
    assert shown
    assert all(n % 5 == 0 for n in shown)
    assert "fewer than 8" in page
    assert "1 theme has too few stories" in page
    assert page.count("<table") == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_file_stands_alone_and_tells_no_more(drawn: Application, cast: Cast, name: str) -> None:
    client = signed_in(drawn, cast.coordinator)
    address = f"/en/arbetsrum/{cast.dialogue}/bilder/fil?picture={name}"
    answer = client.get(address + "&as=svg")
    assert answer.mimetype == "image/svg+xml"
    root = ET.fromstring(answer.data)
    assert root.find(f"{SVG}title") is not None
    told = root.find(f"{SVG}desc")
    assert told is not None
    assert told.text
    assert not [each for each in root.iter() if each.tag in (f"{SVG}script", f"{SVG}image")]
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    words = told.text + " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert not re.search(r"\b(23|12|11)\b", words)
    if name != "areas":
        assert "Stort" in words
    if name != "sizes":
        assert "Litet" not in words
    png = client.get(address + "&as=png")
    assert png.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(png.data) > 3_000


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_and_the_files_say_the_same(drawn: Application, cast: Cast, language: str) -> None:
    """Each row of a picture's table stands in the file's description, which says no more."""
    client = signed_in(drawn, cast.coordinator)
    base = f"/{language}/arbetsrum/{cast.dialogue}/bilder"
    tables = re.findall(r"<table>.*?</table>", client.get(base).text, re.S)
    for name, table in zip(NAMES, tables, strict=True):
        root = ET.fromstring(client.get(f"{base}/fil?picture={name}&as=svg").data)
        told = root.findtext(f"{SVG}desc") or ""
        rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
        assert all(head in told for head, _cells in rows)
        numbers = re.findall(r'<td class="n">(\d+)</td>', table)
        assert numbers
        assert re.findall(r"(?:: |about |ungefär )(\d+)\b(?![-–])", told) == numbers


def test_stories_without_points_have_the_machines_marks(app: Application, cast: Cast) -> None:
    with app.app_context():
        stories = tell(cast.dialogue, [f"Bussen {n} kom" for n in range(15)], points={})
        gather(cast.dialogue, "Bussen", stories)
        session().commit()
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}"
    page = client.get(f"{room}/bilder").text
    triangle = page.split('id="tri-t"')[1].split("</section>")[0]
    assert 'class="t1 hol"' in triangle
    assert "för få" in triangle
    assert "Berättarnas poäng visas inte" in triangle
    told = client.get(f"{room}/bilder/fil?picture=triangle&as=svg").text
    assert "maskinen 7–2–1" in told
    assert "berättarna" not in told.split("<desc")[1].split("</desc>")[0]


def test_no_other_picture_is_given(drawn: Application, cast: Cast) -> None:
    client = signed_in(drawn, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}/bilder/fil"
    assert client.get(f"{base}?picture=../../base&as=svg").status_code == 404
    assert client.get(f"{base}?picture=sizes&as=exe").status_code == 404


def test_a_picture_of_nothing_is_not_given(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    for name in NAMES:
        address = f"/sv/arbetsrum/{cast.dialogue}/bilder/fil?picture={name}&as=png"
        assert client.get(address).status_code == 404
