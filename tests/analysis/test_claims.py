"""Claims stand on quotes; a person decides; a summary says how many newer answers there are."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from analysis.claim_models import Claim, ClaimState, Evidence, ThemeSummary
from analysis.claims.drafting import draft_claims
from analysis.claims.evidence import broken
from analysis.claims.writing import (
    Chosen,
    Draft,
    OvertakenClaim,
    Since,
    begin_claim,
    change_claim,
    newer_answers,
    snapshot,
)
from analysis.desk.deciding import Decided, decide
from analysis.models import Theme, ThemeStory
from analysis.signing.signing import sign_theme
from analysis.themes.acting import merge_themes
from dialogue.app import Application
from dialogue.followup.publishing import sha256_of
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.erasure import withdraw
from dialogue.voices.models import Contribution, DeskState, Story, Use
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast, signed_in
from tests.stage import claim_on, forged_free, gather, published, signer, tell, user_of

WORDS = {"sv": "Många väntar.", "en": "Many wait.", "easy": "Folk väntar."}
TEXTS = [f"Jag väntade {n} timmar på akuten. Ingen sade något om hur länge." for n in range(3, 12)]


def on_stage(cast: Cast) -> tuple[Theme, list[Story]]:
    stories = tell(cast.dialogue, TEXTS)
    return gather(cast.dialogue, "Väntan", stories), stories


def test_a_person_writes_a_claim_on_words_from_stories(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        theme, stories = on_stage(cast_on_both)
        by = user_of(cast_on_both.coordinator)
        claim = begin_claim(session(), theme, by=by)
        seen = sha256_of(stories[0].text)
        add = (Chosen(stories[0], 0, 12, seen), Chosen(stories[1], 32, 40))
        change_claim(session(), claim, Draft(WORDS, "accept", add=add), by=by)
        assert claim.state == ClaimState.ACCEPTED and not claim.by_machine
        assert [quote.text for quote in claim.evidence] == ["Jag väntade ", stories[1].text[32:40]]
        assert claim.evidence[0].text_digest == seen
        (signed,) = snapshot(session(), theme)
        assert signed.words == WORDS and len(signed.quotes) == 2


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        (WORDS, 0),
        (WORDS | {"easy": ""}, 1),
        (WORDS | {"en": ""}, 1),
        (WORDS | {"sv": "x" * 401}, 1),
    ],
)
def test_an_unfinished_claim_is_not_accepted(
    app: Application, cast: Cast, words: dict[str, str], quotes: int
) -> None:
    with app.app_context():
        theme, stories = on_stage(cast)
        by = user_of(cast.coordinator)
        claim = begin_claim(session(), theme, by=by)
        add = tuple(Chosen(story, 0, 12) for story in stories[:quotes])
        with pytest.raises(Refusal):
            change_claim(session(), claim, Draft(words, "accept", add=add), by=by)


def test_only_released_and_permitted_stories_are_quoted(app: Application, cast: Cast) -> None:
    with app.app_context():
        theme, stories = on_stage(cast)
        by = user_of(cast.coordinator)
        (unread,) = tell(cast.dialogue, ["Ingen har läst detta."], desk=DeskState.WAITING)
        (silent,) = tell(cast.dialogue, ["Citera mig inte."], uses=(Use.ANALYSIS,))
        (foreign,) = tell(cast.foreign_dialogue, ["Från en annan dialog."])
        claim = begin_claim(session(), theme, by=by)
        for story, start, end in (
            (unread, 0, 5), (silent, 0, 5), (foreign, 0, 5), (stories[0], 5, 5),
            (stories[0], 0, 9_999),
        ):  # fmt: skip
            with pytest.raises(Refusal), session().begin_nested():
                change_claim(
                    session(), claim, Draft(WORDS, add=(Chosen(story, start, end),)), by=by
                )


def test_the_machine_drafts_from_released_stories_word_for_word(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        cast = cast_on_both
        open_ = [f"Jag väntade {n} timmar på akuten i går kväll." for n in range(3, 8)]
        english = tell(cast.dialogue, ["I waited five hours at the emergency ward."], lang="en")
        hidden = tell(
            cast.dialogue, ["Jag väntade länge på akuten, hemligt."], uses=(Use.ANALYSIS,)
        )
        unread = tell(cast.dialogue, ["Jag väntade oläst på akuten."], desk=DeskState.WAITING)
        named = tell(cast.dialogue, ["Jag väntade på akuten med Ingegerd."])
        stories = tell(cast.dialogue, open_) + english + hidden + unread + named
        theme = gather(cast.dialogue, "Väntan", stories)
        theme.keywords = {"sv": ["akuten", "vänta"], "en": ["wait"]}
        by = user_of(cast.coordinator)
        drafted = draft_claims(session(), theme, by=by)
        assert drafted
        texts = {story.id: story.text for story in stories}
        for claim in drafted:
            assert claim.by_machine and claim.state == ClaimState.PROPOSED
            assert claim.evidence
            for quote in claim.evidence:
                assert quote.text == texts[quote.story_id][quote.start : quote.end]
                assert not any(w in quote.text for w in ("hemligt", "oläst", "Ingegerd"))
            for column in ("sv", "en"):
                said = claim.said(column)
                assert not said or any(said in text for text in texts.values())
        spans = [(q.story_id, q.start) for claim in drafted for q in claim.evidence]
        again = draft_claims(session(), theme, by=by)
        assert not {(q.story_id, q.start) for c in again for q in c.evidence} & set(spans)
        assert snapshot(session(), theme) == ()


def test_the_first_of_two_wins_and_the_other_is_told(app: Application, cast: Cast) -> None:
    """F09."""
    with app.app_context():
        theme, stories = on_stage(cast)
        claim = claim_on(theme, stories[:1])
        theme_key, key, seen = theme.id, claim.id, claim.version
        session().commit()
    client = signed_in(app, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/tema/{theme_key}/pastaenden/{key}"
    form = {"csrf_token": forged_free(client, app), "version": str(seen), "act": "keep"}
    form |= {"words-sv": "Först.", "words-en": "First.", "words-easy": "Först."}
    assert client.post(address, data=form).status_code == 303
    late = client.post(address, data=form | {"words-sv": "Mina sena ord."})
    assert late.status_code == 409
    assert "Mina sena ord." in late.text and "Först." in late.text
    with app.app_context():
        assert session().get_one(Claim, key).words_sv == "Först."
        with pytest.raises(OvertakenClaim):
            change_claim(
                session(), session().get_one(Claim, key), Draft(WORDS),
                by=user_of(cast.coordinator), seen=seen,
            )  # fmt: skip


def test_newer_answers_are_counted_from_the_summary(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        theme, stories = on_stage(cast_on_both)
        by = user_of(cast_on_both.coordinator)
        assert newer_answers(session(), [theme]) == {}
        claim = claim_on(theme, stories[:1])
        change_claim(session(), claim, Draft(WORDS), by=by)
        assert newer_answers(session(), [theme]) == {theme.id: Since(0, 0)}
        for story in tell(cast_on_both.dialogue, ["Nytt ett.", "Nytt två.", "Nytt tre."]):
            session().add(
                ThemeStory(theme_id=theme.id, story_id=story.id, strongest=True, strength=0.4)
            )
        session().flush()
        assert newer_answers(session(), [theme]) == {theme.id: Since(3, 0)}
        session().commit()
        key = theme.id
    page = signed_in(app_on_both, cast_on_both.coordinator).get(
        f"/en/arbetsrum/{cast_on_both.dialogue}/tema/{key}/pastaenden"
    )
    assert "3 newer answers than this summary" in page.text


def test_stories_that_were_merged_in_are_not_called_newer(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        theme, stories = on_stage(cast)
        by = user_of(cast.coordinator)
        change_claim(session(), claim_on(theme, stories[:1]), Draft(WORDS), by=by)
        old = tell(cast.dialogue, [f"Gammal berättelse {n} om bussen." for n in range(12)])
        merge_themes(session(), gather(cast.dialogue, "Bussen", old), theme, by=by)
        assert newer_answers(session(), [theme]) == {theme.id: Since(0, 12)}
        summary = session().get_one(ThemeSummary, theme.id)
        summary.decided_at -= timedelta(days=3)
        for story in old[:5]:
            story.contribution.received_on = today() - timedelta(days=9)
        other = gather(cast.dialogue, "Kön", tell(cast.dialogue, ["Två.", "Tre."]))
        merge_themes(session(), other, theme, by=by)
        assert newer_answers(session(), [theme]) == {theme.id: Since(9, 5)}, "by the day they came"
        session().commit()
        key = theme.id
    client = signed_in(app_on_both, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    for page in ("lasrum", f"tema/{key}", f"tema/{key}/pastaenden"):
        text = client.get(room + page).text
        assert "9 nyare svar än sammanfattningen." in text, page
        assert "5 äldre berättelser har kommit hit sedan sammanfattningen." in text, page


def test_a_change_lifts_the_signature(app: Application, cast: Cast) -> None:
    with app.app_context():
        theme, stories = on_stage(cast)
        claim = claim_on(theme, stories[:1])
        by = user_of(cast.coordinator)
        sign_theme(session(), theme, by=signer())
        assert theme.signed
        change_claim(session(), claim, Draft(WORDS | {"sv": "Andra ord."}), by=by)
        assert not theme.signed


def test_covering_a_quoted_word_turns_the_claim_red_until_a_person_takes_the_new_words(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        theme, stories = on_stage(cast_on_both)
        by = user_of(cast_on_both.coordinator)
        near, far = claim_on(theme, stories[:1], end=12), claim_on(theme, stories[1:2], end=12)
        decide(session(), stories[0], Decided("covered", covers=((4, 11, "other"),)), by=by)
        decide(session(), stories[1], Decided("covered", covers=((24, 30, "other"),)), by=by)
        (found,) = broken(session(), theme.dialogue_id)
        assert (found.claim.id, found.fault) == (near.id, "covered")
        assert far.evidence[0].text == "Jag väntade "
        with pytest.raises(Refusal):
            sign_theme(session(), theme, by=signer())
        renew = frozenset({near.evidence[0].id})
        change_claim(session(), near, Draft(WORDS, renew=renew), by=by)
        assert near.evidence[0].text == "Jag [borttaget] "
        assert broken(session(), theme.dialogue_id) == []
        sign_theme(session(), theme, by=signer())


def test_a_withdrawn_story_takes_its_quotes_and_its_words_with_it(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E08."""
    cast = cast_on_both
    with app_on_both.app_context():
        theme, stories = on_stage(cast)
        mint = receipts()
        code = mint.code_for(new_answer_key())
        told = session().get_one(Contribution, stories[0].contribution_id)
        told.receipt_hash = mint.hash_of(code)
        only = claim_on(theme, stories[:1], words=stories[0].text[:31])
        both = claim_on(theme, stories[:2], words="Våra egna ord om saken")
        session().commit()
        keys = only.id, both.id
        assert withdraw(session(), code, mint, today())
        session().commit()
    with app_on_both.app_context():
        assert len(session().scalars(select(Evidence)).all()) == 1
        only, both = (session().get_one(Claim, key) for key in keys)
        assert (only.words_sv, only.state) == ("", ClaimState.PROPOSED)
        assert both.words_sv == "Våra egna ord om saken" and len(both.evidence) == 1
        assert broken(session(), both.dialogue_id) == []


def test_the_published_page_shows_claims_with_their_quotes(app: Application, cast: Cast) -> None:
    published(app, cast.dialogue, cast.coordinator)
    client = app.test_client(use_cookies=False)
    sv = client.get("/sv/dialog/vad-ar-viktigt/resultat").text
    assert "Många väntar länge." in sv and 'class="proof"' in sv
    assert "Många väntar länge. (en)" in client.get("/en/dialog/vad-ar-viktigt/resultat").text
    easy = client.get("/sv/dialog/vad-ar-viktigt/resultat?latt=1").text
    assert "Många väntar länge. (lätt)" in easy


def test_a_claim_of_another_theme_is_not_found(app: Application, cast: Cast) -> None:
    with app.app_context():
        theme, stories = on_stage(cast)
        other = gather(cast.dialogue, "Annat", [])
        claim = claim_on(theme, stories[:1])
        keys = other.id, claim.id
        session().commit()
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/tema/{keys[0]}/pastaenden"
    assert client.get(f"{room}/{keys[1]}").status_code == 404
    assert client.get(f"{room}/{uuid.uuid4()}").status_code == 404
    token = {"csrf_token": forged_free(client, app)}
    assert client.post(f"{room}/{keys[1]}", data=token).status_code == 404
