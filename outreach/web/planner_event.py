"""Planning an event: the form, what it would be, and saving it; changing it, and calling it off."""

import re
import secrets
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, database, departments
from outreach.database import session_scope
from outreach.duties import LANGUAGES, Language
from outreach.event import Event, Visit
from outreach.queries import audit, planning, visits
from outreach.queries.planning import Planner
from outreach.visits import changing, letters, telling
from outreach.visits.drafts import EventDraft
from outreach.web import countries, persons, planner_form, planner_review, security
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.planner import back, event_of, opened, span, visit_of, whose
from outreach.web.planner_form import Filled

router = APIRouter()

STEPS = ("review", "edit", "save")
MARK = re.compile(r"[\w-]{16,32}", re.ASCII)
LONGEST_REASON = 2000
MOST_BYTES = 1024 * 1024  # four texts of 20,000 characters, as a form sends them: "å" is six
# The letters are shown inside the page, with their own styles; everything on it is escaped, and nothing runs.
POLICY = security.PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "img-src 'self'", "img-src 'self' data:"
)


@router.get("/planner/{token}/event")
def new(request: Request, token: str, visit: str = "") -> Response:
    """The form of a new event, of one of their visits or of none."""
    with session_scope(reading=True) as session:
        who = opened(session, token)
        journey = visit_of(session, who, visit) if visit else None
        return _form(request, token, who, planner_form.new_event(who, journey, new_mark()), visit=journey)


@router.post("/planner/{token}/event")
def add(request: Request, token: str, form: Form) -> Response:
    """Look at what was typed, go back to it, or save it. The same form saved twice is one event."""
    filled = planner_form.sent_event(form)
    with session_scope(reading=True) as session:
        who, step = opened(session, token), _step(form)
        language = chosen(request, who.language)
        journey = visit_of(session, who, filled.typed["visit"]) if filled.typed["visit"] else None
        read, draft = planner_form.read_event(filled, who, language, visit=journey)
        if step == "edit" or draft is None:
            shown, status = (filled, 200) if step == "edit" else (read, 422)
            return _form(request, token, who, shown, visit=journey, status=status)
        if step == "review":
            return _review(request, session, who, filled, draft, visit=journey)
    with session_scope() as session:
        who = opened(session, token)
        _add(session, who, draft, filled.typed["mark"])
    return see_other(back(request, at(f"/planner/{token}"), done="added"))


@router.get("/planner/{token}/event/{public_id}")
def edit(request: Request, token: str, public_id: str) -> Response:
    """The form of one of their events, as it stands."""
    with session_scope(reading=True) as session:
        who = opened(session, token)
        event = event_of(session, who, public_id)
        if closed := _closed(request, session, token, who, event):
            return closed
        return _form(request, token, who, planner_form.of_event(event), event=event)


@router.post("/planner/{token}/event/{public_id}")
def change(request: Request, token: str, public_id: str, form: Form) -> Response:
    """Look at what a change would mean, go back to it, or save it and have those told whom it concerns."""
    filled = planner_form.sent_event(form)
    with session_scope(reading=True) as session:
        who = opened(session, token)
        event, step = event_of(session, who, public_id), _step(form)
        if closed := _closed(request, session, token, who, event):
            return closed
        if filled.typed["mark"] != changing.seen(event):
            return _overtaken(request, token, who, filled, event)
        read, draft = planner_form.read_event(filled, who, chosen(request, who.language), event=event)
        if step == "edit" or draft is None:
            shown, status = (filled, 200) if step == "edit" else (read, 422)
            return _form(request, token, who, shown, event=event, status=status)
        if step == "review":
            return _review(request, session, who, filled, draft, event=event)
    return _save(request, token, filled, event, draft)


@router.get("/planner/{token}/event/{public_id}/cancel")
def ask(request: Request, token: str, public_id: str) -> Response:
    """Whether they really mean it, and what would happen. Looking changes nothing."""
    with session_scope(reading=True) as session:
        who = opened(session, token)
        return _cancelling(request, session, token, who, event_of(session, who, public_id))


@router.post("/planner/{token}/event/{public_id}/cancel")
def cancel(request: Request, token: str, public_id: str, form: Form) -> Response:
    """Call it off. Pressed twice it is called off once."""
    with session_scope() as session:
        who = opened(session, token)
        event = event_of(session, who, public_id)
        if value(form, "step") != "cancel":
            raise HTTPException(422)
        reason = value(form, "reason").strip()[:LONGEST_REASON]
        try:
            done = changing.cancel(session, event, actor=who.actor, now=clock.now(), reason=reason)
        except changing.TooLate:
            return _cancelling(request, session, token, who, event, status=409)
    telling.soon()
    return see_other(back(request, at(f"/planner/{token}"), done="cancelled", people=done.told))


