"""A small OpenID Connect issuer on loopback that keeps to the protocol, and tells lies where a test asks for them."""

import base64
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from outreach import clock

CLIENT, SECRET = "outreach", "s:cret/with odd&characters"


@dataclass
class Issuer:
    """`claims` are put over the true ones; `signed`: right, forged (another key), none, shared (the public key taken
    for a secret), swapped (its claims changed after signing)."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    signed: str = "right"
    called: str = ""  # the name it gives itself, where it is not its address
    down: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def authorise(self, address: str) -> dict[str, str]:
        """What a browser sent to `address` comes back with, once its reader has let them in."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.called or self.url,
            "authorization_endpoint": f"{self.url}/authorise",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        } | ({"userinfo_endpoint": f"{self.url}/me"} if self.userinfo is not None else {})

    def token(self, form: dict[str, str], login: str) -> dict[str, Any] | None:
        """The tokens for a code, once; None where the protocol says no."""
        asked = self.codes.pop(form.get("code", ""), None)
        name, _, secret = base64.b64decode(login.removeprefix("Basic ")).decode().partition(":")
        if asked is None or (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return None
        challenge = _text(sha256(form["code_verifier"].encode()).digest())
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(clock.now().timestamp())
        true = {"iss": self.url, "aud": CLIENT, "sub": "u1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (true | self.claims).items() if value is not None}
        return {"access_token": "bearer-1", "token_type": "Bearer", "id_token": self._sign(claims)}

    def _sign(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": "one"}
        if self.signed == "forged":
            return jwt.encode(header, claims, RSAKey.generate_key(2048, {"kid": "one"}))
        if self.signed == "shared":
            signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
            return f"{signed}.{_text(hmac.digest(self.key.as_pem(private=False), signed.encode(), sha256))}"
        whole = jwt.encode(header, claims, self.key)
        if self.signed == "right":
            return whole
        head, body, signature = whole.split(".")
        if self.signed == "none":
            return f"{_part({'alg': 'none', 'kid': 'one'})}.{body}."
        return f"{head}.{_part(claims | {'email': 'anna.lindqvist@office.example.org'})}.{signature}"


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that answers until the block ends."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {
                "/.well-known/openid-configuration": issuer.discovery,
                "/keys": lambda: {"keys": [issuer.key.as_dict(private=False)]},
                "/me": lambda: issuer.userinfo if self.headers["Authorization"] == "Bearer bearer-1" else None,
            }
            self._say(answers.get(self.path, lambda: None)())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            issuer.asked.append(form)
            self._say(issuer.token(form, self.headers.get("Authorization", "")))

        def _say(self, content: dict[str, Any] | None) -> None:
            body = json.dumps(content or {"error": "invalid_grant"}).encode()
            self.send_response(503 if issuer.down else 200 if content else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield issuer
    server.shutdown()
    server.server_close()
    thread.join(5)
