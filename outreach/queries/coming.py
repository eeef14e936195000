"""What a forecast is worked out from, read and never written: whole frames, a SELECT each.

Who may be written to is asked of the audiences and of `standing`, the same words that a selection goes by.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.duties import Duty, duties
from outreach.models import Batch, Campaign, CampaignStatus, Person, Recipient, RecipientStatus, Study
from outreach.queries import audiences, contact_budget, ledger, standing, surveys
from outreach.queries.audiences.graduation import END, MISSING
from outreach.queries.selection import Audience

S = RecipientStatus
ROWS_AT_ONCE = 50_000
UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)
GONE = (*ledger.MAY_HAVE_IT, S.REJECTED)
CAME_BACK = (S.BOUNCED, S.DROPPED, S.REJECTED, S.COMPLAINED)
# Who stands so may be selected again: `selection` reconsiders them.
RECONSIDERED = and_(
    Recipient.status == S.EXCLUDED, or_(Recipient.planned_at.is_(None), Recipient.reason == contact_budget.OVER)
)
Ids = NDArray[np.int64]


def under_way(session: Session) -> list[Campaign]:
    """Every campaign that is open or paused, the oldest first."""
    found = select(Campaign).where(Campaign.status.in_(UNDER_WAY)).order_by(Campaign.opened_at, Campaign.id)
    return list(session.scalars(found))


def closed(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these natural keys whose campaign is over: nobody is selected for it any more."""
    found = select(Campaign.key).where(Campaign.key.in_(keys), Campaign.status.not_in(UNDER_WAY))
    return set(session.scalars(found))


def named(session: Session, campaign_ids: Collection[int]) -> list[Campaign]:
    """The campaigns with these ids."""
    return list(session.scalars(select(Campaign).where(Campaign.id.in_(campaign_ids))))


