"""Whatever a provider does, nobody gets a mail twice, and what is claimed to be proven agrees with its own record."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.mail.sendgrid import SendGrid
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.provider_stub import Stub
from outreach.provider_stub.faults import OF_REQUESTS, parse
from tests.provider_stub.starting import provider as starting

Letter = Callable[..., OutgoingBatch]

STATUSES = ["200", "302", "400", "401", "402", "408", "413", "429", "500", "503"]
KINDS = st.sampled_from(["", "", *STATUSES, *OF_REQUESTS])
MOST_RUNS = 6
EXAMPLE = itertools.count()


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    with starting(tmp_path_factory.mktemp("provider"), largest=30_000) as running:
        running.drip_seconds = 0.0
        yield running


def fates(tokens: list[str], result: Result) -> dict[str, str]:
    """Token -> what the ledger would say after this result."""
    named = dict.fromkeys(result.refused, "refused")
    named |= dict.fromkeys(result.unknown, "unknown") | dict.fromkeys(result.not_sent, "not_sent")
    return {token: named.get(token, result.proof.value) for token in tokens}


def send_until_settled(stub: Stub, letter: Letter, tokens: list[str], timeout: float = 10.0) -> dict[str, str]:
    """As runs do: those who are proven not sent, and nobody else, go into the next batch."""
    transport = SendGrid(stub.key, stub.url, "global", timeout, sleep=lambda seconds: None)
    ledger = dict.fromkeys(tokens, "not_sent")
    for _ in range(MOST_RUNS):
        due = [token for token, fate in ledger.items() if fate == "not_sent"]
        for start in range(0, len(due), 16):
            some = due[start : start + 16]
            ledger |= fates(some, transport.send(letter(*some)))
    return ledger


def those(ledger: dict[str, str], *wanted: str) -> set[str]:
    return {token for token, fate in ledger.items() if fate in wanted}


@given(
    schedule=st.lists(KINDS, max_size=20),
    bad=st.fixed_dictionaries(
        {"bad_address": st.sampled_from([0.0, 0.1]), "bad_address_unnamed": st.sampled_from([0.0, 0.1])}
    ),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_under_any_faults_nobody_is_written_to_twice_and_proofs_hold(
    stub: Stub, letter: Letter, schedule: list[str], bad: dict[str, float], seed: int
) -> None:
    stub.reset()
    words = [f"{kind}@{number}" for number, kind in enumerate(schedule, 1) if kind]
    stub.fail(parse(",".join([*words, *(f"{kind}={share}" for kind, share in bad.items())]), seed))
    run = next(EXAMPLE)  # a request the sender has given up may still be accepted, in the middle of the next example
    ledger = send_until_settled(stub, letter, [f"s{run}-{number}" for number in range(48)], timeout=0.1)
    received = {token: ids for token, ids in stub.record.received().items() if token in ledger}
    assert all(len(message_ids) == 1 for message_ids in received.values())
    assert those(ledger, Proof.ACCEPTED) <= received.keys()
    assert received.keys() <= those(ledger, Proof.ACCEPTED, Proof.UNKNOWN)
    assert ledger.keys() == those(ledger, *Proof)


def test_without_doubtful_answers_the_provider_received_exactly_the_accepted(stub: Stub, letter: Letter) -> None:
    stub.reset()
    stub.fail(parse("429=0.2,413=0.1,400=0.1,bad_address=0.05", seed=7))
    tokens = [f"s{number:03}" for number in range(400)]
    ledger = send_until_settled(stub, letter, tokens)
    refused = {token for token in tokens if stub.faults.of_address(f"{token}@students.example.org")}
    assert refused
    assert those(ledger, Proof.UNKNOWN, "not_sent") == set()
    assert set(stub.record.received()) == those(ledger, Proof.ACCEPTED)
    assert refused <= those(ledger, Proof.REFUSED)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_fails_the_same_way(stub: Stub, letter: Letter, seed: int) -> None:
    found = []
    for _ in range(2):
        stub.reset()
        stub.fail(parse("500=0.2,429=0.2,reset_after_accept=0.2,bad_address_unnamed=0.05", seed))
        ledger = send_until_settled(stub, letter, [f"s{number:02}" for number in range(48)])
        found.append((ledger, dict(stub.outcomes), sorted(stub.record.received())))
    assert found[0] == found[1]
