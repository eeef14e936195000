"""Brings Prefect's server in line with `prefect.yaml`, `config/prefect/` and the settings.

It leaves alone what the office has set in Prefect.

Run as `python -m outreach.up.lay` beside a server: loading the flows takes seconds, which pass while the server starts.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from outreach import prefect_api, throttles
from outreach.errors import OutreachError, PermanentFailure, TemporaryFailure
from outreach.prefect_api import FlowShape, call
from outreach.settings import ROOT, settings

PATIENCE_SECONDS = 90
COME_BACK = "come-back"  # the tag of runs that start again when their process dies
AUTOMATION_PARTS = ("description", "trigger", "actions")


def main() -> None:
    """Load the flows, wait for the server, lay everything. Exits 1 with one sentence when something is wrong."""
    try:
        wanted = read_deployments(ROOT / "prefect.yaml")
        shapes = [prefect_api.flow_shape(item["entrypoint"]) for item in wanted]
        _wait_for_server()
        lay_pools({item["work_pool"]["name"] for item in wanted})
        for item, shape in zip(wanted, shapes, strict=True):
            lay_deployment(item, shape)
        lay_throttles()
        lay_automations()
        bring_back_runs()
    except OutreachError as error:
        sys.exit(str(error))


def read_deployments(path: Path) -> list[dict[str, Any]]:
    """The deployments of `prefect.yaml`, as they stand there. Raises PermanentFailure when the file cannot be read."""
    deployments: list[dict[str, Any]] = _yaml(path)["deployments"]
    return deployments


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise PermanentFailure(f"{path.name} cannot be read: {error}") from None


def _wait_for_server() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not prefect_api.is_up():
        if time.monotonic() > deadline:
            raise TemporaryFailure(f"Prefect's server did not answer within {PATIENCE_SECONDS} s.")
        time.sleep(0.2)


def lay_pools(names: set[str]) -> None:
    """Make the work pools, with the job template that lets nobody choose a command, an environment or a folder."""
    template = json.loads((settings().config_dir / "prefect" / "base-job-template.json").read_text(encoding="utf-8"))
    there = {pool["name"] for pool in call("POST", "/work_pools/filter", {})}
    for name in names - there:
        call("POST", "/work_pools/", {"name": name, "type": "process", "base_job_template": template})
    for name in names & there:
        call("PATCH", f"/work_pools/{name}", {"base_job_template": template})


def lay_deployment(item: dict[str, Any], shape: FlowShape) -> None:
    """Make a new deployment with its default schedule and parameters, or bring an old one up to date without them.

    Schedules, their pauses and the parameters of a deployment that exists are the office's.
    """
    wanted = _wanted(item, shape)
    found = prefect_api.find_deployment(item["name"])
    if found is None:
        flow = call("POST", "/flows/", {"name": shape.name})
        call("POST", "/deployments/", {**wanted, **_first_values(item), "name": item["name"], "flow_id": flow["id"]})
        return
    # Only what differs: any change makes Prefect throw away and plan anew the runs that are already scheduled.
    changed = {name: value for name, value in wanted.items() if _shown(found, name) != value}
    if changed:
        _update(found["id"], changed, item)


def _wanted(item: dict[str, Any], shape: FlowShape) -> dict[str, Any]:
    """What the program decides about a deployment, in the API's words."""
    limit = item["concurrency_limit"]
    return {
        "entrypoint": item["entrypoint"],
        "description": item["description"],
        "tags": item["tags"],
        "work_pool_name": item["work_pool"]["name"],
        "pull_steps": [],
        "parameter_openapi_schema": shape.parameter_schema,
        "enforce_parameter_schema": True,
        "concurrency_limit": limit["limit"],
        "concurrency_options": {"collision_strategy": limit["collision_strategy"]},
    }


def _first_values(item: dict[str, Any]) -> dict[str, Any]:
    """What the office decides from the second time on."""
    schedules = [{"schedule": line, "active": True} for line in item.get("default_schedules", [])]
    return {"schedules": schedules, "parameters": item.get("parameters", {})}


def _shown(found: dict[str, Any], name: str) -> Any:
    """A field of a deployment as the API shows it, which differs for two of them from how it is set."""
    if name == "concurrency_limit":
        return (found.get("global_concurrency_limit") or {}).get("limit")
    if name == "concurrency_options":
        return {"collision_strategy": (found.get(name) or {}).get("collision_strategy")}
    return found.get(name)


def _update(deployment_id: str, changed: dict[str, Any], item: dict[str, Any]) -> None:
    try:
        call("PATCH", f"/deployments/{deployment_id}", changed)
    except PermanentFailure:
        # The office's parameters do not fit the new form (a department is gone): the shipped ones do.
        call("PATCH", f"/deployments/{deployment_id}", {**changed, "parameters": item.get("parameters", {})})


def lay_throttles() -> None:
    """Bring the limits that all workers share in line with the settings; one that nobody asks for goes."""
    for name, throttle in throttles.wanted().items():
        found, path = prefect_api.find_limit(name), f"/v2/concurrency_limits/{name}"
        if throttle is None:
            if found is not None:
                call("DELETE", path)
            continue
        wanted = {"limit": throttle.block, "slot_decay_per_second": throttle.back_a_second, "active": True}
        if found is None:
            call("POST", "/v2/concurrency_limits/", {"name": name, **wanted})
        elif (found.limit, found.back_a_second) != (throttle.block, throttle.back_a_second):
            call("PATCH", path, wanted)


def lay_automations() -> None:
    """Lay each automation once; one that exists is brought up to date and stays switched off if the office did that."""
    there = {found["name"]: found for found in call("POST", "/automations/filter", {})}
    for wanted in _yaml(settings().config_dir / "prefect" / "automations.yaml")["automations"]:
        found = there.get(wanted["name"])
        if found is None:
            call("POST", "/automations/", {**wanted, "enabled": True})
        elif not _covers(found, {part: wanted[part] for part in AUTOMATION_PARTS}):
            call("PUT", f"/automations/{found['id']}", {**wanted, "enabled": found["enabled"]})


def bring_back_runs() -> None:
    """End what stood as running when the stack went down, and start it again if it is tagged for that.

    Called before the worker starts, when no run can be alive. The automations alone are not enough here: a run that
    began seconds before the end may have left no sign of life to miss, and would hold its duty's only slot for ever.
    """
    dead = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}, "deployment_id": {"is_null_": False}}
    for run in call("POST", "/flow_runs/filter", {"flow_runs": dead}):
        cancelled = run["state"]["type"] == "CANCELLING"
        _set_state(run, "CANCELLED" if cancelled else "CRASHED", "Avbröts när Outreach stoppades. / Interrupted.")
        if COME_BACK in run["tags"] and not cancelled:
            _set_state(run, "SCHEDULED", "Startas om och gör det som är kvar. / Starts again and does what is left.")


def _set_state(run: dict[str, Any], kind: str, message: str) -> None:
    call("POST", f"/flow_runs/{run['id']}/set_state", {"state": {"type": kind, "message": message}})


def _covers(found: Any, wanted: Any) -> bool:
    """Whether everything in `wanted` stands in `found`, which may hold more: the server adds ids and defaults."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_covers(found.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        many = found if isinstance(found, list) else [found]
        return len(many) == len(wanted) and all(map(_covers, many, wanted))
    return bool(found == wanted)


if __name__ == "__main__":
    main()