def _add(session: Session, who: Planner, draft: EventDraft, mark: str) -> None:
    """Enter the event, unless this very form has entered it already."""
    if not MARK.fullmatch(mark):
        raise HTTPException(422)
    key = f"form/{who.id}/{mark}"
    database.lock(session, key)
    if visits.events_by_key(session, [key]):
        return
    event = visits.add_event(session, replace(draft, source_key=key), clock.now())
    audit.note(session, actor=who.actor, action="added_event", subject=f"event:{event.id}")


def _save(request: Request, token: str, filled: Filled, event: Event, draft: EventDraft) -> Response:
    with session_scope() as session:
        who = opened(session, token)
        current = event_of(session, who, event.public_id)
        try:
            changed = changing.change(session, event, draft, actor=who.actor, now=clock.now())
        except changing.Overtaken:
            return _overtaken(request, token, who, filled, current)
        except changing.TooLate:
            return _cancelling(request, session, token, who, current, status=409)
    if changed.told or changed.offered:
        telling.soon()
    done = "told" if changed.told else "changed" if changed.what else "unchanged"
    return see_other(back(request, at(f"/planner/{token}"), done=done, people=changed.told or None))


def _overtaken(request: Request, token: str, who: Planner, filled: Filled, event: Event) -> Response:
    """What was typed is kept; what stands now is shown beside it, and saving once more is a choice."""
    stands = planner_form.of_event(event)
    shown = replace(filled, typed=filled.typed | {"mark": stands.typed["mark"]})
    differences = planner_form.differences(filled.typed, stands.typed)
    return _form(request, token, who, shown, event=event, status=409, overtaken=differences)


def _closed(request: Request, session: Session, token: str, who: Planner, event: Event) -> Response | None:
    """The page of an event that cannot be changed any more."""
    if event.cancelled or event.starts_at <= clock.now():
        return _cancelling(request, session, token, who, event)
    return None


def _cancelling(
    request: Request, session: Session, token: str, who: Planner, event: Event, *, status: int = 200
) -> Response:
    language = chosen(request, who.language)
    return page(
        "planner_cancel.html",
        language,
        status=status,
        here=back(request, at(f"/planner/{token}")),
        event=event,
        title=event.title(language),
        when=letters.when(event, language),
        where=letters.where(event, language),
        closed=event.cancelled or event.starts_at <= clock.now(),
        concerned=planning.concerned(session, event),
    )


def _form(
    request: Request,
    token: str,
    who: Planner,
    filled: Filled,
    *,
    event: Event | None = None,
    visit: Visit | None = None,
    status: int = 200,
    overtaken: list[tuple[str, str]] | None = None,
) -> Response:
    language = chosen(request, who.language)
    return page(
        "planner_event.html",
        language,
        status=status,
        here=back(request, at(f"/planner/{token}")),
        filled=filled,
        event=event,
        journey=f"{visit.place.name}, {span(visit, language)}" if visit else "",
        whose=whose(event.department_code, language) if event else "",
        departments=choices(who, language),
        narrowable=_departments(language) if who.departments is None else [],
        countries=countries.countries(language),
        roles=persons.ROLES,
        overtaken=overtaken or [],
    )


def _review(
    request: Request,
    session: Session,
    who: Planner,
    filled: Filled,
    draft: EventDraft,
    *,
    event: Event | None = None,
    visit: Visit | None = None,
) -> Response:
    language = chosen(request, who.language)
    planned = planner_review.imagined(draft, event, visit, clock.now())
    shown, problem = planner_review.invitation(planned)
    said: dict[str, Any] = planner_review.what_changes(session, event, draft) if event else {}
    answer = page(
        "planner_review.html",
        language,
        filled=filled,
        draft=draft,
        event=event,
        whose=whose(planned.department_code, language),
        facts={code: letters.facts(planned, code) for code in LANGUAGES},
        reached=planning.would_reach(session, planned),
        letters=shown,
        problem=problem,
        language_names=persons.LANGUAGE_NAMES,
        **said,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def choices(who: Planner, language: Language) -> list[tuple[str, str]]:
    """Whose an event or a visit may be, as the list shows it: (code, name), "" for the central office."""
    if who.departments is None:
        return [("", whose(None, language)), *_departments(language)]
    return [pair for pair in _departments(language) if pair[0] in who.departments]


def _departments(language: Language) -> list[tuple[str, str]]:
    """(code, name) by the reader's alphabet."""
    names = [(code, row.name(language)) for code, row in departments.departments().items()]
    return sorted(names, key=lambda pair: countries.in_alphabet(pair[1], language))


def _step(form: Form) -> str:
    step = value(form, "step")
    if step not in STEPS:
        raise HTTPException(422)
    return step


def new_mark() -> str:
    """Names one form, so that a button pressed twice enters one thing."""
    return secrets.token_urlsafe(15)
