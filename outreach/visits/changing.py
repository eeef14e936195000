"""An event that becomes different, or will not be: what is written down, and who is told.

What stands in people's calendars (`TOLD`) raises the sequence, and those who have a seat or may still get one are told.
All else, as capacity or the text of the invitation, changes without a word to those who have answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from outreach.errors import PermanentFailure
from outreach.event import Event, NoticeKind, Place
from outreach.models import CampaignStatus
from outreach.queries import audit, campaigns, event_changes, notices, seats, visits
from outreach.visits.drafts import EventDraft

INVITATION = "event-invitation"
TOLD = ("title_sv", "title_en", "starts_at", "ends_at", "venue", "city", "country", "time_zone")
FIXED = ("department_code", "visit_id")  # an event's campaigns are known by whose it is
UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)


class Overtaken(PermanentFailure):
    """Somebody else changed the event meanwhile. Nothing was saved."""


class TooLate(PermanentFailure):
    """The event is cancelled, or has begun."""


@dataclass(frozen=True)
class Changed:
    """`sequence`: the event's from now on. `told`: people told of it. `what`: the names of all fields that are
    different. `offered`: seats that went to people in line."""

    sequence: int
    told: int
    what: tuple[str, ...]
    offered: int = 0


@dataclass(frozen=True)
class Cancelled:
    """`told`: people told of it. `not_sent`: invitations that were waiting and are never sent."""

    told: int
    not_sent: int


def change(session: Session, event: Event, draft: EventDraft, *, actor: str, now: datetime) -> Changed:
    """Make an event what the draft says. `event` is what whoever changes it has seen.

    Raises Overtaken when it is not like that any more, TooLate when it is cancelled or has begun.
    """
    current = _as_seen(session, event, now)
    kept = replace(
        draft,
        source_key=draft.source_key or event_changes.source_key(session, current.id),
        **{name: getattr(current, name) for name in FIXED},
    )
    what = different(current, kept)
    if not what:
        return Changed(current.sequence, 0, ())
    visits.update_event(session, current.id, kept, now)
    session.flush()
    sequence, told = current.sequence, 0
    if calendar := tuple(name for name in what if name in TOLD):
        before, after = _as_columns(current), _as_columns(kept)
        sequence = event_changes.note(
            session, current, {name: before[name] for name in calendar}, {name: after[name] for name in calendar}, now
        )
        told = _tell(session, current.id, NoticeKind.CHANGED, NoticeKind.CHANGED_OTHERS, sequence, now)
    offered = seats.offer_free(session, current.id, now) if kept.capacity > current.capacity else 0
    detail = {"fields": list(what), "sequence": sequence, "told": told, "offered": offered}
    audit.note(session, actor=actor, action="changed_event", subject=_subject(current), detail=detail)
    return Changed(sequence, told, what, offered)


def cancel(session: Session, event: Event, *, actor: str, now: datetime, reason: str = "") -> Cancelled:
    """Call an event off for good: nobody more is invited or offered a seat, and who might have come is told.

    `reason` is kept for the office alone. Cancelling once more does nothing. Raises TooLate for what has begun.
    """
    current = event_changes.held(session, event.id)
    if current is None:
        raise PermanentFailure(f"There is no event {event.public_id} any more.")
    if current.cancelled:
        return Cancelled(0, 0)
    if current.starts_at <= now:
        raise TooLate(f"The event {current.slug} has begun, so it cannot be cancelled.")
    event_changes.cancel(session, current.id)
    after = {"status": "cancelled"} | ({"reason": reason} if reason else {})
    sequence = event_changes.note(session, current, {"status": "planned"}, after, now)
    told = _tell(session, current.id, NoticeKind.CANCELLED, NoticeKind.CANCELLED_OTHERS, sequence, now)
    not_sent = _stop_inviting(session, current, now)
    detail = {"sequence": sequence, "told": told, "not_sent": not_sent}
    audit.note(session, actor=actor, action="cancelled_event", subject=_subject(current), detail=detail)
    return Cancelled(told, not_sent)


def different(event: Event, draft: EventDraft) -> tuple[str, ...]:
    """The names of the fields in which the draft is not the event, `source_key` aside."""
    before, after = _as_columns(event), _as_columns(draft)
    return tuple(name for name in before if before[name] != after[name])


def seen(event: Event) -> str:
    """A short mark of all that can be changed about an event: another one as soon as somebody has changed it."""
    return sha256(repr((_as_columns(event), event.sequence, event.cancelled)).encode()).hexdigest()[:16]


def draft_of(event: Event) -> EventDraft:
    """The event as somebody could have planned it."""
    shared = {one.name for one in fields(EventDraft)} & {one.name for one in fields(Event)}
    return EventDraft(**{name: getattr(event, name) for name in shared})


def _as_seen(session: Session, event: Event, now: datetime) -> Event:
    current = event_changes.held(session, event.id)
    if current is None:
        raise PermanentFailure(f"There is no event {event.public_id} any more.")
    if current.cancelled:
        raise TooLate(f"The event {current.slug} is cancelled, so it cannot be changed.")
    if current.starts_at <= now:
        raise TooLate(f"The event {current.slug} has begun, so it cannot be changed.")
    if seen(current) != seen(event):
        raise Overtaken(f"Somebody else changed {current.slug} meanwhile. Look at it again; nothing was saved.")
    return current


def _tell(session: Session, event_id: int, seated: NoticeKind, others: NoticeKind, sequence: int, now: datetime) -> int:
    """Write the notices to those who have a seat, and to those who may still get one. Returns how many people."""
    return notices.add(session, event_id, seated, event_changes.seated(event_id), sequence, now) + notices.add(
        session, event_id, others, event_changes.others(event_id), sequence, now
    )


def _stop_inviting(session: Session, event: Event, now: datetime) -> int:
    """Cancel the campaign that invites to an event. Returns how many people waited in it."""
    campaign = campaigns.by_key(session, campaigns.natural_key(INVITATION, event.slug, event.department_code))
    if campaign is None or campaign.status not in UNDER_WAY:
        return 0
    return campaigns.cancel(session, campaign, now)


def _as_columns(one: Event | EventDraft) -> Mapping[str, Any]:
    """What can be changed, by the names of `EventRow`, as JSON holds it."""
    place: Place = one.place
    plain = (
        "title_sv", "title_en", "body_sv", "body_en", "entry_sv", "entry_en", "venue", "capacity", "guests_allowed",
        "radius_km", *FIXED,
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in plain},
        "starts_at": _utc(one.starts_at),
        "ends_at": _utc(one.ends_at),
        "answer_by": one.answer_by.isoformat(),
        "city": place.name,
        "country": place.country,
        "time_zone": place.time_zone,
        "narrowing": one.narrowing.as_json(),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _subject(event: Event) -> str:
    return f"event:{event.id}"
