"""Checking in at the door, on a phone: search, tap, undo. Two hosts at once see each other, and count once."""

import logging
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.queries import guests
from outreach.web import host_lines, hosts
from outreach.web.forms import Form, value
from outreach.web.hosts import Host
from outreach.web.language import spoken
from outreach.web.pages import at, see_other

log = logging.getLogger(__name__)
router = APIRouter()

MOST_DIGITS = 9
LONGEST_SEARCH = 100
# What the page says after a button was pressed; the last two after a walk-in (`host_walk_in`).
SAID = ("in", "before", "out", "joined", "no_mail")


@dataclass(frozen=True)
class Done:
    """What was just done to whom."""

    said: str
    line: host_lines.Line


@router.get("/host/{token}/door")
def show(request: Request, token: str) -> Response:
    """Everybody, with a button each."""
    with session_scope(reading=True) as session:
        host = hosts.behind(session, token)
        return page_of(request, session, host, token)


@router.post("/host/{token}/door")
def act(request: Request, token: str, form: Form) -> Response:
    """Check somebody in, take that back, or search. Names are searched by POST: addresses end up in logs."""
    matter = value(form, "matter")
    if matter not in ("in", "out", "search"):
        raise HTTPException(422)
    if matter == "search":
        with session_scope(reading=True) as session:
            host = hosts.behind(session, token)
            return page_of(request, session, host, token, query=value(form, "q").strip()[:LONGEST_SEARCH])
    with session_scope() as session:
        host = hosts.behind(session, token)
        rsvp_id = number(form, "rsvp")
        if not guests.on_list(session, host.event.id, rsvp_id):
            raise HTTPException(422)
        if not host.open:
            return page_of(request, session, host, token, status=409)
        said = _do(session, host, matter, rsvp_id, form)
    return to_door(request, token, said, rsvp_id)


def _do(session: Session, host: Host, matter: str, rsvp_id: int, form: FormData) -> str:
    """What was done: the first of two who press at once checks in, the other is told so."""
    who = f"coordinator:{host.coordinator.id}"
    if matter == "out":
        done = guests.undo(session, host.event.id, rsvp_id)
        log.info("%s: answer %s is not here after all (%s, changed: %s)", host.event.slug, rsvp_id, who, done)
        return "out"
    came = guest_count(form)
    new = guests.check_in(session, host.event.id, rsvp_id, came, clock.now())
    log.info("%s: answer %s is here with %s guests (%s, new: %s)", host.event.slug, rsvp_id, came, who, new)
    return "in" if new else "before"


def number(form: FormData, name: str) -> int:
    """A number of a form, 0 where there is none. Raises HTTPException for what is no number."""
    typed = value(form, name) or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS):
        raise HTTPException(422)
    return int(typed)


def guest_count(form: FormData) -> int:
    """How many came with somebody. Raises HTTPException for more than anybody brings."""
    count = number(form, "guests")
    if count > guests.MOST_GUESTS:
        raise HTTPException(422)
    return count


def to_door(request: Request, token: str, said: str, rsvp_id: int) -> Response:
    """Back to the list, which says what was done."""
    return see_other(at(f"/host/{token}/door?said={said}&who={rsvp_id}{spoken(request).replace('?', '&')}"))


def page_of(
    request: Request, session: Session, host: Host, token: str, *, query: str = "", status: int = 200
) -> Response:
    language = hosts.language_of(request, host)
    frame, counts = guests.listed(session, host.event.id), guests.counts(session, host.event.id)
    everybody = host_lines.lines(frame, host.event, language)
    return hosts.show(
        request,
        "host_door.html",
        host,
        token,
        status=status,
        groups=host_lines.grouped(host_lines.matching(everybody, query)),
        counts=counts,
        stamp=host_lines.stamp(everybody, counts),
        query=query,
        done=_done(request, everybody),
    )


def _done(request: Request, lines: list[host_lines.Line]) -> Done | None:
    said, who = request.query_params.get("said"), request.query_params.get("who")
    found = [line for line in lines if str(line.rsvp_id) == who]
    return Done(said, found[0]) if said in SAID and found else None
