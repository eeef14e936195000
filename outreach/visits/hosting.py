"""Mail to those who hold an event: their links to the guest list and to the planning pages, when it is new and again
when it is near."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach import clock, duties, links, office_mail
from outreach.database import session_scope
from outreach.duties import Language
from outreach.event import Event
from outreach.models import Coordinator
from outreach.outgoing import Addressee, OutgoingBatch, Transport
from outreach.queries import audit, office, planning
from outreach.queries.planning import Standing
from outreach.settings import settings
from outreach.visits import letters

log = logging.getLogger(__name__)

NEW, NEAR = "host_told_new", "host_told_near"  # what the audit trail calls the two mails
HOST_LINK_DAYS = 30  # after the event: the list is still needed to thank and to count


@dataclass(frozen=True)
class Due:
    """One mail to one coordinator. `action`: NEW or NEAR."""

    standing: Standing
    coordinator: Coordinator
    action: str

    @property
    def subject(self) -> str:
        """What the audit trail names."""
        return f"event:{self.standing.event.id}/{self.coordinator.id}"


def host_url(event: Event, coordinator_id: int) -> str:
    """The guest list of an event, for one coordinator alone, until a month after it."""
    expires = event.ends_at + timedelta(days=HOST_LINK_DAYS)
    return links.url("host", links.token("host", str(coordinator_id), event.public_id, expires))


def planner_url(coordinator_id: int) -> str:
    """The visits and events one coordinator plans. The link is theirs alone and expires."""
    expires = clock.now() + timedelta(days=settings().approval_link_days)
    return links.url("planner", links.token("planner", str(coordinator_id), "", expires))


def send(transport: Transport, now: datetime) -> int:
    """Mail every coordinator of an event who has not been told yet that it is new, or near. Returns how many mails
    were taken.

    That somebody was told is written down once their mail was taken; whose was not is told by the next run.
    """
    return sum(_send_one(one, transport) for one in due(now))


def due(now: datetime) -> list[Due]:
    """Who is to be told what. An event that is entered when it is near already is told of once."""
    with session_scope(reading=True) as session:
        standings = planning.standings(session, planning.to_come(session, now))
        codes = {one.event.department_code for one in standings}
        whose = {code: office.approvers(session, code) for code in codes}
        found = [
            Due(one, coordinator, NEAR if _is_near(one.event, now) else NEW)
            for one in standings
            for coordinator in whose[one.event.department_code]
        ]
        done = {action: audit.noted(session, action=action, subjects=[one.subject for one in found])
                for action in (NEW, NEAR)}  # fmt: skip
    return [one for one in found if one.subject not in done[one.action]]


def _is_near(event: Event, now: datetime) -> bool:
    """Whether it is the day on which those who come are told how to get in, or later."""
    times = duties.duty(planning.INVITATION).event
    assert times is not None  # the duty invites to events, and its times are checked when it is read
    days = (event.local(event.starts_at).date() - event.local(now).date()).days
    return days <= times.practical_days_before


def _send_one(one: Due, transport: Transport) -> bool:
    if why := office_mail.not_taken(_letter(one), transport):
        reason = next(iter(why.values()))
        log.warning("Coordinator %s was not written to about %s: %s", one.coordinator.id, one.subject, reason)
        return False
    with session_scope() as session:
        audit.note(session, actor="outreach", action=one.action, subject=one.subject)
    return True


def _letter(one: Due) -> OutgoingBatch:
    event, reader = one.standing.event, one.coordinator
    language: Language = "en" if reader.language == "en" else "sv"
    key = f"host/{event.slug}/{one.action.removeprefix('host_told_')}"
    return office_mail.written(
        "event-host",
        language=language,
        context={
            "name": reader.name,
            "near": one.action == NEAR,
            "event": letters.facts(event, language),
            "invited": one.standing.invited,
            "coming": one.standing.coming,
            "waiting": one.standing.waiting,
            "host": host_url(event, reader.id),
            "page": planner_url(reader.id),
            "days": settings().approval_link_days,
        },
        key=key,
        about="host",
        to=Addressee(f"{key}-{reader.id}".replace("/", "-"), reader.email, {}, ""),
    )
