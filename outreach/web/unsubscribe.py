"""Saying no: the link in every mail, and RFC 8058's one-click POST by the mail program.

A link is about one purpose (`about`). One that is about a purpose the office has since removed stops everything, which
is the only reading that cannot write to someone who said no.
"""

from datetime import datetime

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language, Purpose, purposes
from outreach.links import Link, address_hash
from outreach.models import Person
from outreach.queries import consents, people, suppressions
from outreach.web import persons
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import own, page

router = APIRouter()

SOURCE = "unsubscribe page"


@router.get("/unsubscribe/{token}")
def show(request: Request, token: str) -> Response:
    """What would stop, and the buttons that stop it."""
    with session_scope(reading=True) as session:
        link, person = persons.behind(session, "unsubscribe", token)
        return _page(request, session, person, purposes().get(link.about), done="")


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, token: str, form: Form) -> Response:
    """Stop the link's purpose; everything with `scope=all`; `scope=undo` takes the last no back.

    Idempotent, needs no cookie and never redirects: RFC 8058 section 3.1.
    """
    scope = value(form, "scope")
    with session_scope() as session:
        link, person = persons.behind(session, "unsubscribe", token, to_change=True)
        language = chosen(request, person.language)
        if scope == "undo":
            _undo(session, person, language, clock.now())
            return _page(request, session, person, purposes().get(link.about), done="undone")
        everything = scope == suppressions.EVERYTHING or link.about not in purposes()
        _stop(session, person, link, everything, language, clock.now())
        done = "all" if everything else "purpose"
        return _page(request, session, person, purposes().get(link.about), done=done)


def _stop(session: Session, person: Person, link: Link, everything: bool, language: Language, now: datetime) -> None:
    """Record the no and suppress the address, so that it holds even if the register brings the person in anew."""
    said = consents.standing(session, person.id)
    named = list(purposes()) if everything else [link.about]
    stopped = {name for name in named if said.get(name) is not False}
    new = False
    if person.email:
        scope = suppressions.EVERYTHING if everything else link.about
        at_address = person.address_hash or address_hash(person.email)
        new = suppressions.lay(session, at_address, scope, suppressions.UNSUBSCRIBED, now)
    if new and not stopped:
        stopped = set(named)  # the no that this suppression belongs to, see outreach.queries.suppressions
    if stopped:
        consents.withdraw(session, person.id, stopped, language=language, source=SOURCE, at=now)
        people.note(session, person, "unsubscribed", purposes=sorted(stopped))


def _undo(session: Session, person: Person, language: Language, now: datetime) -> None:
    """Take back the last no given here: what had been said yes to is a yes again, nothing more."""
    found = consents.restorable(session, person.id, SOURCE)
    if found is None:
        return
    when, back = found
    suppressions.lift_laid(session, person.address_hash, when)
    consents.answer(session, person.id, dict.fromkeys(back, True), language=language, source=SOURCE, at=now)
    people.note(session, person, "undid_unsubscription", purposes=sorted(back))


def _page(request: Request, session: Session, person: Person, purpose: Purpose | None, *, done: str) -> Response:
    """`purpose` None: one the office no longer has. `done`: "", "purpose", "all" or "undone"."""
    scopes = suppressions.scopes(session, person.address_hash)
    said = consents.standing(session, person.id)
    off = purpose is not None and (purpose.name in scopes or said.get(purpose.name) is False)
    return page(
        "unsubscribe.html",
        chosen(request, person.language),
        person=person,
        purpose=purpose,
        done=done,
        all_off=suppressions.EVERYTHING in scopes,
        off=off,
        undo=consents.restorable(session, person.id, SOURCE) is not None,
        preferences=own("preferences", person.public_id),
    )
