"""Addresses suppressed for what the provider reported: hard and soft bounces, complaints, unsubscribes over there.

The rule for soft bounces is `provider_events.bounced_too_often`; where it comes from stands in docs/operations.md.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import String, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach.duties import duties
from outreach.models import Campaign, ProviderEvent, Recipient, RecipientStatus, Suppression
from outreach.provider_events import COMPLAINT, HARD_BOUNCE, SOFT_BOUNCE, UNRESOLVED, UNSUBSCRIBES, bounced_too_often
from outreach.queries import ledger
from outreach.queries.inserting import insert_or
from outreach.queries.suppressions import EVERYTHING

E = ProviderEvent
TRIES = timedelta(hours=72)  # how long SendGrid tries what is deferred

# Weakest first: of two reasons the stronger one stands, of the same the earlier. A person's own no, an erasure and
# whatever else stands under an address are never touched.
REASONS = ("unsubscribed_at_provider", "bounced_softly", "bounced", "complained")
REASON_OF = {**dict.fromkeys(UNSUBSCRIBES, REASONS[0]), HARD_BOUNCE: "bounced", COMPLAINT: "complained"}
SOFT = (SOFT_BOUNCE, UNRESOLVED)


@dataclass(frozen=True)
class Rule:
    """When soft bounces suppress an address: at this weight, which is halved in so many days."""

    limit: float
    halving_days: int


def suppress(session: Session, number: int) -> None:
    """Suppress the addresses that a settling's hard bounces, complaints and unsubscribes are about.

    An unsubscribe holds for the purpose of the duty that wrote; for everything when nobody knows which one that was.
    """
    purpose = case({name: duty.purpose for name, duty in duties().items()}, value=Campaign.duty, else_=EVERYTHING)
    scope = case((E.kind.in_(UNSUBSCRIBES), purpose), else_=literal(EVERYTHING, String))
    reason = case(REASON_OF, value=E.kind)
    every = (
        select(
            E.address_hash,
            scope.label("scope"),
            reason.label("reason"),
            E.at,
            func.row_number()
            .over(partition_by=(E.address_hash, scope), order_by=(_strength(reason).desc(), E.at))
            .label("place"),
        )
        .select_from(E)
        .outerjoin(Recipient, Recipient.id == E.recipient_id)
        .outerjoin(Campaign, Campaign.id == Recipient.campaign_id)
        .where(E.settled_in == number, E.kind.in_(REASON_OF), E.address_hash.is_not(None))
        .subquery("every_report")
    )
    strongest = select(every.c.address_hash, every.c.scope, every.c.reason, every.c.at).where(every.c.place == 1)
    strongest = strongest.order_by(every.c.address_hash, every.c.scope)  # as everyone does: nobody waits for each other
    session.execute(_laying(session, strongest))


def _strength(reason: Any) -> Any:
    return case({word: number for number, word in enumerate(REASONS)}, value=reason, else_=-1)


def _laying(session: Session, strongest: Any = None) -> Any:
    """The INSERT of suppressions for rows of (address_hash, scope, reason, at), or from such a SELECT."""
    statement = insert_or(session, Suppression.__table__)
    if strongest is not None:
        statement = statement.from_select(["address_hash", "scope", "reason", "at"], strongest)
    new, old = statement.excluded, Suppression
    stronger = _strength(new.reason) > _strength(old.reason)
    earlier = and_(new.reason == old.reason, new.at < old.at)
    return statement.on_conflict_do_update(
        index_elements=["address_hash", "scope"],
        set_={"reason": new.reason, "at": new.at},
        where=and_(old.reason.in_(REASONS), or_(stronger, earlier)),
    )


def suppress_soft(session: Session, number: int, rule: Rule) -> None:
    """Suppress those of a settling's softly bounced addresses whose soft bounces weigh too much together."""
    about = select(E.address_hash).where(E.settled_in == number, E.kind.in_(SOFT), E.address_hash.is_not(None))
    found = select(E.address_hash, E.at).where(E.address_hash.in_(about), E.kind.in_(SOFT))
    days: dict[str, list[date]] = defaultdict(list)
    for address_hash, at in session.execute(found).tuples():
        days[address_hash or ""].append(at.date())
    rows = [
        {"address_hash": address_hash, "scope": EVERYTHING, "reason": "bounced_softly", "at": _midnight(day)}
        for address_hash, its in sorted(days.items())
        if (day := bounced_too_often(its, rule.limit, rule.halving_days))
    ]
    if rows:
        session.execute(_laying(session), rows)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def note_unresolved(session: Session, now: datetime) -> int:
    """Count as a soft bounce what was deferred and has not been heard of for as long as the provider tries.

    The ledger goes on saying `deferred`, which is all that is known. Returns how many messages were noted.
    """
    last = func.max(E.at)
    unheard = (
        select(
            literal("unresolved:", String).concat(Recipient.token),
            literal(UNRESOLVED, String),
            last,
            Recipient.token,
            func.max(E.address_hash),
            literal("{}", String),
        )
        .join(E, E.recipient_id == Recipient.id)
        .where(Recipient.status == RecipientStatus.DEFERRED, E.settled_in.is_not(None))
        .group_by(Recipient.id, Recipient.token)
        .having(last < now - TRIES)
    )
    columns = ["event_id", "kind", "at", "token", "address_hash", "raw"]
    statement = insert_or(session, E.__table__).from_select(columns, unheard)
    return ledger.rows(session, statement.on_conflict_do_nothing(index_elements=["event_id"]))
