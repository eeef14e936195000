"""How often one person is written to: the budget of `[contact]` in duties.toml, all campaigns together.

A message *has a place* in somebody's budget when it may have left on one of the last days, or when it is planned in a
campaign that goes first: one of higher priority, or of the same and opened earlier. Who has no place left is over
budget. Campaigns go first in one order, so nobody waits for one that waits for them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, literal, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from outreach import clock, database, duties
from outreach.duties import Duty
from outreach.models import Batch, Campaign, CampaignStatus, Recipient, RecipientStatus
from outreach.queries import ledger

S = RecipientStatus
OVER = "over_budget"
UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)
AFTER_THE_END = timedelta(days=1)  # what left just before a campaign was closed may be reported after it


@dataclass(frozen=True)
class Others:
    """The campaigns whose messages may take a place. `goes_first`: those whose plans do, with their order."""

    ids: frozenset[int]
    goes_first: Mapping[int, int]


def counts(duty: Duty) -> bool:
    """Whether the duty's messages are held to a budget."""
    return duty.counts and duties.contact() is not None


def over(
    session: Session, campaign_id: int, wave: int, people: Select[tuple[int | None]], now: datetime
) -> Subquery | None:
    """Who of `people` (person ids) has no place for a message of this wave: person_id int, campaign_id int of the
    campaign that took the last one. None when that can be nobody."""
    budget = duties.contact()
    if budget is None:
        return None
    since = first_moment(now, budget.days)
    others = _others(session, campaign_id, wave, since)
    if others is None or not others.ids:
        return None
    places = _places(people, campaign_id, wave, others, since)
    return select(places.c.person_id, places.c.campaign_id).where(places.c.place == budget.messages).subquery("over")


def without_place(session: Session, batch_id: int, campaign_id: int, wave: int, duty: Duty, now: datetime) -> set[int]:
    """Take whoever is over budget out of a batch that is being claimed, and leave them for later or drop them.

    Returns their recipients' ids. Claims ask this one after the other, each until it is committed: of two campaigns
    claimed at once for one person, the second sees the first.
    """
    if not counts(duty):
        return set()
    database.lock(session, "contact")
    mine = (Recipient.batch_id == batch_id, Recipient.status == S.IN_FLIGHT)
    found = over(session, campaign_id, wave, select(Recipient.person_id).where(*mine), now)
    if found is None:
        return set()
    database.go_by_index(session)  # a batch beside millions, in a ledger that grows faster than it is counted
    taker_of = dict(session.execute(select(found)).tuples().all())  # joined to the batch it took ten times as long
    theirs = select(Recipient.id, Recipient.person_id).where(*mine, Recipient.person_id.in_(taker_of))
    gone: dict[int, list[int]] = {}
    for id_, person in session.execute(theirs) if taker_of else ():
        gone.setdefault(taker_of[person], []).append(id_)
    to, table = (S.PLANNED, ledger.TRANSITIONS) if duty.over_budget == "wait" else (S.EXCLUDED, ledger.FELL_OUT)
    for taker, ids in sorted(gone.items()):
        those = (Recipient.batch_id == batch_id, Recipient.id.in_(ids))
        ledger.move(session, to, *those, table=table, reason="over_budget", yields_to_id=taker, batch_id=None)
    return {id_ for ids in gone.values() for id_ in ids}


def let_go(session: Session, campaign_id: int, wave: int, now: datetime) -> int:
    """Let whoever waited for a place and has one now stand as planned like the others. Returns how many."""
    waits = (Recipient.campaign_id == campaign_id, Recipient.wave == wave, *_waits())
    if not session.scalar(select(exists().where(*waits))):
        return 0
    found = over(session, campaign_id, wave, select(Recipient.person_id).where(*waits), now)
    free: ColumnElement[bool] = true()
    if found is not None:
        free = or_(Recipient.person_id.is_(None), Recipient.person_id.not_in(select(found.c.person_id)))
    return ledger.rows(session, update(Recipient).where(*waits, free).values(reason=None, yields_to_id=None))


