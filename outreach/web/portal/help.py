"""Help for coordinators: what the words mean, and what to do when. Other pages link to its anchors."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach import duties
from outreach.web import duty_words
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()

# What the page explains, in this order: each is an anchor (`/portal/help#wave`) and a pair of texts.
WORDS = (
    "duty", "campaign", "wave", "preview", "approval", "planned", "excluded", "unknown", "suppressed", "limit",
    "member", "story", "run",
)  # fmt: skip


@router.get("/help")
def help_(request: Request, me: Me) -> Response:
    """Words, and the routine of a week and a quarter. Central and departments have different ones."""
    language = language_of(request, me)
    startable = duties.duties() if me.viewer.central else duties.may_start()
    titles = [duty_words.title(name, language) for name in startable]
    return show(request, me, "portal/help.html", "help", words=WORDS, titles=titles, contact=duties.contact())
