"""Batches: claimed by one worker each, and recorded. The statements that make "nobody twice" true."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from outreach.duties import Duty, Purpose, purposes
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
from outreach.queries import audiences, contact_budget, ledger, standing
from outreach.queries.json_rows import json_rows, rows_of

S = RecipientStatus


class ClaimedPerson(NamedTuple):
    """What a message needs of one person."""

    token: str
    address: str
    public_id: str
    first_name: str
    last_name: str
    programme: str
    guests: int = 0  # who come with them to an event
    confirm_until: datetime | None = None  # how long a seat at it is held for them


@dataclass(frozen=True)
class Claim:
    """A batch that is ours until `claim_expires_at`, and its people as the statement that claimed it saw them."""

    batch_id: int
    wave: int
    number: int
    message_id: int
    attempt: int  # how often the batch has been claimed: tells this claim from a later one
    people: tuple[ClaimedPerson, ...]


def claim(
    session: Session,
    campaign_id: int,
    texts: Collection[int],
    duty: Duty,
    worker: str,
    now: datetime,
    minutes: int,
) -> Claim | None:
    """Take the next batch with one of these `texts` (message ids), mark its people in flight, and drop from it whoever
    must not be written to any more, or not now (`contact_budget`).

    None when there is nothing to take. The caller commits before it posts: from then on the batch is never planned
    again unless it is proven that nothing was sent.
    """
    ready = (
        select(Batch.id)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(*_ready(campaign_id, texts, now))
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
    ledger.move(session, S.IN_FLIGHT, Recipient.batch_id == taken.id)
    people = _those_who_stand(session, taken.id, duty, now)
    for gone in contact_budget.without_place(session, taken.id, campaign_id, taken.wave, duty, now):
        del people[gone]
    return Claim(taken.id, taken.wave, taken.number, taken.message_id, taken.attempts, tuple(people.values()))


def next_size(session: Session, campaign_id: int, texts: Collection[int], now: datetime) -> int | None:
    """How many people the batch that a claim would take now was made for, or None when there is nothing to take."""
    return session.scalar(
        select(Batch.size)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(*_ready(campaign_id, texts, now))
        .order_by(Batch.wave, Batch.number)
        .limit(1)
    )


def people_ready(session: Session, campaign_id: int, texts: Collection[int], now: datetime) -> int:
    """How many people the batches that may leave now were made for."""
    ready = select(func.coalesce(func.sum(Batch.size), 0)).join(Campaign, Campaign.id == Batch.campaign_id)
    return session.scalar(ready.where(*_ready(campaign_id, texts, now))) or 0


def _ready(campaign_id: int, texts: Collection[int], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which batches may leave now. One with a time zone waits until its moment is set (`outreach.timing`); a campaign
    whose time ends while it is sent ends there."""
    return (
        Batch.campaign_id == campaign_id,
        Batch.message_id.in_(texts),
        Batch.status == BatchStatus.PLANNED,
        or_(and_(Batch.not_before.is_(None), Batch.time_zone.is_(None)), Batch.not_before <= now),
        Campaign.status == CampaignStatus.OPEN,
        or_(Campaign.expires_at.is_(None), Campaign.expires_at > now),
    )


def _those_who_stand(session: Session, batch_id: int, duty: Duty, now: datetime) -> dict[int, ClaimedPerson]:
    """The people of a batch by recipient. Consent, suppression and membership are asked once more, in the transaction
    that claims and when nobody else can change its recipients any more; whoever fell out is excluded. A no that comes
    after this is too late for this message."""
    rows = session.execute(_people_of_a_batch(duty, purposes()[duty.purpose]), {"batch": batch_id}).scalar_one()
    found = sorted(rows_of(rows))
    fell_out: dict[str, list[int]] = {}
    for id_, why, *_ in found:
        if why is not None:
            fell_out.setdefault(why, []).append(id_)
    for why, ids in sorted(fell_out.items()):
        those = (Recipient.batch_id == batch_id, Recipient.id.in_(ids))
        ledger.move(session, S.EXCLUDED, *those, table=ledger.FELL_OUT, reason=why, settled_at=now)
    return {id_: ClaimedPerson(*person) for id_, why, *person in found if why is None}


@lru_cache(maxsize=64)
def _people_of_a_batch(duty: Duty, _purpose: Purpose) -> Select[tuple[str]]:
    """Every person of the batch `batch`, with the reason that speaks against them, as `json_rows`.

    Put together once: that takes as long as asking it. The purpose decides the reasons with the duty.
    """
    reason = case((Person.id.is_(None), literal("person_erased", String)), else_=_reason_now(duty))
    values = (Recipient.token, Person.email, Person.public_id, Person.first_name, Person.last_name, _programme())
    return (
        select(json_rows(Recipient.id, reason, *values))
        .select_from(Recipient)
        .outerjoin(Person, Person.id == Recipient.person_id)
        .where(Recipient.batch_id == bindparam("batch"), Recipient.status == S.IN_FLIGHT)
    )


def _reason_now(duty: Duty) -> ColumnElement[str | None]:
    overtaken = audiences.OVERTAKEN.get(duty.name)
    return standing.reason(duty) if overtaken is None else func.coalesce(standing.reason(duty), overtaken())


def _programme() -> ColumnElement[str]:
    """The department is compared in the result and not in the condition: SQLite would look up everyone's studies at
    the department for each person, instead of the few studies of the person."""
    name = case((Recipient.language == "sv", Study.programme_sv), else_=Study.programme_en)
    here = case((Study.department_code == Recipient.department_code, name))
    return (
        select(func.coalesce(func.max(here), ""))
        .where(Study.person_id == Person.id)
        .correlate(Person, Recipient)
        .scalar_subquery()
    )


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


def nobodys(session: Session, batch_id: int) -> set[str]:
    """The tokens of those in a batch who have been erased."""
    found = select(Recipient.token).where(Recipient.batch_id == batch_id, Recipient.person_id.is_(None))
    return set(session.scalars(found))


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
