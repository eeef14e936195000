"""POST /webhooks/sendgrid: only what SendGrid has signed, all of a post or nothing of it, and answered at once."""

import logging
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from outreach.cli import reporting
from outreach.database import engine
from outreach.errors import PermanentFailure
from outreach.models import ProviderEvent
from outreach.provider_stub import events as stand_in
from outreach.provider_stub.record import Accepted
from outreach.web import webhooks
from tests.conftest import NOON
from tests.provider_events.conftest import (
    address_of,
    batch_status,
    body_of,
    bounce,
    event,
    ledger_now,
    put_out,
    shown_key,
    signed,
    status_of,
    stored,
    suppressed_as,
    token_of,
)

PATH = "/webhooks/sendgrid"
DELIVERED = body_of(event("ada", "processed"), event("ada", "delivered", 1))


@pytest.fixture
def webhook(set_environment: Callable[..., None], client: Any) -> Callable[..., Any]:
    """Posts a body, signed as SendGrid does unless other headers are given."""
    set_environment(sendgrid_webhook_key=shown_key())

    def post(body: bytes, headers: dict[str, str] | None = None) -> Any:
        return client.post(PATH, content=body, headers=signed(body) if headers is None else headers)

    return post


def test_events_are_stored_answered_and_settled(db: str, webhook: Callable[..., Any]) -> None:
    put_out("ada", "bo")
    assert webhook(DELIVERED).status_code == 200
    assert webhook(body_of(bounce("bo"))).status_code == 200
    assert len(stored()) == 3
    assert (status_of("ada"), status_of("bo")) == (("delivered", None), ("bounced", "hard_bounce"))
    assert suppressed_as("bo") == {("all", "bounced")}


def test_the_same_post_again_changes_nothing(db: str, webhook: Callable[..., Any]) -> None:
    put_out("ada")
    first, before = webhook(DELIVERED), (stored(), status_of("ada"))
    again = webhook(DELIVERED)
    assert (first.text, again.text) == ("2 of 2 events are new.\n", "0 of 2 events are new.\n")
    assert (stored(), status_of("ada")) == before


def without(headers: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.endswith(names)}


GOOD = signed(DELIVERED)
FORGED = {
    "another key": (DELIVERED, signed(DELIVERED, ec.generate_private_key(ec.SECP256R1()))),
    "a changed body": (DELIVERED.replace(b"delivered", b"deferred!"), GOOD),
    "the line break cut off": (DELIVERED.rstrip(), GOOD),
    "another time": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Timestamp": "1795345201"}),
    "a time that is no number": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Timestamp": "\xe5r 2026"}),
    "no signature": (DELIVERED, without(GOOD, "Signature")),
    "no time": (DELIVERED, without(GOOD, "Timestamp")),
    "no headers": (DELIVERED, {}),
    "an empty signature": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Signature": ""}),
    "no base64": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Signature": "not base64!"}),
    "no ASCII": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Signature": "\xe5"}),
    "half a signature": (DELIVERED, GOOD | {"X-Twilio-Email-Event-Webhook-Signature": "MEUCIQDq"}),
    "an empty body": (b"", GOOD),
}


def test_what_sendgrid_has_not_signed_is_refused_and_not_stored(sqlite_db: str, webhook: Callable[..., Any]) -> None:
    answers = {
        what: webhook(body, {name: value.encode("latin-1") for name, value in headers.items()}).status_code  # type: ignore[dict-item]
        for what, (body, headers) in FORGED.items()
    }
    assert answers == dict.fromkeys(FORGED, 403)
    assert stored() == []
    assert webhook(DELIVERED).status_code == 200


