"""Writing again, from the approval page, to people of whom nobody knows whether they got the letter: shown, confirmed,
decided. By whoever may approve by that page's link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from outreach import clock, resending
from outreach.models import CampaignStatus
from outreach.queries import campaigns, office, unknown
from outreach.web.forms import Form, value

MOST_DIGITS = 9


@dataclass(frozen=True)
class Batch:
    """A batch with people in doubt. `ready_at`: from when they may be written to again."""

    wave: int
    number: int
    people: int
    since: datetime
    ready_at: datetime
    ready: bool
    sentence: str


@dataclass(frozen=True)
class Doubtful:
    """Whom nothing is known of in a campaign. `decided_by`, `decided_at`, `decided_people`: the last writing again."""

    batches: Sequence[Batch]
    open: bool
    decided_by: str
    decided_at: datetime | None
    decided_people: int

    @property
    def people(self) -> int:
        return sum(batch.people for batch in self.batches)

    @property
    def now(self) -> int:
        """How many may be written to again now."""
        return sum(batch.people for batch in self.batches if batch.ready)

    @property
    def next_at(self) -> datetime | None:
        """From when the next of the others may; None when there are no others."""
        return min((batch.ready_at for batch in self.batches if not batch.ready), default=None)


def doubtful(session: Session, campaign_id: int) -> Doubtful:
    """Whom nothing is known of in a campaign, and who last decided to write to them again."""
    campaign, now = campaigns.by_id(session, campaign_id), clock.now()
    batches = [_batch(doubt, now) for doubt in unknown.doubts(session, campaign_id)]
    last = unknown.last_decision(session, campaign.key)
    return Doubtful(
        batches=batches,
        open=campaign.status == CampaignStatus.OPEN,
        decided_by=office.name_of(session, last.actor) if last else "",
        decided_at=last.at if last else None,
        decided_people=sum(last.detail["people_by_batch"].values()) if last else 0,
    )


def _batch(doubt: unknown.Doubt, now: datetime) -> Batch:
    ready_at = resending.ready_at(doubt.since)
    return Batch(doubt.wave, doubt.number, doubt.people, doubt.since, ready_at, ready_at < now, doubt.detail)


def shown(form: Form) -> int:
    """How many people the page showed that the form was sent from. Raises HTTPException (422) for a forged form."""
    people = value(form, "people")
    if not (people.isascii() and people.isdigit() and len(people) <= MOST_DIGITS):
        raise HTTPException(422)
    return int(people)
