"""Runs that leave somebody for later, and the limits that all workers share, with a real Prefect."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL

from flows.campaign_status import CampaignStatus, Choice, campaign_status
from flows.graduation_invitation import graduation_invitation
from outreach import clock, pacing, prefect_api, throttles
from outreach.errors import PermanentFailure
from outreach.queries.arrivals import Waiting
from outreach.settings import ROOT, settings
from outreach.up import lay
from tasks.next_run import ended
from tests.conftest import NOON, forget_settings
from tests.flows.test_flows import run
from tests.spine.conftest import Student, approve_all, mailed, outcomes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Enrol = Callable[..., dict[str, int]]
KEY = "graduation-invitation/2026-HT/central"
NIGHT_ENDS = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def prefect_here(home: object, set_environment: Callable[..., None]) -> None:
    """The tests' own Prefect is the one the program speaks to."""
    set_environment(prefect_url=str(PREFECT_API_URL.value()).removesuffix("/api"))


def scheduled() -> list[dict[str, Any]]:
    """The runs of the duty that Prefect will start later."""
    wanted = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"after_": "2026-11-23T05:59:00Z"}}
    found: list[dict[str, Any]] = prefect_api.call("POST", "/flow_runs/filter", {"flow_runs": wanted})
    return [one for one in found if one["idempotency_key"].startswith("waiting/")]


def test_a_run_in_the_night_ends_as_quiet_hours_and_plans_one_next_run_for_their_end(
    sqlite_db: str, prefect_here: None, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    [item] = [one for one in lay.read_deployments(ROOT / "prefect.yaml") if one["name"] == "graduation-invitation"]
    lay.lay_pools({item["work_pool"]["name"]})
    lay.lay_deployment({**item, "default_schedules": []}, prefect_api.flow_shape(item["entrypoint"]))
    set_environment(quiet_hours="21:00-07:00")
    enrol(Student("a"))
    with clock.frozen(NIGHT_ENDS - timedelta(hours=5)):
        assert run(graduation_invitation).name == "Awaiting approval"
        assert scheduled() == []
        approve_all()
        for _ in range(2):
            state = run(graduation_invitation)
            assert state.name == "Quiet hours"
            assert state.message == "1 people wait until 2026-11-23 07:00, when the night is over."
    assert mailed() == []
    [planned] = scheduled()
    assert datetime.fromisoformat(planned["expected_start_time"]) == NIGHT_ENDS
    assert planned["parameters"]["params"]["within_days"] == 60
    with clock.frozen(NIGHT_ENDS):
        assert run(graduation_invitation).name == "Completed"
    assert mailed() == ["a@students.example.org"]


def test_a_campaign_is_paused_resumed_and_cancelled_from_a_form(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b"))
    run(graduation_invitation)
    approve_all()

    def choose(choice: Choice) -> Any:
        form = CampaignStatus(campaign=KEY, choice=choice, coordinator=settings().coordinators[0].email)
        return run(campaign_status, params=form)

    paused = choose(Choice.PAUSE)
    assert (paused.name, paused.message) == ("Paused", f"{KEY} is paused. 2 people wait until it is resumed.")
    state = run(graduation_invitation)
    assert state.name == "Paused"
    assert state.message == f"{KEY} is paused. Nobody in it is written to until it is resumed."
    assert mailed() == []
    assert choose(Choice.CANCEL).message == f"{KEY} is cancelled. 2 people who waited in it are not written to."
    assert run(graduation_invitation).name == "Completed"
    assert set(outcomes().values()) == {("cancelled", "campaign_cancelled")}
    assert choose(Choice.RESUME).is_failed()
    assert run(campaign_status).is_failed()  # nothing was filled in


@pytest.mark.parametrize(
    ("planned", "waiting", "paused", "name"),
    [
        (0, (0, 0, None), [], "Completed"),
        (3, (1, 1, NOON), [KEY], "Awaiting approval"),
        (2, (1, 1, NOON), [KEY], "Paused"),
        (2, (1, 1, NOON), [], "Waiting for the morning"),
        (2, (0, 2, NOON), [], "Quiet hours"),
        (3, (0, 1, NOON, 2), [], "Quiet hours"),
        (2, (0, 0, None, 2), [], "Waiting for others"),
        (3, (0, 0, None, 2), [], "Awaiting approval"),
    ],
)
def test_a_run_is_named_after_what_needs_somebody_most(
    planned: int, waiting: Any, paused: list[str], name: str
) -> None:
    state = ended(planned, Waiting(*waiting), paused)
    assert (state.name, state.is_completed()) == (name, True)


def test_the_limits_are_laid_from_the_settings_changed_with_them_and_taken_away(
    prefect_here: None, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (throttles.MESSAGES, throttles.REQUESTS)
    set_environment(messages_an_hour=3000, requests_a_second=2)
    lay.lay_throttles()
    assert [prefect_api.find_limit(name) for name in names] == [
        prefect_api.Limit(100, 0, (3000 - 200) / 3600),
        prefect_api.Limit(10, 0, 2.0),
    ]
    set_environment(messages_an_hour=6000)
    lay.lay_throttles()
    assert [found and found.limit for found in map(prefect_api.find_limit, names)] == [200, 10]
    monkeypatch.delenv("OUTREACH_MESSAGES_AN_HOUR")
    monkeypatch.delenv("OUTREACH_REQUESTS_A_SECOND")
    forget_settings()
    lay.lay_throttles()
    assert [prefect_api.find_limit(name) for name in names] == [None, None]


def test_a_block_is_given_out_once_until_it_has_come_back(
    prefect_here: None, set_environment: Callable[..., None]
) -> None:
    set_environment(messages_an_hour=3000)
    lay.lay_throttles()
    assert prefect_api.take_slots(throttles.MESSAGES, 100)
    assert not prefect_api.take_slots(throttles.MESSAGES, 100)
    purse = pacing.Purse(throttles.Throttle(throttles.MESSAGES, 100, 1.0), left=100)
    purse.pay(60)
    purse.give_back(10)
    assert purse.left == 50


def test_a_limit_that_prefect_does_not_keep_sends_nothing_and_says_what_to_do(
    prefect_here: None, set_environment: Callable[..., None]
) -> None:
    set_environment(requests_a_second=3)
    if prefect_api.find_limit(throttles.REQUESTS):
        prefect_api.call("DELETE", f"/v2/concurrency_limits/{throttles.REQUESTS}")
    assert not prefect_api.take_slots(throttles.REQUESTS, 1)
    with pytest.raises(PermanentFailure, match=r"keeps no limit 'outreach-requests-a-second'.*outreach up"):
        pacing.pace_for("sendgrid")
    assert pacing.pace_for("smtp") is None
    assert pacing.pace_for("outbox") is None
