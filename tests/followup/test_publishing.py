"""Publishing: only what was signed, read and permitted, frozen under a seal."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from analysis.models import Theme
from analysis.signing.signing import sign_theme
from dialogue.app import Application
from dialogue.followup.models import Publication, PublishedQuote, PublishedStory
from dialogue.followup.publishing import digest_of, propose
from dialogue.followup.rounds import waive_round
from dialogue.followup.signed import SignedQuote, SignedTheme
from dialogue.ground.clock import today
from dialogue.ground.db import db, session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.voices.models import DeskState, Story, Use
from tests.conftest import Cast, signed_in
from tests.followup.stage import words_of
from tests.racing import post_at_once
from tests.stage import dialogue_of, forged_free, gather, publish_at_once, tell, user_of

EVERY = (Use.ANALYSIS, Use.QUOTE)


def texts(word: str, number: int) -> list[str]:
    return [f"{word}: en berättelse, den {each} i raden." for each in range(number)]


def publish_now(cast: Cast) -> Publication:
    return publish_at_once(cast.dialogue, cast.coordinator)


def test_only_signed_themes_are_published(app_on_both: Application, cast_on_both: Cast) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts("Väntan", 9)), signed=True)
        gather(cast.dialogue, "Osignerat", tell(cast.dialogue, texts("Osignerat", 9)))
        publish_now(cast)
        session().commit()
    page = app_on_both.test_client().get("/sv/dialog/vad-ar-viktigt/resultat").text
    assert "Väntan" in page
    assert "Osignerat" not in page


def test_nothing_signed_is_nothing_published(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        stories = tell(cast_on_both.dialogue, texts("Väntan", 9))
        gather(cast_on_both.dialogue, "Väntan", stories)
        session().commit()
    client = signed_in(app_on_both, cast_on_both.coordinator)
    refused = client.post(
        f"/sv/arbetsrum/{cast_on_both.dialogue}/publicera",
        data={"csrf_token": forged_free(client, app_on_both)},
    )
    assert refused.status_code == 409
    assert client.get("/sv/dialog/vad-ar-viktigt/resultat").status_code == 404


@pytest.mark.parametrize(
    ("desk", "uses", "quoted"),
    [
        (DeskState.READ, EVERY, True),
        (DeskState.WAITING, EVERY, False),
        (DeskState.HELD, EVERY, False),
        (DeskState.READ, (Use.ANALYSIS,), False),
        (DeskState.READ, (Use.ANALYSIS, Use.RESEARCH, Use.OPEN_DATA), False),
    ],
)
def test_words_are_published_only_when_read_and_permitted(
    app_on_both: Application, cast_on_both: Cast, desk: DeskState, uses: Sequence[Use], quoted: bool
) -> None:
    """E07."""
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9), desk=desk, uses=uses)
        gather(cast.dialogue, "Väntan", stories, quotes=3, signed=True)
        publication = publish_now(cast)
        session().commit()
        found = session().scalars(select(PublishedQuote)).all()
        assert len(found) == (3 if quoted else 0)
        for quote in found:
            assert (
                quote.text == session().get_one(Story, quote.story_id).text[quote.start : quote.end]
            )
        assert publication.number == 1
    page = app_on_both.test_client().get("/sv/dialog/vad-ar-viktigt/resultat").text
    assert ("Ljus: en" in page) == quoted


def test_a_forced_quote_is_refused(app_on_both: Application, cast_on_both: Cast) -> None:
    """E07: below the reading room, too."""
    cast = cast_on_both
    with app_on_both.app_context():
        (unread,) = tell(cast.dialogue, ["Ingen har läst detta."], desk=DeskState.WAITING)
        words = hashlib.sha256(unread.text[:10].encode()).hexdigest()
        forced = SignedTheme(
            uuid.uuid4(), Localized("T", "T"), 1, {}, 0, {},
            (SignedQuote(unread, 0, 10, words),), "", today(),
        )  # fmt: skip
        with pytest.raises(Refusal):
            propose(session(), dialogue_of(cast.dialogue), [forced], smallest=8)


def test_a_hidden_quote_is_not_published(app_on_both: Application, cast_on_both: Cast) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        theme = gather(cast.dialogue, "Väntan", stories, quotes=3, signed=True)
        hidden = theme.quotes[1].story_id
        key, quote = theme.id, theme.quotes[1].id
        session().commit()
    client = signed_in(app_on_both, cast.coordinator)
    token = {"csrf_token": forged_free(client, app_on_both)}
    client.post(f"/sv/arbetsrum/{cast.dialogue}/tema/{key}/citat/{quote}", data=token)
    with app_on_both.app_context():
        theme = session().get_one(Theme, key)
        assert not theme.signed
        sign_theme(session(), theme, by=user_of(cast.reviewer))
        publish_now(cast)
        session().commit()
        found = session().scalars(select(PublishedQuote.story_id)).all()
        assert len(found) == 2
        assert hidden not in found


def test_a_quote_that_was_changed_in_its_story_stops_the_publication(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        gather(cast.dialogue, "Väntan", stories, signed=True)
        stories[0].text = "Andra ord än de som någon läste och lät stå."
        session().flush()
        with pytest.raises(Refusal, match="Väntan"):
            publish_now(cast)


def test_counts_are_rounded_and_small_ones_hidden(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E03: in the snapshot itself, on the page, and nowhere else on the page."""
    cast = cast_on_both
    with app_on_both.app_context():
        for name, number in (("Stort", 23), ("Litet", 7), ("Gräns", 8)):
            gather(cast.dialogue, name, tell(cast.dialogue, texts(name, number)), signed=True)
        snapshot = publish_now(cast).snapshot
        session().commit()
    sizes = {theme["name"]["sv"]: theme["size"] for theme in snapshot["themes"]}
    assert sizes == {"Stort": 25, "Litet": None, "Gräns": 10}
    assert {t["name"]["sv"]: t["band"] is None for t in snapshot["themes"]}["Litet"]
    assert snapshot["stories"] == 40
    page = app_on_both.test_client().get("/sv/dialog/vad-ar-viktigt/resultat").text
    shown = words_of(page)
    assert not re.search(r"\b(23|7 berättelser|38)\b", shown)
    assert "färre än 8" in shown.lower()


