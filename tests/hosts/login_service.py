"""A login service on this machine, for the tests: OpenID Connect with PKCE, good and bad tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET, LEVEL = "viktigt", "hemlig-nyckel-till-tjansten", "loa3"


class Service:
    """What the service knows, and how its next token is spoiled.

    ``spoil`` names a fault; ``claims`` replaces claims of the next token; ``asked`` counts the
    questions for keys and tokens.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "ett"})
        self.other = RSAKey.generate_key(2048, parameters={"kid": "ett"})
        self.unknown = RSAKey.generate_key(2048, parameters={"kid": "okänd"})
        self.issuer = ""
        self.spoil = ""
        self.claims: dict[str, Any] = {}
        self.grants: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def approve(self, address: str, **person: Any) -> str:
        """Somebody signs in at the service: where it sends them back to."""
        query = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code" and "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256" and len(query["nonce"]) > 20
        assert query["client_id"] == CLIENT and len(query["state"]) > 20
        code = secrets.token_urlsafe(16)
        self.grants[code] = query | {"person": json.dumps(person)}
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def token(self, form: dict[str, str], credentials: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        grant = self.grants.pop(form.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if credentials != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        if grant is None or challenge != grant["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != grant["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        person = json.loads(grant["person"])
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "acr": LEVEL,
            "nonce": grant["nonce"], "email_verified": True, **person, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims),
        }  # fmt: skip

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.spoil == "alg none":
            parts = [{"alg": "none", "kid": "ett"}, claims]
            return ".".join(_packed(json.dumps(part).encode()) for part in parts) + "."
        if self.spoil == "signed with the client's secret":
            key = OctKey.import_key(SECRET)
            return jwt.encode({"alg": "HS256", "kid": "ett"}, claims, key, algorithms=["HS256"])
        if self.spoil == "signed with the public key":
            parts = [{"alg": "HS256", "kid": "ett"}, claims]
            text = ".".join(_packed(json.dumps(part).encode()) for part in parts)
            mark = hmac.new(self.key.as_pem(private=False), text.encode(), hashlib.sha256)
            return f"{text}.{_packed(mark.digest())}"
        if self.spoil == "key in the token":
            header = {"alg": "RS256", "kid": "ett", "jwk": self.other.as_dict(private=False)}
            body = [_packed(json.dumps(part).encode()) for part in (header, claims)]
            genuine = jwt.encode({"alg": "RS256", "kid": "ett"}, claims, self.other)
            return ".".join([*body, genuine.rsplit(".", 1)[1]])
        key = {"another key": self.other, "unknown key": self.unknown}.get(self.spoil, self.key)
        signed = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        if self.spoil == "changed on the way":
            head, body, mark = signed.split(".")
            changed = json.dumps({**claims, "sub": "någon annan"}).encode()
            return ".".join([head, _packed(changed), mark]) if body else signed
        return "" if self.spoil == "no token" else signed


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[Service]:
    """The service on a port of its own, in a thread."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            service.asked.append(self.path)
            if service.spoil == "silent":
                return self._send(503, {})
            if self.path.endswith("openid-configuration"):
                issuer = service.issuer + ("/x" if service.spoil == "foreign discovery" else "")
                return self._send(200, {
                    "issuer": issuer, "authorization_endpoint": f"{service.issuer}/authorize",
                    "token_endpoint": f"{service.issuer}/token",
                    "jwks_uri": f"{service.issuer}/keys",
                })  # fmt: skip
            return self._send(200, KeySet([service.key]).as_dict(private=False))

        def do_POST(self) -> None:
            service.asked.append(self.path)
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            self._send(*service.token(form, self.headers.get("Authorization", "")))

        def log_message(self, *_args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
