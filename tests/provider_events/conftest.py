"""A campaign whose batches are with the provider, and events as SendGrid words them."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import insert, select, update

from outreach import clock, links, settling
from outreach.database import session_scope
from outreach.models import (
    Batch,
    BatchStatus,
    Campaign,
    Message,
    Person,
    ProviderEvent,
    Recipient,
    RecipientStatus,
    Suppression,
)
from outreach.provider_events import from_sendgrid
from outreach.queries import provider_events
from tests.conftest import NOON

S = RecipientStatus
KEY = ec.generate_private_key(ec.SECP256R1())
DUTY = "graduation-invitation"


def shown_key(key: ec.EllipticCurvePrivateKey = KEY) -> str:
    """The public key as SendGrid shows it."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signed(body: bytes, key: ec.EllipticCurvePrivateKey = KEY, timestamp: str = "1795345200") -> dict[str, str]:
    """The headers SendGrid sends with a body."""
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        "Content-Type": "application/json",
    }


def token_of(name: str) -> str:
    return (name.encode().hex() + "0" * 32)[:32]


def address_of(name: str) -> str:
    return f"{name}@students.example.org"


def event(name: str, kind: str, seconds: int = 0, **fields: Any) -> dict[str, Any]:
    """An event of one person, so many seconds after noon. A field that is None is left out."""
    whole = {
        "email": address_of(name),
        "timestamp": int(NOON.timestamp()) + seconds,
        "event": kind,
        "sg_event_id": f"{name}-{kind}-{seconds}",
        "sg_message_id": "known.recvd-5c7d-1-00.0",
        "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
        "recipient": token_of(name),
        **fields,
    }
    return {key: value for key, value in whole.items() if value is not None}


def bounce(name: str, seconds: int = 0, **fields: Any) -> dict[str, Any]:
    return event(
        name, "bounce", seconds, **{"type": "bounce", "status": "5.1.1", "reason": "550 No such user"} | fields
    )


def body_of(*given: Mapping[str, Any]) -> bytes:
    """As SendGrid writes it: with a line break after it that counts for the signature."""
    return orjson.dumps(list(given)) + b"\r\n"


def report(*given: Mapping[str, Any]) -> None:
    """Store and settle one post of events."""
    store(*given)
    settling.settle_all()


def store(*given: Mapping[str, Any]) -> int:
    with session_scope() as session:
        return provider_events.store(session, from_sendgrid(body_of(*given), clock.now()))


Sent = Callable[..., int]


@pytest.fixture
def sent(home: object) -> Sent:
    return put_out


def put_out(
    *names: str,
    status: S = S.UNKNOWN,
    batch: BatchStatus = BatchStatus.UNKNOWN,
    message_id: str | None = None,
    duty: str = DUTY,
    claimed_at: datetime = NOON - timedelta(minutes=1),
    department: str | None = None,
) -> int:
    """People whose batch of a campaign was posted and came out like this. The batch's id."""
    with session_scope() as session:
        campaign_id = _campaign(session, duty, department)
        text = session.execute(
            insert(Message)
            .values(
                campaign_id=campaign_id, wave=1, variant="sv", language="sv", subject="s", preheader="p", html="h",
                text="t", digest=names[0], current=True, created_at=NOON,
            )
            .returning(Message.id)
        ).scalar_one()  # fmt: skip
        number = len(session.scalars(select(Batch.id).where(Batch.campaign_id == campaign_id)).all()) + 1
        batch_id = session.execute(
            insert(Batch)
            .values(
                campaign_id=campaign_id, wave=1, number=number, language="sv", message_id=text, status=batch,
                size=len(names), attempts=1, claimed_at=claimed_at, provider_message_id=message_id,
            )
            .returning(Batch.id)
        ).scalar_one()  # fmt: skip
        for name in names:
            _recipient(session, name, campaign_id, batch_id, status)
    return batch_id


def _campaign(session: Any, duty: str, department: str | None) -> int:
    key = f"{duty}/2026-HT/{department or 'central'}"
    known = session.scalar(select(Campaign.id).where(Campaign.key == key))
    return known or session.execute(
        insert(Campaign)
        .values(
            key=key, duty=duty, period="2026-HT", parameters={"within_days": 60}, opened_at=NOON,
            department_code=department,
        )
        .returning(Campaign.id)
    ).scalar_one()  # fmt: skip


def _recipient(session: Any, name: str, campaign_id: int, batch_id: int, status: S) -> None:
    person_id = session.execute(
        insert(Person)
        .values(
            public_id=f"p-{name}-{batch_id}", email=address_of(name), address_hash=links.address_hash(address_of(name)),
            created_at=NOON, updated_at=NOON,
        )
        .returning(Person.id)
    ).scalar_one()  # fmt: skip
    session.execute(
        insert(Recipient).values(
            token=token_of(name), campaign_id=campaign_id, wave=1, person_id=person_id, language="sv",
            batch_id=batch_id, status=status, selected_at=NOON, planned_at=NOON,
        )
    )  # fmt: skip


def ledger_now() -> dict[str, tuple[str, str | None, datetime | None, datetime | None]]:
    """token -> status, reason, accepted_at, settled_at."""
    with session_scope(reading=True) as session:
        found = select(
            Recipient.token, Recipient.status, Recipient.reason, Recipient.accepted_at, Recipient.settled_at
        ).order_by(Recipient.token)
        return {row[0]: (str(row[1]), *row[2:]) for row in session.execute(found)}


def status_of(name: str) -> tuple[str, str | None]:
    return ledger_now()[token_of(name)][:2]


def suppressions_now() -> set[tuple[str, str, str, datetime]]:
    with session_scope(reading=True) as session:
        found = select(Suppression.address_hash, Suppression.scope, Suppression.reason, Suppression.at)
        return {tuple(row) for row in session.execute(found)}


def suppressed_as(name: str) -> set[tuple[str, str]]:
    """(scope, reason) of one address."""
    hashed = links.address_hash(address_of(name))
    return {(scope, reason) for who, scope, reason, _ in suppressions_now() if who == hashed}


def batch_status(batch_id: int) -> str:
    with session_scope(reading=True) as session:
        return str(session.scalars(select(Batch.status).where(Batch.id == batch_id)).one())


def stored() -> list[str]:
    """Every event's id, sorted."""
    with session_scope(reading=True) as session:
        return sorted(session.scalars(select(ProviderEvent.event_id)))


def as_if_new(status: S = S.UNKNOWN, batch: BatchStatus = BatchStatus.UNKNOWN) -> None:
    """Everyone and every batch as they came out at first, nothing reported: for trying another order."""
    with session_scope() as session:
        session.execute(ProviderEvent.__table__.delete())
        session.execute(Suppression.__table__.delete())
        session.execute(update(Recipient).values(status=status, reason=None, accepted_at=None, settled_at=None))
        session.execute(update(Batch).values(status=batch, settled_at=None))
