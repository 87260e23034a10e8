"""The blueprint of a resident's pages: cookieless, and guarded by the forms' own tokens."""

from __future__ import annotations

from flask import Blueprint

surveys = Blueprint("surveys", __name__, url_prefix="/<language:language>/dialog/<dialogue>")
