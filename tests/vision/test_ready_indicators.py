"""Ready-made indicators say what their document says; a broken file says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.vision.frames import load_frames
from dialogue.vision.indicators import Unit, load_indicators
from dialogue.vision.tables import VisionError

ONE = """
[[indicator]]
key = "vantetid"
text = { sv = "Väntetid", en = "Waiting time" }
about = { sv = "Dagar till besök.", en = "Days to a visit." }
unit = "days"
better = "lower"
node = "framtidsbild/tillgänglighet"
source = { file = "rapport.txt", quote = "I snitt nio dagar.", title = "Rapporten" }
"""


def test_the_shipped_ones_say_what_the_report_says() -> None:
    found = load_indicators(load_frames())
    doctor, index = found["fast_lakarkontakt"], found["kontinuitetsindex"]
    told = [(each.period, each.place, each.value) for each in doctor.values]
    assert told == [("2024-01", "Västerbotten", 10), ("2026-04", "Västerbotten", 20)]
    for words in ("10 procent", "januari 2024", "20 procent", "april 2026"):
        assert words in doctor.source.quote.lower()
    assert index.unit == Unit.INDEX and not index.values
    assert "Indexvärdena varierar från 0" in index.source.sentence
    assert {each.source.file for each in found.values()} == {"001_e8974fd8f29e9655.txt"}


def test_a_region_ships_its_own(tmp_path: Path) -> None:
    (tmp_path / "egna.toml").write_text(ONE, encoding="utf-8")
    found = load_indicators(load_frames(), tmp_path)
    assert list(found)[-1] == "vantetid" and len(found) == 3


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('unit = "days"', 'unit = "years"', "must be one of"),
        ('better = "lower"', 'better = "up"', "must be one of"),
        ("framtidsbild/tillgänglighet", "framtidsbild/finns_inte", "no node of a frame"),
        ('key = "vantetid"', 'key = "fast_lakarkontakt"', "another indicator has already"),
        ('title = "Rapporten"', 'titel = "Rapporten"', "not known here"),
        ('better = "lower"', 'better = "lower"\nvalue = [{ period = "24" }]', "write a year"),
        (
            'better = "lower"',
            'better = "lower"\nvalue = [{ period = "2024", place = "X", value = -1 }]',
            "no value that its unit allows",
        ),
    ],
)
def test_a_broken_file_says_what_is_wrong(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    (tmp_path / "egna.toml").write_text(ONE.replace(was, becomes), encoding="utf-8")
    with pytest.raises(VisionError, match=said):
        load_indicators(load_frames(), tmp_path)
