"""What a running stack must do. Everything here shares one; see conftest."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from outreach import prefect_api
from outreach.errors import PermanentFailure
from outreach.prefect_api import call
from outreach.settings import ROOT
from outreach.up import lay, run, sweep
from outreach.up.environment import mark

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack"), pytest.mark.usefixtures("data")]
DUTIES = {
    "graduation-invitation", "event-invitation", "event-notices", "import-register", "approve-campaign",
    "resend-unknown", "read-bounces", "forecast", "housekeeping", "career-survey",
}  # fmt: skip


def crons(name: str) -> dict[str, bool]:
    return {line["schedule"]["cron"]: line["active"] for line in prefect_api.deployment_named(name)["schedules"]}


def eventually(what: Any, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def worker_processes() -> set[int]:
    return sweep.marked(mark(), part="worker")


def lay_again() -> None:
    """As the next release would: the same deployments, described a little differently."""
    lay.lay_pools({"outreach"})
    for item in lay.read_deployments(ROOT / "prefect.yaml"):
        newer = {**item, "description": item["description"] + "."}
        lay.lay_deployment(newer, prefect_api.flow_shape(item["entrypoint"]))


def test_every_duty_stands_in_prefect_with_a_description_and_the_tag_that_brings_it_back() -> None:
    found = {name: prefect_api.deployment_named(name) for name in DUTIES}
    assert all(shown["description"] and "come-back" in shown["tags"] for shown in found.values())
    assert all(shown["global_concurrency_limit"]["limit"] == 1 for shown in found.values())


def test_schedules_run_in_stockholm_and_carry_no_parameters() -> None:
    lines = [line for name in DUTIES for line in prefect_api.deployment_named(name)["schedules"]]
    assert lines
    assert {line["schedule"]["timezone"] for line in lines} == {"Europe/Stockholm"}
    assert [line["parameters"] for line in lines if line["parameters"]] == []


def test_prefect_plans_runs_from_the_schedules() -> None:
    """It does not with SQLAlchemy 2.1, and says so in its log only."""
    scheduled = {"state": {"type": {"any_": ["SCHEDULED"]}}}
    planned = {"flow_runs": scheduled, "deployments": {"name": {"any_": sorted(DUTIES)}}}
    assert eventually(lambda: call("POST", "/flow_runs/filter", planned))


def test_nobody_can_choose_the_command_of_a_run() -> None:
    template = call("GET", "/work_pools/outreach")["base_job_template"]
    assert set(template["variables"]["properties"]) == {"name", "labels", "stream_output"}
    assert not any("command" in str(value) or "env" in str(value) for value in template["job_configuration"].values())


def test_what_the_office_changed_in_a_schedule_survives_laying_again() -> None:
    changed = prefect_api.deployment_named("graduation-invitation")
    path = f"/deployments/{changed['id']}/schedules"
    monday = {"active": False, "schedule": {"cron": "0 9 * * 1", "timezone": "Europe/Stockholm"}}
    call("PATCH", f"{path}/{changed['schedules'][0]['id']}", monday)
    deleted = prefect_api.deployment_named("housekeeping")
    description = deleted["description"]
    call("DELETE", f"/deployments/{deleted['id']}/schedules/{deleted['schedules'][0]['id']}")
    added = prefect_api.deployment_named("import-register")
    early = {"active": True, "schedule": {"cron": "0 5 * * *", "timezone": "Europe/Stockholm"}}
    call("POST", f"/deployments/{added['id']}/schedules", [early])

    lay_again()

    assert crons("graduation-invitation") == {"0 9 * * 1": False}
    assert crons("housekeeping") == {}
    assert set(crons("import-register")) == {"0 5 * * *", "*/15 6-20 * * *"}
    assert prefect_api.deployment_named("housekeeping")["description"] == description + "."


def test_automations_are_laid_once_and_stay_switched_off() -> None:
    first = call("POST", "/automations/filter", {})
    assert len(first) == 2
    call("PATCH", f"/automations/{first[0]['id']}", {"enabled": False})
    lay.lay_automations()
    again = call("POST", "/automations/filter", {})
    assert {one["id"]: one["enabled"] for one in again} == {first[0]["id"]: False, first[1]["id"]: True}
    call("PATCH", f"/automations/{first[0]['id']}", {"enabled": True})


def test_same_key_gives_the_same_run(tmp_path: Path) -> None:
    parameters = {"file": str(tmp_path / "lines"), "lines": 1}
    runs = {prefect_api.start_duty("slow-duty", parameters, idempotency_key="once") for _ in range(3)}
    assert len(runs) == 1
    assert prefect_api.wait_for(runs.pop(), 30).type == "COMPLETED"
    assert len((tmp_path / "lines").read_text().splitlines()) == 1


def test_unknown_duty_and_parameter_and_wrong_type_are_refused_by_name() -> None:
    with pytest.raises(PermanentFailure, match="no deployment 'newsletter'"):
        prefect_api.start_duty("newsletter", {}, idempotency_key="a")
    with pytest.raises(PermanentFailure, match="no parameter 'fil'"):
        prefect_api.start_duty("slow-duty", {"fil": "x"}, idempotency_key="b")
    with pytest.raises(PermanentFailure, match="refused"):
        prefect_api.start_duty("slow-duty", {"file": "x", "lines": "many"}, idempotency_key="c")


def test_second_up_on_the_same_data_says_who_runs_already() -> None:
    with pytest.raises(PermanentFailure, match="already running here"):
        run(say=lambda _line: None)


def test_killed_run_comes_back_by_itself_and_only_once(tmp_path: Path) -> None:
    """kill -9 of a run: the automation starts it again, in one new process. With its worker it takes 75 s longer."""
    lines = tmp_path / "lines"
    run_id = prefect_api.start_duty("slow-duty", {"file": str(lines), "lines": 6}, idempotency_key="killed")
    assert eventually(lines.exists, 60)
    victim = int(lines.read_text().split()[0])
    sweep.send({victim}, signal.SIGKILL)

    assert eventually(lambda: set(lines.read_text().split()) != {str(victim)}, 60)
    assert prefect_api.wait_for(run_id, 60).type == "COMPLETED"
    assert len(set(lines.read_text().split())) == 2


def test_run_left_by_a_stopped_stack_is_brought_back(tmp_path: Path) -> None:
    """A run that stands as running although its process is gone, as after a power cut. Last: it kills the worker."""
    lines = tmp_path / "lines"
    run_id = prefect_api.start_duty("slow-duty", {"file": str(lines), "lines": 8}, idempotency_key="interrupted")
    assert eventually(lines.exists)
    sweep.send(worker_processes(), signal.SIGKILL)
    assert prefect_api.run_state(run_id).type == "RUNNING"

    lay.bring_back_runs()
    assert prefect_api.run_state(run_id).type == "SCHEDULED"
