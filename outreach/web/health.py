"""The front page, and what machines ask for: /health and /robots.txt."""

import logging

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from outreach.database import session_scope
from outreach.errors import OutreachError
from outreach.queries import people
from outreach.web import outbox
from outreach.web.language import chosen
from outreach.web.pages import page

log = logging.getLogger(__name__)
router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """What the network is. No data."""
    return page("home.html", chosen(request), outbox_open=outbox.is_open())


@router.get("/health")
def health() -> Response:
    """200 when the database answers; 503 with a sentence when it does not. The sentences hold no secrets."""
    try:
        with session_scope(reading=True) as session:
            people.any_at_all(session)
    except OutreachError as error:
        log.warning("unhealthy: %s", error)
        return JSONResponse({"status": "unavailable", "sentence": str(error)}, status_code=503)
    return JSONResponse({"status": "ok"})


@router.get("/robots.txt")
def robots() -> Response:
    """Nothing here is for search engines."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
