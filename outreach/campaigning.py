"""The spine's steps as plain functions: each reads the state in the database and finishes it, so any may run again.

Tasks wrap these for Prefect; the preview runs the first ones and takes them back.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, database, departments, duties, prefect_api, throttles, timing
from outreach.editions import contents, opening
from outreach.models import Campaign, CampaignStatus
from outreach.queries import audiences, campaigns, ledger, messages, selection
from outreach.rendering import Rendered, render_all


def open_term_campaigns(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """The campaigns of a duty that follows graduating terms: one for each term somebody nears the end of, and those
    still open for their reminders. `parameters` holds what the audience needs (`within_days` int).

    Raises PermanentFailure for a duty or department that does not exist.
    """
    duty = duties.duty(duty_name)
    if department:
        departments.department(department)
    for term in audiences.graduation.terms_due(session, duty, day, parameters["within_days"], department):
        campaigns.open_campaign(
            session,
            duty=duty_name,
            period=term.name,
            department=department,
            parameters=parameters,
            flow_run_id=flow_run_id,
            now=clock.now(),
            expires_at=clock.start_of(term.last + timedelta(days=duty.expires_days)),
        )
    return list(campaigns.still_open(session, duty_name, department))


def open_campaigns(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """The campaigns of any duty that may have something to do on `day`: by terms, or by editions where it has sections.

    Raises PermanentFailure as the two do.
    """
    opener = opening.open_editions if duties.duty(duty_name).sections else open_term_campaigns
    return opener(session, duty_name, day=day, department=department, parameters=parameters, flow_run_id=flow_run_id)


def select(session: Session, campaign: Campaign, day: date) -> selection.Selected:
    """Enter everyone due today, in every wave of the campaign, into its ledger; nobody while it is paused or closed.

    An edition that is signed keeps its readers: whoever says yes later gets the next one.
    """
    if not campaigns.is_open(session, campaign):
        return selection.Selected(0, 0)
    duty = duties.duty(campaign.duty)
    if duty.sections and opening.is_settled(session, campaign):
        return selection.Selected(0, 0)
    database.refresh_statistics(session, "people", "studies", "consents", "suppressions")
    considered = reconsidered = 0
    for number in range(1, len(duty.waves) + 1):
        if number == 2 and not ledger.has_begun(session, campaign.id):
            break  # nobody has anything yet to be reminded of, and looking for them takes as long as finding them
        database.refresh_statistics(session, "recipients")  # the wave before may have entered everyone
        audience = audiences.AUDIENCES[campaign.duty](campaign, duty, number, day)
        selected = selection.select_wave(
            session,
            campaign,
            number,
            audience,
            clock.now(),
            size=throttles.people_a_batch(),
            zones=timing.zones_shared(duty, day),
        )
        considered, reconsidered = considered + selected.considered, reconsidered + selected.reconsidered
    return selection.Selected(considered, reconsidered)


def render(session: Session, campaign: Campaign) -> dict[int, list[Rendered]]:
    """Write every variant of each wave somebody waits in, and make it the wave's text. Wave -> its variants.

    None for a campaign that is paused or closed.
    """
    if campaign.status != CampaignStatus.OPEN:
        return {}
    duty = duties.duty(campaign.duty)
    rendered = {}
    for number in ledger.planned_waves(session, campaign.id):
        rendered[number] = (
            contents.letters(session, campaign, number)
            if duty.sections
            else render_all(duty.waves[number - 1].message, departments=scope(campaign), purpose=duty.purpose)
        )
        messages.store(session, campaign.id, number, rendered[number], clock.now())
    return rendered


def start_again(
    duty: str, department: str | None, parameters: dict[str, Any], *, decision: str, at: datetime | None = None
) -> str:
    """Start a campaign's duty again through Prefect, as it ran before, now or `at` a moment. Returns the flow run's id.

    The same `decision` starts one run however often it is asked for. Raises TemporaryFailure when Prefect cannot be
    reached; the next scheduled run then does what is left.
    """
    params = {"department": departments.choice_of(department), **parameters}
    return prefect_api.start_duty(duty, {"params": params}, idempotency_key=decision, at=at)


def scope(campaign: Campaign) -> Sequence[str]:
    """The departments a campaign may speak for: its own, or every one."""
    return [campaign.department_code] if campaign.department_code else list(departments.departments())
