"""One's own account: who one is to the portal, and the way out."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import show

router: APIRouter = door.router()


@router.get("/account")
def account(request: Request, me: Me) -> Response:
    """Who one is here."""
    return show(request, me, "portal/account.html", "account")
