"""Joining the network: the page the invitation leads to, and the thanks after.

The link was mailed to the address in the register, so following it and pressing the button is a double opt-in.
"""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, links
from outreach.database import session_scope
from outreach.departments import department
from outreach.duties import Language
from outreach.models import Membership, Person
from outreach.queries import consents, people
from outreach.web import persons, profile
from outreach.web.countries import countries
from outreach.web.forms import Form
from outreach.web.language import chosen
from outreach.web.pages import at, own, page, see_other

router = APIRouter()

SOURCE = "join page"
THANKS_DAYS = 2


@router.get("/join/{token}")
def show(request: Request, token: str) -> Response:
    """What the network is, and the form. A member is told that they are one."""
    with session_scope(reading=True) as session:
        _, person = persons.behind(session, "join", token)
        language = chosen(request, person.language)
        if person.membership == Membership.MEMBER:
            return _already(person, language)
        offered = people.interests(session, person.id)
        return _form(session, person, language, profile.of(person), set(), offered)


@router.post("/join/{token}")
def join(request: Request, token: str, form: Form) -> Response:
    """Make them a member. Pressing twice is harmless: the second time says that they are one."""
    with session_scope() as session:
        _, person = persons.behind(session, "join", token, to_change=True)
        language = chosen(request, person.language)
        if person.membership == Membership.MEMBER:
            return _already(person, language)
        filled = profile.read(form)
        if filled.wrong:
            yes = {name for name, given in persons.answers(form).items() if given}
            return _form(session, person, language, filled, yes, persons.roles(form), status=422)
        _make_member(session, person, filled, form, language, clock.now())
        public_id = person.public_id
    thanks = links.token("joined", public_id, expires=clock.now() + timedelta(days=THANKS_DAYS))
    return see_other(at(f"/joined/{thanks}"))


@router.get("/joined/{token}")
def joined(request: Request, token: str) -> Response:
    """Thanks, and what happens now."""
    with session_scope(reading=True) as session:
        _, person = persons.behind(session, "joined", token)
        language = chosen(request, person.language)
        said = consents.standing(session, person.id)
        yes = [purpose for purpose in persons.asked() if said.get(purpose.name)]
        return page("joined.html", language, person=person, yes=yes, preferences=_preferences(person))


def _make_member(
    session: Session, person: Person, filled: profile.Profile, form: FormData, language: Language, now: datetime
) -> None:
    answers = persons.answers(form)
    people.save_profile(session, person, filled.clean, now)
    people.set_interests(session, person.id, persons.roles(form), now)
    consents.answer(session, person.id, answers, language=language, source=SOURCE, at=now)
    persons.lift_for(session, person, {name for name, given in answers.items() if given})
    people.join(session, person, now)


def _form(
    session: Session,
    person: Person,
    language: Language,
    filled: profile.Profile,
    yes: set[str],
    offered: set[str],
    *,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {
        "person": person,
        "filled": filled,
        "study": _study(session, person, language),
        "countries": countries(language),
        "purposes": persons.asked(),
        "yes": yes,
        "roles": persons.ROLES,
        "offered": offered,
        "language_names": persons.LANGUAGE_NAMES,
    }
    return page("join.html", language, status=status, **values)


def _study(session: Session, person: Person, language: Language) -> tuple[str, str] | None:
    """(programme, department) to greet someone with, None where the register does not say."""
    study = people.newest_study(session, person.id)
    if study is None:
        return None
    programme = study.programme_sv if language == "sv" else study.programme_en
    return (programme, department(study.department_code).name(language)) if programme else None


def _already(person: Person, language: Language) -> Response:
    return page("already.html", language, person=person, preferences=_preferences(person))


def _preferences(person: Person) -> str:
    return own("preferences", person.public_id)
