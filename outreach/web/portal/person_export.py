"""Handing over to somebody what we know of them, to read and as data. The central office's alone."""

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import LANGUAGES, Language
from outreach.queries import one_person
from outreach.web.pages import page
from outreach.web.portal import door
from outreach.web.portal.door import Central
from outreach.web.portal.frame import show
from outreach.web.portal.person import noted, theirs
from outreach.web.portal.person_copy import readable

router: APIRouter = door.router()


@router.get("/people/{public_id}/export")
def offer(request: Request, public_id: str, me: Central) -> Response:
    """The two files."""
    with session_scope() as session:
        person = theirs(session, me, public_id)
        noted(session, me, "looked_at", person)
        return show(request, me, "portal/person_export.html", "people", person=person)


@router.get("/people/{public_id}/export.json")
def as_data(public_id: str, me: Central) -> Response:
    """Everything, as JSON (GDPR, articles 15 and 20)."""
    told, _ = _everything(public_id, me)
    text = json.dumps(told, ensure_ascii=False, indent=2, default=str)
    return Response(text, media_type="application/json", headers=_as_file(public_id, "json"))


@router.get("/people/{public_id}/export.html")
def as_page(public_id: str, me: Central) -> Response:
    """The same, to read: one file in the person's own language, which needs nothing else."""
    told, language = _everything(public_id, me)
    made: HTMLResponse = page("portal/person_copy.html", language, told=readable(told, language), today=clock.now())
    made.headers.update(_as_file(public_id, "html"))
    return made


def _everything(public_id: str, me: Central) -> tuple[dict[str, Any], Language]:
    with session_scope() as session:
        person = theirs(session, me, public_id)
        told = one_person.everything_of(session, [person], actor=me.viewer.actor, action="exported")
        language: Language = next((known for known in LANGUAGES if known == person.language), "sv")
        return told, language


def _as_file(public_id: str, kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="person-{public_id}.{kind}"'}
