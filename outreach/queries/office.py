"""Departments and coordinators: laid from the configuration, looked up by address."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.departments import departments
from outreach.models import Coordinator, CoordinatorDepartment, Department
from outreach.settings import settings


def lay(session: Session) -> None:
    """Bring departments and coordinators in line with `departments.csv` and `settings.toml`.

    A department stays when its line goes: people studied there. A coordinator is made inactive: they may have signed.
    """
    _lay_departments(session)
    central = {person.email.lower(): (person.name, person.language) for person in settings().coordinators}
    local = {
        row.coordinator_email.lower(): (row.coordinator_name or row.coordinator_email, "sv")
        for row in departments().values()
        if row.coordinator_email
    }
    known = dict(session.execute(select(Coordinator.email, Coordinator.id)).tuples().all())
    for email, (name, language) in {**local, **central}.items():
        values = {"name": name, "language": language, "central": email in central, "active": True}
        if email in known:
            session.execute(update(Coordinator).where(Coordinator.id == known[email]).values(**values))
        else:
            known[email] = session.execute(
                insert(Coordinator).values(email=email, **values).returning(Coordinator.id)
            ).scalar_one()
    session.execute(
        update(Coordinator).where(Coordinator.email.not_in([*local, *central])).values(active=False, central=False)
    )
    session.execute(delete(CoordinatorDepartment))
    pairs = [
        {"coordinator_id": known[row.coordinator_email.lower()], "department_code": row.code}
        for row in departments().values()
        if row.coordinator_email
    ]
    if pairs:
        session.execute(insert(CoordinatorDepartment), pairs)


def _lay_departments(session: Session) -> None:
    known = set(session.scalars(select(Department.code)))
    for row in departments().values():
        names = {"name_sv": row.name_sv, "name_en": row.name_en}
        if row.code in known:
            session.execute(update(Department).where(Department.code == row.code).values(**names))
        else:
            session.execute(insert(Department).values(code=row.code, **names))


def coordinator(session: Session, email: str) -> Coordinator | None:
    """The active coordinator with this address, if there is one."""
    found = select(Coordinator).where(Coordinator.email == email.strip().lower(), Coordinator.active)
    return session.scalars(found).one_or_none()


def departments_of(session: Session, coordinator_id: int) -> set[str]:
    """The codes of the departments a coordinator speaks for."""
    codes = select(CoordinatorDepartment.department_code)
    return set(session.scalars(codes.where(CoordinatorDepartment.coordinator_id == coordinator_id)))


def approvers(session: Session, department_code: str | None) -> list[Coordinator]:
    """Who may sign a campaign: the central coordinators, and the department's own for a department's campaign."""
    local = select(CoordinatorDepartment.coordinator_id).where(CoordinatorDepartment.department_code == department_code)
    found = select(Coordinator).where(Coordinator.active, Coordinator.central | Coordinator.id.in_(local))
    return list(session.scalars(found.order_by(Coordinator.id)))
