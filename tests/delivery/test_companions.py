"""Several processes that send one campaign: they share it, and none outlives the one that started it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import delivery, duties
from outreach.database import session_scope
from outreach.errors import TemporaryFailure
from outreach.mail.sendgrid import SendGrid
from outreach.models import Campaign, Recipient
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.provider_stub import Stub
from outreach.provider_stub.faults import parse
from tests.delivery.conftest import Planned, Playing
from tests.provider_stub.starting import provider
from tests.spine.conftest import DUTY

PEOPLE = [f"s{number:02}" for number in range(60)]
LONGEST = 60.0  # seconds to wait for the other process


@pytest.fixture
def stub(tmp_path: Path, set_environment: Callable[..., None]) -> Iterator[Stub]:
    with provider(tmp_path) as running:
        set_environment(
            transport="sendgrid", sendgrid_host=running.url, sendgrid_api_key=running.key, sendgrid_region="global",
            sender_threads=1, sender_processes=2,
        )  # fmt: skip
        yield running


@pytest.fixture
def ready(
    planned: Planned, stub: Stub, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Campaign:
    monkeypatch.setattr(delivery, "WORTH_A_PROCESS", 1)
    monkeypatch.setenv("no_proxy", "*")
    return planned(*PEOPLE, size=2)


class AfterTheOther(SendGrid):
    """Posts nothing before the process beside this one has."""

    def __init__(self, stub: Stub) -> None:
        super().__init__(stub.key, stub.url, "global")
        self.stub, self.people = stub, 0

    def send(self, batch: OutgoingBatch) -> Result:
        until(lambda: len(self.stub.record.received()) > self.people)
        result = super().send(batch)
        self.people += len(batch.addressees)
        return result


def until(it_has_happened: Callable[[], object]) -> None:
    """Another process cannot be given a clock to move, so it is waited for."""
    given_up = time.monotonic() + LONGEST
    while not it_has_happened() and time.monotonic() < given_up:
        time.sleep(0.01)


def by_status() -> dict[str, int]:
    with session_scope(reading=True) as session:
        found = session.execute(select(Recipient.status, func.count()).group_by(Recipient.status)).tuples().all()
    return {str(status): count for status, count in found}


def test_two_processes_share_a_campaign_and_everyone_gets_one(ready: Campaign, stub: Stub) -> None:
    here = AfterTheOther(stub)
    shown: list[int] = []
    posted = delivery.deliver(ready, duties.duty(DUTY), [1], here, shown.append)
    received = stub.record.received()
    assert (posted, by_status()) == (60, {"accepted": 60})
    assert (len(received), {len(posts) for posts in received.values()}) == (60, {1})
    assert 0 < here.people < 60
    assert shown == sorted(shown)


def test_what_stops_the_other_process_is_raised_when_all_have_ended(ready: Campaign, stub: Stub) -> None:
    stub.fail(parse("401=1", 0))

    def after_the_other_was_refused(batch: OutgoingBatch) -> Result:
        until(lambda: stub.outcomes["401"])
        return Result(Proof.ACCEPTED)

    with pytest.raises(TemporaryFailure, match="key"):
        delivery.deliver(ready, duties.duty(DUTY), [1], Playing([after_the_other_was_refused], name="sendgrid"))
    assert by_status() == {"accepted": 60}


def test_a_process_beside_stops_after_its_batch_when_the_one_that_started_it_has_died(
    ready: Campaign, stub: Stub
) -> None:
    command = [sys.executable, "-m", "outreach.companion", str(ready.id), "1"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    left = by_status()
    assert left.get("planned", 0) > 0
    assert left.get("in_flight", 0) == 0
    assert left.get("accepted", 0) == len(stub.record.received())


def test_few_people_are_not_worth_another_process(planned: Planned, stub: Stub) -> None:
    campaign = planned("ada", "bo")
    here = Playing(name="sendgrid")
    delivery.deliver(campaign, duties.duty(DUTY), [1], here)
    assert set(here.times) == {"ada", "bo"}
    assert stub.record.received() == {}
