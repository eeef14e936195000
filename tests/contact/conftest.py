"""An office with duties of its own, whose campaigns are selected, claimed and recorded step by step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, null, select
from sqlalchemy.orm import Session

from outreach import clock, duties
from outreach.database import session_scope
from outreach.models import Approval, Batch, Campaign, CampaignStatus, Message, Person, Recipient
from outreach.outgoing import Proof, Result
from outreach.queries import batches, batching, campaigns, contact_budget, messages, selection
from outreach.settings import ROOT
from tests.conftest import forget_settings

HEAD = '[terms]\nVT = "02-01"\nHT = "08-01"\n'
DUTY = """
[{name}]
title_sv = "Utskick"
title_en = "Campaign"
purpose = "invitation"
approval = "never"
{said}
[[{name}.waves]]
message = "graduation-invitation"
[[{name}.waves]]
message = "graduation-reminder-month"
days_from_end = -28
"""
TABLES = (Recipient, Batch, Message, Approval, Campaign, Person)
ACCEPTED = Result(Proof.ACCEPTED)


@dataclass(frozen=True)
class Words:
    """What every message here says."""

    variant: str = "sv"
    language: str = "sv"
    department_code: str | None = None
    subject: str = "Hej"
    preheader: str = ""
    html: str = "<p>Hej</p>"
    text: str = "Hej"
    calendar: str | None = None
    digest: str = "d"


@dataclass
class Office:
    """Steps of the spine without Prefect and without templates. People are numbered from 1."""

    folder: Path
    size: int = 2
    opened: int = 0

    def configure(self, messages: int | None, days: int = 14, **said: str) -> None:
        """A budget (None: no limit) and a duty a word, with lines of its own."""
        budget = "" if messages is None else f"[contact]\nmessages = {messages}\ndays = {days}\n"
        every = "".join(DUTY.format(name=name, said=lines) for name, lines in said.items())
        (self.folder / "duties.toml").write_text(HEAD + budget + every, encoding="utf-8")
        forget_settings()

    def enrol(self, people: int) -> None:
        """Nothing but so many people, from the beginning."""
        with session_scope() as session:
            for table in TABLES:
                session.execute(delete(table))
            now = clock.now()
            session.execute(
                insert(Person),
                [
                    {
                        "id": number, "public_id": f"p{number}", "student_uid": f"u{number}", "first_name": "Åsa",
                        "last_name": "Öberg", "email": f"{number}@example.org", "address_hash": f"h{number}",
                        "language": "sv", "membership": "none", "own_fields": "", "created_at": now, "updated_at": now,
                    }
                    for number in range(1, people + 1)
                ],
            )  # fmt: skip

    def open(self, duty: str) -> Campaign:
        self.opened += 1
        with session_scope() as session:
            return campaigns.open_campaign(
                session, duty=duty, period=str(self.opened), department=None, parameters={}, flow_run_id=None,
                now=clock.now(), expires_at=clock.start_of(clock.today().replace(year=2099)),
            )  # fmt: skip

    def close(self, campaign: Campaign) -> None:
        with session_scope() as session:
            campaigns.cancel(session, campaign, clock.now())

    def pause(self, campaign: Campaign) -> None:
        with session_scope() as session:
            campaigns.set_status(session, campaign.id, CampaignStatus.PAUSED)

    def select(self, campaign: Campaign, people: Sequence[int], wave: int = 1) -> None:
        columns = (Person.id.label("person_id"), Person.language, null().label("department_code"))
        audience = select(*columns, null().label("reason")).where(Person.id.in_(people))
        with session_scope() as session:
            selection.select_wave(session, campaign, wave, audience, clock.now(), size=self.size)
            messages.store(session, campaign.id, wave, [Words()], clock.now())

    def make_ready(self, campaign: Campaign) -> None:
        """What a delivery does before its first claim."""
        with session_scope() as session:
            for wave in (1, 2):
                contact_budget.let_go(session, campaign.id, wave, clock.now())
                batching.plan(session, campaign.id, wave, self.size)
                batching.write(session, campaign.id, wave)

    def claim(self, campaign: Campaign) -> batches.Claim | None:
        with session_scope() as session:
            return self.claim_in(session, campaign)

    def claim_in(self, session: Session, campaign: Campaign) -> batches.Claim | None:
        texts = messages.texts(session, campaign.id, [1, 2])
        duty = duties.duty(campaign.duty)
        return batches.claim(session, campaign.id, texts, duty, "elsewhere/1/a", clock.now(), 10)

    def record(self, claim: batches.Claim, result: Result = ACCEPTED) -> None:
        with session_scope() as session:
            batches.record(session, claim.batch_id, claim.attempt, result, clock.now())

    def send(self, campaign: Campaign) -> list[int]:
        """Everything a run sends. The people, sorted."""
        self.make_ready(campaign)
        sent: list[int] = []
        while (claim := self.claim(campaign)) is not None:
            sent += numbers(claim)
            self.record(claim)
        return sorted(sent)

    def outcomes(self, campaign: Campaign, wave: int = 1) -> dict[int, tuple[str, str | None, str | None]]:
        """person -> status, reason, and the duty of the campaign they yield to."""
        taker = select(Campaign.duty).where(Campaign.id == Recipient.yields_to_id).scalar_subquery()
        with session_scope(reading=True) as session:
            found = session.execute(
                select(Recipient.person_id, Recipient.status, Recipient.reason, taker).where(
                    Recipient.campaign_id == campaign.id, Recipient.wave == wave
                )
            ).all()
        assert len({row[0] for row in found}) == len(found)
        return {row[0]: (str(row[1]), row[2], row[3]) for row in found if row[0] is not None}


def numbers(claim: batches.Claim) -> list[int]:
    """Who is in a claim."""
    return sorted(int(person.address.partition("@")[0]) for person in claim.people)


@pytest.fixture
def office_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Office]:
    """An office on the test's database, with the shipped configuration but for its duties."""

    def office_of_() -> Office:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        for file in (ROOT / "config").glob("*.*"):
            (folder / file.name).write_bytes(file.read_bytes())
        monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(folder))
        forget_settings()
        return Office(folder)

    return office_of_


@pytest.fixture
def office(db: str, office_of: Callable[[], Office]) -> Office:
    return office_of()
