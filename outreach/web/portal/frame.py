"""What every page of the portal shares: the way around, who is signed in, the language, the policy of its scripts."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from outreach.duties import Language
from outreach.web import security
from outreach.web.language import chosen, spoken
from outreach.web.pages import page
from outreach.web.portal.door import Signed

# Our own scripts, which everything does without; pictures the page draws itself.
_PICTURES = security.PAGE_POLICY.replace("img-src 'self'", "img-src 'self' data:")
POLICY = f"{_PICTURES}; script-src 'self'; connect-src 'self'"


@dataclass(frozen=True)
class Place:
    """One of the pages at the top of the portal."""

    name: str
    path: str
    central: bool = False


PLACES = (
    Place("overview", "/portal"),
    Place("campaigns", "/portal/campaigns"),
    Place("start", "/portal/start"),
    Place("calendar", "/portal/calendar"),
    Place("stories", "/portal/stories"),
    Place("people", "/portal/people"),
    Place("events", "/portal/events"),
    Place("audit", "/portal/audit", central=True),
    Place("faults", "/portal/faults", central=True),
    Place("help", "/portal/help"),
)


def language_of(request: Request, me: Signed) -> Language:
    return chosen(request, me.viewer.language)


def show(request: Request, me: Signed, template: str, here: str = "", *, status: int = 200, **values: Any) -> Response:
    """A page of the portal. `here`: the name of the place it belongs to. Beside what every page gets, templates have
    `me` (a Viewer), `csrf`, `places`, `here` and `lang` (what keeps a chosen language at the end of an address)."""
    answer = page(
        template,
        language_of(request, me),
        status=status,
        me=me.viewer,
        csrf=me.csrf,
        places=[place for place in PLACES if me.viewer.central or not place.central],
        here=here,
        lang=spoken(request),
        **values,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
