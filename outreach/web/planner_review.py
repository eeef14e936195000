"""What an event would be if it were saved: its facts, whom it would reach today, the invitation, who would be told.

Nothing is written: the event is only imagined.
"""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import duties
from outreach.duties import LANGUAGES, Language
from outreach.errors import PermanentFailure
from outreach.event import Event, Visit
from outreach.models import Message
from outreach.queries import planning
from outreach.rendering import render
from outreach.visits import changing, letters
from outreach.visits.drafts import EventDraft
from outreach.web.framed import opening_new_pages
from outreach.web.letters import Letter, letter

NOT_YET = "new"  # stands where an event has its public id


def imagined(draft: EventDraft, event: Event | None, visit: Visit | None, now: datetime) -> Event:
    """The event the draft would make: of `event`, or a new one, at `visit`."""
    names = [one.name for one in fields(EventDraft) if one.name != "source_key"]
    planned: dict[str, Any] = {name: getattr(draft, name) for name in names}
    if event is not None:
        return replace(event, **planned)
    delegation = visit.delegation if visit else ""
    unknown: dict[str, Any] = {"id": 0, "public_id": NOT_YET, "slug": NOT_YET, "sequence": 0, "cancelled": False}
    return Event(**planned, **unknown, updated_at=now, delegation=delegation)


def invitation(event: Event) -> tuple[list[Letter], str]:
    """The invitation in both languages as a made-up reader gets it, and why it cannot be written ("" if it can)."""
    duty = duties.duty(planning.INVITATION)
    try:
        return [_letter(number, language, event, duty) for number, language in enumerate(LANGUAGES)], ""
    except PermanentFailure as failure:
        return [], str(failure)


def what_changes(session: Session, event: Event, draft: EventDraft) -> dict[str, object]:
    """What the page says of a change: the fields, whether anybody is told, and how many people are concerned."""
    changed = changing.different(event, draft)
    return {
        "changed": _shown(changed),
        "tells": any(name in changing.TOLD for name in changed),
        "concerned": planning.concerned(session, event),
        "more_seats": draft.capacity > event.capacity,
        "fewer_seats": draft.capacity < event.capacity,
    }


def _shown(changed: tuple[str, ...]) -> list[str]:
    """The fields by the names of the form, each once."""
    names = {"time_zone": "city", "country": "city", "narrowing": "narrowing"}
    return list(dict.fromkeys(names.get(name, name) for name in changed))


def _letter(number: int, language: Language, event: Event, duty: duties.Duty) -> Letter:
    rendered = render(
        duty.waves[0].message,
        language=language,
        department_code=event.department_code,
        purpose=duty.purpose,
        context={"event": letters.facts(event, language)},
    )
    parts = {name: getattr(rendered, name) for name in ("subject", "preheader", "html", "text")}
    shown = letter(Message(id=number, language=language, department_code=event.department_code, **parts))
    return replace(shown, html=opening_new_pages(shown.html))
