"""The numbers behind the figures: a campaign's ledger by wave, and how much of each class has joined."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import CTE, Date, String, case, column, distinct, func, or_, select, values
from sqlalchemy.orm import Session

from outreach.duties import Term, term_of
from outreach.models import Membership, Person, Recipient, RecipientStatus, Study
from outreach.queries import contact_budget

CLASS_DAY = func.coalesce(Study.completed_on, Study.expected_end)
NOT_WRITTEN_TO = (RecipientStatus.EXCLUDED, RecipientStatus.CANCELLED)


def funnel(session: Session, campaign_id: int) -> pd.DataFrame:
    """How many people have which status in each wave: wave (int), status (str), people (int), by wave and status."""
    counted = (
        select(Recipient.wave, Recipient.status, func.count())
        .where(Recipient.campaign_id == campaign_id)
        .group_by(Recipient.wave, Recipient.status)
    )
    found = sorted((wave, str(status), people) for wave, status, people in session.execute(counted))
    return _frame(found, {"wave": "int64", "status": "str", "people": "int64"})


def exclusions(session: Session, campaign_id: int) -> pd.DataFrame:
    """Why people were not written to: wave (int), reason (str, "" for none given), people (int), by wave and reason.

    `over_budget` comes with the key of the campaign that took the place, after a colon.
    """
    reason = contact_budget.in_short().label("reason")
    counted = (
        select(Recipient.wave, reason, func.count())
        .where(Recipient.campaign_id == campaign_id, Recipient.status.in_(NOT_WRITTEN_TO))
        .group_by(Recipient.wave, reason)
    )
    found = sorted((wave, reason, people) for wave, reason, people in session.execute(counted))
    return _frame(found, {"wave": "int64", "reason": "str", "people": "int64"})


def share_joined(session: Session) -> pd.DataFrame:
    """How much of each department's classes are members of the network.

    Columns: department_code (str), term (str such as 2026-HT), graduates (int), joined (int), share (float 0 to 1); the
    earliest term first, then by department. Someone is in the class of the term their degree was awarded in, else of
    the one their studies are expected to end in, once a department and term. Those who vanished from the register
    without a degree are in no class.
    """
    terms = _terms(session)
    if not terms:
        return _shares([])
    calendar = _calendar(terms)
    is_member = Person.membership == Membership.MEMBER
    counted = (
        select(
            calendar.c.first,
            Study.department_code,
            calendar.c.name,
            func.count(distinct(Study.person_id)),
            func.count(distinct(case((is_member, Study.person_id)))),
        )
        .join(Person, Person.id == Study.person_id)
        .join(calendar, CLASS_DAY.between(calendar.c.first, calendar.c.last))
        .where(or_(Study.missing_since.is_(None), Study.completed_on.is_not(None)))
        .group_by(calendar.c.first, calendar.c.name, Study.department_code)
    )
    found = sorted(tuple(row) for row in session.execute(counted))
    return _shares([(department, term, graduates, joined) for _, department, term, graduates, joined in found])


def _terms(session: Session) -> list[Term]:
    """The terms in which anyone's studies end, earliest first."""
    days = session.scalars(select(CLASS_DAY).where(CLASS_DAY.is_not(None)).distinct())
    found = {term.name: term for term in map(term_of, days)}
    return sorted(found.values(), key=lambda term: term.first)


def _calendar(terms: list[Term]) -> CTE:
    """The terms as rows, so that the database finds each study's own."""
    columns = (column("name", String), column("first", Date), column("last", Date))
    rows = [(term.name, term.first, term.last) for term in terms]
    return values(*columns, name="terms").data(rows).cte("calendar")


def _shares(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    kinds = {"department_code": "str", "term": "str", "graduates": "int64", "joined": "int64"}
    return _frame(rows, kinds).assign(share=lambda frame: frame["joined"] / frame["graduates"])


def _frame(rows: Sequence[tuple[object, ...]], kinds: dict[str, str]) -> pd.DataFrame:
    """Rows as a frame whose columns have their types even when there is no row."""
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
