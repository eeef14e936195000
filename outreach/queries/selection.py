"""Turning an audience into the ledger: one row for each person considered, in one statement."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Insert,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from outreach import database, duties
from outreach.models import Campaign, Person, Recipient, RecipientStatus
from outreach.queries import batching, contact_budget, ledger
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
    Column("yields_to_id", Integer),  # with `over_budget`, the campaign that took the place
    prefixes=["TEMPORARY"],
)
# Those of them who are new to it, in the order of their batches.
ENTERING = Table(
    "entering_now",
    MetaData(),
    Column("number", Integer, primary_key=True),
    *(Column(column.name, column.type) for column in CONSIDERED.columns),
    prefixes=["TEMPORARY"],
)
LEDGER = cast(Table, Recipient.__table__)
MOST = 2**31 - 1  # beyond every number

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
        _within_budget(session, campaign, wave, now)
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
    told = [column.name for column in CONSIDERED.columns if column is not CONSIDERED.c.yields_to_id]
    session.execute(insert(CONSIDERED).from_select(told, people))
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


def _within_budget(session: Session, campaign: Campaign, wave: int, now: datetime) -> None:
    """`over_budget` for everyone without a place for this message, where the duty drops them; else the claim asks."""
    duty = duties.duty(campaign.duty)
    if duty.over_budget == "wait" or not contact_budget.counts(duty):
        return
    asked = select(CONSIDERED.c.person_id).where(CONSIDERED.c.reason.is_(None))
    over = contact_budget.over(session, campaign.id, wave, asked, now)
    if over is not None:
        dropped = {"reason": contact_budget.OVER, "yields_to_id": over.c.campaign_id}
        ledger.rows(session, update(CONSIDERED).where(CONSIDERED.c.person_id == over.c.person_id).values(**dropped))


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
        or_(Recipient.planned_at.is_(None), Recipient.reason == contact_budget.OVER),  # or dropped so in a claim
    )
    planned = ledger.move(
        session,
        RecipientStatus.PLANNED,
        mine,
        CONSIDERED.c.reason.is_(None),
        reason=None,
        planned_at=now,
        yields_to_id=None,
        language=CONSIDERED.c.language,
        department_code=CONSIDERED.c.department_code,
    )
    today = {"reason": CONSIDERED.c.reason, "yields_to_id": CONSIDERED.c.yields_to_id}
    differs = or_(
        Recipient.reason != CONSIDERED.c.reason, Recipient.yields_to_id.is_distinct_from(CONSIDERED.c.yields_to_id)
    )
    changed = and_(Recipient.status == RecipientStatus.EXCLUDED, differs)
    ledger.rows(session, update(Recipient).where(mine, changed).values(today))
    return planned


def _enter(session: Session, campaign_id: int, wave: int, now: datetime, size: int) -> int:
    """Insert whoever has no row yet, one batch after the other. Returns how many.

    They are first laid out in the order of their batches, so that a batch is a stretch of numbers: no join, and its
    rows lie side by side in the ledger, which later decides what claiming and recording them costs. Who has a row is
    asked there and not in the INSERT: PostgreSQL would read through all it has just inserted for each further person.
    """
    known = select(Recipient.person_id).where(Recipient.campaign_id == campaign_id, Recipient.wave == wave)
    order: tuple[ColumnElement[Any], ...] = (
        CONSIDERED.c.reason.is_not(None),
        *batching.shared(CONSIDERED.c),
        CONSIDERED.c.person_id,
    )
    people = select(*CONSIDERED.columns).where(CONSIDERED.c.person_id.not_in(known)).order_by(*order)
    ENTERING.create(session.connection())
    session.execute(insert(ENTERING).from_select(list(CONSIDERED.columns.keys()), people))
    database.refresh_statistics(session, ENTERING.name)
    groups = _groups(session)
    stretches = _numbered(batching.make(session, campaign_id, wave, groups, size))
    rest = {"first": sum(group.people for group in groups) + 1, "last": MOST, "batch": None}
    entered = ledger.rows(session, _into_the_ledger(campaign_id, wave, "excluded", now), [rest])
    if stretches:
        entered += ledger.rows(session, _into_the_ledger(campaign_id, wave, "planned", now), stretches)
    ENTERING.drop(session.connection())
    batching.write(session, campaign_id, wave)
    return entered


def _groups(session: Session) -> list[batching.Group]:
    """Whom a batch may be shared by, in the order they lie in ENTERING."""
    return batching.counted(session, select(ENTERING).where(ENTERING.c.reason.is_(None)).subquery("planned"))


def _numbered(stretches: Sequence[batching.Made]) -> list[dict[str, int]]:
    """Each batch with the numbers in ENTERING of its people."""
    lasts = accumulate(made.size for made in stretches)
    return [
        {"first": last - made.size + 1, "last": last, "batch": made.id}
        for made, last in zip(stretches, lasts, strict=True)
    ]


def _into_the_ledger(campaign_id: int, wave: int, status: str, now: datetime) -> Insert:
    """INSERT of a stretch of ENTERING; for parameters `first` int, `last` int, `batch` int | None."""
    moment = literal(now, Recipient.selected_at.type)
    row: dict[str, Any] = {
        "token": random_token(),
        "campaign_id": literal(campaign_id),
        "wave": literal(wave),
        "person_id": ENTERING.c.person_id,
        "language": ENTERING.c.language,
        "department_code": ENTERING.c.department_code,
        "batch_id": bindparam("batch", type_=Integer),
        "status": literal(status, String),
        "reason": ENTERING.c.reason,
        "yields_to_id": ENTERING.c.yields_to_id,
        "selected_at": moment,
        "planned_at": moment if status == "planned" else null(),
    }
    stretch = ENTERING.c.number.between(bindparam("first"), bindparam("last"))
    return insert(LEDGER).from_select(list(row), select(*row.values()).where(stretch).order_by(ENTERING.c.number))
