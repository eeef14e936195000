"""What a provider reports, brought into one shape. Pure: bytes or dictionaries in, events out.

SendGrid's fields: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from outreach import links
from outreach.errors import PermanentFailure

HARD_BOUNCE, SOFT_BOUNCE, UNRESOLVED, COMPLAINT = "hard_bounce", "soft_bounce", "unresolved", "spamreport"
UNSUBSCRIBES = ("unsubscribe", "group_unsubscribe")

DROP_REASONS = {
    "bounced_address",
    "spam_reporting_address",
    "unsubscribed_address",
    "invalid",
    "spam_content",
    "invalid_smtpapi_header",
}

TOKEN = re.compile(r"[0-9a-f]{32}")
KIND = re.compile(r"[a-z][a-z_]{0,31}")
WORDS = re.compile(r"[^a-z0-9]+")
LONGEST_ID = 200
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)


class Event(NamedTuple):
    """One thing that happened to one message, as `provider_events` holds it.

    `kind`: the provider's word, but `hard_bounce` or `soft_bounce` for a bounce, and "" for what has none; `token`: our
    recipient's, None where the event does not carry it; `address_hash`: of the address it happened to; `raw`: the
    event as JSON, with the address in it, so it is never logged.
    """

    event_id: str
    kind: str
    at: datetime
    token: str | None
    provider_message_id: str | None
    address_hash: str | None
    reason: str | None
    raw: str


class MalformedEvents(PermanentFailure):
    """A body that is not a list of events."""


def from_sendgrid(body: bytes, now: datetime) -> list[Event]:
    """The events of one POST, one an event id. Raises MalformedEvents when it is not a JSON list of objects."""
    try:
        given = orjson.loads(body)
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise MalformedEvents("The body is not a list of events. Nothing was stored.")
        found = [_event(one, now) for one in given]
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise MalformedEvents("The body is not JSON we can read. Nothing was stored.") from None
    return list({event.event_id: event for event in found}.values())


def _event(given: Mapping[str, Any], now: datetime) -> Event:
    kind = kind_of(given)
    message_id = _text(given.get("sg_message_id")).partition(".")[0]
    token = _text(given.get("recipient"))
    return Event(
        _event_id(given),
        kind,
        _time(given.get("timestamp"), now),
        token if TOKEN.fullmatch(token) else None,
        message_id if 0 < len(message_id) <= LONGEST_ID else None,
        hash_of(_text(given.get("email"))),
        _reason(kind, given),
        orjson.dumps(given).decode(),
    )


def _text(value: object) -> str:
    """What can be compared and stored: PostgreSQL takes no NUL."""
    return value if isinstance(value, str) and "\0" not in value else ""


def hash_of(address: str) -> str | None:
    """The keyed hash of an address as the provider writes it, who had it from us in its normal form."""
    normal = address.strip().lower()
    return links.address_hash(normal) if "@" in normal else None


def _event_id(given: Mapping[str, Any]) -> str:
    """The provider's own, else one made of the whole event, so that the same event again is the same."""
    said = _text(given.get("sg_event_id"))
    if 0 < len(said) <= LONGEST_ID:
        return said
    return f"sha256:{sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()}"


def _time(value: object, now: datetime) -> datetime:
    """Seconds since 1970, as a number or text; `now` for what cannot be a time."""
    try:
        at = datetime.fromtimestamp(float(value), UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return at if OLDEST <= at <= now + CLOCKS_DIFFER else now


def kind_of(given: Mapping[str, Any]) -> str:
    """The event's kind. A bounce is hard unless it is of type `blocked` or its status (RFC 3463) begins with 4."""
    kind = _text(given.get("event")).lower()
    if kind != "bounce":
        return kind if KIND.fullmatch(kind) else ""
    soft = given.get("type") == "blocked" or _text(given.get("status")).startswith("4")
    return SOFT_BOUNCE if soft else HARD_BOUNCE


def _reason(kind: str, given: Mapping[str, Any]) -> str | None:
    """The word the ledger shows. A server's own sentence stays in `raw`: it often names the address."""
    if kind in {HARD_BOUNCE, SOFT_BOUNCE}:
        return kind
    if kind == "dropped":
        words = WORDS.sub("_", _text(given.get("reason")).lower()).strip("_")
        return words if words in DROP_REASONS else "dropped"
    return None


def bounced_too_often(days: Sequence[date], limit: float, halving_days: int) -> date | None:
    """The day an address's soft bounces weighed `limit` together, None if they never did.

    A day with a soft bounce weighs 1, however many there were, and half of it is gone every `halving_days`.
    Whether and when does not depend on the order in which the days became known.
    """
    weight, before = 0.0, None
    for day in sorted(set(days)):
        if before is not None:
            weight *= 0.5 ** ((day - before).days / halving_days)
        weight, before = weight + 1, day
        if weight >= limit:
            return day
    return None
