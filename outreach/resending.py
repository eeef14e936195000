"""Writing again to people of whom nobody knows whether they got the message. A coordinator decides it, always."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from outreach import campaigning, clock, settling
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import CampaignStatus
from outreach.queries import audit, campaigns, office, unknown
from outreach.settings import settings


@dataclass(frozen=True)
class Resent:
    """What was decided, with what the next run needs."""

    key: str
    people: int
    duty: str
    department: str | None
    parameters: dict[str, Any]
    at: datetime

    def __str__(self) -> str:
        return f"{self.key}: {self.people} people without a sign of life are planned again."


def ready_at(since: datetime) -> datetime:
    """From when those of a batch claimed at `since` may be written to again."""
    return since + timedelta(hours=settings().unknown_resend_hours)


def resend(key: str, coordinator_email: str, *, via: str, most: int | None = None) -> Resent:
    """Plan again, in the campaign with this key, everyone unknown for `unknown_resend_hours` without a sign of life.

    Everything the provider has reported is settled first. Raises PermanentFailure when there is no such campaign, it is
    over, nobody in it can be written to again yet, they are more than `most` (what was shown to who decides), or the
    coordinator may not decide it.
    """
    settling.settle_all()
    now = clock.now()
    with session_scope() as session:
        campaign = campaigns.by_key(session, key.strip())
        if campaign is None:
            raise PermanentFailure(f"There is no campaign {key!r}. `outreach unknown list` shows the keys.")
        coordinator = office.who_decides(session, campaign, coordinator_email)
        if campaign.status != CampaignStatus.OPEN:
            raise PermanentFailure(f"{campaign.key} is {campaign.status}, so nobody in it is written to any more.")
        campaigns.hold(session, campaign.id)
        people = unknown.plan_again(session, campaign.id, now - timedelta(hours=settings().unknown_resend_hours))
        if not people:
            raise PermanentFailure(
                f"Nobody in {campaign.key} has been unknown for {settings().unknown_resend_hours} hours without a sign "
                "of life. `outreach unknown list` shows from when they can be written to again."
            )
        if most is not None and sum(people.values()) > most:
            raise PermanentFailure(f"More people in {campaign.key} can be written to again than was shown. Look again.")
        detail = {"via": via, "people_by_batch": {str(batch): count for batch, count in people.items()}}
        audit.note(
            session, actor=f"coordinator:{coordinator.id}", action=unknown.DECIDED, subject=campaign.key, detail=detail
        )
    return Resent(campaign.key, sum(people.values()), campaign.duty, campaign.department_code, campaign.parameters, now)


def start_next_run(resent: Resent) -> str:
    """Start the duty so that they are written to now. Returns and raises as `campaigning.start_again` does."""
    decision = f"resent/{resent.key}/{resent.at.isoformat()}"
    return campaigning.start_again(resent.duty, resent.department, resent.parameters, decision=decision)
