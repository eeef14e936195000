"""What the provider reported: stored at once, and taken into the ledger afterwards, many at a time.

Whatever the order in which events arrive, however often, and in however many posts: a person ends in the strongest
status that any of their events proves. Each settling therefore looks at all events of the people it is about.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Batch, BatchStatus, Person, ProviderEvent, Recipient, RecipientStatus
from outreach.provider_events import COMPLAINT, HARD_BOUNCE, SOFT_BOUNCE, UNSUBSCRIBES, Event
from outreach.queries import bounces, ledger
from outreach.queries.inserting import insert_or

S = RecipientStatus
E = ProviderEvent

# What each kind proves, weakest first. Kinds that are not here are kept and change nothing.
PROVES: dict[str, RecipientStatus] = {
    "processed": S.ACCEPTED,
    "deferred": S.DEFERRED,
    "dropped": S.DROPPED,
    "delivered": S.DELIVERED,
    **dict.fromkeys(("open", "click", *UNSUBSCRIBES, "group_resubscribe"), S.DELIVERED),
    SOFT_BOUNCE: S.BOUNCED,
    HARD_BOUNCE: S.BOUNCED,
    COMPLAINT: S.COMPLAINED,
}
STRENGTH = case({kind: number for number, kind in enumerate(PROVES)}, value=E.kind)
FINAL = {S.DROPPED, S.DELIVERED, S.BOUNCED, S.COMPLAINED}
LATE = timedelta(days=7)  # after this no bounce is taken as an answer to a message it does not name


def store(session: Session, events: Sequence[Event]) -> int:
    """Keep events that are not known yet. Returns how many those are."""
    if not events:
        return 0
    rows = [event._asdict() for event in sorted(events)]  # in one order, so that two posts never wait for each other
    statement = insert_or(session, E.__table__).on_conflict_do_nothing(index_elements=["event_id"])
    return ledger.rows(session, statement, rows)


def holders(session: Session, tokens: Collection[str]) -> dict[str, str | None]:
    """Those of some thousand tokens at most that stand in the ledger -> the address_hash their person has now."""
    found = select(Recipient.token, Person.address_hash).outerjoin(Person, Person.id == Recipient.person_id)
    return dict(session.execute(found.where(Recipient.token.in_(tokens))).tuples().all())


def waiting(session: Session) -> bool:
    """Whether any event waits to be settled."""
    return bool(session.scalar(select(exists().where(E.settled_in.is_(None)))))


def settle(session: Session, most: int, now: datetime, rule: bounces.Rule) -> int:
    """Take up to `most` waiting events into the ledger and the suppressions. Returns how many were taken.

    Batches in which nobody is unknown any more become accepted, whether an event came just now or before.
    """
    database.lock(session, "provider_events")
    database.go_by_index(session)  # a few thousand rows, each by its key, beside millions
    number = (session.scalar(select(func.max(E.settled_in))) or 0) + 1
    taken = _take(session, number, most, now)
    if taken:
        _move(session, number)
        bounces.suppress(session, number)
        bounces.suppress_soft(session, number, rule)
        _forget_the_erased(session, number)
    settle_batches(session, now)
    return taken


def _take(session: Session, number: int, most: int, now: datetime) -> int:
    """Mark the oldest waiting events as this settling's, each with the recipient it is about."""
    waits = select(E.id).where(E.settled_in.is_(None))
    oldest = waits.order_by(E.settled_in, E.id).limit(most).subquery("oldest")  # as the index has them
    return ledger.rows(
        session, update(E).where(E.id == oldest.c.id).values(settled_in=number, recipient_id=_holder(now))
    )


def _holder(now: datetime) -> ColumnElement[int | None]:
    """The recipient whose token an event carries. One without a token is about an address: the message to it that the
    provider's id of the request names, or for late bounces and complaints the newest whose request has no other id.
    """
    of_token = select(Recipient.id).where(Recipient.token == E.token).correlate(E).scalar_subquery()
    of_request = _newest_to(_is_one_of(E.provider_message_id, Batch.provider_message_id))
    nameless = or_(E.provider_message_id.is_(None), Batch.provider_message_id.is_(None))
    of_address = _newest_to(nameless, Batch.claimed_at >= now - LATE)
    late = case((E.kind.in_([HARD_BOUNCE, SOFT_BOUNCE, COMPLAINT]), of_address))
    return case((E.token.is_not(None), of_token), (E.address_hash.is_not(None), func.coalesce(of_request, late)))


