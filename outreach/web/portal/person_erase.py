"""Erasing somebody who asks for it. The central office's alone, after a tick: it cannot be undone."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.erasing import people
from outreach.models import Person
from outreach.web.forms import Form, value
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Central
from outreach.web.portal.frame import show
from outreach.web.portal.person import noted, theirs

router: APIRouter = door.router()


@router.get("/people/{public_id}/erase")
def ask(request: Request, public_id: str, me: Central) -> Response:
    """What goes and what stays."""
    with session_scope() as session:
        person = theirs(session, me, public_id)
        noted(session, me, "looked_at", person)
        return _page(request, me, person)


@router.post("/people/{public_id}/erase")
def erase(request: Request, public_id: str, me: Central, form: Form) -> Response:
    """Erase for good."""
    with session_scope() as session:
        person = theirs(session, me, public_id)
        if value(form, "sure") != "yes":
            noted(session, me, "looked_at", person)
            return _page(request, me, person, wrong=True, status=422)
    erased = people.erase([public_id], actor=me.viewer.actor)
    language = spoken(request)
    done = "posted" if erased.posts else "erased"
    return see_other(at(f"/portal/people{language}{'&' if language else '?'}done={done}"))


def _page(request: Request, me: Central, person: Person, *, wrong: bool = False, status: int = 200) -> Response:
    return show(request, me, "portal/person_erase.html", "people", status=status, person=person, wrong=wrong)