MALFORMED = {
    "nothing": b"",
    "half": DELIVERED[: len(DELIVERED) // 2],
    "an object": orjson.dumps(event("ada", "delivered")),
    "a number in the list": b'[{"event": "delivered"}, 7]',
    "a list in the list": b"[[]]",
    "no JSON": b"<html>",
    "no UTF-8": b'[{"email": "\xe5sa@example.org"}]',
    "half a character": b'[{"email": "\\ud800"}]',
    "NaN": b'[{"timestamp": NaN}]',
    "too deep to read": b"[" * 5000 + b"]" * 5000,
    "too deep to keep": b'[{"event":"delivered","x":' + b"[" * 500 + b"]" * 500 + b"}]",
}


def test_what_is_no_list_of_events_is_refused_whole(sqlite_db: str, webhook: Callable[..., Any]) -> None:
    answers = {what: webhook(body).status_code for what, body in MALFORMED.items()}
    assert answers == dict.fromkeys(MALFORMED, 400)
    assert stored() == []


def test_a_post_without_events_is_fine(sqlite_db: str, webhook: Callable[..., Any]) -> None:
    assert webhook(b"[]\r\n").status_code == 200


HOSTILE: list[dict[str, Any]] = [
    {},
    {"event": "delivered", "recipient": "\0" * 32, "sg_event_id": "a\0b"},
    {"event": ["delivered"], "timestamp": {"$gt": 0}, "email": {"x": 1}, "sg_message_id": None},
    {"event": "bounce", "email": "nobody", "timestamp": 1e300, "type": 5, "status": 5},
    {"event": "bounce", "email": "x@example.org\0", "timestamp": -62135596801},
    {"event": "dropped", "reason": "x" * 100_000, "timestamp": "1795345200"},
    {"event": "x" * 1000, "sg_message_id": "y" * 1000, "sg_event_id": "z" * 1000, "email": "@" * 1000},
    {"event": "delivered", "recipient": "0" * 33, "timestamp": True},
    {"event": "delivered", "timestamp": 2**64 - 1, "email": "å\u202e@exämple.org"},
]


def test_events_that_say_nonsense_are_kept_and_change_nobody(db: str, webhook: Callable[..., Any]) -> None:
    put_out("ada")
    assert webhook(body_of(*HOSTILE)).status_code == 200
    assert len(stored()) == len(HOSTILE)
    assert status_of("ada") == ("unknown", None)


def test_a_megabyte_is_taken_and_five_are_not(sqlite_db: str, webhook: Callable[..., Any]) -> None:
    put_out("ada")
    many = body_of(*(event("ada", "deferred", number, response="x" * 600) for number in range(1200)))
    assert len(many) > 1_000_000
    assert webhook(many).status_code == 200
    assert (len(stored()), status_of("ada")[0]) == (1200, "deferred")
    assert webhook(b"[" + b" " * webhooks.MOST_BYTES + b"]").status_code == 413


def test_reading_the_address_changes_nothing_and_shows_nothing(sqlite_db: str, client: Any) -> None:
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize("key", ["", "not a key", shown_key()[:40], "c2VjcmV0"], ids=["none", "words", "cut", "short"])
def test_without_a_usable_key_the_provider_is_told_to_come_back(
    sqlite_db: str, client: Any, set_environment: Callable[..., None], key: str
) -> None:
    set_environment(sendgrid_webhook_key=key)
    assert client.post(PATH, content=DELIVERED, headers=GOOD).status_code == 500
    assert stored() == []
    with pytest.raises(PermanentFailure, match="OUTREACH_SENDGRID_WEBHOOK_KEY"):
        webhooks.public_key(key)


def test_check_says_when_the_key_cannot_be_one(home: Path, set_environment: Callable[..., None]) -> None:
    set_environment(sendgrid_webhook_key="not a key")
    assert [line for line in reporting.problems() if "OUTREACH_SENDGRID_WEBHOOK_KEY" in line]


def test_a_database_that_is_down_makes_the_provider_come_back(
    home: Path, webhook: Callable[..., Any], set_environment: Callable[..., None]
) -> None:
    set_environment(database_url="postgresql+psycopg://x@127.0.0.1:9/outreach")
    assert webhook(DELIVERED).status_code == 503


def test_a_settling_that_fails_after_the_answer_is_made_up_for_later(
    sqlite_db: str, webhook: Callable[..., Any]
) -> None:
    """The database goes away between the answer and the settling; the next post settles both."""
    put_out("ada", "bo")
    with engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE suppressions RENAME TO elsewhere")
    assert webhook(DELIVERED).status_code == 200
    assert (len(stored()), status_of("ada")[0]) == (2, "unknown")
    with engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO suppressions")
    assert webhook(body_of(bounce("bo"))).status_code == 200
    assert (status_of("ada")[0], status_of("bo")[0]) == ("delivered", "bounced")


def test_addresses_are_kept_raw_and_never_logged(
    sqlite_db: str, webhook: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    webhook(body_of(bounce("ada")))
    webhook(body_of(bounce("ada")), {})
    webhook(body_of(bounce("ada"))[:-20])
    with engine().connect() as connection:
        raw = connection.execute(ProviderEvent.__table__.select()).mappings().one()["raw"]
    assert orjson.loads(raw) == bounce("ada")
    assert address_of("ada") not in caplog.text


def test_what_the_stand_in_reports_is_understood(db: str, client: Any, set_environment: Callable[..., None]) -> None:
    """Everyone of an unknown batch ends as the stand-in says, doubled and in any order; who is silent stays unknown."""
    names = [f"p{number}" for number in range(60)]
    batch = put_out(*names)
    key = stand_in.new_key()
    set_environment(sendgrid_webhook_key=stand_in.public(key))
    accepted = Accepted("a-message", NOON.timestamp(), [(token_of(name), address_of(name)) for name in names])
    plan = stand_in.parse("bounce=0.2,blocked=0.1,dropped=0.1,spamreport=0.1,silent=0.1,duplicate=0.5,disorder=1", 3)
    reported = stand_in.events_of(accepted, plan)
    for start in range(0, len(reported), 25):
        body = stand_in.payload(reported[start : start + 25])
        assert client.post(PATH, content=body, headers=stand_in.signed(key, "1", body)).status_code == 200
    last = {one["recipient"]: one["event"] for one in sorted(reported, key=itemgetter("timestamp", "sg_event_id"))}
    becomes = {"delivered": "delivered", "bounce": "bounced", "dropped": "dropped", "spamreport": "complained"}
    expected = {token_of(name): becomes.get(last.get(token_of(name), ""), "unknown") for name in names}
    assert {token: row[0] for token, row in ledger_now().items()} == expected
    assert set(expected.values()) == {*becomes.values(), "unknown"}
    assert batch_status(batch) == "unknown"
