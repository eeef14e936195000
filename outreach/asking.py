"""Asking the coordinators for a signature, by mail, until the mail to each of them has been taken."""

import logging
from datetime import timedelta

from outreach import clock, departments, duties, links, office_mail
from outreach.database import session_scope
from outreach.models import Coordinator
from outreach.outgoing import Addressee, OutgoingBatch, Transport
from outreach.queries import approvals, audit, office
from outreach.settings import settings

log = logging.getLogger(__name__)

ASKED = "approval_asked"
GROUPS_SHOWN = 8


def ask(campaign_id: int, wave: int, transport: Transport) -> int:
    """Mail everyone who may sign and has not been asked for this very text. Returns how many mails were taken.

    That somebody was asked is written down once the transport has taken their mail: to ask twice is harmless, never to
    ask is not. Whose mail was not taken is asked again by the next run.
    """
    with session_scope(reading=True) as session:
        sheet = approvals.sheet(session, campaign_id, wave)
        left = [
            coordinator
            for coordinator in office.approvers(session, sheet.department_code)
            if not audit.was_noted(session, action=ASKED, subject=_subject(sheet, coordinator))
        ]
    return sum(_ask_one(sheet, coordinator, transport) for coordinator in left)


def _ask_one(sheet: approvals.Sheet, coordinator: Coordinator, transport: Transport) -> bool:
    """Mail one coordinator and note it. False, with a line in the log, when the mail was not taken."""
    request = _request(sheet, coordinator)
    if why := office_mail.not_taken(request, transport):
        reason = next(iter(why.values()))
        log.warning("Coordinator %s was not asked for %s and is asked again: %s", coordinator.id, sheet.code, reason)
        return False
    with session_scope() as session:
        subject, people = _subject(sheet, coordinator), {"people": sheet.waiting}
        audit.note(session, actor="outreach", action=ASKED, subject=subject, detail=people)
    return True


def _subject(sheet: approvals.Sheet, coordinator: Coordinator) -> str:
    return f"{sheet.duty}/{sheet.wave}/{sheet.code}/{coordinator.id}"


def approval_url(campaign_id: int, wave: int, coordinator_id: int) -> str:
    """The page where one coordinator reads and signs. The link is theirs alone and expires."""
    expires = clock.now() + timedelta(days=settings().approval_link_days)
    return links.url("approve", links.token("approve", f"{campaign_id}-{wave}", str(coordinator_id), expires))


def preview_url(campaign_id: int, wave: int) -> str:
    """The same page to look at only, for the Prefect UI."""
    expires = clock.now() + timedelta(days=settings().approval_link_days)
    return links.url("preview", links.token("preview", f"{campaign_id}-{wave}", "", expires))


def _request(sheet: approvals.Sheet, reader: Coordinator) -> OutgoingBatch:
    language, duty = reader.language, duties.duty(sheet.duty)
    valid_until = clock.today() + timedelta(days=settings().approval_link_days)
    return office_mail.written(
        "approval-request",
        language=language,
        context={
            "name": reader.name,
            "duty": duty.title(language),
            "period": ", ".join(dict.fromkeys(campaign.period for campaign in sheet.reach)) or sheet.period,
            "wave": sheet.wave,
            "waves": len(duty.waves),
            "each_time": duty.approval == "each_time",
            "people": sheet.waiting,
            "campaigns": [{"key": campaign.key, "people": campaign.people} for campaign in sheet.reach],
            "groups": _largest_groups(sheet.departments, language),
            "page": approval_url(sheet.campaign_id, sheet.wave, reader.id),
            "code": sheet.code,
            "valid_until": valid_until.isoformat(),
        },
        key=f"{sheet.duty}/{sheet.wave}/{sheet.code}",
        about="approval",
        to=Addressee(f"{sheet.code}-{reader.id}".lower(), reader.email, {}, ""),
    )


def _largest_groups(people: dict[str, int], language: str) -> list[dict[str, object]]:
    """The departments with most people by name, and all others in one line."""
    ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    groups: list[dict[str, object]] = [
        {"label": _named(code, language), "people": count} for code, count in ranked[:GROUPS_SHOWN]
    ]
    if rest := sum(count for _, count in ranked[GROUPS_SHOWN:]):
        groups.append({"label": "Övriga institutioner" if language == "sv" else "Other departments", "people": rest})
    return groups


def _named(code: str, language: str) -> str:
    if code:
        return departments.department(code).name(language)
    return "För ingen särskild institution" if language == "sv" else "For no special department"
