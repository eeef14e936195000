"""Visits and events: entered, changed, and read back as `outreach.event` shows them."""

import enum
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from outreach.event import Event, Narrowing, Place, Visit
from outreach.event_drafts import EventDraft, VisitDraft
from outreach.models import EventRow, PlanStatus, VisitRow
from outreach.places.folding import slugged

LOCK = "visits"  # held by whoever reads a file of visits, so that two who read the same one do not enter it twice
LONGEST_SLUG = 50  # its campaigns' periods add a round, and hold 64


class Everywhere(enum.Enum):
    EVERY = "every"


EVERY: Final = Everywhere.EVERY
Whose = str | None | Literal[Everywhere.EVERY]  # a department's code, None: the central office's own, EVERY: all


def add_visit(session: Session, draft: VisitDraft, now: datetime) -> Visit:
    row = VisitRow(public_id=_public_id(), created_at=now, updated_at=now, **_visit_columns(draft))
    session.add(row)
    session.flush()
    return _visit(row)


def update_visit(session: Session, visit_id: int, draft: VisitDraft, now: datetime) -> bool:
    """Make a visit what the draft says; its events stay as they are. Whether anything was different."""
    return _update(session.get_one(VisitRow, visit_id), _visit_columns(draft), now)


def cancel_visit(session: Session, visit_id: int, now: datetime) -> bool:
    """The visit will not be; whether it was to be until now. Its events are called off each by itself:
    `outreach.visits.changing`."""
    return _update(session.get_one(VisitRow, visit_id), {"status": PlanStatus.CANCELLED}, now)


def add_event(session: Session, draft: EventDraft, now: datetime) -> Event:
    slug = _free_slug(session, draft)
    row = EventRow(public_id=_public_id(), slug=slug, created_at=now, updated_at=now, **_event_columns(draft))
    session.add(row)
    session.flush()
    return _event(row, _delegation(session, row.visit_id))


def update_event(session: Session, event_id: int, draft: EventDraft, now: datetime) -> bool:
    """Make an event what the draft says; whether anything was different. It tells nobody: `outreach.visits.changing`
    does, and raises the sequence."""
    return _update(session.get_one(EventRow, event_id), _event_columns(draft), now)


def event(session: Session, public_id: str) -> Event | None:
    """The event a link or a calendar names."""
    return _one_event(session, EventRow.public_id == public_id)


def event_by_id(session: Session, event_id: int) -> Event | None:
    return _one_event(session, EventRow.id == event_id)


def event_by_slug(session: Session, slug: str) -> Event | None:
    """The event whose campaigns' period this is."""
    return _one_event(session, EventRow.slug == slug)


def titles(session: Session, slugs: Collection[str]) -> dict[str, tuple[str, str]]:
    """Slug -> what the event is called in Swedish and in English."""
    found = select(EventRow.slug, EventRow.title_sv, EventRow.title_en).where(EventRow.slug.in_(slugs))
    return {slug: (title_sv, title_en) for slug, title_sv, title_en in session.execute(found)}


def events(
    session: Session, *, department: Whose = EVERY, from_: datetime | None = None, visit_id: int | None = None
) -> list[Event]:
    """Events by their start. `from_`: those that end at or after it. `visit_id`: those of one visit."""
    conditions = [] if department is EVERY else [EventRow.department_code.is_not_distinct_from(department)]
    if from_ is not None:
        conditions.append(EventRow.ends_at >= from_)
    if visit_id is not None:
        conditions.append(EventRow.visit_id == visit_id)
    return _events(session, *conditions)


def visit(session: Session, public_id: str) -> Visit | None:
    row = session.scalars(select(VisitRow).where(VisitRow.public_id == public_id)).one_or_none()
    return None if row is None else _visit(row)


def visit_by_id(session: Session, visit_id: int) -> Visit | None:
    row = session.get(VisitRow, visit_id)
    return None if row is None else _visit(row)


def visits(session: Session, *, department: Whose = EVERY) -> list[Visit]:
    """Visits by their first day."""
    found = select(VisitRow).order_by(VisitRow.starts_on, VisitRow.id)
    if department is not EVERY:
        found = found.where(VisitRow.department_code.is_not_distinct_from(department))
    return [_visit(row) for row in session.scalars(found)]


def visits_by_key(session: Session, keys: Collection[str]) -> dict[str, Visit]:
    """What a file called them -> the visits already entered from one."""
    rows = session.scalars(select(VisitRow).where(VisitRow.source_key.in_(keys)))
    return {row.source_key: _visit(row) for row in rows if row.source_key}