def waiting(session: Session, campaign_ids: Collection[int]) -> int:
    """How many people wait for a place in the open ones of these campaigns."""
    found = select(func.count()).select_from(Recipient).join(Campaign, Campaign.id == Recipient.campaign_id)
    open_ = (Recipient.campaign_id.in_(campaign_ids), Campaign.status == CampaignStatus.OPEN)
    return session.scalar(found.where(*open_, *_waits())) or 0


def in_short() -> ColumnElement[str]:
    """A recipient's reason ("" for none), for `over_budget` with the key of the campaign that took the place:
    `over_budget:graduation-invitation/2026-HT/central`. To be counted by."""
    key = select(Campaign.key).where(Campaign.id == Recipient.yields_to_id).scalar_subquery()
    named = and_(Recipient.reason == OVER, Recipient.yields_to_id.is_not(None))
    return case((named, literal(f"{OVER}:") + key), else_=func.coalesce(Recipient.reason, ""))


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (Recipient.status == S.PLANNED, Recipient.reason == OVER)


def first_moment(now: datetime, days: int) -> datetime:
    """When the first of the last `days` calendar days of the office began, today being the last."""
    return clock.start_of(now.astimezone(clock.OFFICE_ZONE).date() - timedelta(days=days - 1))


def _others(session: Session, campaign_id: int, wave: int, since: datetime) -> Others | None:
    """Whose messages may stand in the way of this wave's, this campaign's own other waves among them. One look at the
    campaigns, so that the first of an office asks nothing of its people. None for a duty that is free."""
    other_wave = or_(
        *(exists().where(Batch.campaign_id == campaign_id, where) for where in (Batch.wave < wave, Batch.wave > wave))
    )
    found = session.execute(
        select(Campaign.id, Campaign.duty, Campaign.status, Campaign.opened_at, other_wave).where(
            or_(Campaign.id == campaign_id, Campaign.closed_at.is_(None), Campaign.closed_at >= since - AFTER_THE_END)
        )
    ).all()
    free = {name for name, duty in duties.duties().items() if not duty.counts}
    ranks = {row.id: (_late(row.duty), row.opened_at, row.id) for row in found if row.duty not in free}
    if campaign_id not in ranks:
        return None
    first = sorted((rank, id_) for id_, rank in ranks.items() if rank < ranks[campaign_id])
    under_way = {row.id for row in found if row.status in UNDER_WAY}
    own = any(row[4] for row in found)
    return Others(
        frozenset(id_ for id_ in ranks if id_ != campaign_id or own),
        {id_: place for place, (_, id_) in enumerate(first) if id_ in under_way},
    )


def _late(duty: str) -> int:
    """How far behind others a duty's campaigns stand; one the office has given up counts still, and goes last."""
    known = duties.duties()
    return -known[duty].priority if duty in known else 1


def _places(
    people: Select[tuple[int | None]], campaign_id: int, wave: int, others: Others, since: datetime
) -> Subquery:
    """Every message that has a place in somebody's budget: person_id, campaign_id, place (1 for the first to have it).

    Reached from the people by the ledger's unique index, which says without the row whether a campaign is among the
    others. `+ 0` keeps SQLite from starting at those campaigns, whose people may be a hundred times as many.
    """
    crowd, taken = people.subquery("crowd"), aliased(Recipient, name="taken")
    claimed_until = select(Batch.claim_expires_at).where(Batch.id == taken.batch_id).scalar_subquery()
    left_at = func.coalesce(taken.accepted_at, claimed_until)  # or somewhat before: the later one is the careful one
    may_have_it = and_(taken.status.in_(ledger.MAY_HAVE_IT), left_at >= since)
    comes_first = and_(taken.status == S.PLANNED, taken.campaign_id.in_(others.goes_first))
    by_rank = case(dict(others.goes_first), value=taken.campaign_id, else_=-1) if others.goes_first else literal(-1)
    order = (case((taken.status == S.PLANNED, by_rank), else_=-1), left_at, taken.id)
    return (
        select(
            taken.person_id,
            taken.campaign_id,
            func.row_number().over(partition_by=taken.person_id, order_by=order).label("place"),
        )
        .join(crowd, crowd.c.person_id == taken.person_id)
        .where(
            (taken.campaign_id + 0).in_(others.ids),
            or_(taken.campaign_id != campaign_id, taken.wave != wave),
            or_(may_have_it, comes_first),
        )
        .subquery("places")
    )
