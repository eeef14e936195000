"""A class that completed fifteen months ago, and the duty run as its flow does, without Prefect."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from outreach import campaigning, clock, delivery, duties, links
from outreach.database import session_scope
from outreach.departments import departments
from outreach.mail import transport_from
from outreach.models import Person, Recipient, Study, Survey
from outreach.queries import approvals, office, survey_answers, survey_cut, surveys
from outreach.questionnaires import Value
from outreach.settings import settings
from tests.conftest import NOON

DUTY = "career-survey"
COMPLETED = date(2025, 8, 20)  # fifteen months before NOON's month
LAST = "contact"  # the last page: sending it in is answering


@dataclass
class Graduate:
    """Somebody with a degree, with only what a test cares for said."""

    uid: str
    completed: date | None = COMPLETED
    email: str | None = ""
    department: str = ""
    programme: str = "SMASK"
    level: str = "second"
    still_studies: bool = False
    fields: dict[str, object] = field(default_factory=dict)


Enrol = Callable[..., dict[str, int]]


@pytest.fixture
def graduate(home: Path) -> Enrol:
    """Put graduates into the register. Returns student_uid -> person id."""

    def enrol(*people: Graduate) -> dict[str, int]:
        now, ids = clock.now(), {}
        with session_scope() as session:
            for one in people:
                email = f"{one.uid}@students.example.org" if one.email == "" else one.email
                values = {
                    "public_id": f"p-{one.uid}", "student_uid": one.uid, "first_name": "Åsa", "last_name": "Öberg",
                    "email": email, "address_hash": links.address_hash(email) if email else None,
                    "created_at": now, "updated_at": now, **one.fields,
                }  # fmt: skip
                ids[one.uid] = session.execute(insert(Person).values(values).returning(Person.id)).scalar_one()
                study = {
                    "person_id": ids[one.uid], "department_code": one.department or next(iter(departments())),
                    "programme_code": one.programme, "programme_sv": "Masterprogram", "programme_en": "Master's",
                    "level": one.level, "completed_on": one.completed,
                }  # fmt: skip
                session.execute(insert(Study).values(study))
                if one.still_studies:
                    later = {"programme_code": "DOKT", "completed_on": None, "expected_end": date(2028, 1, 1)}
                    session.execute(insert(Study).values(study | later))
        return ids

    return enrol


def a_class(size: int = 8, **fields: object) -> list[Graduate]:
    return [Graduate(f"g{number}", **fields) for number in range(size)]  # type: ignore[arg-type]


def run_duty(department: str | None = None, **parameters: object) -> None:
    """Open, select, render, approve, deliver: what the flow does."""
    with session_scope() as session:
        campaigns = campaigning.open_campaigns(
            session, DUTY, day=clock.today(), department=department, parameters=parameters
        )
    for campaign in campaigns:
        with session_scope() as session:
            campaigning.select(session, campaign, clock.today())
        with session_scope() as session:
            campaigning.render(session, campaign)
        approve_all()
        every_wave = range(1, len(duties.duty(DUTY).waves) + 1)
        delivery.deliver(campaign, duties.duty(DUTY), every_wave, transport_from(settings()))


def open_survey() -> None:
    """What the duty's run does first: the survey is open and its cohort frozen; nobody has been written to."""
    with session_scope() as session:
        campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})


def approve_all() -> None:
    with session_scope() as session:
        coordinator = office.coordinator(session, settings().coordinators[0].email)
        assert coordinator is not None
        for campaign_id, wave in approvals.waiting(session):
            approvals.sign(
                session, campaign_id=campaign_id, wave=wave, code=approvals.code_of(session, campaign_id, wave),
                coordinator_id=coordinator.id, approved=True, comment="", via="cli",
            )  # fmt: skip


def after(days: int) -> object:
    """The clock so many days after NOON."""
    return clock.frozen(NOON + timedelta(days=days))


def the_survey() -> Survey:
    with session_scope(reading=True) as session:
        return session.scalars(select(Survey).order_by(Survey.id)).all()[0]


def answer(person_id: int, answers: dict[str, Value] | None = None, *, send: bool = True, last: str = LAST) -> None:
    """Answer page by page; `send` the last one in."""
    survey, said = the_survey(), answers or {"activity": "full_time"}
    with session_scope() as session:
        found = survey_answers.sheet(session, survey, person_id, to_change=True)
        assert found is not None
        for page in found.whole.sections:
            here = {
                code: value for code, value in said.items() if code in {question.code for question in page.questions}
            }
            sent = send and page.code == last
            found = survey_answers.save(session, found, page, here, language="sv", complete=sent, now=clock.now())


def cut() -> survey_cut.Cut | None:
    with session_scope() as session:
        return survey_cut.cut(session, the_survey().id, 5, clock.now())


def publish() -> None:
    with session_scope() as session:
        surveys.publish(session, the_survey().id, clock.now())


def outcomes(wave: int) -> dict[str, tuple[str, str | None]]:
    """student_uid -> (status, reason) in the ledger."""
    with session_scope(reading=True) as session:
        found = session.execute(
            select(Person.student_uid, Recipient.status, Recipient.reason)
            .join(Recipient, Recipient.person_id == Person.id)
            .where(Recipient.wave == wave)
        )
        rows: Sequence[tuple[str | None, str, str | None]] = found.all()
        return {uid or "": (str(status), reason) for uid, status, reason in rows}


def written_to(wave: int) -> set[str]:
    return {uid for uid, (status, _) in outcomes(wave).items() if status == "accepted"}
