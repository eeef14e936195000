"""Letting a coordinator in, whichever way they have shown who they are: a new session, its cookie, and on they go."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.queries import audit, signing_in, viewing
from outreach.settings import settings
from outreach.web import browsers
from outreach.web.pages import at, see_other
from outreach.web.portal import door

HOME = "/portal"
OURS = re.compile(r"/portal(?:[/?][\x21-\x7e]*)?")
ODD = re.compile(r"//|\\|\.\.|%2e|%2f|%5c", re.IGNORECASE)  # what some reader of addresses takes for another place
LONGEST_PATH = 500


@dataclass(frozen=True)
class Entered:
    """A session that has begun: its secret, which only the browser keeps, and when it is over."""

    token: str
    until: datetime


def local(path: str) -> str:
    """`path` if it is a page of the portal, else "": nobody is led from our door to another house."""
    ours = len(path) <= LONGEST_PATH and OURS.fullmatch(path) and not ODD.search(path)
    return path if ours else ""


def begin(session: Session, request: Request, coordinator_id: int, via: str) -> Entered | None:
    """Begin a session, and end the one this browser had: its secret is always a new one.

    None for a coordinator who is one no more.
    """
    viewer, now = viewing.of_coordinator(session, coordinator_id), clock.now()
    if viewer is None:
        return None
    if old := request.cookies.get(door.cookie_name(), ""):
        signing_in.end_by_token(session, door.fingerprint(old), now)
    entered = Entered(door.new_secret(), now + timedelta(hours=settings().session_hours))
    session_id = signing_in.begin(
        session,
        coordinator_id,
        door.fingerprint(entered.token),
        via=via,
        browser=browsers.label(request.headers.get("user-agent")),
        now=now,
        until=entered.until,
    )
    audit.note(session, actor=viewer.actor, action="signed_in", subject=f"session:{session_id}", detail={"via": via})
    return entered


def welcome(entered: Entered, next_path: str) -> Response:
    """On to the page they were on their way to, with the session's cookie."""
    answer = see_other(at(local(next_path) or HOME))
    door.set_cookie(answer, entered.token, entered.until)
    return answer
