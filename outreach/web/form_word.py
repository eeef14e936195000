"""The word of forms for people who have not signed in: it binds a form to the browser its page was given to.

A page elsewhere could otherwise post the link of whoever made it, and so sign a visitor in as somebody else without
their noticing. The browser holds a random cookie, the form its seal; who cannot set our cookies cannot match them. The
Origin header alone would not do: our pages send no referrer, and browsers then say "null".
"""

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from outreach import links
from outreach.duties import Language
from outreach.web.forms import Form, value
from outreach.web.pages import page
from outreach.web.portal import door

COOKIE = "outreach-form"
SECONDS = 60 * 60
FOREIGN = ("cross-site", "same-site")  # what a browser says of a form on a page that is not ours (Fetch Metadata)
LENGTH = len(door.new_secret())


def show(request: Request, template: str, language: Language, *, status: int = 200, **values: Any) -> Response:
    """A page whose forms carry `word` in a hidden field, with the cookie it belongs to."""
    cookie = _cookie(request) or door.new_secret()
    answer = page(template, language, status=status, word=links.seal("form", cookie), **values)
    door.put_cookie(answer, COOKIE, cookie, SECONDS)
    return answer


def is_ours(request: Request, form: Form) -> bool:
    """Whether a form was sent from a page that this browser was given within the hour."""
    cookie = _cookie(request)
    if not cookie or request.headers.get("sec-fetch-site") in FOREIGN:
        return False
    return hmac.compare_digest(value(form, "word").encode(), links.seal("form", cookie).encode())


def _cookie(request: Request) -> str:
    """The browser's cookie, "" when it has none that could be ours."""
    found = request.cookies.get(door.named(COOKIE), "")
    return found if len(found) == LENGTH and found.isascii() else ""
