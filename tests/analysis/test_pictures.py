"""Pictures that may be shown to anybody: no number in them, nor in their files, tells too much."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from dialogue.app import Application
from dialogue.ground.db import session
from tests.conftest import Cast, signed_in
from tests.stage import gather, tell

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(app: Application, cast: Cast) -> Application:
    """Themes of 23, 12 and 5 stories; only the first may be told apart."""
    with app.app_context():
        for name, count in (("Stort", 23), ("Mellan", 12), ("Litet", 5)):
            gather(
                cast.dialogue, name, tell(cast.dialogue, [f"{name} {n} ord" for n in range(count)])
            )
        session().commit()
    return app


def test_the_page_rounds_and_hides(drawn: Application, cast: Cast) -> None:
    page = signed_in(drawn, cast.coordinator).get(f"/en/arbetsrum/{cast.dialogue}/bilder").text
    shown = [int(n) for n in re.findall(r'<td class="n">(\d+)</td>', page)]
    assert shown
    assert all(n % 5 == 0 for n in shown)
    assert "fewer than 8" in page
    assert "1 theme has too few tellers" in page
    assert page.count("<table") == 3


@pytest.mark.parametrize("name", ["triangle", "sizes", "trend"])
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
    assert not re.search(r"\b(23|12)\b", words)
    if name != "trend":
        assert "Stort" in words
    if name == "triangle":
        assert "Litet" not in words
    png = client.get(address + "&as=png")
    assert png.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(png.data) > 3_000


def test_no_other_picture_is_given(drawn: Application, cast: Cast) -> None:
    client = signed_in(drawn, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}/bilder/fil"
    assert client.get(f"{base}?picture=../../base&as=svg").status_code == 404
    assert client.get(f"{base}?picture=sizes&as=exe").status_code == 404
