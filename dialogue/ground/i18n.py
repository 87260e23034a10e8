"""Which language a page speaks, and how its texts are found."""

from __future__ import annotations

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal
from flask import Flask, Request, g, request, url_for
from flask_babel import Babel, format_date, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.routing import BaseConverter

from dialogue.ground.clock import today
from dialogue.ground.localized import DEFAULT_LANGUAGE, LANGUAGES, Localized

NAMES = {"sv": "Svenska", "en": "English"}


class LanguageConverter(BaseConverter):
    """The language at the front of every address: ``/sv/…`` or ``/en/…``."""

    regex = "|".join(LANGUAGES)


def init_i18n(app: Flask) -> None:
    """Put the language in front of every address and the texts behind it."""
    app.url_map.converters["language"] = LanguageConverter
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = app.config["TRANSLATIONS_FOLDER"]
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Stockholm"
    Babel(app, locale_selector=current_language)

    @app.url_value_preprocessor
    def _take_language(_endpoint: str | None, values: dict[str, object] | None) -> None:
        asked = values.pop("language", None) if values else request.path.split("/")[1]
        g.language = asked if asked in LANGUAGES else preferred_language(request)

    @app.url_defaults
    def _give_language(endpoint: str, values: dict[str, object]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = current_language()

    app.jinja_env.globals.update(
        localized=lambda text: text.text(current_language()),
        localize=Localized.of,
        iso_day=date.fromisoformat,
        today=today,
        language_of=language_of,
        long_date=long_date,
        language_said=language_said,
    )


def current_language() -> str:
    """The language of this page, ``sv`` or ``en``."""
    try:
        return str(g.get("language", DEFAULT_LANGUAGE))
    except RuntimeError:
        return DEFAULT_LANGUAGE


def preferred_language(asked: Request) -> str:
    """The first of our languages that the reader's browser asks for, Swedish otherwise."""
    accepted: LanguageAccept = asked.accept_languages
    for code, quality in accepted:
        language = code.split("-")[0].lower()
        if quality > 0 and language in LANGUAGES:
            return language
    return DEFAULT_LANGUAGE


def language_of(text: Localized) -> str | None:
    """The language ``text`` falls back on, or None when it is in the page's language."""
    if text.has(current_language()):
        return None
    return next((language for language in LANGUAGES if text.has(language)), None)


def compact_number(value: float) -> str:
    """A number for the axis of a chart: ``0,2``, ``50``, ``2 tn`` or ``2K``."""
    locale = get_locale()
    return str(format_compact_decimal(value, locale=locale, fraction_digits=1 if value >= 1 else 2))


def language_said(code: str) -> str:
    """``svenska`` or ``Swedish`` for ``sv``, in the reader's language; an unknown code as it is."""
    try:
        name = Locale.parse(code, sep="-").get_language_name(current_language())
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def long_date(day: date) -> str:
    """``22 november 2026`` or ``22 November 2026``."""
    return str(format_date(day, "d MMMM yyyy"))


def same_page(language: str) -> str:
    """The address of this page in another language; the start page where it has none."""
    if request.endpoint is None or request.view_args is None:
        return url_for("pages.home", language=language)
    arguments = {name: value for name, value in request.view_args.items() if name != "language"}
    return url_for(request.endpoint, language=language, **arguments)
