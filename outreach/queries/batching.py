"""Making batches: everyone who is to be written to gets one, of their own language, department and time zone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    String,
    Subquery,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from outreach.models import Batch, BatchStatus, Message, Person, Recipient, RecipientStatus
from outreach.queries import campaigns, contact_budget, ledger

# The zones people are in -> the zone that stands for each (`arriving.groups`).
Zones = Callable[[Sequence[str | None]], Mapping[str | None, str]]


class Group(NamedTuple):
    """People who can share a batch, and how many they are."""

    language: str
    department_code: str | None
    time_zone: str | None
    people: int


class Made(NamedTuple):
    """A batch that was made now, and how many people it is for."""

    id: int
    number: int
    size: int


def make(session: Session, campaign_id: int, wave: int, groups: Iterable[Group], size: int) -> list[Made]:
    """Make as many batches of at most `size` people as the groups need, in their order."""
    campaigns.hold(session, campaign_id)
    last = (
        session.scalar(select(func.max(Batch.number)).where(Batch.campaign_id == campaign_id, Batch.wave == wave)) or 0
    )
    sizes = [(group, min(size, group.people - start)) for group in groups for start in range(0, group.people, size)]
    rows = [
        {
            "campaign_id": campaign_id,
            "wave": wave,
            "number": number,
            "language": group.language,
            "department_code": group.department_code,
            "time_zone": group.time_zone,
            "status": BatchStatus.PLANNED,
            "size": count,
            "attempts": 0,
        }
        for number, (group, count) in enumerate(sizes, start=last + 1)
    ]
    if not rows:
        return []
    session.execute(insert(Batch), rows)
    mine = (Batch.campaign_id == campaign_id, Batch.wave == wave, Batch.number > last)
    made = session.execute(select(Batch.id, Batch.number, Batch.size).where(*mine).order_by(Batch.number))
    return [Made(*row) for row in made]


def _handed_out(people: FromClause, campaign_id: int, wave: int, *, after: int, size: int) -> Subquery:
    """Who gets which of the batches made after number `after`: key, batch_id.

    `people`: key, language, department_code, time_zone; the n-th `size` of a group get its n-th batch.
    """
    one = people.c
    place = func.row_number().over(partition_by=shared(one), order_by=one.key)
    nth = type_coerce(place - 1, Integer) // size  # without the type SQLite would call back into Python for each
    placed = select(one.key, *shared(one), nth.label("ordinal")).subquery("placed")
    ordinal = (func.row_number().over(partition_by=shared(Batch), order_by=Batch.number) - 1).label("ordinal")
    new = (
        select(Batch.id.label("batch_id"), *shared(Batch), ordinal)
        .where(Batch.campaign_id == campaign_id, Batch.wave == wave, Batch.number > after)
        .subquery("new_batches")
    )
    same = and_(*(placed.c[name] == new.c[name] for name in ("language", "department", "zone", "ordinal")))
    return select(placed.c.key, new.c.batch_id).join(new, same).subquery("handed_out")


def shared(table: Any) -> tuple[ColumnElement[str], ...]:
    """What the people of a batch share; never NULL, so that the two sides can be joined by equality."""
    return (
        table.language,
        func.coalesce(table.department_code, "").label("department"),
        func.coalesce(table.time_zone, "").label("zone"),
    )


def counted(session: Session, people: FromClause) -> list[Group]:
    """The groups among `people` (language, department_code, time_zone), in the order their batches are sent."""
    parts = (people.c.language, people.c.department_code, people.c.time_zone)
    found = session.execute(select(*parts, func.count()).group_by(*parts).order_by(*shared(people.c)))
    return [Group(*row) for row in found]


def plan(session: Session, campaign_id: int, wave: int, size: int, zones: Zones | None = None) -> int:
    """Give everyone who waits and is in no batch one: whoever was not sent to one by one, or is planned once more.
    Whoever waits for a place in their budget (`contact_budget`) gets none.

    `zones` as in `zone_of`. Returns how many people that were.
    """
    loose = (
        Recipient.campaign_id == campaign_id,
        Recipient.wave == wave,
        Recipient.status == RecipientStatus.PLANNED,
        Recipient.batch_id.is_(None),
        Recipient.reason.is_distinct_from(contact_budget.OVER),
    )
    where: ColumnElement[Any] = null()
    if zones is not None:
        found = select(Person.time_zone).join(Recipient, Recipient.person_id == Person.id).where(*loose).distinct()
        where = zone_of(Person.time_zone, zones(session.scalars(found).all()))
    people = (
        select(Recipient.id.label("key"), Recipient.language, Recipient.department_code, where.label("time_zone"))
        .outerjoin(Person, Person.id == Recipient.person_id)
        .where(*loose)
        .subquery("loose")
    )
    made = make(session, campaign_id, wave, counted(session, people), size)
    if not made:
        return 0
    pairs = _handed_out(people, campaign_id, wave, after=made[0].number - 1, size=size)
    write(session, campaign_id, wave)
    return ledger.rows(session, update(Recipient).where(Recipient.id == pairs.c.key).values(batch_id=pairs.c.batch_id))


def zone_of(zone: Any, stands_for: Mapping[str | None, str]) -> ColumnElement[Any]:
    """The zone that stands for `zone`; `stands_for`: zone -> the one it shares batches with (`arriving.groups`)."""
    by_group: dict[str, list[str]] = {}
    for one, group in stands_for.items():
        if one is not None:
            by_group.setdefault(group, []).append(one)
    whens = [(zone.in_(sorted(ones)), literal(group, String)) for group, ones in sorted(by_group.items())]
    otherwise = literal(stands_for.get(None), String)
    return case(*whens, else_=otherwise) if whens else otherwise


def write(session: Session, campaign_id: int, wave: int) -> int:
    """Give each batch that has not left the current text of its variant. Returns how many got another one."""
    text = (
        select(Message.id)
        .where(
            Message.campaign_id == campaign_id,
            Message.wave == wave,
            Message.current,
            Message.language == Batch.language,
            Message.department_code.is_not_distinct_from(Batch.department_code),
        )
        .correlate(Batch)
        .scalar_subquery()
    )
    waits = (Batch.campaign_id == campaign_id, Batch.wave == wave, Batch.status == BatchStatus.PLANNED)
    return ledger.rows(
        session, update(Batch).where(*waits, Batch.message_id.is_distinct_from(text)).values(message_id=text)
    )
