"""A duty that follows graduating terms: which of them are due, which of its waves are selected, what they say."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import Duty
from outreach.models import Campaign
from outreach.queries import audiences, campaigns, ledger
from outreach.rendering import Rendered, render_all


def open_terms(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """One campaign for each term somebody nears the end of, and those still open for their reminders.

    `parameters` holds what the audience needs (`within_days` int). Raises PermanentFailure for a duty or department
    that does not exist.
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


def waves(session: Session, campaign: Campaign, duty: Duty, _day: date) -> Sequence[int]:
    """All of them, once somebody has the first message; until then nobody has anything yet to be reminded of, and
    looking for them takes as long as finding them."""
    return range(1, len(duty.waves) + 1) if ledger.has_begun(session, campaign.id) else (1,)


def letters(_session: Session, campaign: Campaign, wave: int) -> list[Rendered]:
    """Every language for each department the campaign may speak for."""
    duty = duties.duty(campaign.duty)
    return render_all(duty.waves[wave - 1].message, departments=scope(campaign), purpose=duty.purpose)


def scope(campaign: Campaign) -> Sequence[str]:
    """The departments a campaign may speak for: its own, or every one."""
    return [campaign.department_code] if campaign.department_code else list(departments.departments())
