"""The door of the portal: who is signed in, and that a form was sent from a page of theirs.

`router()` puts every route behind it, so that none can be forgotten.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, links
from outreach.database import session_scope
from outreach.queries import viewing
from outreach.settings import settings
from outreach.viewer import Viewer
from outreach.web.failures import FormTooOld, NotSignedIn
from outreach.web.forms import Form, value

SAFE = ("GET", "HEAD")
LONGEST_TOKEN = 100


@dataclass(frozen=True)
class Signed:
    """Who is signed in, in which session, and the word that every form of theirs carries in its field `csrf`."""

    viewer: Viewer
    session_id: int
    csrf: str


def fingerprint(secret: str) -> str:
    """What is kept of a link's, session's or key's secret. 64 hex digits."""
    return sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def csrf_of(token: str) -> str:
    """The word of a session's forms: nobody has it who does not have the session."""
    return links.seal("csrf", token)


def named(cookie: str) -> str:
    """Over https the name binds a cookie to this host alone (RFC 6265bis, section 4.1.3.2)."""
    return f"__Host-{cookie}" if _https() else cookie


def cookie_name() -> str:
    return named("outreach-session")


def put_cookie(response: Response, cookie: str, content: str, seconds: int) -> None:
    """Readable by no script, sent with no other site's forms, over https only where we are reached so."""
    name, secure = named(cookie), _https()
    response.set_cookie(name, content, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")


def set_cookie(response: Response, token: str, until: datetime) -> None:
    """Sign the browser in."""
    put_cookie(response, "outreach-session", token, max(0, int((until - clock.now()) / timedelta(seconds=1))))


def clear_cookie(response: Response, cookie: str = "outreach-session") -> None:
    response.delete_cookie(named(cookie), path="/", secure=_https(), httponly=True, samesite="lax")


def signed_in(request: Request) -> Signed | None:
    """Who is signed in; None for nobody, and for a session that is over."""
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > LONGEST_TOKEN:
        return None
    with session_scope(reading=True) as session:
        found = viewing.of_session(session, fingerprint(token), clock.now())
        return Signed(found[1], found[0].id, csrf_of(token)) if found else None


def guard(request: Request, form: Form) -> Signed:
    """Who is signed in. Raises NotSignedIn for nobody, FormTooOld for a form that is not from a page of theirs."""
    signed = signed_in(request)
    if signed is None:
        raise NotSignedIn("Sign in first.")
    sent = value(form, "csrf")
    if request.method not in SAFE and not hmac.compare_digest(sent.encode(), signed.csrf.encode()):
        raise FormTooOld("The form was not sent from a page of this sign-in.")
    return signed


def central(signed: Annotated[Signed, Depends(guard)]) -> Signed:
    """A central coordinator. Others get 403: the page is no secret, only not theirs."""
    if not signed.viewer.central:
        raise HTTPException(403)
    return signed


Me = Annotated[Signed, Depends(guard)]
Central = Annotated[Signed, Depends(central)]


def router() -> APIRouter:
    """A router of the portal: every route is behind the door."""
    return APIRouter(prefix="/portal", dependencies=[Depends(guard)])


def _https() -> bool:
    return settings().public_url.startswith("https://")