def people_waiting(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """Campaign -> how many people wait in it."""
    waits = (Recipient.campaign_id.in_(campaign_ids), Recipient.status == S.PLANNED)
    found = select(Recipient.campaign_id, func.count()).where(*waits).group_by(Recipient.campaign_id)
    return dict(session.execute(found).tuples().all())


def willing(session: Session, audience: Audience) -> Ids:
    """The people of an audience whom nothing keeps from being written to, by number."""
    found = audience.subquery("audience")
    return _ids(session, select(found.c.person_id).where(found.c.reason.is_(None)))


def cohort(session: Session, plan: surveys.Plan, duty: Duty, now: datetime) -> Ids:
    """Whom a survey that is not open yet would ask, by number: of its cohort as the register knows it now."""
    asked = surveys.would_ask(plan, now).subquery("asked")
    found = select(Person.id).join(asked, asked.c.person_id == Person.id)
    return _ids(session, found.where(standing.reason(duty).is_(None)))


def nearing_the_end(session: Session, duty: Duty, first: date, last: date) -> pd.DataFrame:
    """Studies that end from `first` to `last`, or whose degree is applied for, of those whom no campaign of the duty
    has asked and who may be asked: person, study int64, department str, end (date or None), missing, applied bool,
    credits float64 (-1 where none are known)."""
    applied = and_(Study.degree_applied, Study.completed_on.is_(None))
    near = or_(END.between(first, last), and_(applied, or_(END.is_(None), first <= END)))
    asked = (
        select(Recipient.person_id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(Recipient.wave == 1, Campaign.duty == duty.name, Recipient.status.in_(ledger.SPOKEN_FOR))
        .where(Recipient.person_id.is_not(None))
    )
    found = (
        select(
            Study.person_id,
            Study.id,
            Study.department_code,
            END,
            MISSING,
            applied,
            func.coalesce(Study.credits_done, -1),
        )
        .join(Person, Person.id == Study.person_id)
        .where(near, standing.reason(duty).is_(None), Person.id.not_in(asked))
    )
    kinds = {
        "person": "int64", "study": "int64", "department": "str", "end": "object", "missing": "bool",
        "applied": "bool", "credits": "float64",
    }  # fmt: skip
    return _frame(session, found, kinds)


def ends(session: Session, first: date, last: date, campaign_ids: Collection[int]) -> pd.DataFrame:
    """Every end of people's studies: person, study int64, department str, end (date), missing bool. Of whoever ends
    something from `first` to `last`, and of whoever these campaigns have asked."""
    near = select(Study.person_id).where(or_(END.between(first, last), Study.degree_applied))
    asked = select(Recipient.person_id).where(Recipient.campaign_id.in_(campaign_ids), Recipient.wave == 1)
    theirs = or_(Study.person_id.in_(near), Study.person_id.in_(asked.where(Recipient.person_id.is_not(None))))
    rows = select(Study.person_id, Study.id, Study.department_code, END, MISSING).where(END.is_not(None), theirs)
    kinds = {"person": "int64", "study": "int64", "department": "str", "end": "object", "missing": "bool"}
    return _frame(session, rows, kinds)


def had(session: Session, campaign_ids: Collection[int], today: date) -> pd.DataFrame:
    """What people have had of these campaigns, or wait for in them, or will not get: campaign, person, wave int64,
    gone, planned bool, day int64 (of the message; of one that waits, the day it may leave)."""
    moment = func.coalesce(Recipient.accepted_at, Recipient.planned_at)
    day = case((Recipient.status == S.PLANNED, Batch.not_before), else_=moment)
    found = (
        select(
            Recipient.campaign_id,
            Recipient.person_id,
            Recipient.wave,
            Recipient.status.in_(GONE),
            Recipient.status == S.PLANNED,
            day,
        )
        .outerjoin(Batch, Batch.id == Recipient.batch_id)
        .where(Recipient.campaign_id.in_(campaign_ids), not_(RECONSIDERED), Recipient.person_id.is_not(None))
    )
    kinds = {
        "campaign": "int64",
        "person": "int64",
        "wave": "int64",
        "gone": "bool",
        "planned": "bool",
        "day": "object",
    }
    rows = _frame(session, found, kinds)
    return rows.assign(day=_days(rows["day"], today))


def open_to_reminders(session: Session, duty: Duty, campaign_ids: Collection[int]) -> pd.DataFrame:
    """Whom these campaigns of one duty have asked, and may remind as things stand: campaign, person int64, department
    str ("" for none). Without those it did not reach, those who have answered and those who want no more."""
    found = (
        select(Recipient.campaign_id, Recipient.person_id, func.coalesce(Recipient.department_code, ""))
        .join(Person, Person.id == Recipient.person_id)
        .where(
            Recipient.campaign_id.in_(campaign_ids),
            Recipient.wave == 1,
            Recipient.status.in_(GONE),
            Recipient.status.not_in(CAME_BACK),
            standing.reason(duty).is_(None),
        )
    )
    if overtaken := audiences.OVERTAKEN.get(duty.name):
        found = found.where(overtaken().is_(None))
    return _frame(session, found, {"campaign": "int64", "person": "int64", "department": "str"})


def waiting(session: Session, campaign_id: int) -> pd.DataFrame:
    """Who waits for the first message of a campaign: person int64, department str ("" for none)."""
    found = select(Recipient.person_id, func.coalesce(Recipient.department_code, "")).where(
        Recipient.campaign_id == campaign_id,
        Recipient.wave == 1,
        Recipient.status == S.PLANNED,
        Recipient.person_id.is_not(None),
    )
    return _frame(session, found, {"person": "int64", "department": "str"})


def recent(session: Session, today: date, days: int) -> pd.DataFrame:
    """Messages that take a place in people's budgets on the last `days` days: person int64, day int64 (0 or before),
    campaign int64."""
    since = clock.start_of(today - timedelta(days=days - 1))
    over_since = or_(Campaign.closed_at.is_(None), Campaign.closed_at >= since - contact_budget.AFTER_THE_END)
    counted = sorted(name for name, duty in duties().items() if not duty.counts)
    ids = list(session.scalars(select(Campaign.id).where(over_since, Campaign.duty.not_in(counted))))
    claimed_until = select(Batch.claim_expires_at).where(Batch.id == Recipient.batch_id).scalar_subquery()
    left_at = func.coalesce(Recipient.accepted_at, claimed_until)
    found = select(Recipient.person_id, left_at, Recipient.campaign_id).where(
        Recipient.campaign_id.in_(ids),
        Recipient.status.in_(ledger.MAY_HAVE_IT),
        Recipient.person_id.is_not(None),
        left_at >= since,
    )
    rows = _frame(session, found, {"person": "int64", "day": "object", "campaign": "int64"})
    return rows.assign(day=_days(rows["day"], today))


def studies(session: Session) -> pd.DataFrame:
    """Who has studied where, each person and department once: person int64, department (category)."""
    rows = _frame(
        session, select(Study.person_id, Study.department_code).distinct(), {"person": "int64", "department": "str"}
    )
    return rows.assign(department=rows["department"].astype("category"))


def sharing(session: Session) -> Mapping[int, str]:
    """Person -> the address (a keyed hash) they share with somebody else; only those who do."""
    shared = select(Person.address_hash).where(Person.address_hash.is_not(None))
    twice = shared.group_by(Person.address_hash).having(func.count() > 1)
    found = select(Person.id, Person.address_hash).where(Person.address_hash.in_(twice))
    return {person: address for person, address in session.execute(found) if address}


def _ids(session: Session, found: Select[Any]) -> Ids:
    rows = session.scalars(found.execution_options(yield_per=ROWS_AT_ONCE))
    return np.sort(np.fromiter(rows, np.int64))


def _frame(session: Session, found: Select[Any], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Rows as a frame, a part at a time: as tuples half a million take far more room than as columns."""
    parts = [pd.DataFrame(columns=list(kinds)).astype(kinds)]
    result = session.execute(found.execution_options(yield_per=ROWS_AT_ONCE))
    parts += [pd.DataFrame(rows, columns=list(kinds)).astype(kinds) for rows in result.tuples().partitions()]
    return pd.concat(parts[1:], ignore_index=True) if len(parts) > 1 else parts[0]


def _days(moments: pd.Series, today: date) -> pd.Series:
    """Moments (aware, or none: today) as the number of the office's day, today being 0."""
    at = pd.to_datetime(moments, utc=True).dt.tz_convert(clock.OFFICE_ZONE).dt.tz_localize(None)
    return (at.dt.normalize() - pd.Timestamp(today)).dt.days.fillna(0).astype("int64")
