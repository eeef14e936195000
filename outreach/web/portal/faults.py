"""What people could not use and told us on the accessibility page: to be answered by the central office."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.queries import audit, faults
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Central
from outreach.web.portal.frame import show

router: APIRouter = door.router()

MOST_WAITING, MOST_HANDLED = 200, 50
MOST_DIGITS = 9


@router.get("/faults")
def listed(request: Request, me: Central) -> Response:
    """Those that wait, the oldest first, and those that were dealt with last."""
    with session_scope(reading=True) as session:
        waiting = faults.listed(session, handled=False, most=MOST_WAITING)
        handled = faults.listed(session, handled=True, most=MOST_HANDLED)
    done = "done" in request.query_params
    return show(request, me, "portal/faults.html", "faults", waiting=waiting, handled=handled, done=done)


@router.post("/faults/{number}/handled")
def handle(request: Request, me: Central, number: str) -> Response:
    """Say that it is dealt with. Saying so twice is harmless: the first who did stays."""
    fault_id = int(number) if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS else 0
    who = me.viewer.coordinator_id
    assert who is not None  # nobody but a coordinator has a session
    with session_scope() as session:
        if not faults.exists(session, fault_id):
            raise HTTPException(404)
        if faults.mark_handled(session, fault_id, who, clock.now()):
            audit.note(session, actor=me.viewer.actor, action="handled_fault", subject=f"fault:{fault_id}")
    return see_other(at(f"/portal/faults?done=1{spoken(request).replace('?', '&')}"))
