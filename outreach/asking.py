"""Asking the coordinators for a signature, by mail, once for each text that waits."""

from datetime import timedelta

from outreach import clock, departments, duties, links
from outreach.database import session_scope
from outreach.models import Coordinator
from outreach.outgoing import Addressee, OutgoingBatch, Transport
from outreach.queries import approvals, audit, office
from outreach.rendering import render
from outreach.settings import settings
from outreach.tags import nonce_in

ASKED = "approval_asked"
GROUPS_SHOWN = 8


def ask(campaign_id: int, wave: int, transport: Transport) -> int:
    """Mail everyone who may sign, unless they were asked for this very text before. Returns how many were asked.

    That they were asked is written down before the mails go, so a crash asks nobody twice; what waits also stands in
    the run's name, its artifacts and `outreach status`.
    """
    with session_scope() as session:
        sheet = approvals.sheet(session, campaign_id, wave)
        subject = f"{sheet.duty}/{wave}/{sheet.code}"
        if audit.was_noted(session, action=ASKED, subject=subject):
            return 0
        audit.note(session, actor="outreach", action=ASKED, subject=subject, detail={"people": sheet.people})
        coordinators = office.approvers(session, sheet.department_code)
    for coordinator in coordinators:
        transport.send(_request(sheet, coordinator))
    return len(coordinators)


def approval_url(campaign_id: int, wave: int, coordinator_id: int) -> str:
    """The page where one coordinator reads and signs. The link is theirs alone and expires."""
    expires = clock.now() + timedelta(days=settings().approval_link_days)
    return links.url("approve", links.token("approve", f"{campaign_id}-{wave}", str(coordinator_id), expires))


def preview_url(campaign_id: int, wave: int) -> str:
    """The same page to look at only, for the Prefect UI."""
    expires = clock.now() + timedelta(days=settings().approval_link_days)
    return links.url("preview", links.token("preview", f"{campaign_id}-{wave}", "", expires))


def _request(sheet: approvals.Sheet, reader: Coordinator) -> OutgoingBatch:
    language, sender = reader.language, settings().sender
    valid_until = clock.today() + timedelta(days=settings().approval_link_days)
    mail = render(
        "approval-request",
        language=language,
        department_code=None,
        purpose=None,
        context={
            "name": reader.name,
            "duty": duties.duty(sheet.duty).title(language),
            "period": sheet.period,
            "people": sheet.people,
            "groups": _largest_groups(sheet.departments, language),
            "page": approval_url(sheet.campaign_id, sheet.wave, reader.id),
            "code": sheet.code,
            "valid_until": valid_until.isoformat(),
        },
    )
    domain = sender.address.rpartition("@")[2]
    return OutgoingBatch(
        key=f"office/{sheet.duty}/{sheet.wave}/{sheet.code}",
        nonce=nonce_in(mail.subject, mail.html, mail.text),
        language=language,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        sender_name=sender.name(language),
        sender_address=sender.address,
        reply_to=sender.reply_to,
        list_id=f"<office.{domain}>",
        feedback_id=f"office:approval:outreach:{domain}",
        addressees=(Addressee(f"{sheet.code}-{reader.id}".lower(), reader.email, {}, ""),),
    )


def _largest_groups(people: dict[str, int], language: str) -> list[dict[str, object]]:
    """The departments with most people by name, and all others in one line."""
    ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    groups: list[dict[str, object]] = [
        {"label": departments.department(code).name(language), "people": count} for code, count in ranked[:GROUPS_SHOWN]
    ]
    if rest := sum(count for _, count in ranked[GROUPS_SHOWN:]):
        groups.append({"label": "Övriga institutioner" if language == "sv" else "Other departments", "people": rest})
    return groups
