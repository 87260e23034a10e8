"""What every answer carries to keep readers safe, and what every question must look like."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dialogue.settings import Settings

LARGEST_BODY = 256 * 1024
MOST_FIELDS = 400


def nonce() -> str:
    """The script nonce of this response, 22 characters, never used twice."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_security_policy() -> str:
    """The policy of a page: our own files only, scripts by nonce, nothing inline."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce()}' 'strict-dynamic'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def init_security(app: Flask, settings: Settings) -> None:
    """Set the headers, bound the input and refuse requests that come from elsewhere."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=200_000,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME="__Host-s" if settings.https else "s",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PROPAGATE_EXCEPTIONS=False if settings.environment == "production" else None,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    app.jinja_env.globals["nonce"] = nonce

    @app.before_request
    def _bound() -> None:
        if any("\0" in str(value) for value in (request.view_args or {}).values()):
            abort(404)
        if request.method == "POST":
            if not comes_from_here():
                abort(403)
            if sum(1 for _ in request.form.items(multi=True)) > MOST_FIELDS:
                abort(413)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers: dict[str, Any] = {
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "X-Frame-Options": "DENY",
        }
        if settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if g.get("private"):
            response.headers["Cache-Control"] = "no-store"
        elif request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def comes_from_here() -> bool:
    """Whether a POST was sent by a page of ours, as far as the browser tells.

    Browsers send ``Sec-Fetch-Site`` or ``Origin`` with every POST; a client that sends neither
    (an old one, or a test) is judged by the form's token alone.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":
        return origin is None or site == "same-origin"
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False
