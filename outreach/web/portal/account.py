"""One's own account: who one is to the portal, where one is signed in, and the ways out."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, departments
from outreach.database import session_scope
from outreach.queries import audit, signing_in
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()

OUT = "/sign-in?done=signed-out"
LARGEST_ID = 2**31 - 1  # beyond it a database may refuse to be asked


@router.get("/account")
def account(request: Request, me: Me) -> Response:
    """Who one is here, and every browser one is signed in with."""
    language = language_of(request, me)
    with session_scope(reading=True) as session:
        sessions = signing_in.sessions_of(session, _id(me), clock.now())
    codes = sorted(me.viewer.departments or ())
    names = [departments.department(code).name(language) for code in codes]
    return show(request, me, "portal/account.html", "account", sessions=sessions, this=me.session_id, names=names)


@router.post("/sign-out")
def sign_out(me: Me) -> Response:
    """Sign this browser out."""
    _end(me, me.session_id)
    return _out()


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(me: Me) -> Response:
    """Sign every browser out, this one too, and let no link that is already mailed sign in."""
    with session_scope() as session:
        ended = signing_in.end_all(session, _id(me), clock.now())
        detail = {"sessions": ended}
        audit.note(
            session, actor=me.viewer.actor, action="signed_out_everywhere", subject=me.viewer.actor, detail=detail
        )
    return _out()


@router.post("/account/sessions/{session_id}/end")
def sign_out_there(session_id: int, me: Me) -> Response:
    """Sign one browser of one's own out."""
    if not 0 < session_id <= LARGEST_ID or not _end(me, session_id):
        raise HTTPException(404)
    return _out() if session_id == me.session_id else see_other(at("/portal/account"))


def _end(me: Me, session_id: int) -> bool:
    with session_scope() as session:
        ended = signing_in.end(session, session_id, _id(me), clock.now())
        if ended:
            audit.note(session, actor=me.viewer.actor, action="signed_out", subject=f"session:{session_id}")
    return ended


def _out() -> Response:
    answer = see_other(at(OUT))
    door.clear_cookie(answer)
    return answer


def _id(me: Me) -> int:
    """A session is always a coordinator's."""
    assert me.viewer.coordinator_id is not None
    return me.viewer.coordinator_id
