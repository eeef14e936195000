"""Who comes without having answered: found in the register, added by name, or joining the network at the door."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, database
from outreach.database import session_scope
from outreach.duties import Language
from outreach.queries import guests, names, people, walk_ins
from outreach.queries.walk_ins import Candidate
from outreach.register.addresses import normalised_address
from outreach.web import host_door, host_joining, host_lines, hosts, persons, profile
from outreach.web.forms import Form, value
from outreach.web.hosts import Host

router = APIRouter()

MOST_FOUND = 8  # beyond that, more of the name is asked for
FEWEST_LETTERS = 3
FORM_ID = re.compile(r"[A-Za-z0-9_-]{16}")
FIELDS = ("first_name", "last_name", "email", "language")
USUAL_GUESTS = 3  # the form offers at least so many


@dataclass(frozen=True)
class Search:
    """What was searched in the register. `state`: "" before, "short", "nobody", "more" or "found"."""

    query: str = ""
    state: str = ""
    found: list[tuple[Candidate, str]] = field(default_factory=list)  # with "department, year"


@dataclass(frozen=True)
class NewGuest:
    """The form for somebody not in the register. `form_id` makes the same form sent twice one guest."""

    filled: profile.Profile
    yes: set[str]
    agreed: bool
    guests: int
    form_id: str
    alike: list[host_lines.Line] = field(default_factory=list)  # of the same name, to be asked about


@router.get("/host/{token}/walk-in")
def show(request: Request, token: str) -> Response:
    """A search, and a form."""
    with session_scope(reading=True) as session:
        return _page(request, hosts.behind(session, token), token)


@router.post("/host/{token}/walk-in")
def add(request: Request, token: str, form: Form) -> Response:
    """Search the register, or check in somebody who was not expected."""
    matter = value(form, "matter")
    if matter not in ("search", "known", "new"):
        raise HTTPException(422)
    if matter == "search":
        with session_scope(reading=True) as session:
            host = hosts.behind(session, token)
            return _page(request, host, token, search=_search(session, request, host, value(form, "q")))
    with session_scope() as session:
        host = hosts.behind(session, token)
        if not host.open:
            return _page(request, host, token, status=409)
        database.lock(session, f"host/{host.event.id}")  # the same form, sent twice at the same moment
        form_id = _form_id(form)
        if matter == "known":
            return _add_known(session, request, host, token, form, form_id)
        return _add_new(session, request, host, token, form, form_id)


def _add_known(session: Session, request: Request, host: Host, token: str, form: FormData, form_id: str) -> Response:
    person = people.by_public_id(session, value(form, "person"))
    if person is None:
        raise HTTPException(422)
    rsvp_id, new = walk_ins.add_known(session, host.event.id, person.id, host_door.guest_count(form), clock.now())
    _note(session, host, form_id, rsvp_id, person.id)
    return host_door.to_door(request, token, "in" if new else "before", rsvp_id)


def _add_new(session: Session, request: Request, host: Host, token: str, form: FormData, form_id: str) -> Response:
    new = _read(form, form_id)
    if new.filled.wrong:
        return _page(request, host, token, new=new, status=422)
    language = hosts.language_of(request, host)
    alike = _alike(session, host, new, language)
    if twice := {line.rsvp_id for line in alike} & walk_ins.added_by(session, form_id):
        return host_door.to_door(request, token, "in", min(twice))
    if alike and not value(form, "anyway"):
        asked = NewGuest(new.filled, new.yes, new.agreed, new.guests, form_id, alike)
        return _page(request, host, token, new=asked, status=409)
    person = host_joining.person_who_joins(session, new.filled, new.yes, language, clock.now()) if new.agreed else None
    if person is None:
        rsvp_id = walk_ins.add_unknown(session, host.event.id, _name(new), new.guests, clock.now())
    else:
        rsvp_id, _ = walk_ins.add_known(session, host.event.id, person.id, new.guests, clock.now())
    _note(session, host, form_id, rsvp_id, person.id if person else None)
    said = "joined" if person else ("no_mail" if new.agreed else "in")
    return host_door.to_door(request, token, said, rsvp_id)


def _note(session: Session, host: Host, form_id: str, rsvp_id: int, person_id: int | None) -> None:
    walk_ins.note(
        session,
        form_id,
        coordinator_id=host.coordinator.id,
        event_id=host.event.id,
        rsvp_id=rsvp_id,
        person_id=person_id,
    )


def _search(session: Session, request: Request, host: Host, typed: str) -> Search:
    query = typed.strip()[: host_door.LONGEST_SEARCH]
    address, most = normalised_address(query), MOST_FOUND + 1
    if address:
        found = walk_ins.with_address(session, host.event.id, address, limit=most)
    elif len(names.fold(query).replace(" ", "")) < FEWEST_LETTERS:
        return Search(query, "short")
    else:
        found = walk_ins.named(session, host.event.id, query, limit=most)
    language = hosts.language_of(request, host)
    shown = [(one, _about(one, language)) for one in found[:MOST_FOUND]]
    return Search(query, "nobody" if not found else "more" if len(found) > MOST_FOUND else "found", shown)


def _about(one: Candidate, language: Language) -> str:
    department = host_lines.department_name(one.department, language)
    return ", ".join(part for part in (department, str(one.cohort or "")) if part)


def _read(form: FormData, form_id: str) -> NewGuest:
    """The form as it was sent. Where the guest does not join, only the name is looked at, and nothing else kept."""
    read, agreed = profile.read(form), value(form, "agree") == "yes"
    wrong = {name: why for name, why in read.wrong.items() if name in FIELDS and (agreed or name.endswith("_name"))}
    if wrong.get("first_name") == "wrong.name":
        wrong["first_name"] = "wrong.guest_name"
    if read.typed["email"].strip() and not agreed:
        wrong["agree"] = "wrong.guest_agree"
    filled = profile.Profile(read.typed, read.clean, wrong)
    yes = {name for name, given in persons.answers(form).items() if given}
    return NewGuest(filled, yes, agreed, host_door.guest_count(form), form_id)


def _alike(session: Session, host: Host, new: NewGuest, language: Language) -> list[host_lines.Line]:
    everybody = host_lines.lines(guests.listed(session, host.event.id), host.event, language)
    return host_lines.alike(everybody, _name(new))


def _name(new: NewGuest) -> str:
    return f"{new.filled.clean['first_name'] or ''} {new.filled.clean['last_name'] or ''}".strip()


def _form_id(form: FormData) -> str:
    given = value(form, "once")
    if not FORM_ID.fullmatch(given):
        raise HTTPException(422)
    return given


def _page(
    request: Request,
    host: Host,
    token: str,
    *,
    search: Search | None = None,
    new: NewGuest | None = None,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {
        "search": search or Search(),
        "new": new or _empty(hosts.language_of(request, host)),
        "once": secrets.token_urlsafe(12),
        "most": max(host.event.guests_allowed, USUAL_GUESTS),
        "purposes": persons.asked(),
        "language_names": persons.LANGUAGE_NAMES,
    }
    return hosts.show(request, "host_walk_in.html", host, token, status=status, **values)


def _empty(language: Language) -> NewGuest:
    typed = dict.fromkeys(FIELDS, "") | {"language": language}
    return NewGuest(profile.Profile(typed, {}, {}), set(), False, 0, secrets.token_urlsafe(12))
