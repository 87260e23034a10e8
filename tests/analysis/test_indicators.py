"""Few indicators, each with a reason, beside the stories and in the joint session."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from analysis.coding_models import JointSession, Phase
from analysis.indicator_models import Indicator, IndicatorReading, IndicatorValue, Verdict
from analysis.indicators import choosing
from analysis.indicators.beside import Beside, follows, nodes_beside, nodes_told
from analysis.indicators.figures import Faulty, figure_told, lines_told, told
from analysis.indicators.showing import (
    by_name,
    figure_said,
    latest_of,
    period_said,
    trend_of,
)
from analysis.models import Theme, ThemeState, ThemeStory
from analysis.together import sessions as together
from analysis.together.reading_figures import readings_in, settle_figure
from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.vision.indicators import Unit
from dialogue.voices.models import Story, Use
from tests.conftest import Cast, signed_in
from tests.racing import post_at_once, the_winner
from tests.stage import dialogue_of, followed, forged_free, tell, user_of

OWN = {
    "name_sv": "Samtal som besvaras samma dag", "unit": "percent", "better": "higher",
    "node": "framtidsbild/vet_vem_jag_kontaktar", "source": "TeleQ, månadsrapport",
    "why": "De flesta berättar om telefonen.",
}  # fmt: skip


def address(cast: Cast, *more: object) -> str:
    return "/".join([f"/sv/arbetsrum/{cast.dialogue}/indikatorer", *map(str, more)])


def post(
    app: Application, cast: Cast, path: str, who: str = "coordinator", **fields: object
) -> TestResponse:
    client = signed_in(app, getattr(cast, who))
    return client.post(path, data={"csrf_token": forged_free(client, app)} | fields)


def values_in(indicator: uuid.UUID) -> list[tuple[str, str, float]]:
    session().expire_all()
    found = session().get_one(Indicator, indicator)
    rows = choosing.values_of(session(), [found])[indicator]
    return [(each.period, each.place, each.value) for each in rows]


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("0,42", Unit.INDEX, 0.42), ("0.42", Unit.INDEX, 0.42), ("20 %", Unit.PERCENT, 20),
        ("56 470", Unit.NUMBER, 56_470), ("56\u00a0470", Unit.NUMBER, 56_470), ("0", Unit.DAYS, 0),
        ("100", Unit.PERCENT, 100),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_write_them(typed: str, unit: Unit, value: float) -> None:
    assert figure_told(typed, unit) == value


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("", Unit.NUMBER), ("tolv", Unit.NUMBER), ("1e5", Unit.NUMBER), ("nan", Unit.NUMBER),
        ("inf", Unit.NUMBER), ("-3", Unit.NUMBER), ("101", Unit.PERCENT), ("1,01", Unit.INDEX),
        ("3 %", Unit.DAYS), ("56,470", Unit.NUMBER), ("1.300", Unit.DAYS),
        ("1.2.3", Unit.NUMBER), ("٣", Unit.NUMBER), ("9" * 40, Unit.NUMBER),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused_in_a_sentence(
    app: Application, typed: str, unit: Unit
) -> None:
    with app.test_request_context("/sv/"), pytest.raises(Refusal) as refused:
        figure_told(typed, unit)
    assert refused.value.sentence.endswith(".")


def test_periods_and_lines(app: Application) -> None:
    with app.test_request_context("/sv/"):
        assert period_said("2025") == "2025" and period_said("2026-04") == "april 2026"
        for wrong in ("", "25", "2026-13", "1850", "april 2026"):
            with pytest.raises(Refusal):
                told(wrong, "", "1", Unit.NUMBER)
        read = lines_told("2025; 12\n2026-04\tUmeå\t1 300\n\n", Unit.NUMBER)
        assert [(each.period, each.place, each.value) for each in read] == [
            ("2025", "", 12), ("2026-04", "Umeå", 1300),
        ]  # fmt: skip
        with pytest.raises(Faulty, match="Rad 4"):
            lines_told("\n2025; 12\n\n2026; Umeå; många", Unit.NUMBER)
        whole = "\n".join(f"2025; {f'{n}':ö>60}; 123456" for n in range(400))
        assert {each.value for each in lines_told(whole, Unit.NUMBER)} == {123456}, "none is cut"
        with pytest.raises(Refusal, match="400"):
            lines_told("2025; 1\n" * 401, Unit.NUMBER)


def test_a_ready_made_one_is_followed_with_its_source_and_a_reason(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    page = signed_in(app, cast.coordinator).get(address(cast)).text
    assert "I januari 2024 hade 10 procent" in page
    refused = post(app, cast, address(cast), ready="fast_lakarkontakt", values="1")
    assert refused.status_code == 422
    assert 'id="why-fast_lakarkontakt-e"' in refused.text and "checked" in refused.text
    done = post(
        app, cast, address(cast), ready="fast_lakarkontakt", values="1", why="Många börjar om."
    )
    assert done.status_code == 303
    for who in ("coordinator", "host", "responder", "facilitator", "reviewer"):
        page = signed_in(app, getattr(cast, who)).get(done.headers["Location"]).text
        assert "20\u00a0%" in page and "Västerbotten" in page and "Många börjar om." in page, who
        assert "I april 2026 var motsvarande andel 20 procent" in page
        assert ("Sluta följa" in page) == (who in ("coordinator", "host"))
    again = post(app, cast, address(cast), ready="fast_lakarkontakt", why="En gång till.")
    assert again.status_code == 422 and "redan" in again.text
    assert 'id="why-fast_lakarkontakt-e"' in again.text and "En gång till." in again.text
    gone = post(app, cast, done.headers["Location"] + "/stryk", version=1, why="Fel mått.")
    assert gone.status_code == 303
    offered = signed_in(app, cast.coordinator).get(address(cast)).text
    assert "Ni har följt den förut." in offered and done.headers["Location"] in offered
    anew = post(app, cast, address(cast), ready="fast_lakarkontakt", why="På nytt.")
    assert anew.status_code == 422 and "följ den igen" in anew.text


def test_one_of_ones_own_is_written_and_nothing_typed_is_lost(app: Application, cast: Cast) -> None:
    for missing in ("name_sv", "node", "source", "why"):
        refused = post(app, cast, address(cast), **(OWN | {missing: ""}))
        assert refused.status_code == 422, missing
        assert f'id="{missing}-e"' in refused.text and f'href="#{missing}"' in refused.text
        for name in {"name_sv", "source", "why"} - {missing}:
            assert OWN[name] in refused.text, (missing, name)
    for field, wrong in (("unit", "år"), ("better", "x"), ("node", "x/y"), ("node", "trygghet")):
        assert post(app, cast, address(cast), **(OWN | {field: wrong})).status_code == 422
    for field in ("name_sv", "name_en", "about_sv", "source", "why"):
        long = post(app, cast, address(cast), **(OWN | {field: "x" * 900}))
        assert long.status_code == 422, field
    done = post(app, cast, address(cast), **OWN)
    assert done.status_code == 303
    english = signed_in(app, cast.coordinator).get(done.headers["Location"].replace("/sv/", "/en/"))
    assert '<h1 lang="sv">Samtal som besvaras samma dag</h1>' in english.text


def test_what_is_said_of_an_indicator_can_be_said_anew(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    own = post(app, cast, address(cast), **OWN).headers["Location"]
    words = {"name_sv": "Samtal samma dag", "name_en": "Calls", "source": "TeleQ", "why": "Köer."}
    for field in ("name_sv", "source", "why"):
        sent = words | {field: ""}
        refused = post(app, cast, own + "/beskriv", version=1, describing=1, **sent)
        assert refused.status_code == 422 and f'id="{field}-e"' in refused.text
        kept = [text for name, text in words.items() if name != field]
        assert all(f'value="{text}"' in refused.text for text in kept)
    long = post(app, cast, own + "/beskriv", version=1, **(words | {"name_en": "x" * 200}))
    assert long.status_code == 422
    assert post(app, cast, own + "/beskriv", version=1, **words).status_code == 303
    late = post(app, cast, own + "/beskriv", version=1, describing=1, **(words | {"why": "Sen."}))
    assert late.status_code == 409 and "Sen." in late.text
    key = followed(app, cast.dialogue, cast.coordinator)
    ready = post(app, cast, address(cast, key, "beskriv"), version=1, **words)
    assert ready.status_code == 303
    with app.app_context():
        one, other = choosing.chosen_in(session(), dialogue_of(cast.dialogue).id)
        said = (one.name_sv, one.name_en, one.source, one.why, one.version)
        assert said == (*words.values(), 2)
        assert other.name_sv == "Invånare med en fast läkarkontakt" and other.why == "Köer."
        noted = (
            session()
            .scalars(select(AuditEvent).where(AuditEvent.act == "indicator described"))
            .all()
        )
        assert "Samtal som besvaras samma dag" in str(noted[0].facts)


def test_few_are_followed_at_a_time_and_what_was_dropped_comes_back(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    made = []
    for number in range(choosing.MOST):
        done = post(app, cast, address(cast), **(OWN | {"name_sv": f"Mått {number}"}))
        made.append(done.headers["Location"])
    full = post(app, cast, address(cast), **(OWN | {"name_sv": "Det trettonde"}))
    assert full.status_code == 422 and "12" in full.text and "Det trettonde" in full.text
    unsaid = post(app, cast, made[3] + "/stryk", version=1)
    assert unsaid.status_code == 422 and 'id="drop-why-e"' in unsaid.text
    assert post(app, cast, made[3] + "/stryk", version=1, why="Mäter fel sak.").status_code == 303
    page = signed_in(app, cast.coordinator).get(address(cast)).text
    assert "Mäter fel sak." in page and "Följs inte längre" in page
    assert post(app, cast, address(cast), **(OWN | {"name_sv": "Det trettonde"})).status_code == 303
    assert post(app, cast, made[3] + "/ta-tillbaka", version=2).status_code == 422
    assert post(app, cast, made[0] + "/stryk", version=1, why="Plats.").status_code == 303
    assert post(app, cast, made[3] + "/ta-tillbaka", version=2).status_code == 303
    with app.app_context():
        names = [
            each.name_sv for each in choosing.chosen_in(session(), dialogue_of(cast.dialogue).id)
        ]
        assert len(names) == choosing.MOST and "Mått 3" in names and "Mått 0" not in names


def test_a_corrected_value_stays_behind_the_new_one(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    key = followed(app, cast.dialogue, cast.coordinator)
    here = address(cast, key)
    one = {"period": "2026-04", "place": "västerbotten", "value": "21,5 %"}
    assert post(app, cast, here, version=1, **one).status_code == 303
    lines = "2025; Umeå; 18\n2025; Lycksele; 31"
    assert post(app, cast, here, version=2, lines=lines).status_code == 303
    with app.app_context():
        assert values_in(key) == [
            ("2024-01", "", 10), ("2025", "Lycksele", 31), ("2025", "Umeå", 18),
            ("2026-04", "", 21.5),
        ]  # fmt: skip
        ended = (
            session()
            .scalars(select(IndicatorValue).where(IndicatorValue.ended_at.is_not(None)))
            .all()
        )
        assert [(each.value, each.ended_by) for each in ended] == [
            (20, user_of(cast.coordinator).id)
        ]
        gone = (
            session().scalars(select(IndicatorValue.id).where(IndicatorValue.place == "Umeå")).one()
        )
    assert post(app, cast, here, version=3, lines=lines).status_code == 303, "nothing new"
    assert post(app, cast, here, version=3, ending="1", end=gone).status_code == 303
    for wrong in ({"end": gone}, {}):
        refused = post(app, cast, here, version=4, ending="1", **wrong)
        assert refused.status_code == 422 and 'id="end-e"' in refused.text
    assert post(app, cast, here, version=4, ending="1", end="inget").status_code == 400
    with app.app_context():
        assert ("2025", "Umeå", 18) not in values_in(key)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("period", {"period": "i år", "value": "12"}),
        ("value", {"period": "2025", "value": "många"}),
        ("value", {"period": "2025", "value": "120"}),
        ("place", {"period": "2025", "value": "1", "place": "x" * 90}),
        ("lines", {"lines": "2025; 1; 2; 3"}),
        ("lines", {"lines": "2025; Umeå; 1\n2025; UMEÅ; 2"}),
        ("lines", {"lines": "2025; 1\n2025; västerbotten; 2"}),
        ("lines", {"lines": " "}),
    ],
)
def test_a_value_that_cannot_be_read_is_given_back(
    app: Application, cast: Cast, field: str, fields: dict[str, str]
) -> None:
    key = followed(app, cast.dialogue, cast.coordinator)
    refused = post(app, cast, address(cast, key), version=1, **fields)
    assert refused.status_code == 422
    assert f'id="{field}-e"' in refused.text and f'href="#{field}"' in refused.text
    assert all(text.split("\n")[0].strip() in refused.text for text in fields.values())
    with app.app_context():
        assert len(values_in(key)) == 2


def test_of_two_who_write_at_once_one_wins_and_nothing_is_lost(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """F09."""
    app, cast = app_on_both, cast_on_both
    key = followed(app, cast.dialogue, cast.coordinator)
    value = {"version": "1", "period": "2025", "place": "Malå"}
    answers = post_at_once(
        app, cast.coordinator, address(cast, key), lambda n: value | {"value": f"4{n}"}
    )
    winner = the_winner(answers, lambda n: (f'value="4{n}"', f"4{n}\u00a0%"))
    with app.app_context():
        assert [v for v in values_in(key) if v[1] == "Malå"] == [("2025", "Malå", 40 + winner)]


def theme(slug: str, name: str, node: str, stories: Sequence[Story], **more: object) -> None:
    frame, _slash, key = node.partition("/")
    made = Theme(
        dialogue_id=dialogue_of(slug).id, machine_key=name, proposed_sv=name, proposed_en=name,
        ties={frame: {key: 0.8}, "omraden_2025": {"kontinuitet": 0.5}}, **more,
    )  # fmt: skip
    session().add(made)
    session().flush()
    for story in stories:
        session().add(ThemeStory(theme_id=made.id, story_id=story.id, strongest=True, strength=0.9))
    session().commit()


def test_stories_stand_beside_the_indicators_that_follow_them(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    key = followed(app, cast.dialogue, cast.coordinator)
    with app.app_context():
        slug = cast.dialogue
        stories = tell(slug, [f"Berättelse {n} om att börja om." for n in range(26)])
        theme(slug, "Börja om", "framtidsbild/alla_parter_samarbetar", stories[:22],
              state=ThemeState.KEPT)  # fmt: skip
        theme(slug, "Maskinens ord", "framtidsbild/intresserade_av_mig", stories[22:])

        def rows(names: bool, frame: str = "framtidsbild") -> dict[str, Beside]:
            chosen = choosing.chosen_in(session(), dialogue_of(slug).id)
            found = nodes_beside(session(), dialogue_of(slug), frame, chosen, 8, all_names=names)
            return {each.node.key: each for each in found}

        told = rows(names=False)
        assert next(iter(told)) == "alla_parter_samarbetar", "most stories first"
        assert told["alla_parter_samarbetar"].stories == 20, "to the nearest five"
        assert told["intresserade_av_mig"].stories is None, "too few to be told"
        assert told["digitalt_och_fysiskt"].stories == 0
        assert not told["intresserade_av_mig"].themes, "nobody stands behind the name"
        assert [t.proposed_sv for t in rows(names=True)["intresserade_av_mig"].themes] == [
            "Maskinens ord"
        ]
        area = rows(names=True, frame="omraden_2025")["kontinuitet"]
        assert area.stories == 20, "what is hidden in one frame is in no number of another"
        assert [each.id for each in area.indicators] == [key]
        chosen = session().get_one(Indicator, key)
        linked = [k for k, row in told.items() if row.indicators]
        assert linked and all(follows(chosen, f"framtidsbild/{each}") for each in linked)
    page = signed_in(app, cast.responder).get(address(cast)).text
    assert "Börja om" in page and "Maskinens ord" not in page and "Inget följs" in page
    page = signed_in(app, cast.responder).get(address(cast, key)).text
    assert "Börja om" in page and "Maskinens ord" not in page
    assert (
        signed_in(app, cast.coordinator).get(address(cast) + "?ram=finns-inte").status_code == 200
    )


def test_a_theme_counts_where_it_is_tied_nearly_as_much() -> None:
    ties = {
        "framtidsbild": {"trygg_att_fa_hjalp": 0.77, "vet_vem_jag_kontaktar": 0.7, "trygghet": 0.6},
        "omraden_2025": {"kontinuitet": 0.0},
        "strategier": {},
    }  # fmt: skip
    assert nodes_told(ties) == {
        "framtidsbild/trygg_att_fa_hjalp", "framtidsbild/vet_vem_jag_kontaktar",
    }  # fmt: skip


def joint_of_two(app: Application, cast: Cast) -> uuid.UUID:
    """A session that is coded by two, not yet talked about."""
    with app.app_context():
        eva, nils = user_of(cast.coordinator), user_of(cast.responder)
        stories = tell(cast.dialogue, ["En.", "Två."], uses=(Use.ANALYSIS, Use.LIBRARY))
        made = together.begin(session(), dialogue_of(cast.dialogue), "Träff", stories, by=eva)
        for person in (eva, nils):
            together.say(session(), made, stories[0], "trygghet", {}, by=person)
        session().commit()
        return made.id


def test_a_session_reads_figures_once_the_talk_has_begun(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    figure, joint = followed(app, cast.dialogue, cast.coordinator), joint_of_two(app, cast)
    room = f"/sv/arbetsrum/{cast.dialogue}/tillsammans/{joint}"
    here = f"{room}/indikator/{figure}"
    eva = signed_in(app, cast.coordinator)
    assert eva.get(here).status_code == 404
    assert "fast läkarkontakt" not in eva.get(room).text, "a figure would steer the coding"
    with app.app_context():
        held = session().get_one(JointSession, joint)
        with pytest.raises(Refusal):
            settle_figure(
                session(), held, session().get_one(Indicator, figure), "same", "",
                by=user_of(cast.coordinator), seen=0,
            )  # fmt: skip
        together.open_talk(session(), held, by=user_of(cast.coordinator), seen=1)
        session().commit()
    assert "fast läkarkontakt" in eva.get(room).text
    assert "20\u00a0%" in eva.get(here).text
    unsaid = post(app, cast, here, version=0, note="Vi vet inte.")
    assert unsaid.status_code == 422 and "Vi vet inte." in unsaid.text
    said = post(app, cast, here, version=0, verdict="otherwise", note="Den stiger, men inte här.")
    assert said.status_code == 303
    late = post(app, cast, here, version=0, verdict="same", note="Jag var sen.")
    assert late.status_code == 409
    assert "Jag var sen." in late.text and "Den stiger, men inte här." in late.text
    page = eva.get(room).text
    assert (
        "Måttet säger något annat än berättelserna" in page and "Den stiger, men inte här." in page
    )
    for who in ("responder", "reviewer", "facilitator"):
        assert post(app, cast, here, who, version=1, verdict="same").status_code == 404
    assert (
        post(app, cast, address(cast, figure, "stryk"), version=1, why="Klart.").status_code == 303
    )
    assert "Den stiger, men inte här." in eva.get(room).text, "what was said stays"
    assert eva.get(here).status_code == 200
    assert post(app, cast, here, version=1, verdict="same").status_code == 422
    with app.app_context():
        reading = session().scalars(select(IndicatorReading)).one()
        assert reading.verdict == Verdict.OTHERWISE and reading.version == 1
        assert list(readings_in(session(), session().get_one(JointSession, joint))) == [figure]


@pytest.mark.parametrize("closed", ["settled", "dropped"])
def test_what_was_written_is_given_back_when_it_is_too_late(
    app: Application, cast: Cast, closed: str
) -> None:
    figure, joint = followed(app, cast.dialogue, cast.coordinator), joint_of_two(app, cast)
    here = f"/sv/arbetsrum/{cast.dialogue}/tillsammans/{joint}/indikator/{figure}"
    with app.app_context():
        held = session().get_one(JointSession, joint)
        together.open_talk(session(), held, by=user_of(cast.coordinator), seen=1)
        session().commit()
    unsaid = post(app, cast, here, version=0, note="x" * 500, verdict="same")
    assert unsaid.status_code == 422 and 'href="#note"' in unsaid.text
    assert 'href="#verdict-same"' in post(app, cast, here, version=0).text
    with app.app_context():
        if closed == "settled":
            session().get_one(JointSession, joint).phase = Phase.SETTLED
        else:
            chosen = session().get_one(Indicator, figure)
            choosing.drop(session(), chosen, "Klart.", by=user_of(cast.coordinator), seen=1)
        session().commit()
    late = post(app, cast, here, version=0, verdict="same", note="Mina ord.")
    assert late.status_code == 422
    assert "Mina ord." in late.text and "samma sak som berättelserna" in late.text
    if closed == "dropped":
        sent = {"lines": "2020; 77", "why": "Min anledning."}
        for path, words in (
            (address(cast, figure), "lines"),
            (address(cast, figure, "stryk"), "why"),
        ):
            gone = post(app, cast, path, version=1, **{words: sent[words]})
            assert gone.status_code == 409 and sent[words] in gone.text


def row(period: str, place: str, value: float) -> IndicatorValue:
    return IndicatorValue(period=period, place=place, value=value)


def test_the_whole_stands_first_and_no_place_takes_its_name() -> None:
    values = [row("2026-04", "", 20), row("2026-05", "Umeå", 18), row("2024", "Malå", 9)]
    latest = latest_of(values)
    assert latest.whole is values[0]
    assert [each.place for each in latest.places] == ["Umeå"]
    assert latest_of([]).whole is None and latest_of([]).places == ()


def test_a_trend_shows_years_or_months_of_one_place() -> None:
    values = [row("2024", "", 1), row("2025", "", 2), row("2025-11", "", 3), row("2025-12", "", 4)]
    assert [each.period for each in trend_of(values)] == ["2024", "2025"]
    values.append(row("2026-01", "", 5))
    assert [each.period for each in trend_of(values)] == ["2025-11", "2025-12", "2026-01"]
    assert [each.value for each in trend_of([*values, row("2026-02", "Umeå", 9)])] == [3, 4, 5]
    assert trend_of([row("2025", "Umeå", 1), row("2025", "Malå", 2)]) == []
    assert len(trend_of([row(str(1990 + n), "Umeå", n) for n in range(30)])) == 12


@pytest.mark.parametrize(
    ("page", "value", "unit", "said"),
    [
        ("/sv/", 1, Unit.DAYS, "1 dag"), ("/sv/", 12.5, Unit.DAYS, "12,5 dagar"),
        ("/en/", 1, Unit.DAYS, "1 day"), ("/sv/", 0.4, Unit.INDEX, "0,40"),
        ("/en/", 56470, Unit.NUMBER, "56,470"), ("/sv/", 20, Unit.PERCENT, "20\u00a0%"),
    ],
)  # fmt: skip
def test_figures_are_said_in_the_readers_language(
    app: Application, page: str, value: float, unit: Unit, said: str
) -> None:
    with app.test_request_context(page):
        app.preprocess_request()
        assert figure_said(value, unit) == said


def test_swedish_letters_stand_last() -> None:
    assert sorted(["Öckerö", "Älvsbyn", "Åsele", "Malå"], key=by_name) == [
        "Malå", "Åsele", "Älvsbyn", "Öckerö",
    ]  # fmt: skip


def test_another_dialogue_cannot_be_reached(app: Application, cast: Cast) -> None:
    figure, joint = followed(app, cast.dialogue, cast.coordinator), joint_of_two(app, cast)
    foreign = signed_in(app, cast.foreign_coordinator)
    theirs = address(cast, figure).replace(cast.dialogue, cast.foreign_dialogue)
    for path in (address(cast), address(cast, figure), theirs):
        assert foreign.get(path).status_code == 404, path
    room = f"/sv/arbetsrum/{cast.foreign_dialogue}/tillsammans/{joint}/indikator/{figure}"
    assert foreign.get(room).status_code == 404
    for more in ("", "/stryk", "/ta-tillbaka"):
        assert post(app, cast, theirs + more, "foreign_coordinator", version=1).status_code == 404
    nothing = post(app, cast, address(cast), "responder", ready="fast_lakarkontakt", why="x")
    assert nothing.status_code == 404
