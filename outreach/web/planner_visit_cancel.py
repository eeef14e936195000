"""Calling a visit off: what goes with it is shown first."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.event import Visit
from outreach.queries import planning, visits
from outreach.queries.planning import Planner
from outreach.visits import changing, telling
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.planner import LONGEST_REASON, back, opened, span, visit_of, where

router = APIRouter()


@router.get("/planner/{token}/visit/{public_id}/cancel")
def ask(request: Request, token: str, public_id: str) -> Response:
    """Whether they really mean it, and which events go with it. Looking changes nothing."""
    with session_scope(reading=True) as session:
        who = opened(session, token)
        return cancelling(request, session, token, who, visit_of(session, who, public_id))


@router.post("/planner/{token}/visit/{public_id}/cancel")
def cancel(request: Request, token: str, public_id: str, form: Form) -> Response:
    """Call the visit off, and those of its events that are theirs. Pressed twice it is called off once."""
    with session_scope() as session:
        who = opened(session, token)
        visit = visit_of(session, who, public_id)
        if value(form, "step") != "cancel":
            raise HTTPException(422)
        reason = value(form, "reason").strip()[:LONGEST_REASON]
        done = changing.cancel_visit(session, visit, who, now=clock.now(), reason=reason)
    telling.soon()
    return see_other(back(request, at(f"/planner/{token}"), done="visit_off", people=done.told))


def cancelling(
    request: Request, session: Session, token: str, who: Planner, visit: Visit, *, status: int = 200
) -> Response:
    """What calling the visit off would do; or that it is, and nothing about it changes any more."""
    language = chosen(request, who.language)
    theirs = planning.to_call_off(session, who, visit, clock.now())
    standing = [event for event in visits.events(session, visit_id=visit.id) if not event.cancelled]
    return page(
        "planner_visit_cancel.html",
        language,
        status=status,
        here=back(request, at(f"/planner/{token}")),
        visit=visit,
        where=where(visit, language),
        when=span(visit, language),
        events=[(event.title(language), planning.concerned(session, event)) for event in theirs],
        left=len(standing) - len(theirs),
    )
