"""How often somebody has done something lately, counted where every process of the web sees it."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_
from sqlalchemy.orm import Session

from outreach import links
from outreach.models import RateCount
from outreach.queries.inserting import insert_or

LONGEST = timedelta(days=1)  # nothing is counted for longer


def allow(session: Session, what: str, who: str, most: int, seconds: int, now: datetime) -> bool:
    """Count one more `what` by `who`; False, and nothing written, when they have done it `most` times already.

    `seconds` (at most a day) begin with the first time that is counted. `who` (an address, an IP) is kept as a keyed
    hash alone. One statement, so that two at once are two.
    """
    over = RateCount.since <= now - timedelta(seconds=seconds)
    counted = insert_or(session, RateCount).values(key=_key(what, who), since=now, count=1)
    counted = counted.on_conflict_do_update(
        index_elements=[RateCount.key],
        set_={"count": case((over, 1), else_=RateCount.count + 1), "since": case((over, now), else_=RateCount.since)},
        where=or_(over, RateCount.count < most),
    ).returning(RateCount.count)
    return session.execute(counted).one_or_none() is not None


def forget_old(session: Session, now: datetime) -> None:
    """Delete what no limit looks at any more."""
    session.execute(delete(RateCount).where(RateCount.since <= now - LONGEST))


def _key(what: str, who: str) -> str:
    return f"{what}:{links.seal('rate', f'{what}/{who}')}"
