"""Puts the application together: the only file that knows every part."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, render_template, request, url_for
from flask_babel import format_decimal
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

import analysis.board.pages
import analysis.reading.arrivals
import analysis.reading.nightly
import analysis.reading.runs
import dialogue.meetings.arranging.forgetting
import dialogue.meetings.table.own_note  # noqa: F401
import surveys.answering.straight
import surveys.answering.views
import surveys.building.editing
import surveys.building.previewing
import surveys.building.starting
import surveys.building.turning_views
import surveys.building.wording_views
import surveys.choosing_told
import surveys.commands
import surveys.ending
import surveys.erasing
import surveys.paper.entering
import surveys.paper.outreach
import surveys.paper.second_look
import surveys.results.open_figures
import surveys.results.pages
from analysis.reading.machine import embedder
from dialogue import commands
from dialogue.followup import confirm_pages, receipts, report
from dialogue.ground import charts, logs, triangle
from dialogue.ground.access import init_access
from dialogue.ground.db import init_db, session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import typed_fields
from dialogue.ground.i18n import NAMES, compact_number, current_language, init_i18n, same_page
from dialogue.ground.jobs import hand_over, init_jobs
from dialogue.ground.localized import LANGUAGES
from dialogue.ground.security import init_security
from dialogue.hosts import (
    desk,
    house_pages,
    life_pages,
    outer_login,
    pages,
    part_pages,
    welcome,
)
from dialogue.hosts.faces import face_of
from dialogue.hosts.rights import holds, looks_after, visitor
from dialogue.hosts.sign_in import csrf, declared_access, init_sign_in
from dialogue.meetings import guest_pages
from dialogue.meetings.arranging.planning import meetings_of
from dialogue.meetings.hosting import pages as hosting
from dialogue.meetings.kit import pages as kit_pages
from dialogue.meetings.live import leading as live_lead
from dialogue.meetings.live import pages as live_pages
from dialogue.meetings.reach import channel_balance
from dialogue.meetings.table import pages as table_pages
from dialogue.settings import Settings, read_settings
from surveys.paper.asked import questions_on_paper

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    pages.pages,
    surveys.answering.views.surveys,
    surveys.building.editing.editing,
    surveys.building.starting.starting,
    surveys.paper.outreach.outreach,
    surveys.paper.entering.entering,
    surveys.results.pages.results,
    surveys.results.open_figures.figures,
    receipts.receipts_pages,
    report.report,
    confirm_pages.meetings,
    desk.desk,
    house_pages.houses_room,
    welcome.welcome,
    outer_login.outer,
    life_pages.life_room,
    part_pages.parts,
    analysis.board.pages.board,
    live_pages.live,
    live_lead.live_desk,
    guest_pages.meetings,
    table_pages.table,
    hosting.hosting,
)
WITHOUT_COOKIES = (
    surveys.answering.views.surveys,
    receipts.receipts_pages,
    confirm_pages.meetings,
    live_pages.live,
    guest_pages.meetings,
    table_pages.table,
)
"""Their forms carry a signed token of their own, so that they work without cookies."""
log = logging.getLogger("dialogue.errors")


class Application(Flask):
    """A Flask application whose requests commit once, before the answer leaves."""

    jinja_options = Flask.jinja_options | {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def dispatch_request(self) -> Any:
        try:
            response = self.make_response(super().dispatch_request())
            if response.status_code < 400:
                session().commit()
                hand_over(session())
            else:
                session().rollback()
        except BaseException:
            session().rollback()
            raise
        return response


def create_app(settings: Settings | None = None) -> Application:
    """The application, ready to serve.

    Raises:
        HalfConfigured: when the settings do not hold together.
    """
    settings = settings or read_settings()
    app = Application(
        "dialogue",
        root_path=str(ROOT / "dialogue"),
        template_folder=str(ROOT / "templates"),
        static_url_path="/static",
    )
    app.extensions["settings"] = settings
    app.config["TRANSLATIONS_FOLDER"] = str(ROOT / "translations")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    app.config["TESTING"] = settings.environment == "test"
    app.config["REMEMBER_SURVEYS_FOR"] = 0.0 if settings.environment == "test" else 2.0
    logs.init_logs(app)
    init_i18n(app)
    surveys.answering.straight.init_straight(app)
    init_security(app, settings)
    init_db(app, settings)
    init_jobs(app, settings)
    init_sign_in(app, settings)
    init_access(app, declared_access())
    _init_pages(app)
    _init_words(app)
    _init_errors(app)
    commands.init_commands(app)
    app.cli.add_command(surveys.commands.survey)
    return app


def _init_pages(app: Flask) -> None:
    app.add_url_rule("/", "pages.front", pages.front)
    app.extensions[kit_pages.QUESTIONS] = questions_on_paper
    app.add_url_rule("/rum/", "live_short", live_pages.short)
    app.add_url_rule("/rum/<code>", "live_short", live_pages.short)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for blueprint in WITHOUT_COOKIES:
        csrf.exempt(blueprint)


def _init_words(app: Flask) -> None:
    """What every template may ask for."""
    app.jinja_env.globals.update(
        charts=charts,
        triangle=triangle,
        leaders_way=live_lead.leaders_way,
        room_code=live_pages.room_code,
        face_of=face_of,
        holds=holds,
        outer_name=outer_login.outer_name,
        public_results=surveys.results.pages.public_results,
        public_meetings=lambda each: meetings_of(session(), each, public=True),
        channel_balance=lambda each: channel_balance(session(), each),
        texts_leave_the_machine=lambda: embedder().leaves_machine,
    )
    app.jinja_env.filters["numberformat"] = format_decimal
    app.jinja_env.filters["compactnumber"] = compact_number
    versions: dict[str, str] = {}

    def asset(filename: str) -> str:
        """The address of a static file, with a version so that it can be kept for a year."""
        if filename not in versions or app.debug:
            changed = (Path(app.static_folder or "") / filename).stat().st_mtime_ns
            versions[filename] = f"{changed:x}"[-8:]
        return url_for("static", filename=filename, v=versions[filename])

    @app.context_processor
    def _context() -> dict[str, Any]:
        return {
            "locale": current_language(),
            "asset": asset,
            "visitor": visitor(),
            "looks_after": looks_after(visitor()),
            "organisation": None,
            "languages": [
                {
                    "code": code,
                    "name": NAMES[code],
                    "href": same_page(code),
                    "current": code == current_language(),
                }
                for code in LANGUAGES
            ],
        }


def _came_from() -> str:
    """Our own page that a form was sent from; empty when there is none to go back to."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        return ""
    if request.method != "POST" or parts.netloc != request.host or parts.path.startswith("//"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _init_errors(app: Flask) -> None:
    def page(status: int, sentence: str = "") -> Response:
        kept = typed_fields() if status in (500, 503) else []
        g.private = bool(kept) or g.get("private", False)
        body = render_template(
            "error.html", status=status, sentence=sentence, kept=kept, came_from=_came_from()
        )
        response = app.make_response((body, status))
        if status == 503:
            response.headers["Retry-After"] = "10"
        return response

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> Response:
        return page(409, refusal.sentence)

    @app.errorhandler(CSRFError)
    def _forged(error: CSRFError) -> Response:
        return page(403)

    @app.errorhandler(SecurityError)
    def _foreign_host(error: SecurityError) -> Response:
        """A host that is not ours has no pages, so this is words alone."""
        told = "Den här adressen är inte vår. / This address is not one of ours.\n"
        return Response(told, 400, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeout)
    def _no_database(error: Exception) -> Response:
        log.error("database", exc_info=error)
        return page(503)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        if app.testing:
            raise error
        log.error("unexpected", exc_info=error)
        return page(500)
