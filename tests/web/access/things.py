"""What belongs to departments A and B and to the central office: one of each kind, with ids next to one another."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import clock, departments, links
from outreach.database import session_scope
from outreach.duties import LANGUAGES
from outreach.models import (
    ApiKey,
    Batch,
    Campaign,
    Consent,
    Coordinator,
    DutyRun,
    FaultReport,
    Message,
    Person,
    PortalSession,
    PreviewRow,
    Recipient,
    StoryRow,
    Study,
    Survey,
)
from outreach.queries import messages
from outreach.rendering import render
from tests.visits.planned import TOKYO, answers, plan, trip

DUTY = "graduation-invitation"
SECRET = "bara för {}"  # stands in everything of a department's that has words


@dataclass(frozen=True)
class Things:
    """The ids of what belongs to one department ("central": to the central office), as they stand in addresses."""

    department: str
    campaign: int
    campaign_key: str
    message: int
    recipient: int
    token: str
    person: str
    person_id: int
    email: str
    event: str
    event_id: int
    visit: str
    story: str
    run: str
    preview: str
    flow_run: str
    key: str
    session: int
    survey: str
    fault: int
    coordinator: int
    code: str = ""

    def at(self, path: str) -> str:
        """The path with these ids in it."""
        return path.format(**vars(self))


MISSING = Things(
    department="nowhere", campaign=987_654, campaign_key="graduation-invitation/2020-HT/nowhere", message=987_654,
    recipient=987_654, token="not-there", person="not-there", person_id=987_654, email="not@there.example.org",
    event="not-there", event_id=987_654, visit="not-there", story="not-there", run="0" * 24, preview="0" * 24,
    flow_run="00000000-0000-4000-8000-000000000000", key="not-there", session=987_654, survey="not-there",
    fault=987_654, coordinator=987_654,
)  # fmt: skip


def lay(department: str | None, coordinator: str) -> Things:
    """One of each kind for a department, or the central office (None)."""
    name = department or "central"
    with session_scope() as session:
        who = session.scalars(select(Coordinator.id).where(Coordinator.email == coordinator)).one()
        person_id = _person(session, name, department or "historia")
        campaign = _campaign(session, name, department)
        message = _message(session, campaign, department)
        recipient = _recipient(session, campaign, message, person_id, name, department)
        story, survey = _story(session, name, department, person_id), _survey(session, name, department)
        preview, run = (_run(session, name, department, who, preview=asked) for asked in (True, False))
        _row(session, PreviewRow, PreviewRow.duty, _preview(name, department))
        key, its_session = _key(session, name, department, who), _session(session, name, who)
        fault = _row(session, FaultReport, FaultReport.id, {
            "page": "/join", "description": SECRET.format(name), "language": "sv", "created_at": clock.now(),
        })  # fmt: skip
    event = plan(title_sv=f"Kväll {SECRET.format(name)}", title_en=f"Evening for {name}", department_code=department)
    answers(event, f"guest-{name}")
    visit = trip(department_code=department, delegation=f"Prefekten, {SECRET.format(name)}", place=TOKYO)
    return Things(
        department=name, campaign=campaign, campaign_key=f"{DUTY}/2026-HT/{name}", message=message,
        recipient=recipient, token=f"token-{name}", person=f"person-{name}", person_id=person_id, email=_email(name),
        event=event.public_id, event_id=event.id, visit=visit.public_id, story=story, run=run, preview=preview,
        flow_run=_flow_run(name, preview=False), key=key, session=its_session, survey=survey, fault=fault,
        coordinator=who,
    )  # fmt: skip


def _row(session: Session, table: Any, column: Any, values: dict[str, Any]) -> Any:
    return session.execute(insert(table).values(**values).returning(column)).scalar_one()


def _email(name: str) -> str:
    return f"alum.of.{name}@students.example.org"


def _person(session: Session, name: str, department: str) -> int:
    """Somebody who has studied there alone."""
    now = clock.now()
    person_id: int = _row(session, Person, Person.id, {
        "public_id": f"person-{name}", "student_uid": f"uid-{name}", "first_name": "Kim",
        "last_name": f"Öberg-{name}", "email": _email(name), "address_hash": links.address_hash(_email(name)),
        "first_folded": "kim", "last_folded": f"oberg-{name}", "language": "sv", "created_at": now, "updated_at": now,
    })  # fmt: skip
    session.execute(insert(Study).values(
        person_id=person_id, department_code=department, programme_code=f"P-{name}", programme_sv="Masterprogram",
        programme_en="Master's programme", completed_on=date(2025, 6, 4),
    ))  # fmt: skip
    session.execute(insert(Consent).values(
        person_id=person_id, purpose="newsletter", given=True, legal_basis="consent", source="join page",
        wording="Ja, tack", at=now,
    ))  # fmt: skip
    return person_id


def _campaign(session: Session, name: str, department: str | None) -> int:
    campaign: int = _row(session, Campaign, Campaign.id, {
        "key": f"{DUTY}/2026-HT/{name}", "duty": DUTY, "period": "2026-HT", "department_code": department,
        "parameters": {"within_days": 60}, "status": "open", "opened_at": clock.now(),
        "flow_run_id": _flow_run(name, preview=False),
    })  # fmt: skip
    return campaign


def _message(session: Session, campaign: int, department: str | None) -> int:
    """The text as the duty makes it; the id of one variant."""
    variants = [
        render(DUTY, language=language, department_code=department, purpose="invitation") for language in LANGUAGES
    ]
    messages.store(session, campaign, 1, variants, clock.now())
    return session.scalars(select(Message.id).where(Message.campaign_id == campaign).order_by(Message.id)).all()[0]


def _recipient(session: Session, campaign: int, message: int, person_id: int, name: str, department: str | None) -> int:
    now = clock.now()
    batch = _row(session, Batch, Batch.id, {
        "campaign_id": campaign, "wave": 1, "number": 1, "language": "sv", "department_code": department,
        "message_id": message, "status": "planned", "size": 1,
    })  # fmt: skip
    recipient: int = _row(session, Recipient, Recipient.id, {
        "token": f"token-{name}", "campaign_id": campaign, "wave": 1, "person_id": person_id, "language": "sv",
        "department_code": department, "status": "planned", "selected_at": now, "planned_at": now, "batch_id": batch,
    })  # fmt: skip
    return recipient


def _story(session: Session, name: str, department: str | None, person_id: int) -> str:
    now = clock.now()
    slug: str = _row(session, StoryRow, StoryRow.slug, {
        "slug": f"story-{name}", "kind": "news", "department_code": department, "title_sv": f"Nytt {name}",
        "title_en": f"News {name}", "body_sv": SECRET.format(name), "body_en": SECRET.format(name), "channels":
        "newsletter", "status": "ready", "source": "page", "person_id": person_id, "created_at": now,
        "updated_at": now,
    })  # fmt: skip
    return slug


def _survey(session: Session, name: str, department: str | None) -> str:
    now = clock.now()
    survey: str = _row(session, Survey, Survey.public_id, {
        "public_id": f"survey-{name}", "slug": f"career-15m-{name}", "questionnaire": "career",
        "cohort_month": date(2025, 8, 1), "cohort_until": date(2025, 8, 31), "months_after": 15,
        "department_code": department, "programme_code": "SMASK" if department else None, "opened_at": now,
        "closes_at": now + timedelta(days=60), "cut_on": (now + timedelta(days=200)).date(),
    })  # fmt: skip
    return survey


def _flow_run(name: str, *, preview: bool) -> str:
    return f"{sum(map(ord, name)):08d}-0000-4000-8000-00000000000{int(preview)}"


def _run(session: Session, name: str, department: str | None, who: int, *, preview: bool) -> str:
    kind = "preview" if preview else "run"
    run: str = _row(session, DutyRun, DutyRun.public_id, {
        "public_id": sha256(f"{kind}/{name}".encode()).hexdigest()[:24], "duty": DUTY, "department_code": department,
        "parameters": {"department": departments.choice_of(department)},
        "preview": preview, "idempotency_key": f"{kind}/{name}", "flow_run_id": _flow_run(name, preview=preview),
        "coordinator_id": who, "asked_at": clock.now(),
    })  # fmt: skip
    return run


def _preview(name: str, department: str | None) -> dict[str, Any]:
    return {
        "flow_run_id": _flow_run(name, preview=True), "duty": DUTY, "department_code": department,
        "day": clock.today(), "content": {"people": 1, "waves": [_wave(name)], "limit": None}, "made_at": clock.now(),
    }  # fmt: skip


def _wave(name: str) -> dict[str, Any]:
    letter = {
        "language": "sv", "departments": [], "subject": f"Ämne {name}", "preheader": "",
        "text": SECRET.format(name), "html": f"<p>{SECRET.format(name)}</p>",
    }  # fmt: skip
    return {
        "campaign": f"{DUTY}/2026-HT/{name}", "wave": 1, "people": 1, "departments": {}, "languages": {"sv": 1},
        "exclusions": {}, "had_lately": {}, "would_wait": {}, "letters": [letter],
    }  # fmt: skip


def _key(session: Session, name: str, department: str | None, who: int) -> str:
    now = clock.now()
    key: str = _row(session, ApiKey, ApiKey.public_id, {
        "public_id": f"kid-{name}"[:16], "secret_hash": name.ljust(64, "1"), "name": f"Skript {SECRET.format(name)}",
        "department_code": department, "scopes": "read run", "created_by_id": who, "created_at": now,
        "expires_at": now + timedelta(days=90),
    })  # fmt: skip
    return key


def _session(session: Session, name: str, who: int) -> int:
    now = clock.now()
    its_id: int = _row(session, PortalSession, PortalSession.id, {
        "token_hash": name.ljust(64, "2"), "coordinator_id": who, "via": "link", "browser": f"Lynx {name}",
        "created_at": now, "expires_at": now + timedelta(hours=6),
    })  # fmt: skip
    return its_id
