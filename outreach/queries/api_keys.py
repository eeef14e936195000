"""Keys for departments' scripts: who may see them, making, revoking, and when they were last used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import ApiKey, Coordinator, CoordinatorDepartment
from outreach.queries.viewing import theirs
from outreach.viewer import Viewer

USED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class KeyLine:
    """A key as its department sees it. `department_code` None: the central office's. `maker`: who made it, and
    `maker_may` whether they may still do what it does."""

    public_id: str
    name: str
    department_code: str | None
    scopes: frozenset[str]
    maker: str
    maker_may: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """revoked, expired, orphaned (its maker may not do what it does any more), or good."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at <= now:
            return "expired"
        return "good" if self.maker_may else "orphaned"


def listed(session: Session, viewer: Viewer) -> list[KeyLine]:
    """The keys the viewer may see, newest first."""
    speaks = exists().where(
        CoordinatorDepartment.coordinator_id == Coordinator.id,
        CoordinatorDepartment.department_code == ApiKey.department_code,
    )
    may = (Coordinator.active & (Coordinator.central | speaks)).label("maker_may")
    found = select(ApiKey, Coordinator.name, may).join(Coordinator, Coordinator.id == ApiKey.created_by_id)
    rows = session.execute(found.where(theirs(viewer, ApiKey.department_code)).order_by(ApiKey.id.desc()))
    return [_line(key, maker, bool(maker_may)) for key, maker, maker_may in rows]


def add(
    session: Session,
    *,
    public_id: str,
    secret_hash: str,
    name: str,
    department_code: str | None,
    scopes: str,
    created_by_id: int,
    now: datetime,
    expires: datetime,
) -> None:
    """Keep a new key. The caller has seen to it that its maker may speak for the department."""
    row = {"public_id": public_id, "secret_hash": secret_hash, "name": name, "department_code": department_code}
    made = {"scopes": scopes, "created_by_id": created_by_id, "created_at": now, "expires_at": expires}
    session.execute(insert(ApiKey).values(**row, **made))


def revoke(session: Session, viewer: Viewer, public_id: str, now: datetime) -> bool:
    """Revoke a key the viewer may see, for good; whether there is such a key. Revoking it twice is revoking it once."""
    seen = ApiKey.public_id == public_id, theirs(viewer, ApiKey.department_code)
    session.execute(update(ApiKey).where(*seen, ApiKey.revoked_at.is_(None)).values(revoked_at=now))
    return session.scalar(select(ApiKey.id).where(*seen)) is not None


def revoke_made_by(session: Session, coordinator_id: int, now: datetime) -> list[str]:
    """Revoke every key a coordinator has made; the public ids of those that were not revoked before."""
    made = update(ApiKey).where(ApiKey.created_by_id == coordinator_id, ApiKey.revoked_at.is_(None))
    return list(session.scalars(made.values(revoked_at=now).returning(ApiKey.public_id)))


def used_lately(session: Session, key_id: int, now: datetime) -> bool:
    """Whether it is known already that this key was used within the hour."""
    recent = select(ApiKey.id).where(ApiKey.id == key_id, ApiKey.last_used_at > now - USED_EVERY)
    return session.scalar(recent) is not None


def note_use(session: Session, key_id: int, now: datetime) -> None:
    """Keep that a key is in use, at most once an hour."""
    stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now - USED_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, stale).values(last_used_at=now))


def _line(key: ApiKey, maker: str, maker_may: bool) -> KeyLine:
    scopes = frozenset(key.scopes.split())
    times = (key.created_at, key.expires_at, key.last_used_at, key.revoked_at)
    return KeyLine(key.public_id, key.name, key.department_code, scopes, maker, maker_may, *times)
