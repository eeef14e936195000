"""Preferences: what someone hears about, their profile, and the way out of the network. One page, one form a matter."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, links
from outreach.database import session_scope
from outreach.duties import Language
from outreach.models import Membership, Person
from outreach.queries import consents, people, suppressions
from outreach.settings import settings
from outreach.web import persons, profile
from outreach.web.countries import countries
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, own, page, see_other

router = APIRouter()

SOURCE = "preferences page"


@router.get("/preferences/{token}")
def show(request: Request, token: str) -> Response:
    """Everything we know and do, as it stands."""
    with session_scope(reading=True) as session:
        _, person = persons.behind(session, "preferences", token)
        return _page(request, session, person, profile.of(person))


@router.post("/preferences/{token}")
def change(request: Request, token: str, form: Form) -> Response:
    """Do what the button says: save the choices, the profile, the offers, or leave."""
    matter = value(form, "matter")
    if matter not in MATTERS:
        raise HTTPException(422)
    with session_scope() as session:
        _, person = persons.behind(session, "preferences", token, to_change=True)
        language = chosen(request, person.language)
        filled = MATTERS[matter](session, person, form, language, clock.now())
        if filled is not None:
            return _page(request, session, person, filled, status=422)
    chosen_here = f"&lang={language}" if "lang" in request.query_params else ""
    return see_other(at(f"/preferences/{token}?saved={matter}{chosen_here}"))


def _save_choices(
    session: Session, person: Person, form: FormData, language: Language, now: datetime
) -> profile.Profile | None:
    answers = persons.answers(form)
    consents.answer(session, person.id, answers, language=language, source=SOURCE, at=now)
    persons.lift_for(session, person, {name for name, given in answers.items() if given})
    return None


def _save_profile(
    session: Session, person: Person, form: FormData, _language: Language, now: datetime
) -> profile.Profile | None:
    filled = profile.read(form)
    if filled.wrong:
        return filled
    people.save_profile(session, person, filled.clean, now)
    return None


def _save_interests(
    session: Session, person: Person, form: FormData, _language: Language, now: datetime
) -> profile.Profile | None:
    people.set_interests(session, person.id, persons.roles(form), now)
    return None


def _leave(
    session: Session, person: Person, _form: FormData, language: Language, now: datetime
) -> profile.Profile | None:
    """Leaving says no to everything there was a yes to, and takes back every offer."""
    said_yes = [name for name, given in consents.standing(session, person.id).items() if given]
    consents.withdraw(session, person.id, said_yes, language=language, source=SOURCE, at=now)
    people.set_interests(session, person.id, set(), now)
    if person.membership == Membership.MEMBER:
        people.leave(session, person, now)
    return None


Change = Callable[[Session, Person, FormData, Language, datetime], profile.Profile | None]
MATTERS: dict[str, Change] = {
    "choices": _save_choices,
    "profile": _save_profile,
    "interests": _save_interests,
    "leave": _leave,
}


def _page(
    request: Request, session: Session, person: Person, filled: profile.Profile, *, status: int = 200
) -> Response:
    """The page of one person; `filled` is the profile form, with what was wrong in it."""
    language = chosen(request, person.language)
    said = consents.standing(session, person.id)
    saved = request.query_params.get("saved", "")
    return page(
        "preferences.html",
        language,
        status=status,
        person=person,
        filled=filled,
        countries=countries(language),
        purposes=persons.asked(),
        yes={name for name, given in said.items() if given},
        stopped=_stopped(session, person, said),
        roles=persons.ROLES,
        offered=people.interests(session, person.id),
        language_names=persons.LANGUAGE_NAMES,
        saved=saved if saved in MATTERS and not filled.wrong else "",
        join=_way_in(person),
        story=own("story", person.public_id),
    )


def _stopped(session: Session, person: Person, said: dict[str, bool]) -> str:
    """Why no mail reaches them at all: "unsubscribed", "bounced" for any other reason, "" when it does."""
    reason = suppressions.scopes(session, person.address_hash).get(suppressions.EVERYTHING)
    if reason is None:
        return ""
    return "unsubscribed" if reason in suppressions.OWN_WISH else "bounced"


def _way_in(person: Person) -> str | None:
    """The address of the join page for who is not a member."""
    if person.membership == Membership.MEMBER:
        return None
    until = clock.now() + timedelta(days=settings().join_link_days)
    return at(f"/join/{links.token('join', person.public_id, expires=until)}")
