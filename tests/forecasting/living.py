"""Duties lived through day by day with the real selections and claims, and what a forecast said of the same days."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import campaigning, clock, duties, links, timing
from outreach.database import session_scope
from outreach.forecasting import making
from outreach.forecasting.walking import SENT
from outreach.models import Campaign, Consent, Membership, Person, Recipient, Study
from outreach.outgoing import Proof, Result
from outreach.queries import batches, batching, contact_budget, ledger, messages
from outreach.throttles import people_a_batch

# In the order of the day: the newsletter is selected early and leaves at nine, after the others.
DUTIES: dict[str, dict[str, Any]] = {
    "graduation-invitation": {"within_days": 60},
    "event-invitation": {},
    "career-survey": {},
    "quarterly-newsletter": {},
}
Sent = tuple[str, str, int, date]  # student_uid, campaign's key, wave, day


@dataclass(frozen=True)
class Words:
    """What a variant says here."""

    language: str
    department_code: str | None
    subject: str = "Hej"
    preheader: str = ""
    html: str = "<p>Hej</p>"
    text: str = "Hej"
    calendar: str | None = None

    @property
    def variant(self) -> str:
        return f"{self.language}.{self.department_code or ''}"

    @property
    def digest(self) -> str:
        return self.variant


def person(uid: str, *studies: dict[str, Any], said: dict[str, bool] | None = None, **fields: Any) -> int:
    """Somebody in the register with these studies, who has answered these purposes; their id."""
    now, email = clock.now(), f"{fields.pop('mailbox', uid)}@students.example.org"
    values = {
        "public_id": f"p-{uid}", "student_uid": uid, "first_name": "Åsa", "last_name": "Öberg", "email": email,
        "address_hash": links.address_hash(email), "language": "sv", "created_at": now, "updated_at": now,
    }  # fmt: skip
    with session_scope() as session:
        id_: int = session.execute(insert(Person).values({**values, **fields}).returning(Person.id)).scalar_one()
        for number, study in enumerate(studies):
            session.execute(
                insert(Study).values(
                    {"person_id": id_, "department_code": "arkeologi", "programme_code": f"P{number}", **study}
                )
            )
        for purpose, given in (said or {}).items():
            session.execute(
                insert(Consent).values(
                    person_id=id_,
                    purpose=purpose,
                    given=given,
                    legal_basis="consent",
                    source="test",
                    wording="",
                    at=now,
                )
            )
    return id_


def member(uid: str, *studies: dict[str, Any], **fields: Any) -> int:
    return person(uid, *studies, membership=Membership.MEMBER, **fields)


@contextmanager
def at_nine(day: date) -> Iterator[None]:
    """The clock a little after nine in the morning at the office."""
    with clock.frozen(datetime.combine(day, time(9, 10), clock.OFFICE_ZONE)):
        yield


def live_through(first: date, days: int, *, only: tuple[str, ...] = tuple(DUTIES)) -> None:
    """Every duty once a day, as its schedule has it; each text is signed at once."""
    for number in range(days):
        with at_nine(first + timedelta(days=number)):
            for duty in only:
                run(duty)


def run(duty_name: str) -> None:
    """Open, select, sign, claim and record: what a run does, without the texts."""
    duty, day = duties.duty(duty_name), clock.today()
    with session_scope() as session:
        opened = campaigning.open_campaigns(session, duty_name, day=day, department=None, parameters=DUTIES[duty_name])
    for campaign in opened:
        with session_scope() as session:
            campaigning.select(session, campaign, day)
            waves = ledger.planned_waves(session, campaign.id)
            for wave in waves:
                messages.store(session, campaign.id, wave, _texts(session, campaign, wave), clock.now())
                contact_budget.let_go(session, campaign.id, wave, clock.now())
                batching.plan(session, campaign.id, wave, people_a_batch(), timing.zones_shared(duty, day))
                batching.write(session, campaign.id, wave)
            timing.set_moments(session, campaign.id, duty, waves, clock.now())
        while claim_and_record(campaign, duty, list(waves)):
            pass


def claim_and_record(campaign: Campaign, duty: duties.Duty, waves: list[int]) -> bool:
    with session_scope() as session:
        texts = messages.texts(session, campaign.id, waves)
        claim = batches.claim(session, campaign.id, texts, duty, "elsewhere/1/a", clock.now(), 10)
    if claim is None:
        return False
    with session_scope() as session:
        batches.record(session, claim.batch_id, claim.attempt, Result(Proof.ACCEPTED), clock.now())
    return True


def _texts(session: Session, campaign: Campaign, wave: int) -> list[Words]:
    found = select(Recipient.language, Recipient.department_code).where(
        Recipient.campaign_id == campaign.id, Recipient.wave == wave
    )
    return [Words(language, department) for language, department in session.execute(found.distinct())]


def sent_since(first: date) -> set[Sent]:
    """Everything that left on `first` or later, as the ledger has it."""
    with session_scope(reading=True) as session:
        rows = session.execute(
            select(Person.student_uid, Campaign.key, Recipient.wave, Recipient.accepted_at)
            .join(Recipient, Recipient.person_id == Person.id)
            .join(Campaign, Campaign.id == Recipient.campaign_id)
            .where(Recipient.accepted_at >= clock.start_of(first))
        ).all()
    return {(uid or "", key, wave, at.astimezone(clock.OFFICE_ZONE).date()) for uid, key, wave, at in rows}


def foretold() -> set[Sent]:
    """Everything a forecast made now says will leave."""
    forecast, _ = making.work_out()
    with session_scope(reading=True) as session:
        names = {id_: uid or "" for id_, uid in session.execute(select(Person.id, Person.student_uid))}
    rows = forecast.walked.messages
    keys = [coming.sender.key for coming in forecast.comings]
    return {
        (names[row.person], keys[row.campaign], row.wave, forecast.today + timedelta(days=row.sent))
        for row in rows[rows["state"] == SENT].itertuples()
    }
