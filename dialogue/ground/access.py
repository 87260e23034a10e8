"""Who may call a view. Every view says it; a silent one is closed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])


class Rule(Protocol):
    """Something that can let a request through or turn it away."""

    def admit(self, arguments: dict[str, Any]) -> Any:
        """Return None to let the request through, or a response that turns it away."""


class Access(Enum):
    """The rules that need to know nothing but whether somebody signed in."""

    ANYONE = "anyone"
    STAFF = "staff"

    def admit(self, arguments: dict[str, Any]) -> Any:
        if self is Access.ANYONE or current_user.is_authenticated:
            return None
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def open_to(rule: Rule) -> Callable[[View], View]:
    """Say who may call the view that follows."""

    def mark(view: View) -> View:
        view.access = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule that guards an endpoint, or None when the view is silent."""
    declared: dict[str, Rule] = app.extensions.get("access", {})
    return getattr(app.view_functions.get(endpoint), "access", None) or declared.get(endpoint)


def init_access(app: Flask, declared: dict[str, Rule]) -> None:
    """Guard every request. ``declared`` speaks for views that other libraries bring."""
    app.extensions["access"] = declared

    @app.before_request
    def _guard() -> Any:
        if request.endpoint is None:
            return None
        rule = rule_of(app, request.endpoint)
        if rule is None:
            abort(403)
        return rule.admit(dict(request.view_args or {}))
