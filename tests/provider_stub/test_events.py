"""What the stand-in reports: signed as SendGrid signs, again and again until taken, in order or not."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from outreach.errors import PermanentFailure
from outreach.provider_stub import events
from outreach.provider_stub.events import SIGNATURE, TIMESTAMP, Plan, events_of, parse
from outreach.provider_stub.posting import EventPoster
from outreach.provider_stub.record import Accepted, Record
from tests.provider_stub.webhook import Webhook, listening

Start = Callable[..., EventPoster]

ACCEPTED = Accepted("message-1", 1_700_000_000.5, [(f"s{number}", f"s{number}@example.org") for number in range(200)])


def kinds(found: list[dict[str, object]], token: str) -> list[object]:
    return [event["event"] for event in found if event["recipient"] == token]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening(Webhook()) as one:
        yield one


@pytest.fixture
def start(webhook: Webhook, tmp_path: Path) -> Iterator[Start]:
    """Starts reporting what stands in a record of 200 people."""
    with ExitStack() as stack:

        def start_(plan: str = "") -> EventPoster:
            record = Record(tmp_path / "received.jsonl")
            record.append(ACCEPTED)
            poster = EventPoster(record, webhook.url, parse(plan, seed=1))
            poster.start()
            stack.callback(record.close)
            stack.callback(poster.stop)
            return poster

        yield start_


def test_everybody_is_reported_as_processed_and_delivered() -> None:
    found = events_of(ACCEPTED, Plan())
    assert all(kinds(found, token) == ["processed", "delivered"] for token, _ in ACCEPTED.people)
    assert found[0] == {
        "email": "s0@example.org",
        "timestamp": 1_700_000_000,
        "smtp-id": "<message-1@stand-in>",
        "sg_event_id": "message-1-s0-0",
        "sg_message_id": "message-1.recvd-1-1.0",
        "recipient": "s0",
        "event": "processed",
    }


def test_shares_of_people_fare_worse_and_the_same_ones_for_the_same_seed() -> None:
    plan = parse("bounce=0.2,blocked=0.1,deferred=0.1,dropped=0.1,spamreport=0.1,silent=0.1", seed=3)
    found = Counter(tuple(kinds(events_of(ACCEPTED, plan), token)) for token, _ in ACCEPTED.people)
    assert set(found) == {
        ("processed", "delivered"),
        ("processed", "bounce"),
        ("processed", "deferred", "delivered"),
        ("processed", "delivered", "spamreport"),
        ("dropped",),
        (),
    }
    assert events_of(ACCEPTED, plan) == events_of(ACCEPTED, plan)
    assert events_of(ACCEPTED, plan) != events_of(ACCEPTED, parse("bounce=0.2", seed=4))


def test_duplicates_carry_the_same_id_and_disorder_loses_nothing() -> None:
    plain, mixed = events_of(ACCEPTED, Plan()), events_of(ACCEPTED, Plan(duplicate=0.3, disorder=1.0))
    ids, counted = [event["sg_event_id"] for event in plain], Counter(event["sg_event_id"] for event in mixed)
    assert counted.keys() == set(ids)
    assert 40 < sum(counted.values()) - len(ids) < 200
    assert [event["sg_event_id"] for event in mixed][: len(ids)] != ids


def test_posts_are_signed_so_that_the_providers_own_package_believes_them(start: Start, webhook: Webhook) -> None:
    poster = start("batch=150")
    webhook.wait_for(400)
    assert [len(post) for post in webhook.taken] == [150, 150, 100]
    judge = EventWebhook(events.public(poster.key))
    for headers, body in webhook.posts:
        assert body.endswith(b"]\r\n")
        assert judge.verify_signature(body.decode(), headers[SIGNATURE], headers[TIMESTAMP])
        assert not judge.verify_signature(body.decode().rstrip(), headers[SIGNATURE], headers[TIMESTAMP])


def test_a_webhook_that_is_down_gets_everything_later(start: Start, webhook: Webhook) -> None:
    webhook.refusals = 2
    poster = start()
    found = webhook.wait_for(400)
    assert len({event["sg_event_id"] for event in found}) == 400
    assert len(webhook.posts) == len(webhook.taken) + 2
    poster.stop()
    assert poster.status() == {"url": webhook.url, "posted": 400, "given_up": 0, "waiting": False}


def test_events_wait_as_long_as_they_are_told(start: Start, webhook: Webhook) -> None:
    """ACCEPTED lies years back, so that nothing but the delay holds it."""
    poster = start("delay=9999999999")
    assert poster.status()["waiting"]
    assert webhook.posts == []
    poster.plan = Plan()
    assert len(webhook.wait_for(400)) == 400


@pytest.mark.parametrize(
    "words", ["bounce", "bounce=2", "rumour=0.1", "bounce=0.6,dropped=0.6", "delay=soon", "seed=1"]
)
def test_a_report_nobody_knows_is_named(words: str) -> None:
    with pytest.raises(PermanentFailure):
        parse(words)
