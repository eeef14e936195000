"""The audit trail: who did what to whom, when. Ids only."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.models import Audit


def note(session: Session, *, actor: str, action: str, subject: str, detail: dict[str, Any] | None = None) -> None:
    """Append one line."""
    session.execute(
        insert(Audit).values(at=clock.now(), actor=actor, action=action, subject=subject, detail=detail or {})
    )


def noted(session: Session, *, action: str, subjects: Collection[str]) -> set[str]:
    """Those of `subjects` that a line about `action` names."""
    return set(session.scalars(select(Audit.subject).where(Audit.action == action, Audit.subject.in_(subjects))))


def was_noted(session: Session, *, action: str, subject: str) -> bool:
    found = select(func.count()).select_from(Audit).where(Audit.action == action, Audit.subject == subject)
    return bool(session.scalar(found))


def last_detail(session: Session, *, action: str, subject: str) -> dict[str, Any] | None:
    """The detail of the newest line about `action` and `subject`; None where there is none."""
    found = select(Audit.detail).where(Audit.action == action, Audit.subject == subject).order_by(Audit.id.desc())
    return session.scalars(found.limit(1)).one_or_none()
