"""Turning an audience into the ledger: one row for each person considered, in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Campaign, Person, Recipient, RecipientStatus
from outreach.queries import batching, ledger
from outreach.queries.random_token import random_token

# Everyone a wave considers, while it is being entered into the ledger.
CONSIDERED = Table(
    "considered_now",
    MetaData(),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("language", String(2)),
    Column("department_code", String(16)),
    Column("time_zone", String(64)),
    Column("reason", String(32)),
    prefixes=["TEMPORARY"],
)

Audience = Select[tuple[int, str, str | None, str | None]]


@dataclass(frozen=True)
class Selected:
    """What one selection did: rows new to the ledger, and people who had been excluded and no longer are."""

    considered: int
    reconsidered: int


def select_wave(
    session: Session,
    campaign: Campaign,
    wave: int,
    audience: Audience,
    now: datetime,
    *,
    size: int,
    zones: batching.Zones | None = None,
) -> Selected:
    """Enter an audience into the ledger of a campaign's wave, and put who is to be written to into batches of `size`.

    `audience`: person_id int, language str, department_code str | NULL, reason str | NULL for "write to them"; one row
    a person. Whoever stands in the ledger already keeps their row; who was excluded when selected and is no longer
    becomes planned. Of several people who share an address one is planned, the others are `shared_address`.
    `zones`: how time zones share batches, for a message that arrives at a local time.
    Selections of one duty queue behind each other, so two campaigns never plan the same person at once.
    """
    database.lock(session, f"select/{campaign.duty}")
    with _considered(session, audience, with_zones=zones is not None):
        _one_an_address(session, campaign.id, wave)
        if reconsidered := _reconsider(session, campaign.id, wave, now):
            batching.plan(session, campaign.id, wave, size, zones)
        if zones is not None:
            _share_zones(session, zones)
        return Selected(_enter(session, campaign.id, wave, now, size), reconsidered)


@contextmanager
def _considered(session: Session, audience: Audience, *, with_zones: bool) -> Iterator[None]:
    """Hold the answer of `audience` in CONSIDERED for the length of a block.

    Worked out whole before anybody is entered: PostgreSQL would otherwise read the rows it has just entered again for
    each further one, and 100,000 people took a minute and a half.
    """
    found = audience.subquery("audience")
    people = select(found.c.person_id, found.c.language, found.c.department_code, literal(None, String), found.c.reason)
    if with_zones:
        people = people.join(Person, Person.id == found.c.person_id).with_only_columns(
            found.c.person_id, found.c.language, found.c.department_code, Person.time_zone, found.c.reason
        )
    CONSIDERED.create(session.connection())
    session.execute(insert(CONSIDERED).from_select(list(CONSIDERED.columns.keys()), people))
    database.refresh_statistics(session, CONSIDERED.name)
    yield
    CONSIDERED.drop(session.connection())


def _one_an_address(session: Session, campaign_id: int, wave: int) -> None:
    """`shared_address` for everyone whose address somebody else of this wave is written to at.

    Asked only of the few who share one: sorting everyone by address would cost more than the rest of the selection.
    """
    shared = (
        select(Person.address_hash)
        .where(Person.address_hash.is_not(None))
        .group_by(Person.address_hash)
        .having(func.count() > 1)
    )
    sharing = select(Person.id, Person.address_hash).where(Person.address_hash.in_(shared)).cte("sharing")
    holders = (
        select(sharing.c.address_hash, func.min(Recipient.person_id).label("person_id"))
        .join(Recipient, Recipient.person_id == sharing.c.id)
        .where(Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.status.in_(ledger.SPOKEN_FOR))
        .group_by(sharing.c.address_hash)
        .subquery("holders")
    )
    first = func.min(CONSIDERED.c.person_id).over(partition_by=sharing.c.address_hash)
    candidates = (
        select(CONSIDERED.c.person_id, func.coalesce(holders.c.person_id, first).label("holder"))
        .join(sharing, sharing.c.id == CONSIDERED.c.person_id)
        .outerjoin(holders, holders.c.address_hash == sharing.c.address_hash)
        .where(CONSIDERED.c.reason.is_(None))
        .subquery("candidates")
    )
    others = select(candidates.c.person_id).where(candidates.c.person_id != candidates.c.holder)
    session.execute(update(CONSIDERED).where(CONSIDERED.c.person_id.in_(others)).values(reason="shared_address"))


def _share_zones(session: Session, zones: batching.Zones) -> None:
    """Let time zones whose mornings begin together share batches."""
    there = select(CONSIDERED.c.time_zone).where(CONSIDERED.c.reason.is_(None)).distinct()
    stands_for = zones(session.scalars(there).all())
    session.execute(update(CONSIDERED).values(time_zone=batching.zone_of(CONSIDERED.c.time_zone, stands_for)))


def _reconsider(session: Session, campaign_id: int, wave: int, now: datetime) -> int:
    """Bring those excluded when selected up to date: planned where nothing speaks against it, else today's reason."""
    mine = and_(
        Recipient.campaign_id == campaign_id,
        Recipient.wave == wave,
        Recipient.person_id == CONSIDERED.c.person_id,
        Recipient.planned_at.is_(None),
    )
    planned = ledger.move(
        session,
        RecipientStatus.PLANNED,
        mine,
        CONSIDERED.c.reason.is_(None),
        reason=None,
        planned_at=now,
        language=CONSIDERED.c.language,
        department_code=CONSIDERED.c.department_code,
    )
    changed = and_(Recipient.status == RecipientStatus.EXCLUDED, CONSIDERED.c.reason != Recipient.reason)
    ledger.rows(session, update(Recipient).where(mine, changed).values(reason=CONSIDERED.c.reason))
    return planned


def _enter(session: Session, campaign_id: int, wave: int, now: datetime, size: int) -> int:
    """Insert whoever has no row yet, batch by batch so that a batch's rows lie together. Returns how many.

    Who has one is taken out first, in a statement of its own: asked in the INSERT, PostgreSQL would read through all it
    has just inserted for each further person.
    """
    known = select(Recipient.person_id).where(Recipient.campaign_id == campaign_id, Recipient.wave == wave)
    session.execute(delete(CONSIDERED).where(CONSIDERED.c.person_id.in_(known)))
    who = CONSIDERED.c
    planned = select(who.person_id.label("key"), who.language, who.department_code, who.time_zone)
    people = planned.where(who.reason.is_(None)).subquery("planned")
    after = batching.make(session, campaign_id, wave, batching.counted(session, people), size)
    handed_out = batching.handed_out(people, campaign_id, wave, after=after, size=size)
    eligible: ColumnElement[bool] = who.reason.is_(None)
    moment = literal(now, Recipient.selected_at.type)
    new: dict[str, Any] = {
        "token": random_token(),
        "campaign_id": literal(campaign_id),
        "wave": literal(wave),
        "person_id": who.person_id,
        "language": who.language,
        "department_code": who.department_code,
        "batch_id": handed_out.c.batch_id,
        "status": case((eligible, literal("planned", String)), else_=literal("excluded", String)),
        "reason": who.reason,
        "selected_at": moment,
        "planned_at": case((eligible, moment), else_=null()),
    }
    rows = (
        select(*new.values())
        .outerjoin(handed_out, handed_out.c.key == who.person_id)
        .order_by(handed_out.c.batch_id, who.person_id)
    )
    entered = ledger.rows(session, insert(Recipient).from_select(list(new), rows))
    batching.write(session, campaign_id, wave)
    return entered
