"""Visits and events in the portal: the planner's list, for who is signed in. Its links are theirs, for as long as they
are signed in."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.queries import planning
from outreach.web import planner
from outreach.web.failures import NotPlanner
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()


@router.get("/events")
def events(request: Request, me: Me) -> Response:
    """What they have planned, and the way to the forms and the guest lists."""
    who_id = me.viewer.coordinator_id
    assert who_id is not None  # nobody but a coordinator has a session
    token = planner.in_session(who_id, me.session_id)
    with session_scope(reading=True) as session:
        who = planning.planner(session, who_id)
        if who is None:
            raise NotPlanner("Somebody who coordinates nothing any more has asked for the planner.")
        shown = planner.shown(request, session, who, token, language_of(request, me))
    return show(request, me, "portal/events.html", "events", **shown)
