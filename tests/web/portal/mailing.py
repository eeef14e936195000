"""A campaign of a department or of the central office, to look at and decide about."""

from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.parser import BytesHeaderParser

from sqlalchemy import insert, select

from outreach import clock, delivery
from outreach.database import engine, session_scope
from outreach.duties import duty
from outreach.mail import transport_from
from outreach.models import Campaign, Message, Person, Recipient, RecipientStatus
from outreach.queries import approvals, batching, campaigns, messages
from outreach.rendering import render
from outreach.settings import settings
from outreach.throttles import people_a_batch
from tests.web.conftest import MakePerson

DUTY = "graduation-invitation"


@dataclass(frozen=True)
class Mailing:
    """`key` and id of a campaign, the public ids of its people by what stands in the ledger of each."""

    id: int
    key: str
    people: dict[str, str | None]

    @property
    def code(self) -> str:
        with session_scope(reading=True) as session:
            return approvals.code_of(session, self.id, 1)

    @property
    def message_id(self) -> int:
        with session_scope(reading=True) as session:
            found = select(Message.id).where(Message.campaign_id == self.id, Message.language == "sv")
            return session.scalars(found.order_by(Message.id)).all()[0]


def lay(
    make_person: MakePerson, department: str | None, *, period: str = "2026-HT", name: str = "", duty_name: str = DUTY
) -> Mailing:
    """Two people who wait in one batch, one who has no address, and the text in both languages."""
    tag = name or f"{department or 'central'}-{period}".lower()
    standing: dict[str, str | None] = {f"ada-{tag}": None, f"bo-{tag}": None, f"cy-{tag}": "no_address"}
    for public_id in standing:
        make_person(public_id)
    now, key = clock.now(), f"{duty_name}/{period}/{department or 'central'}"
    with session_scope() as session:
        campaign_id = session.execute(
            insert(Campaign)
            .values(
                key=key, duty=duty_name, period=period, department_code=department, parameters={"within_days": 60},
                status="open", opened_at=now, expires_at=now + timedelta(days=90),
            )
            .returning(Campaign.id)
        ).scalar_one()  # fmt: skip
        for public_id, reason in standing.items():
            person_id = session.scalars(select(Person.id).where(Person.public_id == public_id)).one()
            session.execute(
                insert(Recipient).values(
                    token=f"t-{public_id}"[:32], campaign_id=campaign_id, wave=1, person_id=person_id, language="sv",
                    department_code=department, selected_at=now, planned_at=None if reason else now, reason=reason,
                    status=RecipientStatus.EXCLUDED if reason else RecipientStatus.PLANNED,
                )
            )  # fmt: skip
        variants = [
            render(DUTY, language=language, department_code=department, purpose=duty(duty_name).purpose)
            for language in ("sv", "en")
        ]
        messages.store(session, campaign_id, 1, variants, now)
        batching.plan(session, campaign_id, 1, people_a_batch(), None)
    return Mailing(campaign_id, key, standing)


def mail_out(made: Mailing) -> int:
    """What a run of the duty does with the first wave: send what is approved. Returns how many letters left."""
    with session_scope(reading=True) as session:
        campaign = campaigns.by_id(session, made.id)
    return delivery.deliver(campaign, duty(campaign.duty), [1], transport_from(settings()))


def written_to() -> list[str]:
    """Whom there are mails to in the outbox, one entry a mail, sorted."""
    read = BytesHeaderParser(policy=policy.default)
    return sorted(str(read.parsebytes(path.read_bytes())["To"]) for path in settings().outbox.rglob("*.eml"))


def ledger_rows() -> list[tuple[object, ...]]:
    """The whole ledger, to see that it is as it was."""
    with engine().connect() as connection:
        return [tuple(row) for row in connection.execute(select(Recipient.__table__).order_by(Recipient.id))]
