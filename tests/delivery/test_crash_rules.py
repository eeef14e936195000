"""What becomes of people when a worker dies, a provider fails or a record comes late (design, section 4)."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock, delivery, duties
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import Batch, Campaign, CampaignStatus, Membership, Person, Recipient
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import approvals, batches, messages, office
from outreach.settings import settings
from tests.conftest import NOON
from tests.delivery.conftest import NEVER, Planned, Playing, record, run, statuses, take, those
from tests.spine.conftest import DUTY, Student, outcomes, run_duty

ACCEPTED = ("accepted", None)
LOST = ("unknown", "worker_lost")


def after(minutes: int) -> object:
    return clock.frozen(NOON + timedelta(minutes=minutes))


def housekeeping() -> int:
    """What the duty of that name does about claims, and every delivery before it begins."""
    return delivery.give_up_on_the_dead()


def a_dead_process() -> str:
    """A worker's name whose process on this machine is gone."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return f"{socket.gethostname()}/{child}/abc"


# Dead workers


def test_people_of_a_worker_that_died_here_are_unknown_and_never_planned_again(planned: Planned) -> None:
    campaign = planned("a", "b", "c", "d", size=2)
    claim = take(campaign, a_dead_process())
    assert claim is not None
    transport = Playing()
    for _ in range(4):
        run(transport)
    lost = {person.address.partition("@")[0] for person in claim.people}
    assert {uid for uid, outcome in outcomes().items() if outcome == LOST} == lost
    assert {uid for uid, outcome in outcomes().items() if outcome == ACCEPTED} == set("abcd") - lost
    assert dict(transport.times) == dict.fromkeys(set("abcd") - lost, 1)


def test_a_claim_from_another_machine_is_left_alone_until_it_expires(planned: Planned) -> None:
    campaign = planned("a")
    take(campaign, "another-host/1/abc")
    run(Playing())
    assert outcomes() == {"a": ("in_flight", None)}
    with after(minutes=10):
        housekeeping()
        run(Playing())
    assert outcomes() == {"a": ("in_flight", None)}
    with after(minutes=11):
        transport = Playing()
        housekeeping()
        run(transport)
    assert outcomes() == {"a": LOST}
    assert transport.posts == []


def test_a_claim_of_a_process_that_lives_is_not_taken_for_dead() -> None:
    assert not delivery.is_dead(delivery.worker_name())
    assert not delivery.is_dead("another-host/999999999/abc")
    assert delivery.is_dead(a_dead_process())


def test_a_result_recorded_after_the_claim_expired_still_settles_who_was_sent_to(planned: Planned) -> None:
    campaign = planned("a", "b", "c")
    claim = take(campaign)
    assert claim is not None
    with after(minutes=11):
        assert housekeeping() == 1
        assert housekeeping() == 0
        tokens = {person.address.partition("@")[0]: person.token for person in claim.people}
        record(claim, Result(Proof.ACCEPTED, refused={tokens["b"]: "smtp_550"}, not_sent=frozenset({tokens["c"]})))
    # Who was proven not sent stays unknown: an unknown person is never planned again by itself.
    assert outcomes() == {"a": ACCEPTED, "b": ("rejected", "smtp_550"), "c": LOST}
    assert statuses() == [(1, "accepted")]


def test_not_sent_that_comes_after_the_claim_expired_plans_nobody(planned: Planned) -> None:
    campaign = planned("a")
    claim = take(campaign)
    assert claim is not None
    with after(minutes=11):
        housekeeping()
        record(claim, NEVER)
        transport = Playing()
        run(transport)
    assert (outcomes(), transport.posts) == ({"a": LOST}, [])


# What a provider's answer does


def test_not_sent_puts_everyone_back_and_the_next_run_sends_them_once(planned: Planned) -> None:
    planned("a", "b", "c", size=2)
    assert {outcome for outcome, _ in outcomes().values()} == {"planned"}
    with pytest.raises(TemporaryFailure, match=r"The other side is closed\."):
        run(Playing([NEVER]))
    transport = Playing()
    run(transport)
    run(transport)
    assert dict(transport.times) == {"a": 1, "b": 1, "c": 1}
    assert outcomes() == dict.fromkeys("abc", ACCEPTED)


def test_who_said_no_before_the_claim_is_not_planned_again_when_the_batch_is_put_back(planned: Planned) -> None:
    campaign = planned("a", "b")
    with session_scope() as session:
        session.execute(update(Person).where(Person.student_uid == "b").values(membership=Membership.MEMBER))
    claim = take(campaign)
    assert claim is not None
    record(claim, NEVER)
    assert outcomes() == {"a": ("planned", None), "b": ("excluded", "member")}


