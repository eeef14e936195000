"""Pausing, resuming and cancelling a campaign: one way in for the command line and the Prefect UI.

What was handed over before stays true in the ledger. A pause holds from every worker's next claim on; a cancelled
campaign is never opened again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from outreach import campaigning, clock
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Campaign, CampaignStatus, RecipientStatus
from outreach.queries import audit, campaigns, ledger, office


class Turn(StrEnum):
    """What a coordinator may do with a campaign that is under way."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


BEFORE = {
    Turn.PAUSE: {CampaignStatus.OPEN},
    Turn.RESUME: {CampaignStatus.PAUSED},
    Turn.CANCEL: {CampaignStatus.OPEN, CampaignStatus.PAUSED},
}


@dataclass(frozen=True)
class Steered:
    """What was decided, with what the next run needs. `people`: who waited in the campaign when it was."""

    key: str
    turn: Turn
    people: int
    duty: str
    department: str | None
    parameters: dict[str, Any]
    at: datetime

    def __str__(self) -> str:
        if self.turn is Turn.PAUSE:
            return f"{self.key} is paused. {self.people} people wait until it is resumed."
        if self.turn is Turn.RESUME:
            return f"{self.key} goes on. {self.people} people wait for their message."
        return f"{self.key} is cancelled. {self.people} people who waited in it are not written to."


def steer(key: str, coordinator_email: str, turn: Turn, *, via: str) -> Steered:
    """Pause, resume or cancel the campaign with this key.

    Raises PermanentFailure when there is no such campaign, it does not stand so that this can be done, or the
    coordinator may not decide it.
    """
    now = clock.now()
    with session_scope() as session:
        campaign = campaigns.by_key(session, key.strip())
        if campaign is None:
            raise PermanentFailure(f"There is no campaign {key!r}. `outreach status` shows the keys.")
        coordinator = office.who_decides(session, campaign, coordinator_email)
        status = campaigns.status_held(session, campaign.id)
        if status not in BEFORE[turn]:
            raise PermanentFailure(f"{campaign.key} is {status}, so it cannot be {_done(turn)}.")
        people = _turned(session, campaign, turn, now)
        audit.note(
            session,
            actor=f"coordinator:{coordinator.id}",
            action=f"{_done(turn)}_campaign",
            subject=campaign.key,
            detail={"via": via, "people": people},
        )
    return Steered(campaign.key, turn, people, campaign.duty, campaign.department_code, campaign.parameters, now)


def _done(turn: Turn) -> str:
    return {Turn.PAUSE: "paused", Turn.RESUME: "resumed", Turn.CANCEL: "cancelled"}[turn]


def _turned(session: Session, campaign: Campaign, turn: Turn, now: datetime) -> int:
    """Write the new status down. Returns how many people waited."""
    if turn is Turn.CANCEL:
        return campaigns.cancel(session, campaign, now)
    campaigns.set_status(session, campaign.id, CampaignStatus.PAUSED if turn is Turn.PAUSE else CampaignStatus.OPEN)
    counts = ledger.counts(session, campaign.id)
    return sum(count for (_, status), count in counts.items() if status is RecipientStatus.PLANNED)


def start_next_run(steered: Steered) -> str:
    """Start the duty of a resumed campaign. Returns and raises as `campaigning.start_again` does."""
    decision = f"resumed/{steered.key}/{steered.at.isoformat()}"
    return campaigning.start_again(steered.duty, steered.department, steered.parameters, decision=decision)