def test_the_seal_is_the_snapshot_on_both_databases(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        gather(cast.dialogue, "Väntan å ä ö", stories, signed=True)
        made = publish_now(cast)
        digest = made.digest
        session().commit()
    with app_on_both.app_context():
        kept = session().scalars(select(Publication)).one()
        assert kept.digest == digest == digest_of(kept.snapshot)
        changed = kept.snapshot | {"stories": 1000}
        assert digest_of(changed) != digest
    assert digest in app_on_both.test_client().get("/sv/dialog/vad-ar-viktigt/resultat").text


def test_a_publication_is_frozen(app_on_both: Application, cast_on_both: Cast) -> None:
    """What happens on the board afterwards does not reach the public page."""
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        theme = gather(cast.dialogue, "Väntan", stories, signed=True)
        publish_now(cast)
        session().commit()
        key = theme.id
    address = "/sv/dialog/vad-ar-viktigt/resultat"
    before = app_on_both.test_client().get(address).text
    with app_on_both.app_context():
        session().execute(update(Theme).where(Theme.id == key).values(given_sv="Nytt namn"))
        tell(cast.dialogue, texts("Mer", 30))
        session().commit()
    strip = re.compile(r"nonce=\"[^\"]+\"")
    assert strip.sub("", app_on_both.test_client().get(address).text) == strip.sub("", before)


def test_a_receipt_tells_the_theme_or_that_the_story_stands_alone(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        gather(cast.dialogue, "Väntan", stories, signed=True)
        publish_now(cast)
        session().commit()
        placed = session().scalars(select(PublishedStory)).all()
        assert {each.story_id for each in placed} == {story.id for story in stories}
        assert all(each.theme is not None for each in placed)


def test_a_look_may_be_a_moment_old_but_what_is_published_never_is(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Points changed behind the page's back: publishing sees it, and so does the next look."""
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        for story in stories:
            story.points = {"trygghet": 10}
        gather(cast.dialogue, "Väntan", stories, signed=True)
        person = user_of(cast.coordinator)
        waive_round(session(), dialogue_of(cast.dialogue), "Alla läste i våras.", by=person)
        session().commit()
        keys = [story.id for story in stories]
    client = signed_in(app_on_both, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/publicera"

    def look() -> str:
        found = re.search(r'name="digest" value="([0-9a-f]{64})"', client.get(address).text)
        assert found
        return found[1]

    before = look()
    with app_on_both.app_context():
        for key in keys:
            session().get_one(Story, key).points = {"tillsammans": 10}
        session().commit()
    fields = {"csrf_token": forged_free(client, app_on_both)}
    assert client.post(address, data=fields | {"digest": before}).status_code == 409
    after = look()
    assert after != before
    assert client.post(address, data=fields | {"digest": after}).status_code == 303
    with app_on_both.app_context():
        made = session().scalars(select(Publication)).one()
        assert made.snapshot["themes"][0]["band"] == {"tillsammans": 10}


def test_of_many_who_publish_at_once_one_wins(app_on_both: Application, cast_on_both: Cast) -> None:
    """F09: they stand in a queue; the first publishes, the others are told."""
    cast = cast_on_both
    with app_on_both.app_context():
        stories = tell(cast.dialogue, texts("Ljus", 9))
        gather(cast.dialogue, "Väntan", stories, signed=True)
        person = user_of(cast.coordinator)
        waive_round(session(), dialogue_of(cast.dialogue), "Alla läste i våras.", by=person)
        session().commit()
    address = f"/sv/arbetsrum/{cast.dialogue}/publicera"
    shown = signed_in(app_on_both, cast.coordinator).get(address).text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', shown)
    assert digest
    answers = post_at_once(
        app_on_both, cast.coordinator, address, lambda _number: {"digest": digest.group(1)}
    )
    assert sorted(status for status, _page in answers) == [303, 409, 409, 409]
    with app_on_both.app_context():
        made = session().scalars(select(Publication)).one()
        assert (made.number, made.digest) == (1, digest.group(1))
        db.engine.dispose()


def test_what_changed_after_it_was_looked_at_is_not_published(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts("Ljus", 9)), signed=True)
        person = user_of(cast.coordinator)
        waive_round(session(), dialogue_of(cast.dialogue), "Alla läste i våras.", by=person)
        session().commit()
    client = signed_in(app_on_both, cast.coordinator)
    address = f"/en/arbetsrum/{cast.dialogue}/publicera"
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', client.get(address).text)
    assert digest
    with app_on_both.app_context():
        gather(cast.dialogue, "Mer", tell(cast.dialogue, texts("Mer", 9)), signed=True)
        session().commit()
    fields = {"csrf_token": forged_free(client, app_on_both)}
    for seen in ({}, {"digest": digest.group(1)}):
        assert client.post(address, data=fields | seen).status_code == 409
    with app_on_both.app_context():
        assert session().scalars(select(Publication)).all() == []
