"""A small class of students, and the spine run from end to end as the flow does, without Prefect."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from outreach import campaigning, clock, delivery, duties, links
from outreach.database import session_scope
from outreach.departments import departments
from outreach.mail import transport_from
from outreach.models import Person, Recipient, Study
from outreach.outgoing import Transport
from outreach.queries import approvals, ledger, membership, office
from outreach.settings import ROOT, settings

DUTY = "graduation-invitation"


@dataclass
class Student:
    """A line of the register, with only what a test cares for said."""

    uid: str
    ends_in: int | None = 30  # days from today
    email: str | None = ""
    first_name: str = "Åsa"
    language: str = "sv"
    department: str = ""
    applied: bool = False
    fields: dict[str, object] = field(default_factory=dict)


@pytest.fixture
def enrol(home: Path) -> Callable[..., dict[str, int]]:
    """Put students into the register. Returns student_uid -> person id."""

    def enrol_(*students: Student) -> dict[str, int]:
        first_department = next(iter(departments()))
        now, ids = clock.now(), {}
        with session_scope() as session:
            for one in students:
                email = f"{one.uid}@students.example.org" if one.email == "" else one.email
                ids[one.uid] = session.execute(
                    insert(Person)
                    .values(
                        public_id=f"p-{one.uid}",
                        student_uid=one.uid,
                        first_name=one.first_name,
                        last_name="Öberg",
                        email=email,
                        address_hash=links.address_hash(email) if email else None,
                        language=one.language,
                        created_at=now,
                        updated_at=now,
                        **one.fields,
                    )
                    .returning(Person.id)
                ).scalar_one()
                session.execute(
                    insert(Study).values(
                        person_id=ids[one.uid],
                        department_code=one.department or first_department,
                        programme_code="SMASK",
                        programme_sv="Masterprogram",
                        programme_en="Master's programme",
                        expected_end=None if one.ends_in is None else clock.today() + timedelta(days=one.ends_in),
                        degree_applied=one.applied,
                    )
                )
        return ids

    return enrol_


def run_duty(
    *, day: date | None = None, department: str | None = None, approve: bool = True, transport: Transport | None = None
) -> None:
    """Open, select, render, approve, deliver: what the flow does."""
    with session_scope() as session:
        campaigns = campaigning.open_campaigns(
            session, DUTY, day=day or clock.today(), department=department, parameters={"within_days": 60}
        )
    for campaign in campaigns:
        with session_scope() as session:
            campaigning.select(session, campaign, day or clock.today())
        with session_scope() as session:
            campaigning.render(session, campaign)
        if approve:
            approve_all()
        with session_scope() as session:
            waves = [
                wave
                for wave in ledger.planned_waves(session, campaign.id)
                if approvals.is_approved(session, campaign, wave)
            ]
        if waves:
            delivery.deliver(campaign, duties.duty(DUTY), waves, transport or transport_from(settings()))
            with session_scope() as session:
                membership.mark_invited(session, campaign.id, clock.now())


def approve_all() -> None:
    with session_scope() as session:
        coordinator = office.coordinator(session, settings().coordinators[0].email)
        assert coordinator is not None
        for campaign_id, wave in approvals.waiting(session):
            approvals.sign(
                session, campaign_id=campaign_id, wave=wave, code=approvals.code_of(session, campaign_id, wave),
                coordinator_id=coordinator.id, approved=True, comment="", via="cli",
            )  # fmt: skip


def mails(folder: Path | None = None) -> list[EmailMessage]:
    """Every mail to alumni in the outbox."""
    found = (folder or settings().outbox).glob(f"{DUTY}/**/*.eml")
    parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(found)]
    return [mail for mail in parsed if isinstance(mail, EmailMessage)]


def mailed(wave: int | None = None) -> list[str]:
    """The addresses written to, one entry a mail, sorted: a double would stand twice."""
    found = settings().outbox.glob(f"{DUTY}/*/*/{wave or '*'}/*/*.eml")
    read = BytesHeaderParser(policy=policy.default)
    return sorted(str(read.parsebytes(path.read_bytes())["To"]) for path in found)


def outcomes(wave: int = 1) -> dict[str, tuple[str, str | None]]:
    """student_uid -> (status, reason) in the ledger."""
    with session_scope(reading=True) as session:
        found = session.execute(
            select(Person.student_uid, Recipient.status, Recipient.reason)
            .join(Recipient, Recipient.person_id == Person.id)
            .where(Recipient.wave == wave)
        )
        rows: Sequence[tuple[str | None, str, str | None]] = found.all()
        assert len({uid for uid, _, _ in rows}) == len(rows), "someone stands in the ledger twice"
        return {uid or "": (str(status), reason) for uid, status, reason in rows}


@pytest.fixture
def own_templates(tmp_path: Path, set_environment: Callable[..., None]) -> Callable[[str, str], None]:
    """Templates of the test's own, to which a line can be added."""
    folder = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", folder)
    set_environment(templates_dir=folder)

    def add_line(file: str, line: str) -> None:
        with (folder / "email" / file).open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")

    return add_line