def test_each_person_gets_the_outcome_the_provider_gave_them(planned: Planned) -> None:
    planned("fine", "refused", "unsure", "later")

    def mixed(batch: OutgoingBatch) -> Result:
        (token,) = those(batch, "refused")
        return Result(
            Proof.ACCEPTED,
            refused={token: "smtp_550"},
            unknown=those(batch, "unsure"),
            not_sent=those(batch, "later"),
        )

    run(Playing([mixed]))
    assert outcomes() == {
        "fine": ACCEPTED,
        "refused": ("rejected", "smtp_550"),
        "unsure": ("unknown", None),
        "later": ("planned", None),
    }
    transport = Playing()
    run(transport)
    run(transport)
    assert transport.posts == [("later",)]
    assert outcomes()["later"] == ACCEPTED


@pytest.mark.parametrize(
    ("proof", "status"), [(Proof.REFUSED, ("rejected", "refused")), (Proof.UNKNOWN, ("unknown", None))]
)
def test_a_batch_refused_or_in_doubt_is_never_sent_again(
    planned: Planned, proof: Proof, status: tuple[str, str | None]
) -> None:
    planned("a", "b")
    transport = Playing([Result(proof, sentence="No.")])
    for _ in range(3):
        run(transport)
    assert outcomes() == {"a": status, "b": status}
    assert transport.times == {"a": 1, "b": 1}


def test_a_provider_that_breaks_off_half_way_stops_the_run_and_the_rest_is_sent_next(planned: Planned) -> None:
    planned("a", "b", "c", "d", size=3)

    def broke_off(batch: OutgoingBatch) -> Result:
        tokens = [one.token for one in batch.addressees]
        return Result(
            Proof.ACCEPTED, None, "It broke off.", unknown=frozenset(tokens[1:2]), not_sent=frozenset(tokens[2:])
        )

    transport = Playing([broke_off])
    with pytest.raises(TemporaryFailure, match="It broke off"):
        run(transport)
    ((sent, unsure, _unsent),) = transport.posts
    others = set("abcd") - {sent, unsure}
    assert outcomes() == {sent: ACCEPTED, unsure: ("unknown", None)} | dict.fromkeys(others, ("planned", None))
    rest = Playing()
    run(rest)
    assert rest.times == dict.fromkeys(others, 1)
    assert outcomes() == {sent: ACCEPTED, unsure: ("unknown", None)} | dict.fromkeys(others, ACCEPTED)


def test_a_provider_that_fails_again_and_again_does_not_get_the_whole_class(planned: Planned) -> None:
    planned(*"abcdef", size=1)
    transport = Playing([Result(Proof.UNKNOWN, sentence="SendGrid failed.")] * 6)
    with pytest.raises(PermanentFailure, match="no more people are put in doubt"):
        run(transport)
    assert sorted(outcome for outcome, _ in outcomes().values()) == ["planned"] * 3 + ["unknown"] * 3


def test_a_transport_that_breaks_puts_nobody_back(planned: Planned) -> None:
    """A fault in a transport proves nothing, so nobody is written to again."""
    planned("a")

    def broken(_batch: OutgoingBatch) -> Result:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Playing([broken]))
    assert outcomes() == {"a": ("in_flight", None)}
    with after(minutes=11):
        housekeeping()
        transport = Playing()
        run(transport)
    assert (outcomes(), transport.posts) == ({"a": LOST}, [])


# Recording twice


@pytest.mark.parametrize("proof", list(Proof))
def test_recording_twice_is_recording_once(planned: Planned, proof: Proof) -> None:
    claim = take(planned("a", "b", "c"))
    assert claim is not None
    first = claim.people[0].token
    result = Result(proof, refused={first: "smtp_550"}, sentence="So it was.")
    record(claim, result)
    once = (outcomes(), statuses())
    record(claim, result)
    assert (outcomes(), statuses()) == once


def test_a_record_that_comes_twice_does_not_take_the_batch_from_who_holds_it_now(planned: Planned) -> None:
    """The first record got through but its answer was lost; until the second try another worker has claimed."""
    campaign = planned("a", "b")
    first = take(campaign, "elsewhere/1/abc")
    assert first is not None
    record(first, NEVER)
    second = take(campaign, "elsewhere/2/def")
    assert second is not None
    record(first, NEVER)
    assert take(campaign, "elsewhere/3/ghi") is None
    assert outcomes() == {"a": ("in_flight", None), "b": ("in_flight", None)}
    record(second, Result(Proof.ACCEPTED))
    assert outcomes() == {"a": ACCEPTED, "b": ACCEPTED}


