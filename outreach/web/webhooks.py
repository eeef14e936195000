"""What the mail provider tells us: POST /webhooks/sendgrid, signed over the raw body.

Events are stored and answered at once, and settled after the answer: a slow database never makes the provider give up.
Posted again (SendGrid does so for 24 hours, and at times for no reason), they change nothing, so an old signature is as
good as a new one. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import base64
import logging
from functools import cache
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from outreach import clock, settling
from outreach.database import session_scope
from outreach.errors import OutreachError, PermanentFailure
from outreach.provider_events import MalformedEvents, from_sendgrid
from outreach.queries import provider_events
from outreach.settings import settings

SIGNATURE, TIMESTAMP = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"
MOST_BYTES = 4 * 1024 * 1024  # SendGrid posts up to 768 kB

log = logging.getLogger(__name__)
router = APIRouter()


async def _read(request: Request) -> bytes:
    return await request.body()


@router.post("/webhooks/sendgrid")
def sendgrid(request: Request, body: Annotated[bytes, Depends(_read)]) -> Response:
    """200 when every event is stored; 403 unsigned; 400 when it is no list of events, with nothing stored."""
    signature, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, "")
    if not is_signed(public_key(settings().sendgrid_webhook_key.get_secret_value()), signature, timestamp, body):
        log.warning("refused events whose signature is missing or not SendGrid's")
        return PlainTextResponse("The signature is missing or wrong.\n", 403)
    try:
        reported = from_sendgrid(body, clock.now())
    except MalformedEvents as error:
        log.warning("refused %s bytes: %s", len(body), error)
        return PlainTextResponse(f"{error}\n", 400)
    with session_scope() as session:
        new = provider_events.store(session, reported)
    return PlainTextResponse(f"{new} of {len(reported)} events are new.\n", background=BackgroundTask(_settle))


def _settle() -> None:
    """After the answer. What fails here is taken up by housekeeping, or by the next post."""
    try:
        settling.settle_soon()
    except OutreachError as error:
        log.warning("events wait to be settled: %s", error)


@cache
def public_key(encoded: str) -> ec.EllipticCurvePublicKey:
    """The key as SendGrid shows it: base64 of a DER public key. Raises PermanentFailure for anything else."""
    if not encoded:
        raise PermanentFailure("OUTREACH_SENDGRID_WEBHOOK_KEY is not set, so events cannot be told from forgeries.")
    try:
        key = load_der_public_key(base64.b64decode(encoded, validate=True))
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise PermanentFailure(
            "OUTREACH_SENDGRID_WEBHOOK_KEY is not the verification key SendGrid shows. Copy it anew."
        )
    return key


def is_signed(key: ec.EllipticCurvePublicKey, signature: str, timestamp: str, body: bytes) -> bool:
    """Whether `signature` (base64, ECDSA over SHA-256) is the key's over timestamp and body, to the last line break."""
    if not signature or not timestamp:
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):  # not the key's, or no base64
        return False
    return True