def _is_one_of(message_id: Any, message_ids: Any) -> ColumnElement[bool]:
    """Whether an id stands in a batch's list with commas: one for each request the batch was split into."""
    listed = literal(",", String).concat(message_ids).concat(",")
    return func.replace(listed, literal(",", String).concat(message_id).concat(","), "") != listed


def _newest_to(*where: ColumnElement[bool]) -> ColumnElement[int | None]:
    """The newest recipient who may have a message and has the address an event is about."""
    of_address = and_(
        Person.address_hash == E.address_hash,
        Recipient.person_id == Person.id,
        Recipient.status.in_(ledger.MAY_HAVE_IT),
        Batch.id == Recipient.batch_id,
    )
    return select(func.max(Recipient.id)).where(of_address, *where).correlate(E).scalar_subquery()


def _move(session: Session, number: int) -> None:
    """Bring everyone these events are about to the status that the strongest of all their events proves."""
    proven = _proven(number)
    first = proven.c.first_at
    ledger.move_each(
        session,
        proven.c.status,
        Recipient.id == proven.c.recipient_id,
        table=ledger.REPORTED,
        reason=proven.c.reason,
        accepted_at=case((Recipient.accepted_at <= first, Recipient.accepted_at), else_=first),
        settled_at=case((proven.c.status.in_(FINAL), proven.c.at)),
    )


def _proven(number: int) -> Subquery:
    """recipient_id, status, at, reason of the strongest event, and first_at of any, of those this settling is about.

    No condition but the keys: what has a recipient has been settled, and another condition would be another index to
    choose, by statistics that a burst of events has made untrue.
    """
    about = select(E.recipient_id).where(E.settled_in == number)
    order = (STRENGTH.desc(), E.at, func.coalesce(E.reason, ""))
    place = func.row_number().over(partition_by=E.recipient_id, order_by=order)
    status = type_coerce(
        case({kind: proven.value for kind, proven in PROVES.items()}, value=E.kind), Recipient.status.type
    )
    every = (
        select(
            E.recipient_id,
            E.at,
            E.reason,
            status.label("status"),
            place.label("place"),
            func.min(E.at).over(partition_by=E.recipient_id).label("first_at"),
        )
        .where(E.recipient_id.in_(about), E.kind.in_(PROVES))
        .subquery("every_event")
    )
    return select(every).where(every.c.place == 1).subquery("proven")


def _forget_the_erased(session: Session, number: int) -> None:
    """What is reported of someone who has been erased since counts, and is kept without their address."""
    erased = select(Recipient.id).where(Recipient.person_id.is_(None))
    ledger.rows(
        session,
        update(E).where(E.settled_in == number, E.recipient_id.in_(erased)).values(raw="{}", address_hash=None),
    )


def settle_batches(session: Session, now: datetime) -> int:
    """An unknown batch is accepted once somebody in it has shown a sign of life and nobody is unknown any more."""
    inside = select(Recipient.id).where(Recipient.batch_id == Batch.id)
    doubtful = inside.where(Recipient.status.in_([S.UNKNOWN, S.IN_FLIGHT]))
    alive = inside.where(Recipient.status.in_(list(ledger.REPORTED)))
    return ledger.rows(
        session,
        update(Batch)
        .where(Batch.status == BatchStatus.UNKNOWN, ~exists(doubtful), exists(alive))
        .values(status=BatchStatus.ACCEPTED, settled_at=now, detail="Settled by what the provider reported."),
    )


def delete_old(session: Session, before: datetime) -> int:
    """Forget settled events of before a time: they hold addresses. Returns how many."""
    return ledger.rows(session, delete(E).where(E.at < before, E.settled_in.is_not(None)))
