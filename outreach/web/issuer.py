"""The university's own sign-in: OpenID Connect's code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1).

What binds an answer to the browser that asked is one random secret in a cookie: state, nonce and the code's verifier
are seals of it, so nothing has to be kept here. Everything the issuer says is judged: its signature, whom the token is
for, when, and that it answers this very question.
"""

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from outreach import clock, links
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.settings import settings

SCOPES = "openid email profile"
PATIENCE_SECONDS = 5.0
LEEWAY_SECONDS = 120  # between the issuer's clock and ours
# Signatures that only the issuer can make: never "none", never one made with a secret that we have too.
ALGORITHMS = [f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in ("256", "384", "512")]
MOST_BYTES = 1_000_000


class Refused(PermanentFailure):
    """What the issuer answered does not prove who this is."""


@dataclass(frozen=True)
class Question:
    """One browser's going to the issuer. `secret`: random, in its cookie alone."""

    secret: str

    @property
    def state(self) -> str:
        return links.seal("oidc-state", self.secret)

    @property
    def nonce(self) -> str:
        return links.seal("oidc-nonce", self.secret)

    @property
    def verifier(self) -> str:
        """48 characters: RFC 7636 asks for 43 at least."""
        return links.seal("oidc-verifier-1", self.secret) + links.seal("oidc-verifier-2", self.secret)


def is_configured() -> bool:
    return bool(settings().oidc_issuer and settings().oidc_client_id)


def callback_url() -> str:
    """Where the issuer sends people back to; it has to know this very address."""
    return f"{settings().public_url.rstrip('/')}/oidc/callback"


def address_to_ask(question: Question, language: str) -> str:
    """Where to send a browser. Raises TemporaryFailure when the issuer does not answer, Refused when it answers odd."""
    with _client() as client:
        found = _discovery(client)
    asked: str = prepare_grant_uri(
        _safe(found, "authorization_endpoint"),
        settings().oidc_client_id,
        "code",
        redirect_uri=callback_url(),
        scope=SCOPES,
        state=question.state,
        nonce=question.nonce,
        code_challenge=create_s256_code_challenge(question.verifier),
        code_challenge_method="S256",
        ui_locales=language,
    )
    return asked


def address_of(question: Question, code: str) -> str:
    """The e-mail address, in lower case, of whoever the issuer let in. Raises as `address_to_ask` does."""
    with _client() as client:
        found = _discovery(client)
        answer = _exchange(client, found, code, question)
        claims = _verified(_json(client, "GET", _safe(found, "jwks_uri")), answer, question)
        if "email" not in claims and found.get("userinfo_endpoint"):
            claims = {**claims, **_more(client, found, answer, str(claims["sub"]))}
    email, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or not email:
        raise Refused("The issuer told no e-mail address. It has to give this client the scope email.")
    if verified not in (True, "true") and not settings().oidc_trust_email:
        raise Refused("The issuer has not verified the e-mail address.")
    return email.strip().lower()


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe to be who they say. Reading that takes longer than asking."""
    return httpx.create_ssl_context()


def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_SECONDS, verify=_trusted(), headers={"Accept": "application/json"})


def _discovery(client: httpx.Client) -> dict[str, Any]:
    """What the issuer tells of itself. Few sign in, so it is asked each time and new keys are known at once."""
    issuer = settings().oidc_issuer
    found = _json(client, "GET", get_well_known_url(issuer, external=True))
    if found.get("issuer") != issuer:  # OpenID Connect Discovery 1.0, section 4.3
        raise Refused("The issuer calls itself by another name than oidc_issuer.")
    return found


def _safe(found: dict[str, Any], endpoint: str) -> str:
    """An address the issuer named, over https unless the issuer itself is on this machine."""
    address = found.get(endpoint)
    ours = urlsplit(settings().oidc_issuer)
    if not isinstance(address, str) or urlsplit(address).scheme not in {"https", ours.scheme}:
        raise Refused(f"The issuer names no {endpoint} that can be used.")
    return address


def _exchange(client: httpx.Client, found: dict[str, Any], code: str, question: Question) -> dict[str, Any]:
    """The tokens for a code (RFC 6749, 4.1.3; the client shows its secret as the issuer prefers)."""
    ours, secret = settings().oidc_client_id, settings().oidc_client_secret.get_secret_value()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback_url()}
    form["code_verifier"] = question.verifier
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret and "client_secret_basic" in ways:
        login = httpx.BasicAuth(quote(ours, safe=""), quote(secret, safe=""))
        return _json(client, "POST", _safe(found, "token_endpoint"), data=form, auth=login)
    form |= {"client_id": ours} | ({"client_secret": secret} if secret else {})
    return _json(client, "POST", _safe(found, "token_endpoint"), data=form)


def _verified(keys: dict[str, Any], answer: dict[str, Any], question: Question) -> dict[str, Any]:
    """The claims of the ID token, judged by OpenID Connect Core 1.0, section 3.1.3.7."""
    ours = settings().oidc_client_id
    wanted = {
        "iss": {"essential": True, "value": settings().oidc_issuer},
        "aud": {"essential": True, "value": ours},
        "nonce": {"essential": True, "value": question.nonce},
    }
    asked = {"nonce": question.nonce, "client_id": ours, "access_token": answer.get("access_token")}
    try:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        token = jwt.decode(str(answer.get("id_token", "")), KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type]
        claims = CodeIDToken(token.claims, token.header, wanted, asked)
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused(f"The issuer's ID token cannot be believed ({type(error).__name__}).") from None
    return dict(claims)


def _more(client: httpx.Client, found: dict[str, Any], answer: dict[str, Any], subject: str) -> dict[str, Any]:
    """The claims an issuer keeps out of the token and tells at its userinfo endpoint (section 5.3)."""
    bearer = {"Authorization": f"Bearer {answer.get('access_token', '')}"}
    told = _json(client, "GET", _safe(found, "userinfo_endpoint"), headers=bearer)
    if told.get("sub") != subject:
        raise Refused("The issuer told about somebody else than it let in.")
    return {name: told[name] for name in ("email", "email_verified") if name in told}


def _json(client: httpx.Client, method: str, address: str, **sent: Any) -> dict[str, Any]:
    """An object the issuer answers with. Nothing of what was sent stands in an error."""
    try:
        answer = client.request(method, address, **sent)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TemporaryFailure(f"The university's sign-in does not answer ({type(error).__name__}).") from None
    if answer.status_code >= 500:
        raise TemporaryFailure(f"The university's sign-in answers {answer.status_code}.")
    try:
        found = answer.json() if answer.is_success and len(answer.content) <= MOST_BYTES else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(f"The issuer answered {answer.status_code} where an object was expected.")
    return found
