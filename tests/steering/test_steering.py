"""Pause, resume and cancel: from the next claim on, and what was handed over stays true."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach import campaigning, clock, steering
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import Audit, Campaign
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import approvals, campaigns
from outreach.settings import settings
from outreach.steering import Turn
from tests.delivery.conftest import NEVER, Planned, Playing, planned, run, take
from tests.spine.conftest import Student, enrol, outcomes

__all__ = ["enrol", "planned"]

WAITS, SENT, GONE = ("planned", None), ("accepted", None), ("cancelled", "campaign_cancelled")


def steer(turn: Turn, campaign: Campaign, email: str = "") -> steering.Steered:
    return steering.steer(campaign.key, email or settings().coordinators[0].email, turn, via="cli")


def status(campaign: Campaign) -> str:
    with session_scope(reading=True) as session:
        return str(campaigns.by_id(session, campaign.id).status)


def audited() -> list[tuple[str, str, Any]]:
    with session_scope(reading=True) as session:
        found = session.execute(select(Audit.action, Audit.subject, Audit.detail).order_by(Audit.id))
        return [(action, subject, detail) for action, subject, detail in found if action.endswith("_campaign")]


def doing(campaign: Campaign, turn: Turn, result: Result = Result(Proof.ACCEPTED)) -> Callable[[OutgoingBatch], Result]:  # noqa: B008
    """What happens while a batch is at the provider: a coordinator decides."""

    def decide(_: OutgoingBatch) -> Result:
        steer(turn, campaign)
        return result

    return decide


def test_a_pause_between_two_batches_lets_the_first_be_and_holds_the_second(planned: Planned) -> None:
    campaign = planned("ada", "bo", "cy", size=1)
    transport = Playing([doing(campaign, Turn.PAUSE)])
    run(transport)
    assert len(transport.posts) == 1
    assert sorted(outcomes().values()) == [SENT, WAITS, WAITS]
    run(transport)
    assert len(transport.posts) == 1

    steered = steer(Turn.RESUME, campaign)
    assert (steered.people, steered.duty, steered.department) == (2, campaign.duty, campaign.department_code)
    run(transport)
    assert transport.times == {"ada": 1, "bo": 1, "cy": 1}
    assert set(outcomes().values()) == {SENT}
    assert audited() == [
        ("paused_campaign", campaign.key, {"via": "cli", "people": 2}),
        ("resumed_campaign", campaign.key, {"via": "cli", "people": 2}),
    ]


def test_every_workers_next_claim_goes_by_the_pause(planned: Planned) -> None:
    campaign = planned("ada", "bo", "cy", size=1)
    assert take(campaign, "one/1/a") is not None
    steer(Turn.PAUSE, campaign)
    assert take(campaign, "one/1/a") is None
    assert take(campaign, "two/1/b") is None
    steer(Turn.RESUME, campaign)
    assert take(campaign, "two/1/b") is not None


def test_nobody_is_selected_rendered_or_asked_about_while_it_is_paused(
    db: str, enrol: Callable[..., dict[str, int]], planned: Planned
) -> None:
    campaign = planned("ada")
    steer(Turn.PAUSE, campaign)
    enrol(Student("late"))
    run(Playing())
    with session_scope() as session:
        paused = campaigns.by_id(session, campaign.id)
        assert campaigning.select(session, paused, clock.today()).considered == 0
        assert campaigning.render(session, paused) == {}
        assert approvals.waiting(session) == []
        assert campaigns.paused(session, campaign.duty, campaign.department_code) == [campaign.key]
    assert outcomes() == {"ada": WAITS}
    steer(Turn.RESUME, campaign)
    transport = Playing()
    run(transport)
    assert transport.times == {"ada": 1, "late": 1}


def test_a_cancelled_campaign_is_over_for_those_who_wait_and_true_for_the_others(
    planned: Planned, enrol: Callable[..., dict[str, int]]
) -> None:
    campaign = planned("ada", "bo", "cy", size=1)
    transport = Playing([doing(campaign, Turn.CANCEL)])
    run(transport)
    assert len(transport.posts) == 1
    assert sorted(outcomes().values()) == [SENT, GONE, GONE]
    assert audited() == [("cancelled_campaign", campaign.key, {"via": "cli", "people": 2})]

    enrol(Student("late"))
    with clock.frozen(clock.now() + timedelta(days=1)):
        run(transport)
    assert status(campaign) == "cancelled"
    assert len(transport.posts) == 1
    assert sorted(outcomes().values()) == [SENT, GONE, GONE]
    for turn in Turn:
        with pytest.raises(PermanentFailure, match="is cancelled, so it cannot be"):
            steer(turn, campaign)


def test_who_was_proven_not_sent_after_the_cancelling_is_cancelled_too(planned: Planned) -> None:
    campaign = planned("ada")
    with pytest.raises(TemporaryFailure):
        run(Playing([doing(campaign, Turn.CANCEL, NEVER)]))
    assert outcomes() == {"ada": WAITS}
    with session_scope() as session:
        assert campaigns.cancel_left_over(session, clock.now()) == 1
        assert campaigns.cancel_left_over(session, clock.now()) == 0
    assert outcomes() == {"ada": GONE}


def test_what_was_unknown_stays_unknown(planned: Planned) -> None:
    campaign = planned("ada", "bo", size=1)
    run(Playing([doing(campaign, Turn.CANCEL, Result(Proof.UNKNOWN, sentence="No answer came."))]))
    assert sorted(found for found, _ in outcomes().values()) == ["cancelled", "unknown"]


def test_only_who_may_approve_the_campaign_steers_it_and_only_what_can_be(planned: Planned) -> None:
    campaign = planned("ada")
    own = departments()[campaign.department_code or ""].coordinator_email
    other = next(one.coordinator_email for one in departments().values() if one.coordinator_email not in ("", own))
    for email in (other, "stranger@example.org"):
        with pytest.raises(PermanentFailure):
            steer(Turn.CANCEL, campaign, email)
    with pytest.raises(PermanentFailure, match="is open, so it cannot be resumed"):
        steer(Turn.RESUME, campaign)
    with pytest.raises(PermanentFailure, match="There is no campaign 'nothing'"):
        steering.steer("nothing", own, Turn.PAUSE, via="cli")
    assert (status(campaign), audited()) == ("open", [])
    steer(Turn.PAUSE, campaign, own)
    with pytest.raises(PermanentFailure, match="is paused, so it cannot be paused"):
        steer(Turn.PAUSE, campaign, own)
    assert status(campaign) == "paused"


def test_cancelling_in_the_middle_of_many_claims_leaves_everybody_sent_or_cancelled(planned: Planned) -> None:
    """Two senders claim one batch after the other while a third thread cancels: none waits for another for ever."""
    names = [f"s{n}" for n in range(60)]
    campaign = planned(*names, size=1)
    started = threading.Event()

    def claim_all(worker: str) -> int:
        taken = 0
        while take(campaign, worker) is not None:
            taken += 1
            if taken == 5:
                started.set()
        started.set()
        return taken

    def cancel() -> int:
        assert started.wait(30)
        return steer(Turn.CANCEL, campaign).people

    with ThreadPoolExecutor(3) as pool:
        cancelled, *claimed = (pool.submit(cancel), *(pool.submit(claim_all, worker) for worker in ("a/1/a", "b/2/b")))
        sent = sum(one.result() for one in claimed)
        assert sent + cancelled.result() == len(names)
    counts = Counter(outcomes().values())
    assert counts == +Counter({GONE: cancelled.result(), ("in_flight", None): sent})
