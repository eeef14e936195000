"""The runs that were asked for in the portal or by a key, whose they are, and what came of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Campaign, CampaignStatus, DutyRun
from outreach.queries import viewing
from outreach.queries.inserting import insert_or
from outreach.viewer import Viewer

UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)


def ask(
    session: Session,
    *,
    viewer: Viewer,
    public_id: str,
    duty: str,
    department_code: str | None,
    parameters: dict[str, Any],
    preview: bool,
    key: str,
    now: datetime,
    preview_of_id: int | None = None,
) -> DutyRun:
    """The run of this key, written down if it is new. Who asks twice, at once or later, gets the first again."""
    session.execute(
        insert_or(session, DutyRun)
        .values(
            public_id=public_id,
            duty=duty,
            department_code=department_code,
            parameters=parameters,
            preview=preview,
            preview_of_id=preview_of_id,
            idempotency_key=key,
            coordinator_id=viewer.coordinator_id,
            api_key_id=viewer.api_key_id,
            asked_at=now,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
    )
    return session.scalars(select(DutyRun).where(DutyRun.idempotency_key == key)).one()


def taken(session: Session, run_id: int, flow_run_id: str) -> None:
    """Prefect has taken the run, as this run of its own."""
    session.execute(update(DutyRun).where(DutyRun.id == run_id).values(flow_run_id=flow_run_id))


def one(session: Session, viewer: Viewer, public_id: str) -> DutyRun | None:
    """The run, if it is the viewer's to see."""
    found = select(DutyRun).where(DutyRun.public_id == public_id, viewing.theirs(viewer, DutyRun.department_code))
    return session.scalars(found).one_or_none()


def by_id(session: Session, run_id: int) -> DutyRun | None:
    """A run by its number, whoever looks: for what a run of theirs points to."""
    return session.get(DutyRun, run_id)


def real_run_of(session: Session, preview_id: int) -> DutyRun | None:
    """The run that was started from a preview."""
    return session.scalars(select(DutyRun).where(DutyRun.preview_of_id == preview_id).limit(1)).one_or_none()


def latest(session: Session, viewer: Viewer, *, most: int) -> Sequence[DutyRun]:
    """The viewer's newest runs, the newest first."""
    mine = select(DutyRun).where(viewing.theirs(viewer, DutyRun.department_code))
    return session.scalars(mine.order_by(DutyRun.id.desc()).limit(most)).all()


def campaigns(session: Session, viewer: Viewer, run: DutyRun) -> Sequence[Campaign]:
    """The campaigns a run opened, and those of its duty and department that were under way and that it goes on with."""
    if run.flow_run_id is None:
        return ()
    going_on = Campaign.status.in_(UNDER_WAY) & (Campaign.department_code.is_not_distinct_from(run.department_code))
    found = select(Campaign).where(
        Campaign.duty == run.duty,
        viewing.theirs(viewer, Campaign.department_code),
        or_(Campaign.flow_run_id == run.flow_run_id, going_on),
    )
    return session.scalars(found.order_by(Campaign.opened_at.desc(), Campaign.id.desc()).limit(20)).all()
