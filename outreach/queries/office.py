"""Departments and coordinators: laid from the configuration, looked up by address."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.models import Base, Campaign, Coordinator, CoordinatorDepartment, Department
from outreach.settings import settings


def lay(session: Session) -> None:
    """Bring departments and coordinators in line with `departments.csv` and `settings.toml`.

    A department stays when its line goes: people studied there. A coordinator is made inactive: they may have signed.
    """
    _lay_departments(session)
    central = {person.email.lower(): (person.name, person.language) for person in settings().coordinators}
    local = {
        row.coordinator_email.lower(): (row.coordinator_name or row.coordinator_email, row.coordinator_language or "sv")
        for row in departments().values()
        if row.coordinator_email
    }
    known = _ids(session)
    people = [
        {"email": email, "name": name, "language": language, "central": email in central, "active": True}
        for email, (name, language) in {**local, **central}.items()
    ]
    _put(session, Coordinator, [row | {"id": known[row["email"]]} for row in people if row["email"] in known], old=True)
    _put(session, Coordinator, [row for row in people if row["email"] not in known], old=False)
    known = _ids(session)
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
    rows = [{"code": row.code, "name_sv": row.name_sv, "name_en": row.name_en} for row in departments().values()]
    _put(session, Department, [row for row in rows if row["code"] in known], old=True)
    _put(session, Department, [row for row in rows if row["code"] not in known], old=False)


def _put(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]], *, old: bool) -> None:
    """Update rows by their key, or insert them, in one statement."""
    if rows:
        session.execute(update(table) if old else insert(table), rows)


def _ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Coordinator.email, Coordinator.id)).tuples().all())


def coordinator(session: Session, email: str) -> Coordinator | None:
    """The active coordinator with this address, if there is one."""
    found = select(Coordinator).where(Coordinator.email == email.strip().lower(), Coordinator.active)
    return session.scalars(found).one_or_none()


def anybody(session: Session, email: str) -> Coordinator | None:
    """Whoever is or was a coordinator with this address."""
    return session.scalars(select(Coordinator).where(Coordinator.email == email.strip().lower())).one_or_none()


def name_of(session: Session, actor: str) -> str:
    """The name of the coordinator an audit line names (`coordinator:7`), "" for anybody else."""
    kind, _, number = actor.partition(":")
    person = session.get(Coordinator, int(number)) if kind == "coordinator" else None
    return person.name if person else ""


def departments_of(session: Session, coordinator_id: int) -> set[str]:
    """The codes of the departments a coordinator speaks for."""
    codes = select(CoordinatorDepartment.department_code)
    return set(session.scalars(codes.where(CoordinatorDepartment.coordinator_id == coordinator_id)))


def approvers(session: Session, department_code: str | None) -> list[Coordinator]:
    """Who may sign a campaign: the central coordinators, and the department's own for a department's campaign."""
    local = select(CoordinatorDepartment.coordinator_id).where(CoordinatorDepartment.department_code == department_code)
    found = select(Coordinator).where(Coordinator.active, Coordinator.central | Coordinator.id.in_(local))
    return list(session.scalars(found.order_by(Coordinator.id)))


def who_decides(session: Session, campaign: Campaign, email: str) -> Coordinator:
    """The coordinator with this address, who may decide about the campaign because they may sign it.

    Raises PermanentFailure for anybody else.
    """
    found = coordinator(session, email)
    if found is None:
        raise PermanentFailure("No coordinator has this e-mail address. Check config/settings.toml.")
    if found.id not in {one.id for one in approvers(session, campaign.department_code)}:
        raise PermanentFailure(f"You may not decide about {campaign.key}: ask a coordinator who may approve it.")
    return found
