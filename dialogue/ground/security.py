"""What every answer carries to keep readers safe, and what every question must look like."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dialogue.settings import Settings

LARGEST_BODY = 256 * 1024
MOST_FIELDS = 400
NEVER_STORED, ASKED_AGAIN = "no-store", "private, no-cache"


def nonce() -> str:
    """The script nonce of this response, 22 characters, never used twice."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_security_policy(script_nonce: str) -> str:
    """The policy of a page: our own files only, scripts by nonce, nothing inline."""
    return f"default-src 'none'; script-src 'nonce-{script_nonce}' 'strict-dynamic'; {_POLICY}"


_POLICY = "; ".join(
    (
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


def page_headers(script_nonce: str, https: bool) -> list[tuple[str, str]]:
    """What every answer carries, whichever road it took through the house."""
    headers = [
        ("Content-Security-Policy", content_security_policy(script_nonce)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ("X-Frame-Options", "DENY"),
    ]
    if https:
        headers.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    return headers


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
        for name, value in page_headers(nonce(), settings.https):
            response.headers.setdefault(name, value)
        if g.get("private"):
            response.headers["Cache-Control"] = NEVER_STORED
        elif request.endpoint != "static":
            response.headers.setdefault("Cache-Control", ASKED_AGAIN)
        return response


def comes_from_here() -> bool:
    """Whether a POST was sent by a page of ours, as far as the browser tells.

    Browsers send ``Sec-Fetch-Site`` or ``Origin`` with every POST; a client that sends neither
    (an old one, or a test) is judged by the form's token alone.
    """
    headers = request.headers
    return sent_from(headers.get("Sec-Fetch-Site"), headers.get("Origin"), lambda: request.host)


def sent_from(site: str | None, origin: str | None, host: Callable[[], str]) -> bool:
    """Whether ``Sec-Fetch-Site`` and ``Origin`` fit a page of the host; None: not said."""
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is None or origin == "null":
        return origin is None or site == "same-origin"
    try:
        return urlsplit(origin).netloc == host()
    except ValueError:
        return False
