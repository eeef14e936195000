"""Signing in with the university's account: to the issuer, and back with its word for who this is."""

import base64
import hmac
import logging
from datetime import timedelta

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from outreach import clock, links
from outreach.database import session_scope
from outreach.errors import OutreachError, TemporaryFailure
from outreach.queries import office, rates
from outreach.settings import settings
from outreach.web import entering, issuer
from outreach.web.callers import client_ip
from outreach.web.entering import Entered
from outreach.web.issuer import Question
from outreach.web.language import chosen
from outreach.web.pages import page
from outreach.web.portal import door

log = logging.getLogger(__name__)
router = APIRouter()

COOKIE = "outreach-oidc"
SECONDS = 10 * 60  # for signing in at the issuer's
MOST, STRETCH = 30, 15 * 60  # from one IP: each asks the issuer something


@router.get("/oidc/start")
def start(request: Request) -> Response:
    """To the issuer, with a cookie that only this browser can come back with."""
    _be_configured()
    if not _may(client_ip(request)):
        return _failed(request, 429)
    question = Question(door.new_secret())
    try:
        address = issuer.address_to_ask(question, chosen(request))
    except OutreachError as error:
        return _explained(request, error)
    answer = RedirectResponse(address, status_code=303)
    door.put_cookie(answer, COOKIE, _sealed(question, request.query_params.get("next", "")), SECONDS)
    return answer


@router.get("/oidc/callback")
def callback(request: Request) -> Response:
    """Back from the issuer. The cookie is used up, whatever comes of it."""
    _be_configured()
    answer = _come_back(request)
    door.clear_cookie(answer, COOKIE)
    return answer


def _come_back(request: Request) -> Response:
    given = request.query_params
    found = _opened(request.cookies.get(door.named(COOKIE), ""))
    if found is None or not hmac.compare_digest(given.get("state", "").encode(), found[0].state.encode()):
        return _failed(request, 400)
    question, next_path = found
    if not given.get("code") or given.get("iss", settings().oidc_issuer) != settings().oidc_issuer:
        return _failed(request, 400)  # they said no there, or it is another issuer's answer (RFC 9207)
    if not _may(client_ip(request)):
        return _failed(request, 429)
    try:
        entered = _enter(request, issuer.address_of(question, given["code"]))
    except OutreachError as error:
        return _explained(request, error)
    return entering.welcome(entered, next_path) if entered else _failed(request, 403)


def _enter(request: Request, email: str) -> Entered | None:
    """A session of the active coordinator with this address; None when there is none."""
    with session_scope() as session:
        found = office.coordinator(session, email)
        return entering.begin(session, request, found.id, "oidc") if found else None


def _sealed(question: Question, next_path: str) -> str:
    about = base64.urlsafe_b64encode(entering.local(next_path).encode()).decode()
    return links.token("oidc", question.secret, about, clock.now() + timedelta(seconds=SECONDS))


def _opened(cookie: str) -> tuple[Question, str] | None:
    """What the cookie holds: the question, and the page they were on their way to. None for a cookie that is not ours,
    or too old."""
    try:
        read = links.read("oidc", cookie)
    except OutreachError:
        return None
    return Question(read.subject), base64.urlsafe_b64decode(read.about).decode()


def _be_configured() -> None:
    if not issuer.is_configured():
        raise HTTPException(404)


def _may(ip: str) -> bool:
    with session_scope() as session:
        return rates.allow(session, "oidc", ip, MOST, STRETCH, clock.now())


def _explained(request: Request, error: OutreachError) -> Response:
    log.warning("Nobody could be signed in by the university's account: %s", error)
    return _failed(request, 503 if isinstance(error, TemporaryFailure) else 400)


def _failed(request: Request, status: int) -> Response:
    """Why nobody was signed in, and the other way in: 400 and 503 try again, 403 nobody we know, 429 wait."""
    answer = page("sign_in_failed.html", chosen(request), status=status, failed=status)
    if status == 429:
        answer.headers["Retry-After"] = str(STRETCH)
    return answer
