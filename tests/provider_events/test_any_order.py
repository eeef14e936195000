"""However the provider's events come, mixed, doubled and cut into posts: the same ledger, the same suppressions."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach import settling
from outreach.database import session_scope
from outreach.models import Batch, BatchStatus, Recipient
from outreach.models import RecipientStatus as S
from outreach.outgoing import Proof, Result
from outreach.queries import batches, ledger
from tests.conftest import NOON
from tests.provider_events.conftest import (
    Sent,
    as_if_new,
    bounce,
    event,
    ledger_now,
    put_out,
    report,
    status_of,
    store,
    stored,
    suppressions_now,
)

DAY = 24 * 3600
Reported = dict[str, Any]

# Everything that can be said of four people, contradictions included.
EVENTS: list[Reported] = [
    event("ada", "processed", 1),
    event("ada", "deferred", 2),
    event("ada", "deferred", 9),
    event("ada", "delivered", 5),
    bounce("ada", 30),
    bounce("ada", 20, type="blocked"),
    event("ada", "spamreport", 40),
    event("bo", "processed", 3),
    event("bo", "dropped", 4, reason="Bounced Address"),
    event("bo", "dropped", 4, reason="Spam Content", sg_event_id="bo-again"),
    event("bo", "delivered", 6),
    event("bo", "delivered", 8),
    event("bo", "unsubscribe", 50),
    event("bo", "group_unsubscribe", 45),
    bounce("cy", 60, recipient=None),
    bounce("cy", 50, recipient=None, sg_message_id=None, sg_event_id=None),
    event("cy", "delivered", 7),
    *(bounce("dan", -number * DAY, type="blocked") for number in range(5)),
    event("dan", "deferred", 8),
    event("elsewhere", "spamreport", 3, recipient=None),
    event("elsewhere", "an_event_of_2030", 3),
]

mixed = st.lists(st.integers(0, len(EVENTS) - 1), max_size=40).flatmap(
    lambda more: st.permutations([*range(len(EVENTS)), *more])
)
some = st.lists(st.sampled_from(range(len(EVENTS))), min_size=1, max_size=12)
cuts = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=12)
shared_database = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_posts(order: list[int], pieces: list[tuple[int, bool]]) -> None:
    """Report in this order, in posts of these sizes, some of which are settled before the next one comes."""
    left, number = list(order), 0
    while left:
        size, at_once = pieces[number % len(pieces)]
        post, left, number = left[:size], left[size:], number + 1
        (report if at_once else store)(*(EVENTS[index] for index in post))
    settling.settle_all()


def end() -> tuple[Any, ...]:
    with session_scope(reading=True) as session:
        found = session.execute(select(Batch.id, Batch.status).order_by(Batch.id)).all()
    return ledger_now(), suppressions_now(), [tuple(row) for row in found], stored()


@shared_database
@given(order=mixed, pieces=cuts)
def test_any_order_ends_the_same(sqlite_db: str, order: list[int], pieces: list[tuple[int, bool]]) -> None:
    one_order_and_another(order, pieces)


@settings(shared_database, max_examples=8)
@given(order=mixed, pieces=cuts)
def test_any_order_ends_the_same_on_both_databases(db: str, order: list[int], pieces: list[tuple[int, bool]]) -> None:
    one_order_and_another(order, pieces)


def one_order_and_another(order: list[int], pieces: list[tuple[int, bool]]) -> None:
    if not ledger_now():
        put_out("ada", "bo", "cy", message_id="known")
        put_out("dan", "eve")
    as_if_new()
    report(*EVENTS)
    expected = end()
    as_if_new()
    in_posts(order, pieces)
    assert end() == expected
    assert {name: status_of(name)[0] for name in ("ada", "bo", "cy", "dan", "eve")} == {
        "ada": "complained",
        "bo": "delivered",
        "cy": "bounced",
        "dan": "bounced",
        "eve": "unknown",
    }


@shared_database
@given(order=some, pieces=cuts)
def test_some_of_the_events_in_any_order_end_the_same(
    sqlite_db: str, order: list[int], pieces: list[tuple[int, bool]]
) -> None:
    """A subset too, so that no order is right only because everything came in the end."""
    if not ledger_now():
        put_out("ada", "bo", "cy", message_id="known")
        put_out("dan", "eve")
    as_if_new()
    report(*(EVENTS[index] for index in sorted(set(order))))
    expected = end()
    as_if_new()
    in_posts(order, pieces)
    assert end() == expected


@shared_database
@given(order=some, when=st.integers(0, 12), proof=st.sampled_from([Proof.ACCEPTED, Proof.UNKNOWN, None]))
def test_events_that_overtake_the_senders_own_record_are_not_undone(
    sqlite_db: str, order: list[int], when: int, proof: Proof | None
) -> None:
    """The answer of the post is recorded (None: the sender was given up) before, between or after the events."""
    if not ledger_now():
        put_out("ada", "bo", "cy", "dan", "eve", message_id="known")
    ends = []
    for moment in (0, when):
        as_if_new(S.IN_FLIGHT, BatchStatus.POSTING)
        for number, index in enumerate([*order, None]):
            if number == min(moment, len(order)):
                answered(proof)
            if index is not None:
                report(EVENTS[index])
        ends.append(({who: row[:2] for who, row in ledger_now().items()}, suppressions_now(), end()[2]))
    assert ends[0] == ends[1]
    assert status_of("eve")[0] == ("accepted" if proof is Proof.ACCEPTED else "unknown")


def answered(proof: Proof | None) -> None:
    with session_scope() as session:
        (batch_id,) = session.scalars(select(Batch.id))
        if proof is not None:
            batches.record(session, batch_id, 1, Result(proof, "known"), NOON)
        else:
            session.execute(update(Batch).values(claimed_by="gone"))
            assert batches.lose_claims_of(session, ["gone"]) == 1


def test_the_comparison_sees_what_differs(sqlite_db: str, sent: Sent) -> None:
    sent("ada")
    before = end()
    with session_scope() as session:
        ledger.move(session, S.DELIVERED, Recipient.status == S.UNKNOWN)
    assert end() != before
