"""The spine's steps as plain functions: each reads the state in the database and finishes it, so any may run again.

Tasks wrap these for Prefect; the preview runs the first ones and takes them back. What differs from duty to duty stands
in `outreach.occasions`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, database, departments, duties, occasions, prefect_api, throttles, timing
from outreach.models import Campaign, CampaignStatus
from outreach.queries import audiences, campaigns, ledger, messages, selection
from outreach.rendering import Rendered


def open_campaigns(
    session: Session,
    duty_name: str,
    *,
    day: date,
    department: str | None,
    parameters: dict[str, Any],
    flow_run_id: str | None = None,
) -> list[Campaign]:
    """The campaigns of any duty that may have something to do on `day`.

    Raises PermanentFailure as `occasions.Opener` does.
    """
    opener = occasions.of(duties.duty(duty_name)).campaigns
    return opener(session, duty_name, day=day, department=department, parameters=parameters, flow_run_id=flow_run_id)


def select(session: Session, campaign: Campaign, day: date) -> selection.Selected:
    """Enter everyone due today, in every wave of the campaign that is, into its ledger; nobody while it is paused or
    closed."""
    considered = reconsidered = 0
    if not campaigns.is_open(session, campaign):
        return selection.Selected(considered, reconsidered)
    duty = duties.duty(campaign.duty)
    waves = occasions.of(duty).waves(session, campaign, duty, day)
    if waves:
        database.refresh_statistics(session, "people", "studies", "consents", "suppressions")
    for number in waves:
        database.refresh_statistics(session, "recipients")  # the wave before may have entered everyone
        audience = audiences.AUDIENCES[campaign.duty](session, campaign, duty, number, day)
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
    occasion = occasions.of(duties.duty(campaign.duty))
    rendered = {}
    for number in ledger.planned_waves(session, campaign.id):
        rendered[number] = occasion.letters(session, campaign, number)
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