# Claiming


@pytest.mark.parametrize("status", [status for status in CampaignStatus if status is not CampaignStatus.OPEN])
def test_nothing_is_claimed_of_a_campaign_that_is_not_open(planned: Planned, status: CampaignStatus) -> None:
    campaign = planned("a")
    with session_scope() as session:
        session.execute(update(Campaign).values(status=status))
    assert take(campaign) is None
    with session_scope() as session:
        session.execute(update(Campaign).values(status=CampaignStatus.OPEN))
    assert take(campaign) is not None


def test_nothing_is_claimed_before_its_time(planned: Planned) -> None:
    campaign = planned("a")
    with session_scope() as session:
        session.execute(update(Batch).values(not_before=NOON + timedelta(minutes=5)))
    with after(minutes=4):
        assert take(campaign) is None
    with after(minutes=5):
        assert take(campaign) is not None


def test_nothing_is_claimed_of_a_wave_that_was_not_asked_for(planned: Planned) -> None:
    campaign = planned("a")
    with session_scope() as session:
        others = messages.texts(session, campaign.id, [2, 3])
        assert batches.claim(session, campaign.id, others, duties.duty(DUTY), "w", clock.now(), 10) is None


def test_workers_that_share_a_campaign_never_hold_the_same_person(planned: Planned) -> None:
    campaign = planned(*(f"s{number}" for number in range(30)), size=3)
    claims: list[batches.Claim] = []
    failures: list[BaseException] = []

    def work(worker: str) -> None:
        try:
            while claim := take(campaign, worker):
                claims.append(claim)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"elsewhere/{number}/abc",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    held = [person.token for claim in claims for person in claim.people]
    assert len(held) == len(set(held)) == 30
    assert sorted(claim.number for claim in claims) == list(range(1, 11))


def test_nobody_stands_in_two_batches_and_nobody_in_none(
    planned: Planned, enrol: Callable[..., dict[str, int]]
) -> None:
    planned(*(f"s{number}" for number in range(7)), size=3)
    enrol(Student("new"))
    with pytest.raises(TemporaryFailure):
        run(Playing([NEVER]))
    with session_scope(reading=True) as session:
        rows = session.execute(
            select(Recipient.id, Batch.number, Batch.size).outerjoin(Batch, Batch.id == Recipient.batch_id)
        ).all()
    assert len(rows) == 8
    assert {number: sum(row.number == number for row in rows) for number in (1, 2, 3, 4)} == {1: 3, 2: 3, 3: 1, 4: 1}


def test_several_senders_of_one_run_send_to_each_person_once(
    planned: Planned, set_environment: Callable[..., None]
) -> None:
    planned(*(f"s{number}" for number in range(20)), size=2)
    set_environment(batch_size=2, sender_threads=4)
    transport = Playing(name="smtp")
    run(transport)
    assert transport.times == {f"s{number}": 1 for number in range(20)}
    assert set(outcomes().values()) == {ACCEPTED}


def test_a_yes_that_is_taken_back_stops_a_sending_under_way(planned: Planned) -> None:
    campaign = planned(*"abcd", size=1)

    def taken_back_meanwhile(_batch: OutgoingBatch) -> Result:
        with session_scope() as session:
            coordinator = office.coordinator(session, settings().coordinators[0].email)
            assert coordinator is not None
            approvals.sign(
                session, campaign_id=campaign.id, wave=1, code=approvals.code_of(session, campaign.id, 1),
                coordinator_id=coordinator.id, approved=False, comment="The date is wrong.", via="cli",
            )  # fmt: skip
        return Result(Proof.ACCEPTED)

    transport = Playing([taken_back_meanwhile])
    run_duty(department=next(iter(departments())), approve=False, transport=transport)
    assert sum(transport.times.values()) == 1
    assert sorted(outcome for outcome, _ in outcomes().values()) == ["accepted", "planned", "planned", "planned"]


def test_a_batch_in_which_everyone_fell_out_was_never_posted(planned: Planned) -> None:
    planned(*"ab", size=1)
    with session_scope() as session:
        session.execute(update(Person).values(membership=Membership.LEFT).where(Person.email.like("a@%")))
    transport = Playing()
    run(transport)
    assert set(transport.times) == {"b"}
    assert sorted(status for _, status in statuses()) == ["accepted", "rejected"]
