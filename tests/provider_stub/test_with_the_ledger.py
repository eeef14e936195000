"""A whole campaign to the stand-in, faults and all: its record and our ledger agree as sets of people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import delivery
from outreach.database import session_scope
from outreach.errors import OutreachError
from outreach.mail.sendgrid import SendGrid
from outreach.models import Campaign, Recipient, RecipientStatus
from outreach.provider_stub import Stub
from outreach.provider_stub.faults import parse
from tests.delivery.conftest import enrol, planned, run
from tests.provider_stub.starting import provider as starting

__all__ = ["enrol", "planned"]

FAULTS = "429=0.2,500=0.1,413=0.1,reset_after_accept=0.15,reset_after_read=0.1,bad_address_unnamed=0.05"
MOST_RUNS = 30


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Stub]:
    with starting(tmp_path) as running:
        yield running


def tokens(*statuses: RecipientStatus) -> set[str]:
    with session_scope(reading=True) as session:
        return set(session.scalars(select(Recipient.token).where(Recipient.status.in_(statuses))))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_goes_wrong_the_record_and_the_ledger_agree(
    planned: Callable[..., Campaign], stub: Stub, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    planned(*(f"s{number:02}" for number in range(60)), size=6)
    stub.fail(parse(FAULTS, seed))
    transport = SendGrid(stub.key, stub.url, "global", sleep=lambda seconds: None)
    for _ in range(MOST_RUNS):
        try:
            run(transport)
        except (
            OutreachError
        ):  # a run stops when the provider takes nothing or leaves too much in doubt; the next goes on
            delivery.give_up_on_the_dead()
        if not tokens(RecipientStatus.PLANNED):
            break
    received = stub.record.received()
    assert all(len(message_ids) == 1 for message_ids in received.values())
    assert tokens(RecipientStatus.PLANNED, RecipientStatus.IN_FLIGHT) == set()
    assert tokens(RecipientStatus.ACCEPTED) <= set(received)
    assert set(received) <= tokens(RecipientStatus.ACCEPTED, RecipientStatus.UNKNOWN)
    assert len(tokens(*RecipientStatus)) == 60
    assert stub.outcomes["202"]
    assert tokens(RecipientStatus.UNKNOWN)
