"""Whom we asked for stories, for which edition, and whose departments have told some."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import (
    ContributionRequest,
    Coordinator,
    CoordinatorDepartment,
    StoryRow,
    StoryStatus,
)

WAITING = (StoryStatus.DRAFT, StoryStatus.READY)


def local_coordinators(session: Session) -> list[tuple[Coordinator, list[str]]]:
    """The active coordinators of departments with the codes of theirs, in the order they were laid."""
    found = session.execute(
        select(Coordinator, CoordinatorDepartment.department_code)
        .join(CoordinatorDepartment, CoordinatorDepartment.coordinator_id == Coordinator.id)
        .where(Coordinator.active)
        .order_by(Coordinator.id, CoordinatorDepartment.department_code)
    ).tuples()
    people: dict[int, tuple[Coordinator, list[str]]] = {}
    for coordinator, code in found:
        people.setdefault(coordinator.id, (coordinator, []))[1].append(code)
    return list(people.values())


def asked(session: Session, period: str) -> Mapping[int, int]:
    """Coordinator id -> how often they were reminded, of everyone asked for stories to an edition."""
    found = session.execute(
        select(ContributionRequest.coordinator_id, ContributionRequest.reminder)
        .where(ContributionRequest.period == period)
        .order_by(ContributionRequest.reminder)
    )
    return dict(found.tuples().all())


def note(session: Session, *, period: str, coordinator_id: int, reminder: int, deadline: date, now: datetime) -> bool:
    """Write down that a coordinator is asked. False when another run has written it: it asks, not this one."""
    database.lock(session, f"contributions/{period}")
    mine = (
        ContributionRequest.period == period,
        ContributionRequest.coordinator_id == coordinator_id,
        ContributionRequest.reminder == reminder,
    )
    if session.scalar(select(ContributionRequest.id).where(*mine)) is not None:
        return False
    session.execute(
        insert(ContributionRequest).values(
            period=period, coordinator_id=coordinator_id, reminder=reminder, deadline=deadline, asked_at=now
        )
    )
    return True


def forget(session: Session, *, period: str, coordinator_id: int, reminder: int) -> None:
    """The mail did not leave: the next run asks again."""
    session.execute(
        delete(ContributionRequest).where(
            ContributionRequest.period == period,
            ContributionRequest.coordinator_id == coordinator_id,
            ContributionRequest.reminder == reminder,
        )
    )


def departments_asked(session: Session, period: str) -> set[str]:
    """The codes of the departments whose coordinators were asked for stories to an edition."""
    found = select(CoordinatorDepartment.department_code).join(
        ContributionRequest, ContributionRequest.coordinator_id == CoordinatorDepartment.coordinator_id
    )
    return set(session.scalars(found.where(ContributionRequest.period == period)))


def have_told(session: Session, day: date, had: Collection[int]) -> set[str]:
    """The codes of the departments with a story for an edition on `day`: none of `had`, the ids of earlier ones."""
    in_time = or_(StoryRow.publish_until.is_(None), StoryRow.publish_until >= day)
    found = select(StoryRow.department_code).where(
        StoryRow.department_code.is_not(None), StoryRow.status.in_(WAITING), StoryRow.id.not_in(had), in_time
    )
    return {code for code in session.scalars(found) if code is not None}
