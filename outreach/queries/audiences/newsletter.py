"""The newsletter's readers: every member, with the department they know best."""

from datetime import date

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from outreach.duties import Duty
from outreach.models import Campaign, Membership, Person, Study
from outreach.queries import standing
from outreach.queries.selection import Audience

SPECIAL = "extra-"  # what the period of a special edition begins with
MEMBERS = Person.membership == Membership.MEMBER


def audience(_session: Session, campaign: Campaign, duty: Duty, _number: int, _day: date) -> Audience:
    """Every member: person_id int, language str, department_code str | NULL, reason str | NULL.

    An edition that a department sends goes to those who have studied there, and speaks for that department. A special
    edition says the same to everyone.
    """
    if campaign.period.startswith(SPECIAL) and not campaign.department_code:
        everyone = select(Person.id.label("person_id"), Person.language, null().label("department_code"))
        return everyone.add_columns(standing.reason(duty).label("reason")).where(MEMBERS)
    home = _homes(campaign.department_code)
    found = select(
        Person.id.label("person_id"), Person.language, home.c.department_code, standing.reason(duty).label("reason")
    ).where(MEMBERS)
    if campaign.department_code:
        return found.join(home, home.c.person_id == Person.id)
    return found.outerjoin(home, home.c.person_id == Person.id)


def _homes(department: str | None) -> Subquery:
    """Each person's department: where they have most credits in all, of several alike the first by its code."""
    credits_done = func.sum(func.coalesce(Study.credits_done, 0))
    place = func.row_number().over(partition_by=Study.person_id, order_by=(credits_done.desc(), Study.department_code))
    ranked = select(Study.person_id, Study.department_code, place.label("place")).group_by(
        Study.person_id, Study.department_code
    )
    if department:
        ranked = ranked.where(Study.department_code == department)
    placed = ranked.subquery("ranked")
    return select(placed.c.person_id, placed.c.department_code).where(placed.c.place == 1).subquery("homes")
