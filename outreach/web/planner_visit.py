"""Planning a visit: where the leadership or a department goes, when, and who."""

import re
from dataclasses import replace
from hashlib import sha256

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, database
from outreach.database import session_scope
from outreach.event import Visit
from outreach.queries import audit, event_changes, visits
from outreach.queries.planning import Planner
from outreach.visits.drafts import VisitDraft
from outreach.web import countries, planner_form
from outreach.web.forms import Form
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.planner import back, opened, visit_of, whose
from outreach.web.planner_event import MARK, choices, new_mark
from outreach.web.planner_form import Filled

router = APIRouter()


@router.get("/planner/{token}/visit")
def new(request: Request, token: str) -> Response:
    with session_scope(reading=True) as session:
        who = opened(session, token)
        return _form(request, token, who, planner_form.new_visit(who, new_mark()))


@router.post("/planner/{token}/visit")
def add(request: Request, token: str, form: Form) -> Response:
    """Enter the visit. The same form sent twice is one."""
    filled = planner_form.sent_visit(form)
    with session_scope() as session:
        who = opened(session, token)
        read, draft = planner_form.read_visit(filled, who, chosen(request, who.language))
        if draft is None:
            return _form(request, token, who, read, status=422)
        _add(session, who, draft, filled.typed["mark"])
    return see_other(back(request, at(f"/planner/{token}"), done="visit"))


@router.get("/planner/{token}/visit/{public_id}")
def edit(request: Request, token: str, public_id: str) -> Response:
    with session_scope(reading=True) as session:
        who = opened(session, token)
        visit = visit_of(session, who, public_id)
        return _form(request, token, who, planner_form.of_visit(visit, _seen(visit)), visit=visit)


@router.post("/planner/{token}/visit/{public_id}")
def change(request: Request, token: str, public_id: str, form: Form) -> Response:
    """Save it. Its events stay as they are, but for who comes from the university."""
    filled = planner_form.sent_visit(form)
    with session_scope() as session:
        who = opened(session, token)
        visit = visit_of(session, who, public_id)
        event_changes.hold_visit(session, visit.id)
        visit = visit_of(session, who, public_id)
        if filled.typed["mark"] != _seen(visit):
            kept = replace(filled, typed=filled.typed | {"mark": _seen(visit)})
            return _form(request, token, who, kept, visit=visit, status=409, overtaken=True)
        read, draft = planner_form.read_visit(filled, who, chosen(request, who.language), visit=visit)
        if draft is None:
            return _form(request, token, who, read, visit=visit, status=422)
        key = event_changes.source_key_of_visit(session, visit.id)
        kept_whose = replace(draft, source_key=key, department_code=visit.department_code)
        if visits.update_visit(session, visit.id, kept_whose, clock.now()):
            audit.note(session, actor=who.actor, action="changed_visit", subject=f"visit:{visit.id}")
    return see_other(back(request, at(f"/planner/{token}"), done="visit"))


def _add(session: Session, who: Planner, draft: VisitDraft, mark: str) -> None:
    if not re.fullmatch(MARK, mark):
        raise HTTPException(422)
    key = f"form/{who.id}/{mark}"
    database.lock(session, key)
    if visits.visits_by_key(session, [key]):
        return
    visit = visits.add_visit(session, replace(draft, source_key=key), clock.now())
    audit.note(session, actor=who.actor, action="added_visit", subject=f"visit:{visit.id}")


def _seen(visit: Visit) -> str:
    """A mark of the visit as it stands: another one as soon as somebody has changed it."""
    return sha256(repr(visit).encode()).hexdigest()[:16]


def _form(
    request: Request,
    token: str,
    who: Planner,
    filled: Filled,
    *,
    visit: Visit | None = None,
    status: int = 200,
    overtaken: bool = False,
) -> Response:
    language = chosen(request, who.language)
    return page(
        "planner_visit.html",
        language,
        status=status,
        here=back(request, at(f"/planner/{token}")),
        filled=filled,
        visit=visit,
        whose=whose(visit.department_code, language) if visit else "",
        departments=choices(who, language),
        countries=countries.countries(language),
        overtaken=overtaken,
    )
