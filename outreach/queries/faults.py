"""What people could not use and told us: kept, answered by the central office, forgotten a year after that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from outreach.models import Coordinator, FaultReport
from outreach.queries import ledger

KEPT = timedelta(days=365)  # after it was handled


@dataclass(frozen=True)
class Fault:
    """One report. `handled_by`: the name of the coordinator who dealt with it, "" while nobody has."""

    id: int
    page: str
    description: str
    email: str | None
    language: str
    created_at: datetime
    handled_at: datetime | None
    handled_by: str


def add(
    session: Session, *, page: str, description: str, email: str | None, language: str, now: datetime
) -> int:  # fmt: skip
    """Keep a report; its number."""
    values = {"page": page, "description": description, "email": email, "language": language, "created_at": now}
    return int(session.execute(insert(FaultReport).values(**values).returning(FaultReport.id)).scalar_one())


def waiting(session: Session) -> int:
    """How many nobody has dealt with yet."""
    return session.scalar(select(func.count()).select_from(FaultReport).where(FaultReport.handled_at.is_(None))) or 0


def listed(session: Session, *, handled: bool, most: int) -> Sequence[Fault]:
    """Those that wait, the oldest first, or those that are handled, the last one first; at most `most`."""
    found = select(FaultReport, Coordinator.name).outerjoin(Coordinator, Coordinator.id == FaultReport.handled_by_id)
    if handled:
        found = found.where(FaultReport.handled_at.is_not(None)).order_by(
            FaultReport.handled_at.desc(), FaultReport.id.desc()
        )
    else:
        found = found.where(FaultReport.handled_at.is_(None)).order_by(FaultReport.created_at, FaultReport.id)
    return [_fault(row, name) for row, name in session.execute(found.limit(most)).tuples()]


def mark_handled(session: Session, fault_id: int, coordinator_id: int, now: datetime) -> bool:
    """Say that a coordinator has dealt with it. False where it is not there, or somebody has already."""
    mine = (FaultReport.id == fault_id, FaultReport.handled_at.is_(None))
    handled = update(FaultReport).where(*mine).values(handled_at=now, handled_by_id=coordinator_id)
    return ledger.rows(session, handled) == 1


def exists(session: Session, fault_id: int) -> bool:
    return session.get(FaultReport, fault_id) is not None


def forget_old(session: Session, now: datetime) -> int:
    """Delete what was handled a year ago. Returns how many."""
    return ledger.rows(session, delete(FaultReport).where(FaultReport.handled_at < now - KEPT))


def _fault(row: FaultReport, name: str | None) -> Fault:
    return Fault(
        row.id, row.page, row.description, row.email, row.language, row.created_at, row.handled_at, name or ""
    )  # fmt: skip
