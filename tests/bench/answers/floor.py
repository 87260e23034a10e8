"""The floor: the least that can take in the same seven answers and keep them for sure.

One cached page, one insert into one table, the same durability as the product (SQLite in WAL
with ``synchronous=FULL``, PostgreSQL with ``synchronous_commit=on``), the same web server. The
paged floor serves the same requests as the paged form and inserts with the last one.

    python -m tests.bench.answers.floor PORT DATABASE_URL
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any

import sqlalchemy as sa
from flask import Flask, request

from dialogue.ground.db import guard_connections
from dialogue.settings import sqlalchemy_address

FIELDS = (
    "berattelse", "poang-1", "poang-2", "poang-3", "litar", "vart", "slipper", "rost", "kommun",
    "alder", "use",
)  # fmt: skip
PAGE = (
    "<!doctype html><html lang=sv><head><meta charset=utf-8><title>Fråga</title>"
    "<link rel=stylesheet href=/static/look.css></head><body><main><form method=post>"
    + "".join(f"<p><label>{name}<input name={name}></label></p>" for name in FIELDS)
    + "<button name=go value=send>Skicka</button></form></main></body></html>"
).encode()
THANKS = b"<!doctype html><html lang=sv><title>Tack</title><h1>Tack</h1></html>"


def floor_app(url: str) -> Flask:
    """A page from memory, and one insert."""
    app = Flask(__name__)
    engine = sa.create_engine(
        sqlalchemy_address(url), pool_size=8, max_overflow=8, hide_parameters=True
    )
    guard_connections(engine)
    table = sa.Table(
        "floor", sa.MetaData(),
        sa.Column("id", sa.Uuid, primary_key=True), sa.Column("answers", sa.JSON),
    )  # fmt: skip
    table.metadata.create_all(engine)
    insert = table.insert()

    @app.get("/")
    def page() -> bytes:
        return PAGE

    @app.post("/")
    def take() -> bytes:
        if request.form.get("go") != "send":
            return PAGE
        answers: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
        with engine.begin() as connection:
            connection.execute(insert, {"id": uuid.uuid4(), "answers": json.dumps(answers)})
        return THANKS

    return app


if __name__ == "__main__":
    from dialogue.commands import serve_pages

    serve_pages(floor_app(sys.argv[2]), "127.0.0.1", int(sys.argv[1]))
