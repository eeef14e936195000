"""Two workers on PostgreSQL share one campaign: both send, one is killed, the other finishes."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import delivery
from outreach.database import session_scope
from outreach.errors import TemporaryFailure
from outreach.models import Batch, BatchStatus, Recipient, RecipientStatus
from outreach.provider_stub import Stub
from tests.provider_stub.starting import provider
from tests.spine.conftest import run_duty
from tests.spine.test_kill import SendsNothingYet, enrol_many, start

PEOPLE, SIZE, THREADS = 1_200, 10, 4
PATIENCE_SECONDS = 120
Senders = dict[int, set[BatchStatus]]


@pytest.fixture
def slow_provider(
    tmp_path: Path, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stub]:
    """Every answer takes a fifth of a second or more, so that neither worker is done before the other has begun."""
    monkeypatch.setenv("no_proxy", "*")
    with provider(tmp_path, "slow=1") as stub:
        stub.drip_seconds = 0.002
        set_environment(
            transport="sendgrid", sendgrid_host=stub.url, sendgrid_api_key=stub.key, batch_size=SIZE,
            sender_threads=THREADS,
        )  # fmt: skip
        yield stub


@pytest.mark.slow
@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_both_send_one_is_killed_and_the_other_reaches_all_but_who_was_in_its_hands(
    db: str, slow_provider: Stub
) -> None:
    enrol_many(PEOPLE)
    with pytest.raises(TemporaryFailure, match="Not yet"):
        run_duty(transport=SendsNothingYet())  # selected, written, signed: what is left is to send
    killed, other = start(), start()
    wait_until_both_have_sent(killed, other)
    killed.kill()
    killed.wait()
    assert other.wait(PATIENCE_SECONDS) == 0
    delivery.give_up_on_the_dead()

    batches = batches_by_process()
    assert batches[other.pid] == {BatchStatus.ACCEPTED}
    assert batches[killed.pid] <= {BatchStatus.ACCEPTED, BatchStatus.UNKNOWN}
    received, accepted = slow_provider.record.received(), tokens(RecipientStatus.ACCEPTED)
    in_doubt = tokens(RecipientStatus.UNKNOWN)
    assert {token for token, mails in received.items() if len(mails) > 1} == set()
    assert (len(accepted | in_doubt), len(accepted) + len(in_doubt)) == (PEOPLE, PEOPLE)
    assert accepted <= set(received) <= accepted | in_doubt
    assert in_doubt <= in_hands_of(killed.pid)
    assert len(in_doubt) <= THREADS * SIZE


def wait_until_both_have_sent(*processes: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(BatchStatus.ACCEPTED in batches_by_process().get(one.pid, ()) for one in processes):
        assert [one.poll() for one in processes] == [None, None], "a worker ended before the other had sent"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def batches_by_process() -> Senders:
    """Process id -> how the batches that it claimed stand."""
    with session_scope(reading=True) as session:
        found = session.execute(select(Batch.claimed_by, Batch.status).where(Batch.claimed_by.is_not(None))).all()
    senders: Senders = {}
    for worker, status in found:
        senders.setdefault(process_of(worker), set()).add(status)
    return senders


def process_of(worker: str) -> int:
    return int(worker.split("/")[1])


def in_hands_of(process: int) -> set[str]:
    with session_scope(reading=True) as session:
        found = session.execute(
            select(Recipient.token, Batch.claimed_by)
            .join(Batch, Batch.id == Recipient.batch_id)
            .where(Batch.claimed_by.is_not(None))
        ).all()
    return {token for token, worker in found if process_of(worker) == process}


def tokens(status: RecipientStatus) -> set[str]:
    with session_scope(reading=True) as session:
        return set(session.scalars(select(Recipient.token).where(Recipient.status == status)))
