"""Logs that hold nothing about a person: one JSON object a line, from a short list of keys."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

KEYS = (
    "route",
    "method",
    "status",
    "ms",
    "request",
    "job",
    "done",
    "total",
    "error",
    "at",
)
_written = json.JSONEncoder(ensure_ascii=True, default=str)
_requests = logging.getLogger("dialogue.requests")
QUIET = ("werkzeug", "waitress", "huey", "alembic", "passlib", "libpass")


class OneLine(logging.Formatter):
    """Writes the time, the level, the event's name and the allowed keys; nothing else.

    An exception becomes its type and the places it passed: never its arguments, for a database
    driver puts the values there.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.msg if record.name.startswith("dialogue") else record.name,
        }
        line |= {key: getattr(record, key) for key in KEYS if hasattr(record, key)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = [
                f"{frame.name}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return _written.encode(line)


def init_logs(app: Flask) -> None:
    """Log each request by its route's template, never by its address."""
    # Lines tell neither thread nor process, so nobody need find out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    app.logger.handlers = []
    app.logger.propagate = True

    @app.before_request
    def _start() -> None:
        g.began = time.perf_counter()
        g.request_id = new_request_id()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint != "static":
            route = request.url_rule.rule if request.url_rule else "unknown"
            tell_request(
                route,
                request.method,
                response.status_code,
                began=g.get("began", 0),
                request_id=g.get("request_id", ""),
            )
        return response


def new_request_id() -> str:
    """A name for one request in the log."""
    return secrets.token_hex(6)


def tell_request(route: str, method: str, status: int, *, began: float, request_id: str) -> None:
    """Log one request. ``began`` is what :func:`time.perf_counter` said when it came."""
    _requests.info(
        "request",
        extra={
            "route": route,
            "method": method if method in ("GET", "POST") else "other",
            "status": status,
            "ms": round(1000 * (time.perf_counter() - began), 1),
            "request": request_id,
        },
    )
