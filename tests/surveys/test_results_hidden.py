"""No small group can be worked out from what is shown."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from typing import Any

import pytest
from flask import render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dialogue.app import Application
from dialogue.ground.clock import now
from surveys.results.files import as_rows
from surveys.results.shown import Results, Table, published, table_of
from surveys.results.tallies import Tallies, Tally
from tests.surveys.results_pages import SMALLEST, numbers, printed, tally


@pytest.mark.parametrize(("cells", "most"), [(1, 60), (2, 34), (3, 23), (4, 14)])
def test_no_small_cell_can_be_told_from_all_tables_that_look_the_same(
    cells: int, most: int
) -> None:
    """Somebody who knows the rules and tries every table is left with several answers."""
    alike: dict[tuple[Any, ...], list[set[int]]] = defaultdict(
        lambda: [set() for _ in range(cells)]
    )
    for counts in itertools.product(range(most), repeat=cells):
        behind = alike[numbers(table_of(tally(list(counts)), SMALLEST))]
        for place, count in enumerate(counts):
            behind[place].add(count)
    told_apart = [
        (seen, values)
        for seen, behind in alike.items()
        for values in behind
        if max(values) < SMALLEST and len(values) < SMALLEST // 2
    ]
    assert not told_apart


def bounds(table: Table, *, total: int | None) -> list[tuple[float, float]]:
    """What linear programming tells of each hidden cell; ``total`` is rounded to five."""
    shown = [cell.shown for group in table.groups for cell in group.cells]
    limits = [(0, 7) if n is None else (max(8, n - 2), n + 2) for n in shown]
    rows = None if total is None else [[1.0] * len(shown), [-1.0] * len(shown)]
    most = None if total is None else [total + 2, 2 - total]
    found = []
    for place, value in enumerate(shown):
        if value is None:
            goal = [float(place == each) for each in range(len(shown))]
            ends = [
                linprog([sign * g for g in goal], rows, most, bounds=limits) for sign in (1, -1)
            ]
            assert all(end.success for end in ends)
            found.append((ends[0].fun, -ends[1].fun))
    return found


@settings(max_examples=500, deadline=None)
@given(st.lists(st.integers(0, 120), min_size=2, max_size=9))
def test_linear_programming_finds_no_small_cell(counts: list[int]) -> None:
    table = table_of(tally(counts), SMALLEST)
    total = None if table.at_least else table.answered
    for low, high in bounds(table, total=total):
        assert round(high) - round(low) == 7, counts


def test_the_attack_would_find_a_cell_if_the_total_were_rounded_by_itself() -> None:
    """12, 12, 12 and 7: each rounds to 10, the total to 45, and 45 less 3 times 12 is 7."""
    table = table_of(tally([12, 12, 12, 7]), SMALLEST)
    assert bounds(table, total=45) == [(7.0, 7.0)]
    assert (table.answered, table.at_least) == (30, True)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_page_picture_table_file_and_json_show_the_same_and_nothing_small(
    data: st.DataObject,
) -> None:
    counts = data.draw(
        st.lists(st.lists(st.integers(0, 40), min_size=5, max_size=5), min_size=1, max_size=4)
    )
    page_app = PAGES["app"]
    whole = published(
        Tallies(
            max(sum(each) for each in counts),
            tuple(
                Tally(f"q{n}", t.question, t.answered, t.counts)
                for n, t in enumerate(tally(each) for each in counts)
            ),
            {"web": max(sum(each) for each in counts)},
        ),
        SMALLEST,
    )
    whole = Results.of(json.loads(json.dumps(whole.as_dict())), now())
    drawn = [
        f'{{% from "results/{file}.html" import {name} with context %}}{{{{ {name}({what}) }}}}'
        for file, name, what in (
            ("public", "survey_results", "results"),
            ("tables", "result_tables", "results.tables, 8"),
        )
    ]
    with page_app.test_request_context("/sv/"):
        pages = [render_template_string(each, results=whole) for each in drawn]
    allowed = {str(n) for n in range(10, 400, 5)}
    for page in pages:
        for number in printed(page):
            shown = re.sub(r"[\s\u00a0]", "", number)
            assert shown in allowed or shown == "färreän8" or "fewer" in shown, number
        widths = re.findall(r'<svg width="([0-9.]+)%', page)
        assert all(float(width) > 0 for width in widths)
    for row in as_rows(whole).rows():
        assert row[8] == "<8" or int(row[8]) in range(10, 400, 5)
        assert row[9] in ("<8", "-") or int(str(row[9]).lstrip("≥")) in range(10, 800, 5)


PAGES: dict[str, Application] = {}


@pytest.fixture(autouse=True)
def _pages(app: Application) -> None:
    PAGES["app"] = app
