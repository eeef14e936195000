"""Planning visits and events: what a coordinator has, how it stands, and the way to the forms.

Reached by a link of the coordinator's own. What is not theirs is not found, by whatever address or field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, departments, links
from outreach.database import session_scope
from outreach.duties import Language
from outreach.event import Event, Visit
from outreach.queries import planning, signing_in
from outreach.queries.planning import Planner, Standing
from outreach.settings import settings
from outreach.visits import hosting, letters
from outreach.web.failures import NotPlanner
from outreach.web.language import chosen
from outreach.web.pages import at, page

router = APIRouter()

DONE = ("added", "changed", "told", "unchanged", "cancelled", "visit", "visit_off")
MOST_DIGITS = 9
PAST_SHOWN = 50
LONGEST_REASON = 2000
Way = Callable[..., str]  # from what follows a coordinator's own address, and its query, to the whole path


@dataclass(frozen=True)
class Line:
    """One event as the list shows it. `state`: coming, cancelled or past."""

    standing: Standing
    title: str
    when: str
    where: str
    whose: str
    state: str
    edit: str
    cancel: str
    host: str

    @property
    def event(self) -> Event:
        return self.standing.event


@dataclass(frozen=True)
class Journey:
    """One visit as the list shows it."""

    visit: Visit
    where: str
    when: str
    whose: str
    edit: str
    add: str
    cancel: str
    events: int


def opened(session: Session, token: str) -> Planner:
    """Whose link it is. One from the portal (`in_session`) is good until they sign out there.

    Raises InvalidLink, ExpiredLink, or NotPlanner for who coordinates nothing any more.
    """
    link = links.read("planner", token)
    who = planning.planner(session, _number(link.subject))
    if who is None:
        raise NotPlanner("This link belongs to someone who is no coordinator any more.")
    if link.about and not signing_in.is_open(session, _number(link.about), who.id, clock.now()):
        raise links.ExpiredLink("This link was good until its coordinator signed out.")
    return who


def in_session(coordinator_id: int, session_id: int) -> str:
    """The token of a link for somebody who is signed in."""
    until = clock.now() + timedelta(hours=settings().session_hours)
    return links.token("planner", str(coordinator_id), str(session_id), until)


def event_of(session: Session, who: Planner, public_id: str) -> Event:
    """The event, if it is theirs; 404 where it is not, or is not at all: the two look alike."""
    found = planning.event(session, who, public_id)
    if found is None:
        raise HTTPException(404)
    return found


def visit_of(session: Session, who: Planner, public_id: str) -> Visit:
    found = planning.visit(session, who, public_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/planner/{token}")
def show(request: Request, token: str) -> Response:
    """Their events, those to come first, and their visits."""
    with session_scope(reading=True) as session:
        who = opened(session, token)
        language = chosen(request, who.language)
        values = shown(request, session, who, token, language)
    return page("planner.html", language, **values)


def shown(request: Request, session: Session, who: Planner, token: str, language: Language) -> dict[str, Any]:
    """What `planner_list.html` shows of somebody. `token`: that of their own link, which its links carry."""

    def to(path: str, **said: object) -> str:
        return back(request, at(f"/planner/{token}{path}"), **said)

    lines = [_line(one, who, to, language) for one in planning.events_of(session, who)]
    done = request.query_params.get("done", "")
    by_state = {state: list(found) for state, found in groupby(sorted(lines, key=_state), key=_state)}
    return {
        "who": who,
        "to": to,
        "done": done if done in DONE else "",
        "people": _count(request, "people"),
        "coming": by_state.get("coming", [])[::-1],
        "past": [line for line in lines if line.state != "coming"][:PAST_SHOWN],
        "journeys": _journeys(planning.visits_of(session, who), lines, to, language),
    }


def whose(code: str | None, language: Language) -> str:
    """The department's name; that of the central office for None."""
    if code is None:
        return "Centrala alumnkontoret" if language == "sv" else "The central alumni office"
    known = departments.departments().get(code)
    return known.name(language) if known else code


def back(request: Request, path: str, **said: object) -> str:
    """A path to see next, in the language the reader has chosen for these pages."""
    given = {name: str(value) for name, value in said.items() if value not in ("", None)}
    if lang := request.query_params.get("lang"):
        given["lang"] = "en" if lang == "en" else "sv"
    return path + ("?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else "")


def _line(one: Standing, who: Planner, to: Way, language: Language) -> Line:
    event = one.event
    over = event.starts_at <= clock.now()
    return Line(
        standing=one,
        title=event.title(language),
        when=letters.when(event, language),
        where=letters.where(event, language),
        whose=whose(event.department_code, language),
        state="cancelled" if event.cancelled else "past" if over else "coming",
        edit=to(f"/event/{event.public_id}"),
        cancel=to(f"/event/{event.public_id}/cancel"),
        host=hosting.host_url(event, who.id),
    )


def _state(line: Line) -> str:
    return line.state


def _journeys(visits: list[Visit], lines: list[Line], to: Way, language: Language) -> list[Journey]:
    """The visits that are to be and not over, the first to begin first."""
    held = [line.event.visit_id for line in lines if line.state != "cancelled"]
    return [
        Journey(
            visit=one,
            where=where(one, language),
            when=span(one, language),
            whose=whose(one.department_code, language),
            edit=to(f"/visit/{one.public_id}"),
            add=to("/event", visit=one.public_id),
            cancel=to(f"/visit/{one.public_id}/cancel"),
            events=held.count(one.id),
        )
        for one in reversed(visits)
        if one.ends_on >= clock.today() and not one.cancelled
    ]


def where(visit: Visit, language: Language) -> str:
    """ "Tokyo, Japan"."""
    return f"{visit.place.name}, {letters.country(visit.place, language)}"


def span(visit: Visit, language: Language) -> str:
    """ "måndag 10 maj 2027 till fredag 14 maj 2027", or the one day it is."""
    first, last = letters.day(visit.starts_on, language), letters.day(visit.ends_on, language)
    return first if first == last else f"{first} {'till' if language == 'sv' else 'to'} {last}"


def _count(request: Request, name: str) -> int:
    return _number(request.query_params.get(name, ""))


def _number(given: str) -> int:
    """A whole number of few digits; 0 for anything else."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else 0
