"""What `outreach status` and `outreach check` say."""

from collections.abc import Iterator

from outreach import clock, database, departments, duties, questionnaires
from outreach.errors import OutreachError
from outreach.linkedin.configuration import configuration as linkedin
from outreach.mail import smtp, transport_from
from outreach.queries import approvals, arrivals, campaigns, ledger
from outreach.rendering.checks import check_messages
from outreach.settings import settings
from outreach.tags import CONTROL
from outreach.web import webhooks


def status_lines() -> Iterator[str]:
    """A line a campaign and wave, then what waits for a signature."""
    with database.session_scope(reading=True) as session:
        every = campaigns.newest(session, limit=20)
        if not every:
            yield "Nothing has been run yet."
        for campaign in every:
            yield f"{campaign.key} ({campaign.status})"
            counts = ledger.counts(session, campaign.id)
            for wave in sorted({wave for wave, _ in counts}):
                shown = ", ".join(f"{status} {counts[wave, status]}" for w, status in sorted(counts) if w == wave)
                yield f"  wave {wave}: {shown}"
            waiting = arrivals.waiting(session, [campaign.id], clock.now())
            if waiting.until:
                until = format(waiting.until.astimezone(clock.OFFICE_ZONE), "%Y-%m-%d %H:%M")
                people = waiting.for_morning + waiting.for_office
                yield f"  {people} people wait for their moment, the first until {until}"
            if waiting.for_place:
                yield f"  {waiting.for_place} people wait: they have had as many messages as the limit allows"
        for campaign_id, wave in approvals.waiting(session):
            sheet = approvals.sheet(session, campaign_id, wave)
            yield _undecided(sheet)


def _undecided(sheet: approvals.Sheet) -> str:
    what = f"{sheet.key}/{sheet.wave}, {sheet.people} people, code {sheet.code}"
    if sheet.decision != "rejected":
        return f"Waits for approval: {what}"
    comment = CONTROL.sub(" ", sheet.comment).strip() or "no comment"
    return f"Sent back by {sheet.decided_by}: {comment} ({what})"


def problems() -> list[str]:
    """One sentence for each thing that is wrong in settings, departments, duties, templates and transport."""
    found = []
    looks = (settings, departments.departments, duties.duties, lambda: transport_from(settings()), _webhook_key,
             _envelope, linkedin)  # fmt: skip
    for look in looks:
        try:
            look()
        except OutreachError as error:
            found.append(str(error))
    return sorted(set(found)) or [*check_messages(), *questionnaires.check(_surveys())]


def _surveys() -> set[str]:
    """The questionnaires that duties ask for."""
    return {duty.survey.questionnaire for duty in duties.duties().values() if duty.survey}


def _envelope() -> None:
    """Raises PermanentFailure for a sender whose address is too long for the envelope of the transport that is set."""
    if settings().transport == "smtp":
        smtp.check_sender(settings().sender.address)


def _webhook_key() -> None:
    """Raises PermanentFailure for a key that is set and cannot be one."""
    if key := settings().sendgrid_webhook_key.get_secret_value():
        webhooks.public_key(key)
