"""Members with studies, stories of the pool, and an edition run from end to end as the flow does, without Prefect."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import insert, select

from outreach import campaigning, clock, delivery, duties, links
from outreach.database import session_scope
from outreach.editions import opening, proofs, publishing
from outreach.mail import transport_from
from outreach.models import (
    Campaign,
    Consent,
    Image,
    Membership,
    Person,
    Recipient,
    StoryConsent,
    StoryRow,
    StoryStatus,
    Study,
)
from outreach.outgoing import Transport
from outreach.queries import approvals, campaigns, ledger
from outreach.settings import settings
from outreach.story import Channel
from tests.spine.conftest import approve_all

DUTY = "quarterly-newsletter"
TUESDAY = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)  # half past nine in Stockholm on the first Tuesday of December
CHANNELS = " ".join(sorted(channel.value for channel in Channel))
PICTURE = "ab" * 32


@dataclass
class Reader:
    """A member, with only what a test cares for said. `studies`: department -> credits, one programme each."""

    uid: str
    language: str = "sv"
    studies: dict[str, float | None] = field(default_factory=lambda: {"juridik": 180.0})
    consent: bool | None = True
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Tale:
    """A story, ready for every channel."""

    slug: str
    kind: str = "news"
    department: str | None = None
    sv: str = "Rubrik"
    en: str = "Headline"
    body: str = "Några rader om saken."
    by: str | None = None  # the uid of whom it portrays
    consents: Sequence[Channel] = tuple(Channel)
    picture: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


ENOUGH = (Tale("lead", picture=True), Tale("news-1"), Tale("news-2"))


@pytest.fixture
def on_tuesday(home: object) -> Any:
    with clock.frozen(TUESDAY):
        yield


@pytest.fixture
def join(on_tuesday: None) -> Callable[..., dict[str, int]]:
    """Put members into the register. Returns uid -> person id."""

    def join_(*readers: Reader) -> dict[str, int]:
        with session_scope() as session:
            return {one.uid: _join(session, one) for one in readers}

    return join_


def _join(session: Any, one: Reader) -> int:
    now, email = clock.now(), f"{one.uid}@alumni.example.net"
    values = {
        "public_id": f"p-{one.uid}", "student_uid": one.uid, "first_name": "Åsa", "last_name": "Öberg", "email": email,
        "address_hash": links.address_hash(email), "language": one.language, "membership": Membership.MEMBER,
        "time_zone": "Europe/Stockholm", "created_at": now, "updated_at": now,
    }  # fmt: skip
    person: int = session.execute(insert(Person).values(**values | one.fields).returning(Person.id)).scalar_one()
    for number, (department, credits_done) in enumerate(one.studies.items()):
        session.execute(
            insert(Study).values(
                person_id=person, department_code=department, programme_code=f"P{number}", credits_done=credits_done
            )
        )
    if one.consent is not None:
        session.execute(
            insert(Consent).values(
                person_id=person, purpose="newsletter", given=one.consent, legal_basis="consent", source="test",
                wording="Ja", at=now,
            )
        )  # fmt: skip
    return person


@pytest.fixture
def tell(on_tuesday: None) -> Callable[..., dict[str, int]]:
    """Put stories into the pool. Returns slug -> story id."""

    def tell_(*tales: Tale) -> dict[str, int]:
        with session_scope() as session:
            return {one.slug: _tell(session, one) for one in tales}

    return tell_


def _tell(session: Any, one: Tale) -> int:
    now = clock.now()
    person = session.scalar(select(Person.id).where(Person.student_uid == one.by)) if one.by else None
    values = {
        "slug": one.slug, "kind": one.kind, "department_code": one.department, "title_sv": one.sv, "title_en": one.en,
        "body_sv": one.body if one.sv else "", "body_en": one.body if one.en else "", "channels": CHANNELS,
        "status": StoryStatus.READY, "source": "test", "person_id": person, "portrays": bool(one.by),
        "image_id": _image(session) if one.picture else None, "image_alt_sv": "En bild", "image_alt_en": "A picture",
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    story: int = session.execute(insert(StoryRow).values(**values | one.fields).returning(StoryRow.id)).scalar_one()
    for channel in one.consents if one.by else ():
        session.execute(
            insert(StoryConsent).values(
                story_id=story, person_id=person, channel=channel.value, given=True, source="test", wording="Ja", at=now
            )
        )
    return story


def _image(session: Any) -> int:
    found = session.scalar(select(Image.id).where(Image.digest == PICTURE))
    made = insert(Image).values(digest=PICTURE, width=1200, height=800, created_at=clock.now()).returning(Image.id)
    image: int = found or session.execute(made).scalar_one()
    return image


def run_edition(
    *, approve: bool = True, day: date | None = None, transport: Transport | None = None, **special: str
) -> list[str]:
    """Open, fill, select, render, test copies, approve, publish, deliver. Returns the keys of the editions."""
    duty, department = duties.duty(DUTY), special.pop("department", None)
    with session_scope() as session:
        opened = opening.open_editions(
            session, DUTY, day=day or clock.today(), department=department, parameters=special
        )
    for campaign in opened:
        with session_scope() as session:
            if opening.edition(session, campaign, day or clock.today()).missing:
                continue
        with session_scope() as session:
            campaigning.select(session, campaign, day or clock.today())
        with session_scope() as session:
            campaigning.render(session, campaign)
        proofs.send(campaign.id, 1, transport or transport_from(settings()))
        if approve:
            approve_all()
        with session_scope() as session:
            waves = [
                w for w in ledger.planned_waves(session, campaign.id) if approvals.is_approved(session, campaign, w)
            ]
            if waves:
                publishing.publish(session, campaign)
        if waves:
            delivery.deliver(campaign, duty, waves, transport or transport_from(settings()))
        with session_scope() as session:
            publishing.mark_used(session, campaign)
    return [campaign.key for campaign in opened]


def letters() -> dict[str, EmailMessage]:
    """Address -> the one newsletter in the outbox; two to one address are an error."""
    found: dict[str, EmailMessage] = {}
    for path in sorted(settings().outbox.glob(f"{DUTY}/**/*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        assert str(mail["To"]) not in found, "somebody got two"
        found[str(mail["To"])] = mail
    return found


def said(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def outcomes(key: str) -> dict[str, tuple[str, str | None, str | None]]:
    """student_uid -> (status, reason, department) in an edition's ledger."""
    with session_scope(reading=True) as session:
        campaign = campaigns.by_key(session, key)
        assert campaign is not None
        found = session.execute(
            select(Person.student_uid, Recipient.status, Recipient.reason, Recipient.department_code)
            .join(Recipient, Recipient.person_id == Person.id)
            .where(Recipient.campaign_id == campaign.id)
        )
        return {uid or "": (str(status), reason, department) for uid, status, reason, department in found}


def edition_of(key: str) -> Campaign:
    with session_scope(reading=True) as session:
        campaign = campaigns.by_key(session, key)
        assert campaign is not None
        return campaign
