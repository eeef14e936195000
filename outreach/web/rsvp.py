"""Answering an invitation to an event: yes, no or perhaps, with guests and needs, and a word about it afterwards.

GET changes nothing. Who gets a seat and who waits is decided by `queries.seats`; this is what people see of it.
"""

import enum
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.event import Answer, Event, Seat
from outreach.models import Person
from outreach.queries import seats, visits
from outreach.queries.seats import Refusal, Standing
from outreach.rendering import html_of
from outreach.visits import letters, telling
from outreach.web import persons, rsvp_form
from outreach.web.failures import Erased, Gone
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.rsvp_form import Filled

router = APIRouter()

UNPROCESSABLE, CONFLICT = 422, 409


class Phase(enum.StrEnum):
    """What can be done on the page."""

    OPEN = "open"
    CLOSED = "closed"  # the last day to answer has passed: give a seat up, confirm an offer
    CANCELLED = "cancelled"
    BEGUN = "begun"
    OVER = "over"  # say something about it


@router.get("/rsvp/{token}")
def show(request: Request, token: str) -> Response:
    """The event, what the reader has answered, and the form."""
    with session_scope(reading=True) as session:
        person, event = _behind(session, token)
        stands = seats.standing(session, event.id, person.id)
        return _page(request, person, event, stands, rsvp_form.of(stands))


@router.post("/rsvp/{token}")
def change(request: Request, token: str, form: Form) -> Response:
    """Take the answer, or say on the page why not; what was typed is still in it."""
    matter = value(form, "matter")
    if matter not in MATTERS:
        raise HTTPException(UNPROCESSABLE)
    with session_scope() as session:
        person, event = _behind(session, token)
        if refused := MATTERS[matter](request, session, person, event, form, clock.now()):
            return refused
        language = chosen(request, person.language)
    here = f"&lang={language}" if "lang" in request.query_params else ""
    answer = see_other(at(f"/rsvp/{token}?done={matter}{here}"))
    answer.background = BackgroundTask(telling.soon)  # once the answer is kept and sent
    return answer


def _behind(session: Session, token: str) -> tuple[Person, Event]:
    """Whose link it is and to what. Their row is not held: the event's is, and whoever holds that may need theirs."""
    link, person = persons.behind(session, "rsvp", token)
    event = visits.event(session, link.about)
    if event is None:
        raise Gone("The event this link was for is no longer there.")
    return person, event


def _answer(
    request: Request, session: Session, person: Person, event: Event, form: FormData, now: datetime
) -> Response | None:
    stands = seats.standing(session, event.id, person.id)
    filled = rsvp_form.read(form, seats.most_guests(event, stands.guests if stands else 0))
    if filled.answer is None or (filled.wrong and _phase(event, now) in (Phase.OPEN, Phase.CLOSED)):
        return _page(request, person, event, stands, filled, status=UNPROCESSABLE)
    done = seats.answer(
        session, event, person.id, filled.answer, filled.guests, filled.needs, version=filled.version, now=now
    )
    return _unless(done.refused, request, session, person, event, filled)


def _confirm(
    request: Request, session: Session, person: Person, event: Event, _form: FormData, now: datetime
) -> Response | None:
    done = seats.confirm(session, event, person.id, now)
    return _unless(done.refused, request, session, person, event, None)


def _say(
    request: Request, session: Session, person: Person, event: Event, form: FormData, now: datetime
) -> Response | None:
    feedback = rsvp_form.one_line(value(form, "feedback"))
    stands = seats.standing(session, event.id, person.id)
    if len(feedback) > rsvp_form.LONGEST_FEEDBACK:
        typed = Filled({"feedback": feedback}, {"feedback": "wrong.feedback"})
        return _page(request, person, event, stands, typed, status=UNPROCESSABLE)
    if not seats.say_after(session, event, person.id, feedback, now):
        raise HTTPException(UNPROCESSABLE)
    return None


MATTERS: dict[str, Callable[[Request, Session, Person, Event, FormData, datetime], Response | None]] = {
    "answer": _answer,
    "confirm": _confirm,
    "feedback": _say,
}


def _unless(
    refused: Refusal | None,
    request: Request,
    session: Session,
    person: Person,
    event: Event,
    filled: Filled | None,
) -> Response | None:
    """None where the answer was taken; else the page that says why not, with what stands and what was typed.

    The form then knows what stands, so that sending it again is meant.
    """
    if refused is None:
        return None
    if refused == Refusal.ERASED:
        raise Erased("The person was erased while they answered.")
    event = visits.event(session, event.public_id) or event  # it may have been changed meanwhile
    stands = seats.standing(session, event.id, person.id)
    typed = replace(filled, version=stands.version if stands else 0) if filled else rsvp_form.of(stands)
    if refused == Refusal.GUESTS:
        typed = replace(typed, wrong={"guests": "wrong.guests"})
    return _page(request, person, event, stands, typed, refused=refused, status=CONFLICT)


def _page(
    request: Request,
    person: Person,
    event: Event,
    stands: Standing | None,
    filled: Filled,
    *,
    refused: Refusal | None = None,
    status: int = 200,
) -> Response:
    language = chosen(request, person.language)
    now = clock.now()
    phase = _phase(event, now)
    done = request.query_params.get("done", "") if status < CONFLICT else ""
    return page(
        "rsvp.html",
        language,
        status=status,
        person=person,
        event=letters.facts(event, language),
        body=Markup(html_of(event.body(language))),  # noqa: S704 - the renderer's own HTML
        yours=_where_they_live(event, person, language),
        stands=stands,
        until=_held_until(event, stands, now, language),
        phase=phase,
        filled=replace(filled, typed={"feedback": stands.feedback if stands else "", **filled.typed}),
        refused=refused,
        most=seats.most_guests(event, stands.guests if stands else 0),
        longest=rsvp_form.LONGEST_NEEDS,
        had_seat=stands is not None and stands.seat == Seat.SEATED,
        answers=tuple(Answer),
        done=done if done in MATTERS else "",
    )


def _phase(event: Event, now: datetime) -> Phase:
    if event.cancelled:
        return Phase.CANCELLED
    if now >= event.ends_at:
        return Phase.OVER
    if now >= event.starts_at:
        return Phase.BEGUN
    return Phase.OPEN if now < event.answers_until else Phase.CLOSED


def _where_they_live(event: Event, person: Person, language: Language) -> str:
    """When it begins by the reader's own clock; "" where that shows the same or is not known."""
    if not person.time_zone:
        return ""
    theirs = replace(event, place=replace(event.place, time_zone=person.time_zone))
    if theirs.local(event.starts_at).utcoffset() == event.local(event.starts_at).utcoffset():
        return ""
    return letters.moment(theirs, event.starts_at, language)


def _held_until(event: Event, stands: Standing | None, now: datetime, language: Language) -> str:
    """Until when an offered seat can be confirmed; "" where none is, or the time is up."""
    if stands is None or stands.confirm_until is None or stands.confirm_until <= now:
        return ""
    return letters.moment(event, stands.confirm_until, language)
