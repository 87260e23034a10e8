"""A small application that shows every component with plausible values, in both languages."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import segno
from flask import Flask, render_template
from flask_babel import format_decimal
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Form, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from dialogue.ground import charts, triangle
from dialogue.ground.i18n import NAMES, compact_number, current_language, init_i18n
from dialogue.ground.islands import MapStory, StoryMap, draw_map
from dialogue.ground.localized import Localized
from dialogue.ground.privacy import PublicSpan

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(sorted(page.stem for page in (ROOT / "tests/ground/gallery").glob("*.html")))
STAFF = {"board", "build"}

_ENDPOINTS = (
    "pages.home", "pages.uses", "pages.accessibility", "pages.help",
    "receipts.open", "hosts.desk", "security.logout",
)  # fmt: skip


def say(swedish: str, english: str) -> str:
    """Invented content in the language of the page."""
    return swedish if current_language() == "sv" else english


class Gallery(Flask):
    """Templates are read as the product reads them."""

    jinja_options = Flask.jinja_options | {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }


class SignIn(Form):  # type: ignore[misc]
    """A form with each kind of field that the macros draw."""

    email = EmailField("E-post", [InputRequired("Skriv din e-post.")])
    password = PasswordField("Lösenord")
    method = RadioField(
        "Andra steget",
        [InputRequired("Välj ett andra steg.")],
        choices=[SelectChoice("app", "Kod ur appen"), SelectChoice("key", "Nyckel i telefonen")],
        validate_choice=False,
    )
    stay = BooleanField("Kom ihåg den här datorn")


def gallery_app(
    static: str = "/static",
    visitor: object | None = None,
    translations: Path = ROOT / "translations",
) -> Flask:
    """The application; ``static`` is where the pages find the stylesheet and the scripts."""
    app = Gallery("gallery", template_folder=None, static_folder=str(ROOT / "dialogue/static"))
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests/ground/gallery")]
    )
    app.config["TRANSLATIONS_FOLDER"] = str(translations)
    init_i18n(app)
    app.jinja_env.globals.update(
        charts=charts, triangle=triangle, csrf_token=lambda: "token", say=say
    )
    app.jinja_env.filters["numberformat"] = format_decimal
    app.jinja_env.filters["compactnumber"] = compact_number
    for endpoint in _ENDPOINTS:
        rule = f"/<language:language>/{endpoint.replace('.', '/')}"
        app.add_url_rule(rule, endpoint, lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/<language:language>/<name>", "page", _page)

    @app.context_processor
    def _context() -> dict[str, Any]:
        return {
            "locale": current_language(),
            "asset": lambda name: f"{static}/{name}",
            "nonce": "abc123",
            "visitor": visitor,
            "looks_after": False,
            "organisation": Localized("Region Norrmark", "Region Norrmark"),
            "languages": [
                {"code": code, "name": name, "href": "#", "current": code == current_language()}
                for code, name in NAMES.items()
            ],
        }

    return app


def _page(name: str) -> str:
    form = SignIn(MultiDict({"password": "x"}) if name == "signin" else None)
    if name == "signin":
        form.validate()
    faults = [(field.id, str(error)) for field in form for error in field.errors]
    story = Markup("<p>{} <mark>Gunilla</mark>.</p>").format(
        say("På måndagen ringde en sköterska, tror jag hette", "On Monday a nurse called, named")
    )
    return render_template(
        f"{name}.html", form=form, form_faults=faults, story_marked=story, themes=themes(),
        map=story_map(), qr=charts.modules_path(segno.make("https://x.se/k#7K4M").matrix),
        degrees=degrees(), bars=bars(), lines=lines(), weeks=weeks(),
        over_time=over_time(),
    )  # fmt: skip


def over_time() -> dict[str, Any]:
    """When the stories of two themes came: the small months are put together."""
    months = ["2026-05", "2026-06", "2026-07", "2026-08"]
    spread = [
        [PublicSpan(0, 0, 20), PublicSpan(1, 3, 10)],
        [PublicSpan(0, 1, 15), PublicSpan(2, 3, 10)],
    ]
    return {
        "steps": months,
        "smallest": 8,
        "when": lambda span: "–".join(dict.fromkeys((months[span.first], months[span.last]))),
        "trends": [
            {"spans": spans, "cells": [(each.first, each.last, each.shown) for each in spans]}
            for spans in spread
        ],
    }


def themes() -> list[dict[str, Any]]:
    """Eight themes with the tellers' and the machine's mean points."""
    rows: list[tuple[str, str, int, charts.Points, charts.Points | None]] = [
        ("Någon som ringer dagen efter", "The one who calls next day", 31, (7, 1, 2), (5, 3, 2)),
        ("Läkemedelslistan ingen förklarar", "The list nobody explains", 26, (5, 1, 4), (3, 3, 4)),
        ("Vart vänder jag mig på kvällen?", "Where do I turn at night?", 24, (4, 6, 0), (2, 7, 1)),
        ("Att slippa berätta allt igen", "Not telling it all again", 22, (1, 3, 6), (1, 6, 3)),
        ("Hjälpmedlen kom för sent", "The aids came too late", 17, (2, 6, 2), (3, 6, 1)),
        ("Närstående som blir samordnare", "Relatives who coordinate", 15, (2, 1, 7), (3, 2, 5)),
        ("Resan hem", "The journey home", 11, (1, 8, 1), (0, 9, 1)),
        ("Mötet där alla satt med", "The meeting with everybody", 9, (4, 0, 6), None),
    ]
    return [
        {"number": i, "name": say(sv, en), "count": count, "teller": teller, "machine": machine}
        for i, (sv, en, count, teller, machine) in enumerate(rows, 1)
    ]


def story_map() -> StoryMap:
    """Stories strewn round eight middles, and nine that lie alone."""
    chance = random.Random(7)
    middles = [(0, 0), (3, -0.5), (-0.6, 3), (5, 2), (2, 2.2), (4, 4), (1.2, 4.4), (6.4, -0.4)]
    stories = [
        MapStory(
            chance.gauss(x, 0.45), chance.gauss(y, 0.42),
            charts.leading_mark(theme["teller"]) if chance.random() < 0.7 else chance.randint(1, 3),
            theme["number"],
        )
        for (x, y), theme in zip(middles, themes(), strict=True)
        for _ in range(theme["count"])
    ]  # fmt: skip
    alone = [(-1.4, -1.2), (7.2, 1.2), (1.6, 1), (-1.6, 4.9), (4.6, -1.5), (6.6, 4.6), (-1.7, 1.5)]
    return draw_map([*stories, *(MapStory(x, y, i % 4, None) for i, (x, y) in enumerate(alone))])


def degrees() -> list[dict[str, Any]]:
    words = [
        ("Stämmer inte alls", "Does not fit at all"), ("Stämmer dåligt", "Fits poorly"),
        ("Stämmer delvis", "Fits in part"), ("Stämmer bra", "Fits well"),
        ("Stämmer helt", "Fits fully"),
    ]  # fmt: skip
    return [{"value": i, "text": say(sv, en)} for i, (sv, en) in enumerate(words, 1)]


def bars() -> list[dict[str, Any]]:
    counts = zip(degrees(), (15, 30, 40, 35, 20), (20, 35, 30, 20, 10), strict=True)
    unsure = {"text": say("Vet inte", "Don’t know"), "value": None, "quiet": True}
    return [{"text": d["text"], "value": now, "was": was} for d, now, was in counts] + [unsure]


def lines() -> list[dict[str, Any]]:
    return [
        {"text": "2024", "counts": None, "total": None},
        {"text": "2025", "counts": (20, 35, 30, 20, 10), "total": 115},
        {"text": "2026", "counts": (15, 30, 40, 35, 20), "total": 140},
    ]


def weeks() -> list[dict[str, Any]]:
    return [
        {"text": f"v. {week}", "value": value}
        for week, value in enumerate((4, 31, 22, 18, 40, 12, 9, 15, 7, 3), 36)
    ]
