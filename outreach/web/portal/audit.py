"""The audit trail: who did what to whom, newest first."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.queries import audit_log
from outreach.web.pages import at
from outreach.web.portal import door
from outreach.web.portal.door import Central
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.person import Words

router: APIRouter = door.router()

LONGEST = 100


@router.get("/audit")
def trail(request: Request, me: Central) -> Response:
    """A page of it, narrowed by who did it, what, and to whom. All of these are ids: they may stand in an address."""
    wanted = {name: request.query_params.get(name, "").strip()[:LONGEST] for name in ("actor", "action", "subject")}
    with session_scope(reading=True) as session:
        lines = audit_log.page(session, **wanted, before=_number(request.query_params.get("before", "")))
        actions, staff = audit_log.actions(session), audit_log.coordinators(session)
    shown = lines[: audit_log.PAGE]
    return show(
        request,
        me,
        "portal/audit.html",
        "audit",
        lines=shown,
        wanted=wanted,
        narrowed=any(wanted.values()),
        actions=actions,
        staff=staff,
        older=shown[-1].id if len(lines) > len(shown) else 0,
        newest="before" not in request.query_params,
        words=Words(language_of(request, me)),
        here_path=at("/portal/audit"),
    )


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0
