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
from sqlalchemy.sql.selectable import Subquery

from outreach import database
from outreach.models import Campaign, Person, Recipient, RecipientStatus
from outreach.queries import ledger
from outreach.queries.random_token import random_token

# Everyone a wave considers, while it is being entered into the ledger.
CONSIDERED = Table(
    "considered_now",
    MetaData(),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("language", String(2)),
    Column("department_code", String(16)),
    Column("reason", String(32)),
    prefixes=["TEMPORARY"],
)

Audience = Select[tuple[int, str, str | None, str | None]]


@dataclass(frozen=True)
class Selected:
    """What one selection did: rows new to the ledger, and people who had been excluded and no longer are."""

    considered: int
    reconsidered: int


def select_wave(session: Session, campaign: Campaign, wave: int, audience: Audience, now: datetime) -> Selected:
    """Enter an audience into the ledger of a campaign's wave.

    `audience`: person_id int, language str, department_code str | NULL, reason str | NULL for "write to them"; one row
    a person. Whoever stands in the ledger already keeps their row; who was excluded when selected and is no longer
    becomes planned. Of several people who share an address one is planned, the others are `shared_address`.
    Selections of one duty queue behind each other, so two campaigns never plan the same person at once.
    """
    database.lock(session, f"select/{campaign.duty}")
    with _considered(session, _one_an_address(campaign.id, wave, audience)):
        reconsidered = _reconsider(session, campaign.id, wave, now)
        return Selected(_enter(session, campaign.id, wave, now), reconsidered)


@contextmanager
def _considered(session: Session, audience: Select[Any]) -> Iterator[None]:
    """Hold the answer of `audience` in CONSIDERED for the length of a block.

    Worked out whole before anybody is entered: PostgreSQL would otherwise read the rows it has just entered again for
    each further one, and 100,000 people took a minute and a half.
    """
    CONSIDERED.create(session.connection())
    session.execute(insert(CONSIDERED).from_select(list(CONSIDERED.columns.keys()), audience))
    database.refresh_statistics(session, CONSIDERED.name)
    yield
    CONSIDERED.drop(session.connection())


def _one_an_address(campaign_id: int, wave: int, audience: Audience) -> Select[Any]:
    """The audience, with `shared_address` for everyone whose address somebody else of this wave is written to at."""
    found, holders = audience.subquery("audience"), _holders(campaign_id, wave)
    place = func.row_number().over(
        partition_by=(Person.address_hash, found.c.reason.is_(None)), order_by=found.c.person_id
    )
    reason = case(
        (found.c.reason.is_not(None), found.c.reason),
        (holders.c.person_id != found.c.person_id, literal("shared_address", String)),
        (place > 1, literal("shared_address", String)),
        else_=null(),
    )
    return (
        select(found.c.person_id, found.c.language, found.c.department_code, reason.label("reason"))
        .join(Person, Person.id == found.c.person_id)
        .outerjoin(holders, holders.c.address_hash == Person.address_hash)
    )


def _holders(campaign_id: int, wave: int) -> Subquery:
    """Who holds each address that the wave writes to: one person an address."""
    return (
        select(Person.address_hash, func.min(Recipient.person_id).label("person_id"))
        .join(Recipient, Recipient.person_id == Person.id)
        .where(
            Recipient.campaign_id == campaign_id,
            Recipient.wave == wave,
            Recipient.status.in_(ledger.SPOKEN_FOR),
        )
        .group_by(Person.address_hash)
        .subquery("holders")
    )


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


def _enter(session: Session, campaign_id: int, wave: int, now: datetime) -> int:
    """Insert whoever has no row yet. Returns how many.

    Who has one is taken out first, in a statement of its own: asked in the INSERT, PostgreSQL would read through all it
    has just inserted for each further person.
    """
    known = select(Recipient.person_id).where(Recipient.campaign_id == campaign_id, Recipient.wave == wave)
    session.execute(delete(CONSIDERED).where(CONSIDERED.c.person_id.in_(known)))
    eligible: ColumnElement[bool] = CONSIDERED.c.reason.is_(None)
    new = select(
        random_token(),
        literal(campaign_id),
        literal(wave),
        CONSIDERED.c.person_id,
        CONSIDERED.c.language,
        CONSIDERED.c.department_code,
        case((eligible, literal("planned", String)), else_=literal("excluded", String)),
        CONSIDERED.c.reason,
        literal(now, Recipient.selected_at.type),
        case((eligible, literal(now, Recipient.selected_at.type)), else_=null()),
    )
    columns = [
        "token",
        "campaign_id",
        "wave",
        "person_id",
        "language",
        "department_code",
        "status",
        "reason",
        "selected_at",
        "planned_at",
    ]
    return ledger.rows(session, insert(Recipient).from_select(columns, new))
