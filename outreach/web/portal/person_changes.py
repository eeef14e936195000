"""Correcting what we know of somebody, and stopping what we write to them, when they have asked the office for it."""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import purposes
from outreach.models import Person
from outreach.queries import consents, people, suppressions
from outreach.web import persons, profile
from outreach.web.countries import countries
from outreach.web.forms import Form, value
from outreach.web.pages import see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.person import Words, address_of, noted, theirs
from outreach.web.profile import Profile

router: APIRouter = door.router()

SOURCE = "the office"


@router.get("/people/{public_id}/correct")
def correcting(request: Request, public_id: str, me: Me) -> Response:
    """The profile as it stands, to be changed."""
    with session_scope() as session:
        person = theirs(session, me, public_id)
        noted(session, me, "looked_at", person)
        return _correcting(request, me, person, profile.of(person))


@router.post("/people/{public_id}/correct")
def correct(request: Request, public_id: str, me: Me, form: Form) -> Response:
    """Write what was corrected: the register's next file does not undo it."""
    with session_scope() as session:
        person = theirs(session, me, public_id, to_change=True)
        filled = _filled(profile.read(form), person)
        if filled.wrong:
            return _correcting(request, me, person, filled, status=422)
        changed = people.correct(session, person, filled.clean, clock.now(), actor=me.viewer.actor)
    return see_other(address_of(request, public_id, "corrected" if changed else "unchanged"))


@router.get("/people/{public_id}/suppress")
def suppressing(request: Request, public_id: str, me: Me) -> Response:
    """What can be stopped, and how they asked for it."""
    with session_scope() as session:
        person = theirs(session, me, public_id)
        noted(session, me, "looked_at", person)
        return _suppressing(request, me, person)


@router.post("/people/{public_id}/suppress")
def suppress(request: Request, public_id: str, me: Me, form: Form) -> Response:
    """Stop everything or one purpose at once, also what is on its way out."""
    scope, reason = value(form, "scope"), value(form, "reason")
    with session_scope() as session:
        person = theirs(session, me, public_id, to_change=True)
        if person.address_hash is None:
            raise HTTPException(422)
        if scope not in (suppressions.EVERYTHING, *purposes()) or reason not in suppressions.ASKED:
            noted(session, me, "looked_at", person)
            return _suppressing(request, me, person, scope=scope, reason=reason, wrong=True, status=422)
        new = _stop(session, person, scope, reason, clock.now())
        noted(session, me, "suppressed", person, scope=scope, reason=reason)
    return see_other(address_of(request, public_id, "suppressed" if new else "suppressed_already"))


def _stop(session: Session, person: Person, scope: str, reason: str, now: datetime) -> bool:
    """Lay it on the address, and record the no it belongs to, so that it is the person's own to take back."""
    named = set(purposes()) if scope == suppressions.EVERYTHING else {scope}
    said = consents.standing(session, person.id)
    new = suppressions.lay(session, person.address_hash or "", scope, reason, now)
    stopped = {name for name in named if said.get(name) is not False} or (named if new else set())
    consents.withdraw(session, person.id, stopped, language=person.language, source=SOURCE, at=now)
    return bool(stopped)


def _filled(read: Profile, person: Person) -> Profile:
    """Somebody without an address can be corrected without one."""
    if read.typed["email"].strip() or person.email:
        return read
    wrong = {name: why for name, why in read.wrong.items() if name != "email"}
    return replace(read, clean={**read.clean, "email": None}, wrong=wrong)


def _correcting(request: Request, me: Signed, person: Person, filled: Profile, *, status: int = 200) -> Response:
    language = language_of(request, me)
    return show(
        request,
        me,
        "portal/person_correct.html",
        "people",
        status=status,
        person=person,
        filled=filled,
        countries=countries(language),
        language_names=persons.LANGUAGE_NAMES,
    )


def _suppressing(
    request: Request,
    me: Signed,
    person: Person,
    *,
    scope: str = "",
    reason: str = "",
    wrong: bool = False,
    status: int = 200,
) -> Response:
    return show(
        request,
        me,
        "portal/person_suppress.html",
        "people",
        status=status,
        person=person,
        words=Words(language_of(request, me)),
        purposes=list(purposes()),
        reasons=suppressions.ASKED,
        scope=scope,
        reason=reason,
        wrong=wrong,
    )
