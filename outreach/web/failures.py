"""What a reader sees when something is wrong: a page in both languages, with what to do. Never a traceback."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from outreach.errors import OutreachError, PermanentFailure, TemporaryFailure
from outreach.links import ExpiredLink, InvalidLink
from outreach.web import security, texts
from outreach.web.language import chosen
from outreach.web.pages import at, page

log = logging.getLogger(__name__)

RETRY_SECONDS = "60"
EXPLAINED = {400, 403, 404, 405, 413, 422}  # statuses with words of their own


class Erased(PermanentFailure):
    """A good link of a person of whom nothing is kept."""


class Gone(PermanentFailure):
    """A good link to a campaign that is no longer there."""


class NotYours(PermanentFailure):
    """A good link of a coordinator who may no longer sign."""


class NotSignedIn(PermanentFailure):
    """A page for coordinators was asked for by nobody we know."""


class FormTooOld(PermanentFailure):
    """A form that was not sent from a page of this sign-in."""


class NoEvent(Gone):
    """A good link to an event that is no longer there."""


class NotPlanner(NotYours):
    """A good link of somebody who coordinates nothing any more."""


class NotYourEvent(NotYours):
    """A good link of a coordinator to an event that is not, or no longer, theirs."""


def explain(request: Request, status: int, name: str, sentence: str = "") -> Response:
    """The failure `name` (`failure.<name>` of the texts) as a page; `sentence` adds what an OutreachError says."""
    language = chosen(request)
    voices = [(code, texts.speaker(code)) for code in (language, texts.other(language))]
    home = at("/portal") if request.url.path.startswith(at("/portal")) else ""
    return page("failure.html", language, status=status, voices=voices, name=name, sentence=sentence, home=home)


def _link_or_person(request: Request, error: Exception) -> Response:
    match error:
        case ExpiredLink():
            return explain(request, 410, "expired")
        case Erased():
            return explain(request, 410, "erased")
        case NoEvent():
            return explain(request, 410, "no_event")
        case Gone():
            return explain(request, 410, "gone")
        case NotYourEvent():
            return explain(request, 403, "not_your_event")
        case NotPlanner():
            return explain(request, 403, "not_planner")
        case NotYours():
            return explain(request, 403, "not_yours")
        case _:
            return explain(request, 400, "invalid")


def _temporary(request: Request, error: Exception) -> Response:
    log.warning("answered 503: %s", error)
    answer = explain(request, 503, "busy")
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _permanent(request: Request, error: Exception) -> Response:
    log.error("answered 500: %s", error)
    return explain(request, 500, "broken", sentence=str(error))


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
    answer = explain(request, int(status), f"http_{int(status)}" if status in EXPLAINED else "http_400")
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _unexpected(request: Request, error: Exception) -> Response:
    """The last resort. Starlette logs the traceback, and answers outside our middleware: headers are set here."""
    answer = explain(request, 500, "broken")
    answer.headers.update(security.headers(request.url.path))
    return answer


def _sign_in_first(request: Request, error: Exception) -> Response:
    """To the door, and from there back to the page that was asked for."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = path if request.method == "GET" else ""
    return RedirectResponse(at("/sign-in") + (f"?{urlencode({'next': wanted})}" if wanted else ""), status_code=303)


def _form_too_old(request: Request, error: Exception) -> Response:
    return explain(request, 403, "form_too_old")


def install(app: FastAPI) -> None:
    """Tell the app which page answers which failure. The most specific class wins."""
    app.add_exception_handler(NotSignedIn, _sign_in_first)
    app.add_exception_handler(FormTooOld, _form_too_old)
    for kind in (InvalidLink, ExpiredLink, Erased, Gone, NotYours):
        app.add_exception_handler(kind, _link_or_person)
    app.add_exception_handler(TemporaryFailure, _temporary)
    app.add_exception_handler(PermanentFailure, _permanent)
    app.add_exception_handler(OutreachError, _permanent)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _http)
    app.add_exception_handler(Exception, _unexpected)
