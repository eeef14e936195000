"""The recipient ledger: who moves from which status to which, and the counts of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Recipient, RecipientStatus

S = RecipientStatus

# To -> from. Every change of status goes through `move`, so replayed or reordered news is harmless.
TRANSITIONS: dict[RecipientStatus, frozenset[RecipientStatus]] = {
    S.PLANNED: frozenset({S.EXCLUDED, S.IN_FLIGHT}),  # reconsidered; or proven not sent
    S.EXCLUDED: frozenset({S.PLANNED}),
    S.CANCELLED: frozenset({S.PLANNED}),
    S.IN_FLIGHT: frozenset({S.PLANNED}),
    S.UNKNOWN: frozenset({S.IN_FLIGHT}),
    S.REJECTED: frozenset({S.IN_FLIGHT, S.UNKNOWN}),
    S.ACCEPTED: frozenset({S.IN_FLIGHT, S.UNKNOWN}),
    S.DEFERRED: frozenset({S.IN_FLIGHT, S.UNKNOWN, S.ACCEPTED}),
    S.DROPPED: frozenset({S.IN_FLIGHT, S.UNKNOWN, S.ACCEPTED, S.DEFERRED}),
    S.DELIVERED: frozenset({S.IN_FLIGHT, S.UNKNOWN, S.ACCEPTED, S.DEFERRED, S.DROPPED}),
    S.BOUNCED: frozenset({S.IN_FLIGHT, S.UNKNOWN, S.ACCEPTED, S.DEFERRED, S.DROPPED, S.DELIVERED}),
    S.COMPLAINED: frozenset({S.IN_FLIGHT, S.UNKNOWN, S.ACCEPTED, S.DEFERRED, S.DROPPED, S.DELIVERED, S.BOUNCED}),
}

# Within the transaction that claims: consent and suppression are asked when nobody else can touch these rows any more.
FELL_OUT: dict[RecipientStatus, frozenset[RecipientStatus]] = {S.EXCLUDED: frozenset({S.IN_FLIGHT})}

# What the provider says of one person is stronger than what we thought. News that bears the person's own random token
# proves that a message left, even where we had planned them again since (see SECOND_TRY): who shows a sign of life in
# the last moment is not written to twice. The same status again may bring an earlier time or another reason.
REPORTED: dict[RecipientStatus, frozenset[RecipientStatus]] = {
    to: TRANSITIONS[to] | {to, S.PLANNED, S.EXCLUDED, S.CANCELLED, S.REJECTED}
    for to in (S.ACCEPTED, S.DEFERRED, S.DROPPED, S.DELIVERED, S.BOUNCED, S.COMPLAINED)
}

# The one way back from unknown, for a coordinator who decided it: `outreach.resending`. Nothing does it by itself.
SECOND_TRY: dict[RecipientStatus, frozenset[RecipientStatus]] = {S.PLANNED: frozenset({S.UNKNOWN})}

# A campaign that ended by its time goes on, because what it is about has moved: `campaigns.reopen`.
ONCE_MORE: dict[RecipientStatus, frozenset[RecipientStatus]] = {S.PLANNED: frozenset({S.CANCELLED})}

# Statuses of a person whom a message may have reached: they must never get the same one again.
MAY_HAVE_IT = (
    S.IN_FLIGHT,
    S.ACCEPTED,
    S.DELIVERED,
    S.DEFERRED,
    S.BOUNCED,
    S.DROPPED,
    S.COMPLAINED,
    S.UNKNOWN,
)
SPOKEN_FOR = (*MAY_HAVE_IT, S.PLANNED, S.REJECTED)


def move(
    session: Session,
    to: RecipientStatus,
    *where: ColumnElement[bool],
    table: Mapping[RecipientStatus, frozenset[RecipientStatus]] = TRANSITIONS,
    reason: ColumnElement[Any] | str | None = None,
    **values: Any,
) -> int:
    """Move the recipients that `where` picks and whose status `table` allows it. Returns how many moved."""
    allowed = sorted(table[to])
    statement = update(Recipient).where(Recipient.status.in_(allowed), *where)
    return rows(session, statement.values(status=to, reason=reason, **values))


def move_each(
    session: Session,
    to: ColumnElement[RecipientStatus],
    *where: ColumnElement[bool],
    table: Mapping[RecipientStatus, frozenset[RecipientStatus]],
    **values: Any,
) -> int:
    """Move each recipient that `where` picks to a status of their own, where `table` allows it. Returns how many."""
    allowed = or_(*(and_(to == status, Recipient.status.in_(sorted(before))) for status, before in table.items()))
    return rows(session, update(Recipient).where(allowed, *where).values(status=to, **values))


def rows(session: Session, statement: Any, given: Sequence[Mapping[str, Any]] | None = None) -> int:
    """Run an INSERT, UPDATE or DELETE and count its rows, leaving objects in memory alone. `given`: rows to insert."""
    result = session.execute(
        statement, given, execution_options={"synchronize_session": False, "preserve_rowcount": True}
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def counts(session: Session, campaign_id: int) -> dict[tuple[int, RecipientStatus], int]:
    """People by wave and status."""
    found = session.execute(
        select(Recipient.wave, Recipient.status, func.count())
        .where(Recipient.campaign_id == campaign_id)
        .group_by(Recipient.wave, Recipient.status)
    )
    return {(wave, status): count for wave, status, count in found}


def planned_waves(session: Session, campaign_id: int) -> Sequence[int]:
    """The waves in which somebody still waits for their message."""
    return session.scalars(
        select(Recipient.wave)
        .where(Recipient.campaign_id == campaign_id, Recipient.status == S.PLANNED)
        .distinct()
        .order_by(Recipient.wave)
    ).all()


def has_begun(session: Session, campaign_id: int) -> bool:
    """Whether a message of the first wave has left, however it fared."""
    gone = exists().where(
        Recipient.campaign_id == campaign_id, Recipient.wave == 1, Recipient.status.in_([*MAY_HAVE_IT, S.REJECTED])
    )
    return bool(session.scalar(select(gone)))


def cancel_planned(session: Session, campaign_ids: Sequence[int], reason: str, at: datetime) -> int:
    """Nobody of these campaigns who still waits will be written to."""
    return move(session, S.CANCELLED, Recipient.campaign_id.in_(campaign_ids), reason=reason, settled_at=at)
