"""Turning an audience into the ledger: one row for each person considered, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
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
    considered = _one_an_address(session, campaign.id, wave, audience)
    reconsidered = _reconsider(session, campaign.id, wave, considered, now)
    return Selected(_enter(session, campaign.id, wave, considered, now), reconsidered)


def _one_an_address(session: Session, campaign_id: int, wave: int, audience: Audience) -> Subquery:
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
        .subquery("considered")
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


def _reconsider(session: Session, campaign_id: int, wave: int, considered: Subquery, now: datetime) -> int:
    """Bring those excluded when selected up to date: planned where nothing speaks against it, else today's reason."""
    mine = and_(
        Recipient.campaign_id == campaign_id,
        Recipient.wave == wave,
        Recipient.person_id == considered.c.person_id,
        Recipient.planned_at.is_(None),
    )
    planned = ledger.move(
        session,
        RecipientStatus.PLANNED,
        mine,
        considered.c.reason.is_(None),
        reason=None,
        planned_at=now,
        language=considered.c.language,
        department_code=considered.c.department_code,
    )
    changed = and_(Recipient.status == RecipientStatus.EXCLUDED, considered.c.reason != Recipient.reason)
    ledger.rows(session, update(Recipient).where(mine, changed).values(reason=considered.c.reason))
    return planned


def _enter(session: Session, campaign_id: int, wave: int, considered: Subquery, now: datetime) -> int:
    """Insert whoever has no row yet. Returns how many."""
    known = exists(
        select(Recipient.id)
        .where(
            Recipient.campaign_id == campaign_id,
            Recipient.wave == wave,
            Recipient.person_id == considered.c.person_id,
        )
        .correlate(considered)
    )
    eligible: ColumnElement[bool] = considered.c.reason.is_(None)
    new = select(
        random_token(),
        literal(campaign_id),
        literal(wave),
        considered.c.person_id,
        considered.c.language,
        considered.c.department_code,
        case((eligible, literal("planned", String)), else_=literal("excluded", String)),
        considered.c.reason,
        literal(now, Recipient.selected_at.type),
        case((eligible, literal(now, Recipient.selected_at.type)), else_=null()),
    ).where(~known)
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
