"""Finding people. What is typed is somebody's name or address: it is posted, so that no address of a page holds it."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.queries import audit, people_search
from outreach.queries.people_search import Found
from outreach.register.addresses import normalised_address
from outreach.web.forms import Form, value
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.person import Words

router: APIRouter = door.router()

LONGEST = 320
REMOVED = ("erased", "posted")


@router.get("/people")
def look_for(request: Request, me: Me) -> Response:
    """The field to write in."""
    done = request.query_params.get("done", "")
    return _page(request, me, done=done if done in REMOVED else "")


@router.post("/people")
def find(request: Request, me: Me, form: Form) -> Response:
    """Who it may be. Whoever is known for certain, by address or id, is shown at once."""
    typed = " ".join(value(form, "who").split())[:LONGEST]
    if not typed:
        return _page(request, me, wrong="empty", status=422)
    with session_scope() as session:
        found, certain = _found(session, me, typed)
        _note(session, me, found)
    if certain and len(found) == 1:
        return see_other(at(f"/portal/people/{found[0].public_id}{spoken(request)}"))
    return _page(request, me, typed=typed, found=found)


def _note(session: Session, me: Signed, found: Sequence[Found]) -> None:
    """Whoever is shown stands in the audit trail, by id; what was typed does not."""
    detail = {"found": len(found), "people": [one.public_id for one in found[: people_search.MOST]]}
    audit.note(session, actor=me.viewer.actor, action="searched", subject="people", detail=detail)


def _found(session: Session, me: Signed, typed: str) -> tuple[list[Found], bool]:
    """People, and whether what was typed names them for certain."""
    if "@" in typed:
        address = normalised_address(typed)
        return (people_search.by_address(session, me.viewer, address) if address else []), True
    by_id = people_search.by_student_uid(session, me.viewer, typed)
    return (by_id, True) if by_id else (people_search.by_name(session, me.viewer, typed), False)


def _page(
    request: Request,
    me: Signed,
    *,
    typed: str = "",
    found: list[Found] | None = None,
    wrong: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    most = people_search.MOST
    return show(
        request,
        me,
        "portal/people.html",
        "people",
        status=status,
        typed=typed,
        found=None if found is None else found[:most],
        more=found is not None and len(found) > most,
        most=most,
        wrong=wrong,
        done=done,
        words=Words(language_of(request, me)),
    )
