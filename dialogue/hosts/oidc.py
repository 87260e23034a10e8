"""OpenID Connect: asking an organisation's login service who somebody is, and doubting the answer.

The protocol is Authlib's: authorisation code with PKCE, state and nonce, and its checks of an
identity token. Around it stand our own bounds: one issuer that the installation names, addresses
that stay with it, asymmetric signatures only, answers of a bounded size, and proof of two steps.
"""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dialogue.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
SCOPE = "openid email profile"
SKEW = 30
"""Seconds that the two clocks may differ."""
PATIENCE = 10
LARGEST_ANSWER = 200_000
REMEMBERED_FOR = 600
LONGEST_NAME = 255


class NotTrusted(Exception):
    """The login service's answer cannot be trusted; the message says which check failed."""


class NoAnswer(Exception):
    """The login service did not answer."""


class OneStep(Exception):
    """The person is who they say, but showed it in one step only."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is remembered between the question and the answer; all of it is random."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Who somebody is, as the login service vouches for it."""

    issuer: str
    subject: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, in the few ways that Authlib asks for."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise NoAnswer(f"status {self.status_code}")


class _NoTurning(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: an answer comes from where it was asked."""

    def redirect_request(self, *_args: Any) -> None:
        return None


class Wire:
    """Carries requests to the login service: bounded in time and size, never redirected."""

    def __init__(self) -> None:
        # No proxies from the environment, no other schemes than HTTP.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _NoTurning(),
        ):
            self._opener.add_handler(handler)

    def get(self, address: str) -> Answer:
        return self._carry(urllib.request.Request(address))  # noqa: S310

    def post(
        self, address: str, data: dict[str, str], headers: dict[str, str], auth: Any, **_: Any
    ) -> Answer:
        """Send a form with the client's own credentials."""
        address, headers, body = auth.prepare("POST", address, dict(headers), urlencode(data))
        return self._carry(
            urllib.request.Request(address, body.encode(), headers, method="POST")  # noqa: S310
        )

    def _carry(self, asked: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(asked, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.read(LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(LARGEST_ANSWER))
        except (OSError, ValueError) as error:
            raise NoAnswer(type(error).__name__) from None


class LoginService:
    """The one login service of an installation."""

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self.issuer = settings.oidc_issuer
        self.levels = frozenset(settings.oidc_acr)
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._wire = Wire()
        self._found: tuple[float, dict[str, str]] | None = None
        self._keys: KeySet | None = None

    def question(self) -> tuple[str, Asked]:
        """The address to send somebody to, and what to remember meanwhile."""
        asked = Asked(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        )
        address, _state = self._client().create_authorization_url(
            self.places()["authorization_endpoint"],
            state=asked.state,
            code_verifier=asked.verifier,
            nonce=asked.nonce,
            acr_values=" ".join(sorted(self.levels)),
        )
        return str(address), asked

    def answer(self, code: str, asked: Asked) -> Shown:
        """Who somebody is, from the code that they came back with.

        Raises:
            NotTrusted: when any check fails.
            OneStep: when they showed it in one step.
            NoAnswer: when the service does not answer.
        """
        try:
            token = self._client().fetch_token(
                self.places()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=asked.verifier,
                redirect_uri=self._redirect_uri,
            )
            claims = self._checked(str(token.get("id_token", "")), asked, token)
        except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as error:
            raise NotTrusted(type(error).__name__) from None
        if str(claims.get("acr")) not in self.levels:
            raise OneStep
        verified = claims.get("email_verified") is True
        return Shown(
            issuer=self.issuer,
            subject=claims["sub"],
            email=str(claims.get("email", "")).strip().lower() if verified else "",
            name=str(claims.get("name", ""))[:200],
        )

    def _checked(self, text: str, asked: Asked, token: dict[str, Any]) -> CodeIDToken:
        try:
            read = jwt.decode(text, self._signing_keys(), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            # The service may have changed its keys since they were fetched: look once more.
            read = jwt.decode(text, self._signing_keys(anew=True), algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "nonce": {"essential": True, "value": asked.nonce},
                "sub": {"essential": True},
            },
            params={
                "nonce": asked.nonce,
                "client_id": self._settings.oidc_client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=SKEW)
        if not 0 < len(claims["sub"].strip()) <= LONGEST_NAME:
            raise ValueError("sub")
        return claims

    def places(self) -> dict[str, str]:
        """The service's own addresses, as its discovery document says; kept for ten minutes."""
        if self._found is not None and time.monotonic() - self._found[0] < REMEMBERED_FOR:
            return self._found[1]
        answer = self._wire.get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        answer.raise_for_status()
        try:
            told = answer.json()
            if told["issuer"] != self.issuer:
                raise NotTrusted("issuer of the discovery document")
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            places = {name: str(told[name]) for name in names}
        except (ValueError, TypeError, KeyError) as error:
            raise NotTrusted(type(error).__name__) from None
        secure = urlsplit(self.issuer).scheme
        if any(urlsplit(place).scheme not in ("https", secure) for place in places.values()):
            raise NotTrusted("an address without https")
        self._found = (time.monotonic(), places)
        self._keys = None
        return places

    def _signing_keys(self, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            answer = self._wire.get(self.places()["jwks_uri"])
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
        return self._keys

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            session=self._wire,
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
