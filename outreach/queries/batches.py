"""Batches: planned, claimed by one worker each, and recorded. The statements that make "nobody twice" true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.duties import Duty
from outreach.models import (
    Batch,
    BatchStatus,
    Campaign,
    CampaignStatus,
    Person,
    Recipient,
    RecipientStatus,
    Study,
)
from outreach.outgoing import Proof, Result
from outreach.queries import campaigns, ledger, standing

S = RecipientStatus


class ClaimedPerson(NamedTuple):
    """What a message needs of one person."""

    token: str
    address: str
    public_id: str
    first_name: str
    last_name: str
    programme: str


@dataclass(frozen=True)
class Claim:
    """A batch that is ours until `claim_expires_at`, and its people as the statement that claimed it saw them."""

    batch_id: int
    wave: int
    number: int
    message_id: int
    attempt: int  # how often the batch has been claimed: tells this claim from a later one
    people: tuple[ClaimedPerson, ...]


def plan(session: Session, campaign_id: int, wave: int, size: int) -> int:
    """Put every planned recipient with a message into batches of at most `size` of one message. Returns new batches."""
    campaigns.hold(session, campaign_id)
    last = (
        session.scalar(select(func.max(Batch.number)).where(Batch.campaign_id == campaign_id, Batch.wave == wave)) or 0
    )
    loose = (
        Recipient.campaign_id == campaign_id,
        Recipient.wave == wave,
        Recipient.status == S.PLANNED,
        Recipient.batch_id.is_(None),
        Recipient.message_id.is_not(None),
    )
    people = session.execute(
        select(Recipient.message_id, func.count())
        .where(*loose)
        .group_by(Recipient.message_id)
        .order_by(Recipient.message_id)
    )
    sizes = [(message, min(size, count - start)) for message, count in people for start in range(0, count, size)]
    if not sizes:
        return 0
    session.execute(
        insert(Batch),
        [
            {
                "campaign_id": campaign_id,
                "wave": wave,
                "number": number,
                "message_id": message,
                "status": BatchStatus.PLANNED,
                "size": count,
                "attempts": 0,
            }
            for number, (message, count) in enumerate(sizes, start=last + 1)
        ],
    )
    _fill(session, campaign_id, wave, after=last, size=size)
    return len(sizes)


def _fill(session: Session, campaign_id: int, wave: int, *, after: int, size: int) -> None:
    """Hand the loose recipients out to the new batches: the n-th thousand of a message to its n-th batch."""
    place = func.row_number().over(partition_by=Recipient.message_id, order_by=Recipient.id)
    loose = (
        select(Recipient.id, Recipient.message_id, ((place - 1) // size).label("ordinal"))
        .where(
            Recipient.campaign_id == campaign_id,
            Recipient.wave == wave,
            Recipient.status == S.PLANNED,
            Recipient.batch_id.is_(None),
            Recipient.message_id.is_not(None),
        )
        .subquery("loose")
    )
    ordinal = (func.row_number().over(partition_by=Batch.message_id, order_by=Batch.number) - 1).label("ordinal")
    new = (
        select(Batch.id.label("batch_id"), Batch.message_id, ordinal)
        .where(Batch.campaign_id == campaign_id, Batch.wave == wave, Batch.number > after)
        .subquery("new_batches")
    )
    pairs = (
        select(loose.c.id, new.c.batch_id)
        .join(new, (new.c.message_id == loose.c.message_id) & (new.c.ordinal == loose.c.ordinal))
        .subquery("pairs")
    )
    ledger.rows(session, update(Recipient).where(Recipient.id == pairs.c.id).values(batch_id=pairs.c.batch_id))


def claim(
    session: Session,
    campaign_id: int,
    waves: Sequence[int],
    duty: Duty,
    worker: str,
    now: datetime,
    minutes: int,
) -> Claim | None:
    """Take the next batch, drop from it whoever must not be written to any more, and mark the others in flight.

    None when there is nothing to take. The caller commits before it posts: from then on the batch is never planned
    again unless it is proven that nothing was sent.
    """
    ready = (
        select(Batch.id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(
            Batch.campaign_id == campaign_id,
            Batch.wave.in_(waves),
            Batch.status == BatchStatus.PLANNED,
            or_(Batch.not_before.is_(None), Batch.not_before <= now),
            Campaign.status == CampaignStatus.OPEN,
        )
        .order_by(Batch.wave, Batch.number)
        .limit(1)
        .with_for_update(skip_locked=True, of=Batch)  # PostgreSQL; SQLite has one writer at a time anyway
    )
    taken = session.execute(
        update(Batch)
        .where(Batch.id == ready.scalar_subquery(), Batch.status == BatchStatus.PLANNED)
        .values(
            status=BatchStatus.POSTING,
            claimed_by=worker,
            claimed_at=now,
            claim_expires_at=now + timedelta(minutes=minutes),
            attempts=Batch.attempts + 1,
        )
        .returning(Batch.id, Batch.wave, Batch.number, Batch.message_id, Batch.attempts),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if taken is None:
        return None
    _drop_who_fell_out(session, taken.id, duty, now)
    ledger.move(session, S.IN_FLIGHT, Recipient.batch_id == taken.id)
    return Claim(taken.id, taken.wave, taken.number, taken.message_id, taken.attempts, _people(session, taken.id))


def _drop_who_fell_out(session: Session, batch_id: int, duty: Duty, now: datetime) -> None:
    """Consent, suppression and membership once more, in the transaction that claims."""
    fell_out = (
        select(Person.id, standing.reason(duty).label("reason"))
        .join(Recipient, Recipient.person_id == Person.id)
        .where(Recipient.batch_id == batch_id, Recipient.status == S.PLANNED)
        .subquery("fell_out")
    )
    ledger.move(
        session,
        S.EXCLUDED,
        Recipient.batch_id == batch_id,
        Recipient.person_id == fell_out.c.id,
        fell_out.c.reason.is_not(None),
        reason=fell_out.c.reason,
        settled_at=now,
    )
    ledger.move(
        session,
        S.EXCLUDED,
        Recipient.batch_id == batch_id,
        Recipient.person_id.is_(None),
        reason="person_erased",
        settled_at=now,
    )


def _people(session: Session, batch_id: int) -> tuple[ClaimedPerson, ...]:
    """The department is compared in the result and not in the condition: SQLite would look up everyone's studies at
    the department for each person, instead of the few studies of the person."""
    name = case((Recipient.language == "sv", Study.programme_sv), else_=Study.programme_en)
    here = case((Study.department_code == Recipient.department_code, name))
    programme = (
        select(func.coalesce(func.max(here), ""))
        .where(Study.person_id == Person.id)
        .correlate(Person, Recipient)
        .scalar_subquery()
    )
    found = session.execute(
        select(Recipient.token, Person.email, Person.public_id, Person.first_name, Person.last_name, programme)
        .join(Person, Person.id == Recipient.person_id)
        .where(Recipient.batch_id == batch_id, Recipient.status == S.IN_FLIGHT)
        .order_by(Recipient.id)
    )
    return tuple(ClaimedPerson(*row) for row in found)


def record(session: Session, batch_id: int, attempt: int, result: Result, now: datetime) -> None:
    """Write down what the post of one claim (`attempt`) proved, for the batch and for each of its people.

    Recording twice changes nothing, not even when the batch was put back and another worker holds it by now.
    """
    held = session.scalar(select(Batch.attempts).where(Batch.id == batch_id).with_for_update())
    if held != attempt:
        return
    _record_the_odd_ones(session, batch_id, result, now)
    mine = and_(Recipient.batch_id == batch_id, Recipient.token.not_in(result.unknown | result.not_sent))
    if result.proof is Proof.ACCEPTED:
        ledger.move(session, S.ACCEPTED, mine, accepted_at=now)
        _settle(session, batch_id, BatchStatus.ACCEPTED, result, now)
    elif result.proof is Proof.REFUSED:
        ledger.move(session, S.REJECTED, mine, reason="refused", settled_at=now)
        _settle(session, batch_id, BatchStatus.REJECTED, result, now)
    elif result.proof is Proof.UNKNOWN:
        ledger.move(session, S.UNKNOWN, mine)
        _settle(session, batch_id, BatchStatus.UNKNOWN, result, now)
    else:
        ledger.move(session, S.PLANNED, mine, Recipient.status == S.IN_FLIGHT)
        back = {
            "status": BatchStatus.PLANNED,
            "claimed_by": None,
            "claim_expires_at": None,
            "detail": result.sentence,
        }
        session.execute(update(Batch).where(Batch.id == batch_id, Batch.status == BatchStatus.POSTING).values(**back))


def _record_the_odd_ones(session: Session, batch_id: int, result: Result, now: datetime) -> None:
    """Those in a batch who fared otherwise than the batch: refused, unknown or proven not sent one by one."""
    for reason in sorted(set(result.refused.values())):
        tokens = [token for token, word in result.refused.items() if word == reason]
        ledger.move(
            session,
            S.REJECTED,
            Recipient.batch_id == batch_id,
            Recipient.token.in_(tokens),
            reason=reason,
            settled_at=now,
        )
    if result.unknown:
        ledger.move(session, S.UNKNOWN, Recipient.batch_id == batch_id, Recipient.token.in_(result.unknown))
    if result.not_sent:
        ledger.move(
            session,
            S.PLANNED,
            Recipient.batch_id == batch_id,
            Recipient.token.in_(result.not_sent),
            Recipient.status == S.IN_FLIGHT,
            batch_id=None,
        )


def _settle(session: Session, batch_id: int, status: BatchStatus, result: Result, now: datetime) -> None:
    session.execute(
        update(Batch)
        .where(Batch.id == batch_id, Batch.status.in_([BatchStatus.POSTING, BatchStatus.UNKNOWN]))
        .values(
            status=status,
            settled_at=now,
            detail=result.sentence or None,
            provider_message_id=result.provider_message_id,
        )
    )


def expire_claims(session: Session, now: datetime) -> int:
    """Batches whose worker has not come back in time become unknown. Returns how many."""
    return _lose(session, Batch.claim_expires_at < now)


def lose_claims_of(session: Session, workers: Sequence[str]) -> int:
    """Batches of workers known to be dead become unknown at once. Returns how many."""
    return _lose(session, Batch.claimed_by.in_(workers)) if workers else 0


def claimants(session: Session) -> list[str]:
    """The workers that hold a batch right now."""
    found = session.scalars(select(Batch.claimed_by).where(Batch.status == BatchStatus.POSTING).distinct())
    return [worker for worker in found if worker is not None]


def _lose(session: Session, *where: ColumnElement[bool]) -> int:
    lost = session.scalars(select(Batch.id).where(Batch.status == BatchStatus.POSTING, *where)).all()
    if lost:
        ledger.move(session, S.UNKNOWN, Recipient.batch_id.in_(lost), reason="worker_lost")
        session.execute(
            update(Batch)
            .where(Batch.id.in_(lost), Batch.status == BatchStatus.POSTING)
            .values(status=BatchStatus.UNKNOWN, detail="The worker stopped between posting and recording.")
        )
    return len(lost)


def unsettled(session: Session, campaign_id: int) -> dict[BatchStatus, int]:
    """A campaign's batches by status."""
    found = session.execute(
        select(Batch.status, func.count()).where(Batch.campaign_id == campaign_id).group_by(Batch.status)
    )
    return dict(found.tuples().all())
