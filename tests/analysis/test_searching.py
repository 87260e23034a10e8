"""Stories are found by their words in both languages, the same ones on both databases."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from analysis.models import StoryIndex
from analysis.stories.groups import groups_of
from analysis.stories.listing import Asked, listed
from analysis.stories.searching import Part, around, index_missing, marked
from dialogue.app import Application
from dialogue.ground.clock import today
from dialogue.ground.db import session, truncate_wal
from dialogue.voices.erasure import withdraw
from dialogue.voices.models import Channel, Story, Voice
from dialogue.voices.receipts import receipts
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, tell

TOLD = (
    "Jag väntade i telefonen hela morgonen.",
    "Telefonerna är alltid upptagna, och ingen ringer tillbaka.",
    "They never picked up the phone while I was waiting.",
    "Bussarna går två gånger om dagen. Det är långt till läkarna.",
    "The doctors listened, and the waits were short.",
    "Vägen är hal. Väghållningen fungerar inte i byn.",
)
FOUND = {
    "telefon": {0, 1},
    "telefonerna väntar": {0},
    "wait": {2, 4},
    "Phones": {2},
    "läkare": {3},
    "doctor listening": {4},
    "vagen": set(),
    "vägarna": {5},
    "buss ELLER": set(),
    "i": set(),
    '"vänta" * NEAR(': set(),
    "vänta": {0},
}


def found(slug: str, **asked: str) -> set[int]:
    """The numbers of the stories that are listed."""
    key = dialogue_of(slug).id
    shown = listed(session(), key, Asked.of(asked), 1, 100, groups_of(session(), key, 8))
    return {TOLD.index(story.text) for story in shown.stories if story.text in TOLD}


def test_the_same_stories_are_found_on_both_databases(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    slug = cast_on_both.dialogue
    with app_on_both.app_context():
        tell(slug, TOLD[:2] + TOLD[3:4] + TOLD[5:])
        tell(slug, (TOLD[2], TOLD[4]), lang="en")
        assert index_missing(session()) == len(TOLD)
        assert index_missing(session()) == 0
        for asked, expected in FOUND.items():
            assert found(slug, words=asked) == expected, asked


def test_hits_are_marked_in_either_language() -> None:
    assert marked("Jag väntade. Väntar!", "vänta") == [
        Part("Jag ", False), Part("väntade", True), Part(". ", False),
        Part("Väntar", True), Part("!", False),
    ]  # fmt: skip
    assert [part.text for part in marked("Phones rang.", "phone") if part.hit] == ["Phones"]
    long = "ord " * 400 + "telefonen ringde " + "mer " * 400
    cut = around(long, "telefon")
    assert sum(len(part.text) for part in cut) <= 602
    assert [part.text for part in cut if part.hit] == ["telefonen"]
    assert "".join(part.text for part in marked(long, "telefon")) == long


def test_a_changed_story_is_found_by_its_new_words_only(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    slug = cast_on_both.dialogue
    with app_on_both.app_context():
        (story,) = tell(slug, [TOLD[0]])
        index_missing(session())
        story.text = TOLD[3]
        session().flush()
        assert found(slug, words="telefon") == set()
        index_missing(session())
        assert found(slug, words="buss") == {3}
        assert found(slug, words="telefon") == set()


def test_a_withdrawn_story_leaves_the_index_and_its_words_the_file(
    app_on_both: Application, cast_on_both: Cast, tmp_path: Path
) -> None:
    """E08."""
    from tests.survey import answer

    canary = "kanariefågelsträdet"
    code = answer(
        app_on_both.test_client(use_cookies=False), text=f"Jag såg ett {canary} i väntrummet."
    )
    with app_on_both.app_context():
        index_missing(session())
        session().commit()
        key = dialogue_of(cast_on_both.dialogue).id
        groups = groups_of(session(), key, 8)
        shown = listed(session(), key, Asked(words=canary), 1, 9, groups)
        assert shown.total == 1
        assert withdraw(session(), code, receipts(), today())
        session().commit()
        truncate_wal()
        assert session().scalar(select(func.count()).select_from(StoryIndex)) == 0
        if session().get_bind().dialect.name == "sqlite":
            left = session().scalar(text("SELECT count(*) FROM story_words"))
            assert left == 0
            session().commit()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            assert canary.encode() not in held, file
            assert "kanariefågel".encode() not in held, file


@pytest.fixture
def forty(app_on_both: Application, cast_on_both: Cast) -> str:
    """Forty stories, five of them on paper and one of those told by a relative."""
    with app_on_both.app_context():
        stories = tell(cast_on_both.dialogue, [f"Berättelse {n} om telefonen." for n in range(40)])
        for story in stories[:5]:
            story.contribution.channel = Channel.PAPER
        for story in stories[5:20]:
            story.contribution.voice = Voice.RELATIVE
        session().commit()
    return cast_on_both.dialogue


def test_a_group_smaller_than_the_smallest_is_neither_offered_nor_shown(
    app_on_both: Application, cast_on_both: Cast, forty: str
) -> None:
    """E05: neither words nor the desk lead past the rule."""
    client = signed_in(app_on_both, cast_on_both.coordinator)
    base = f"/en/arbetsrum/{forty}/berattelser"
    page = client.get(f"{base}?words=telefonen").text
    assert page.count("<figure") == 20
    assert 'value="paper"' not in page
    assert 'value="relative"' in page
    for narrowed in ("channel=paper", "channel=paper&words=telefonen", "channel=paper&desk=read"):
        few = client.get(f"{base}?{narrowed}").text
        assert "<figure" not in few, narrowed
        assert "Fewer than 8" in few
    assert client.get(f"{base}?voice=relative").text.count("<figure") == 15
    assert client.get(f"{base}?voice=relative&words=7").text.count("<figure") == 1


def test_stories_are_read_one_after_another_in_the_list_that_was_asked_for(
    app_on_both: Application, cast_on_both: Cast, forty: str
) -> None:
    import re

    client = signed_in(app_on_both, cast_on_both.coordinator)
    with app_on_both.app_context():
        key = dialogue_of(forty).id
        mine = select(Story.id).where(Story.dialogue_id == key).order_by(Story.id.desc())
        expected = list(session().scalars(mine))
    address = f"/en/arbetsrum/{forty}/berattelser/{expected[0]}?words=telefonen"
    seen: list[uuid.UUID] = []
    while True:
        page = client.get(address).text
        seen.append(uuid.UUID(re.search(r"berattelser/([0-9a-f-]{36})", address).group(1)))  # type: ignore[union-attr]
        assert "<mark>telefonen</mark>" in page
        following = re.search(r'rel="next" href="([^"#]+)', page)
        if following is None:
            break
        address = following.group(1).replace("&amp;", "&")
    assert seen == expected
