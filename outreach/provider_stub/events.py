"""What the provider reports later: events as SendGrid's Event Webhook words them, and the signature they carry.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events (its parts "event" and "security features")
"""

import base64
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.errors import PermanentFailure
from outreach.provider_stub.faults import draw, pick, share
from outreach.provider_stub.mails import PERSON
from outreach.provider_stub.record import Accepted

DELIVERED = "delivered"
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
OUTCOMES: dict[str, list[dict[str, Any]]] = {
    DELIVERED: [{"event": "processed"}, {"event": "delivered", "response": "250 OK"}],
    "deferred": [
        {"event": "processed"},
        {"event": "deferred", "response": "450 Try again later", "attempt": "1"},
        {"event": "delivered", "response": "250 OK"},
    ],
    "bounce": [
        {"event": "processed"},
        {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 No such user"},
    ],
    "blocked": [{"event": "processed"}, {"event": "bounce", "type": "blocked", "reason": "Mailbox is full"}],
    "dropped": [{"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}],
    "spamreport": [
        {"event": "processed"},
        {"event": "delivered", "response": "250 OK"},
        {"event": "spamreport"},
    ],
    "silent": [],
}


@dataclass(frozen=True)
class Plan:
    """What is reported and how badly. Shares are of people, `duplicate` is of events."""

    outcomes: Mapping[str, float] = field(default_factory=dict)
    duplicate: float = 0.0
    disorder: float = 0.0  # the share of requests whose events come in any order
    delay: float = 0.0  # seconds between a mail's acceptance and its events
    batch: int = 500  # events in one post
    seed: int = 0


def parse(words: str, seed: int = 0) -> Plan:
    """`bounce=0.02,deferred=0.1,duplicate=0.1,disorder=1,delay=2`. Raises PermanentFailure naming what is no part."""
    outcomes: dict[str, float] = {}
    others: dict[str, Any] = {}
    plain = {one.name for one in fields(Plan)} - {"outcomes", "seed"}
    for part in filter(None, (one.strip() for one in words.split(","))):
        name, _, given = part.partition("=")
        if name in OUTCOMES:
            outcomes[name] = share(given, part)
        elif name in ("duplicate", "disorder"):
            others[name] = share(given, part)
        elif name in plain and given.replace(".", "", 1).isdecimal():
            others[name] = int(float(given)) or 1 if name == "batch" else float(given)
        else:
            raise PermanentFailure(
                f"{part!r} is nothing to report. There are {', '.join([*OUTCOMES, *sorted(plain)])}."
            )
    if sum(outcomes.values()) > 1:
        raise PermanentFailure("The shares of what is reported come to more than 1.")
    return Plan(outcomes, **others, seed=seed)


def events_of(accepted: Accepted, plan: Plan) -> list[dict[str, Any]]:
    """Everything that is reported of one request, in the order it is posted, duplicates included."""
    found = [event for token, address in accepted.people for event in _of_one(accepted, token, address, plan)]
    chance = random.Random(f"{plan.seed}/{accepted.message_id}")  # noqa: S311 - a schedule, not a secret
    found += [event for event in found if chance.random() < plan.duplicate]
    if chance.random() < plan.disorder:
        chance.shuffle(found)
    return found


def _of_one(accepted: Accepted, token: str, address: str, plan: Plan) -> Iterator[dict[str, Any]]:
    outcome = pick(plan.outcomes, draw(plan.seed, "outcome", token or address)) or DELIVERED
    for number, event in enumerate(OUTCOMES[outcome]):
        yield {
            "email": address,
            "timestamp": int(accepted.at) + number,
            "smtp-id": f"<{accepted.message_id}@stand-in>",
            "sg_event_id": f"{accepted.message_id}-{token or address}-{number}",
            "sg_message_id": f"{accepted.message_id}.recvd-1-1.0",
            **({PERSON: token} if token else {}),
            **event,
        }


def payload(events: list[dict[str, Any]]) -> bytes:
    """A body as SendGrid writes it: a line an event, a CRLF at the end that the signature covers too."""
    return b"[" + b",\r\n".join(orjson.dumps(event) for event in events) + b"]\r\n"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """The verification key as SendGrid's settings page shows it: base64 of DER, in one line."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signed(key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> dict[str, str]:
    """The headers of a post: ECDSA with SHA-256 over timestamp and body."""
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {SIGNATURE: base64.b64encode(signature).decode(), TIMESTAMP: timestamp, "Content-Type": "application/json"}