def events_by_key(session: Session, keys: Collection[str]) -> dict[str, Event]:
    """What a file called them -> the events already entered from one."""
    found = session.execute(_with_delegation().where(EventRow.source_key.in_(keys)))
    return {row.source_key: _event(row, delegation or "") for row, delegation in found if row.source_key}


def differs(session: Session, event_id: int, draft: EventDraft) -> bool:
    """Whether an event is anything else than the draft says."""
    row = session.get_one(EventRow, event_id)
    return any(getattr(row, name) != value for name, value in _event_columns(draft).items())


def _update(row: VisitRow | EventRow, columns: dict[str, Any], now: datetime) -> bool:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.updated_at = now
    return bool(changed)


def _visit_columns(draft: VisitDraft) -> dict[str, Any]:
    return _place_columns(draft.place) | {
        "source_key": draft.source_key,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "delegation": draft.delegation,
        "department_code": draft.department_code,
        "purpose": draft.purpose,
    }


def _event_columns(draft: EventDraft) -> dict[str, Any]:
    return _place_columns(draft.place) | {
        "source_key": draft.source_key,
        "visit_id": draft.visit_id,
        "department_code": draft.department_code,
        "title_sv": draft.title_sv,
        "title_en": draft.title_en,
        "body_sv": draft.body_sv,
        "body_en": draft.body_en,
        "entry_sv": draft.entry_sv,
        "entry_en": draft.entry_en,
        "venue": draft.venue,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "answer_by": draft.answer_by,
        "capacity": draft.capacity,
        "guests_allowed": draft.guests_allowed,
        "radius_km": draft.radius_km,
        "narrowing": draft.narrowing.as_json(),
    }


def _place_columns(place: Place) -> dict[str, Any]:
    return {
        "city": place.name,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "time_zone": place.time_zone,
    }


def _with_delegation() -> Select[Any]:
    return select(EventRow, VisitRow.delegation).outerjoin(VisitRow, VisitRow.id == EventRow.visit_id)


def _delegation(session: Session, visit_id: int | None) -> str:
    return "" if visit_id is None else session.get_one(VisitRow, visit_id).delegation


def _one_event(session: Session, condition: ColumnElement[bool]) -> Event | None:
    found = _events(session, condition)
    return found[0] if found else None


def _events(session: Session, *conditions: ColumnElement[bool]) -> list[Event]:
    found = _with_delegation().where(*conditions).order_by(EventRow.starts_at, EventRow.id)
    fresh = session.execute(found, execution_options={"populate_existing": True})  # seats are counted by statements
    return [_event(row, delegation or "") for row, delegation in fresh]


def _visit(row: VisitRow) -> Visit:
    return Visit(
        id=row.id,
        public_id=row.public_id,
        place=_place(row),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        delegation=row.delegation,
        department_code=row.department_code,
        purpose=row.purpose,
        cancelled=row.status == PlanStatus.CANCELLED,
    )


def _event(row: EventRow, delegation: str) -> Event:
    return Event(
        id=row.id,
        public_id=row.public_id,
        slug=row.slug,
        visit_id=row.visit_id,
        department_code=row.department_code,
        title_sv=row.title_sv,
        title_en=row.title_en,
        body_sv=row.body_sv,
        body_en=row.body_en,
        entry_sv=row.entry_sv,
        entry_en=row.entry_en,
        venue=row.venue,
        place=_place(row),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        answer_by=row.answer_by,
        capacity=row.capacity,
        guests_allowed=row.guests_allowed,
        radius_km=row.radius_km,
        narrowing=Narrowing.from_json(row.narrowing),
        sequence=row.sequence,
        cancelled=row.status == PlanStatus.CANCELLED,
        updated_at=row.updated_at,
        delegation=delegation,
    )


def _place(row: VisitRow | EventRow) -> Place:
    return Place(row.city, row.country, row.latitude, row.longitude, row.time_zone)


def _public_id() -> str:
    return secrets.token_urlsafe(12)


def _free_slug(session: Session, draft: EventDraft) -> str:
    """`tokyo-2027-05-12`, with a number behind where there is one already."""
    wanted = f"{slugged(draft.place.name)[: LONGEST_SLUG - 11]}-{draft.starts_at:%Y-%m-%d}"
    taken = set(session.scalars(select(EventRow.slug).where(EventRow.slug.startswith(wanted))))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)
