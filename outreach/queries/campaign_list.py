"""The campaigns a viewer may see, newest first, by pages; what can be chosen to see fewer; how far each one is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from outreach.models import Batch, BatchStatus, Campaign, CampaignStatus
from outreach.queries import viewing
from outreach.viewer import Viewer

CENTRAL = "central"  # as in a campaign's key, where a department's code would stand
ON_ITS_WAY = (BatchStatus.POSTING, BatchStatus.ACCEPTED, BatchStatus.UNKNOWN)


@dataclass(frozen=True)
class Filters:
    """What is asked for; "" for all. `department`: a code, or CENTRAL for the central office's own."""

    duty: str = ""
    status: str = ""
    department: str = ""
    period: str = ""


class Listed(NamedTuple):
    """A campaign as a line of a list."""

    id: int
    key: str
    duty: str
    period: str
    department_code: str | None
    status: CampaignStatus
    opened_at: datetime


class Progress(NamedTuple):
    """Letters of a campaign, all its waves together: planned in batches, and of these left, whatever became of them."""

    letters: int = 0
    left: int = 0

    @property
    def waiting(self) -> int:
        return self.letters - self.left


class Choices(NamedTuple):
    """What the viewer's campaigns have, to choose among. Departments: codes, and CENTRAL where there is one."""

    duties: Sequence[str]
    periods: Sequence[str]
    departments: Sequence[str]


def page(session: Session, viewer: Viewer, filters: Filters, *, first: int, most: int) -> Sequence[Listed]:
    """Up to `most` campaigns from the one at `first` (0 is the newest)."""
    found = (
        select(*(getattr(Campaign, name) for name in Listed._fields))
        .where(*_asked(viewer, filters))
        .order_by(Campaign.opened_at.desc(), Campaign.id.desc())
        .offset(first)
        .limit(most)
    )
    return [Listed(*row) for row in session.execute(found)]


def how_many(session: Session, viewer: Viewer, filters: Filters) -> int:
    """How many campaigns there are on all pages of the list together."""
    return session.scalar(select(func.count()).select_from(Campaign).where(*_asked(viewer, filters))) or 0


def choices(session: Session, viewer: Viewer) -> Choices:
    """Every duty, period (the latest first) and department of the viewer's campaigns."""
    rows = session.execute(
        select(Campaign.duty, Campaign.period, Campaign.department_code)
        .where(viewing.theirs(viewer, Campaign.department_code))
        .distinct()
    ).all()
    return Choices(
        duties=sorted({duty for duty, _, _ in rows}),
        periods=sorted({period for _, period, _ in rows}, reverse=True),
        departments=sorted({code or CENTRAL for _, _, code in rows}),
    )


def progress(session: Session, campaign_ids: Collection[int]) -> dict[int, Progress]:
    """How far these campaigns are, by their batches: one statement for all of them. None for who has no batch."""
    left = func.coalesce(func.sum(case((Batch.status.in_(ON_ITS_WAY), Batch.size), else_=0)), 0)
    found = session.execute(
        select(Batch.campaign_id, func.sum(Batch.size), left)
        .where(Batch.campaign_id.in_(campaign_ids), Batch.status != BatchStatus.REJECTED)
        .group_by(Batch.campaign_id)
    )
    return {campaign: Progress(letters, gone) for campaign, letters, gone in found}


def _asked(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [viewing.theirs(viewer, Campaign.department_code)]
    if filters.duty:
        conditions.append(Campaign.duty == filters.duty)
    if filters.status:
        conditions.append(Campaign.status.in_([one for one in CampaignStatus if one == filters.status]))
    if filters.period:
        conditions.append(Campaign.period == filters.period)
    if filters.department == CENTRAL:
        conditions.append(Campaign.department_code.is_(None))
    elif filters.department:
        conditions.append(Campaign.department_code == filters.department)
    return conditions
