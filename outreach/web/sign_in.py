"""The way in: an address is mailed a link, and the link's page has the button that signs in.

Nothing here tells whether an address is a coordinator's: the answer is the same, and the mail is written after it. Only
asking is limited, by address and by IP; a link that is good works whatever others have asked for, so that nobody can be
locked out by somebody who asks in their name.
"""

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.queries import rates, signing_in, viewing
from outreach.settings import settings
from outreach.web import entering, form_word, issuer, sign_in_mail
from outreach.web.callers import client_ip
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.portal import door

router = APIRouter()

STRETCH = 15 * 60  # seconds that every limit here is for
ASKED = 20  # links asked for from one IP
MAILED = 5  # links asked for to one address
TRIED = 30  # links that were no good, tried from one IP
LONGEST_ADDRESS = 320


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """The form that asks for a link. Who is signed in already goes on."""
    next_path = entering.local(request.query_params.get("next", ""))
    if door.signed_in(request):
        return see_other(at(next_path or entering.HOME))
    return _form(request, next_path)


@router.post("/sign-in")
def asked(request: Request, form: Form) -> Response:
    """Mail a link, and say the same to everybody."""
    email, next_path = value(form, "email").strip().lower(), entering.local(value(form, "next"))
    if not form_word.is_ours(request, form):
        return _form(request, next_path, status=403, typed=email, wrong="old")
    if not _could_be(email):
        return _form(request, next_path, status=422, typed=email, wrong="address")
    if not _may_ask(client_ip(request), email):
        return _wait(request)
    answer = page("sign_in_sent.html", chosen(request), minutes=settings().sign_in_link_minutes, email=email)
    answer.background = BackgroundTask(sign_in_mail.send, email, next_path)
    return answer


@router.get("/sign-in/{token}")
def look(request: Request, token: str) -> Response:
    """The page with the button. Mail programs that follow links ahead of their readers change nothing."""
    with session_scope(reading=True) as session:
        found = signing_in.link(session, door.fingerprint(token), clock.now())
        viewer = viewing.of_coordinator(session, found.coordinator_id) if found else None
    if viewer is None:
        return see_other(at(entering.HOME)) if door.signed_in(request) else _no_good(request)
    return form_word.show(request, "sign_in_button.html", chosen(request, viewer.language), name=viewer.name)


@router.post("/sign-in/{token}")
def enter(request: Request, token: str, form: Form) -> Response:
    """Use the link up and begin a session."""
    if not form_word.is_ours(request, form):
        return form_word.show(request, "sign_in_button.html", chosen(request), status=403, name="")
    with session_scope() as session:
        found = signing_in.use_link(session, door.fingerprint(token), clock.now())
        entered = entering.begin(session, request, found.coordinator_id, "link") if found else None
    if found and entered:
        return entering.welcome(entered, found.next_path)
    with session_scope() as session:
        counted = rates.allow(session, "sign-in-try", client_ip(request), TRIED, STRETCH, clock.now())
    return _no_good(request) if counted else _wait(request)


def _could_be(email: str) -> bool:
    name, _, host = email.rpartition("@")
    return bool(name and host) and len(email) <= LONGEST_ADDRESS and email.isprintable() and " " not in email


def _may_ask(ip: str, email: str) -> bool:
    """Whether neither the IP nor the address, which may be anybody's, has been asked for too often."""
    now = clock.now()
    with session_scope() as session:
        return rates.allow(session, "sign-in-ip", ip, ASKED, STRETCH, now) and rates.allow(
            session, "sign-in-to", email, MAILED, STRETCH, now
        )


def _form(request: Request, next_path: str, *, status: int = 200, typed: str = "", wrong: str = "") -> Response:
    says = "signed_out" if request.query_params.get("done") == "signed-out" else ""
    return _show(request, status, next_path=next_path, typed=typed, wrong=wrong, says=says)


def _no_good(request: Request) -> Response:
    """Used, too old or never ours: one page, with the form to ask for a new link."""
    return _show(request, 410, next_path="", typed="", wrong="", says="expired")


def _show(request: Request, status: int, **values: str) -> Response:
    language, office = chosen(request), settings()
    account = office.oidc_name_sv if language == "sv" else office.oidc_name_en
    offered = account if issuer.is_configured() else ""
    return form_word.show(request, "sign_in.html", language, status=status, account=offered, **values)


def _wait(request: Request) -> Response:
    answer = page("sign_in_wait.html", chosen(request), status=429, minutes=STRETCH // 60)
    answer.headers["Retry-After"] = str(STRETCH)
    return answer
