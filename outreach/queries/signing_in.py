"""Links that sign in once, and the sessions they begin. Secrets are known here by their fingerprints alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import PortalSession, SignInLink
from outreach.queries import rates

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Found:
    """Whose a link is, and the page they were on their way to ("" for none)."""

    coordinator_id: int
    next_path: str


def add_link(
    session: Session, coordinator_id: int, token_hash: str, next_path: str, now: datetime, expires: datetime
) -> int:
    """Keep a link that will be mailed; its id."""
    row = {"token_hash": token_hash, "coordinator_id": coordinator_id, "next_path": next_path}
    made = insert(SignInLink).values(**row, created_at=now, expires_at=expires)
    return session.scalars(made.returning(SignInLink.id)).one()


def link(session: Session, token_hash: str, now: datetime) -> Found | None:
    """A link that can still be used. None for one that is used, expired or unknown."""
    good = select(SignInLink.coordinator_id, SignInLink.next_path).where(_good(token_hash, now))
    row = session.execute(good).one_or_none()
    return Found(*row) if row else None


def use_link(session: Session, token_hash: str, now: datetime) -> Found | None:
    """Use a link up. Of two who try at once one gets it; None for the other, and for a link that is not good."""
    used = update(SignInLink).where(_good(token_hash, now)).values(used_at=now)
    row = session.execute(used.returning(SignInLink.coordinator_id, SignInLink.next_path)).one_or_none()
    return Found(*row) if row else None


def begin(
    session: Session, coordinator_id: int, token_hash: str, *, via: str, browser: str, now: datetime, until: datetime
) -> int:
    """A new session; its id."""
    row = {"token_hash": token_hash, "coordinator_id": coordinator_id, "via": via, "browser": browser}
    made = insert(PortalSession).values(**row, created_at=now, expires_at=until)
    return session.scalars(made.returning(PortalSession.id)).one()


def end_by_token(session: Session, token_hash: str, now: datetime) -> None:
    """End the session of this fingerprint, if there is one."""
    _end(session, PortalSession.token_hash == token_hash, now)


def end(session: Session, session_id: int, coordinator_id: int, now: datetime) -> bool:
    """End one session of this coordinator's; whether there was one to end."""
    return bool(_end(session, (PortalSession.id == session_id) & (PortalSession.coordinator_id == coordinator_id), now))


def end_all(session: Session, coordinator_id: int, now: datetime) -> int:
    """Sign a coordinator out everywhere: every session, and every link that is not used yet. How many sessions."""
    unused = SignInLink.coordinator_id == coordinator_id, SignInLink.used_at.is_(None)
    session.execute(update(SignInLink).where(*unused).values(used_at=now))
    return _end(session, PortalSession.coordinator_id == coordinator_id, now)


def is_open(session: Session, session_id: int, coordinator_id: int, now: datetime) -> bool:
    """Whether this coordinator is still signed in there."""
    theirs = PortalSession.id == session_id, PortalSession.coordinator_id == coordinator_id
    open_ = select(PortalSession.id).where(*theirs, PortalSession.ended_at.is_(None), PortalSession.expires_at > now)
    return session.scalar(open_) is not None


def sessions_of(session: Session, coordinator_id: int, now: datetime) -> list[PortalSession]:
    """Where a coordinator is signed in, newest first."""
    open_ = PortalSession.coordinator_id == coordinator_id, PortalSession.ended_at.is_(None)
    found = select(PortalSession).where(*open_, PortalSession.expires_at > now)
    return list(session.scalars(found.order_by(PortalSession.created_at.desc(), PortalSession.id.desc())))


def forget_old(session: Session, now: datetime) -> None:
    """Delete links and sessions that have been over for 30 days, and counts no limit looks at any more."""
    before = now - KEPT
    session.execute(delete(SignInLink).where(or_(SignInLink.used_at < before, SignInLink.expires_at < before)))
    session.execute(
        delete(PortalSession).where(or_(PortalSession.ended_at < before, PortalSession.expires_at < before))
    )
    rates.forget_old(session, now)


def _good(token_hash: str, now: datetime) -> ColumnElement[bool]:
    return and_(SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > now)


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    ended = update(PortalSession).where(which, PortalSession.ended_at.is_(None)).values(ended_at=now)
    return len(session.scalars(ended.returning(PortalSession.id)).all())
