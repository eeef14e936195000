"""Running a duty from the command line: through Prefect where it is up, in this process where it is not."""

import os
import uuid
from datetime import date
from importlib import import_module
from typing import Any

from outreach import clock, departments, duties, prefect_api, previewing
from outreach.editions.opening import EARLY
from outreach.errors import PermanentFailure
from outreach.settings import ROOT
from outreach.up.environment import environment
from outreach.up.lay import read_deployments

WAIT_SECONDS = 3600


def run_duty(duty_name: str, given: dict[str, Any]) -> None:
    """Run a duty and print how it ended. Raises PermanentFailure with the reason when it failed.

    `given`: fields of the duty's form, with the department's code. What is None is left to the form's own default.
    """
    duties.duty(duty_name)
    run_deployment(duty_name, given)


def run_deployment(deployment: str, given: dict[str, Any]) -> None:
    """As `run_duty`, for any deployment whose form has a department."""
    parameters = {"params": _as_in_the_form(given)}
    if prefect_api.is_up():
        run_id = prefect_api.start_duty(deployment, parameters, idempotency_key=f"cli/{uuid.uuid4()}")
        print(f"Started: {prefect_api.flow_run_url(run_id)}")
        state = prefect_api.wait_for(run_id, WAIT_SECONDS)
        name, message, good = state.name, state.message, state.type == "COMPLETED"
    else:
        state = _run_here(deployment, parameters)
        name, message, good = state.name, state.message or "", state.is_completed()
    print(f"{name}: {message}" if message else name)
    if not good:
        raise PermanentFailure(f"The run of {deployment} ended as {name}.")


def _as_in_the_form(given: dict[str, Any]) -> dict[str, Any]:
    """Raises PermanentFailure for a department that does not exist."""
    said = {name: value for name, value in given.items() if value is not None}
    return {**said, "department": departments.choice_of(given.get("department"))}


def _run_here(duty_name: str, parameters: dict[str, Any]) -> Any:
    """Run the deployment's flow in this process, with a Prefect of its own that ends with it."""
    os.environ.update({name: value for name, value in environment().items() if name != "PREFECT_API_URL"})
    entrypoints = {item["name"]: item["entrypoint"] for item in read_deployments(ROOT / "prefect.yaml")}
    module, _, function = entrypoints[duty_name].rpartition(".")
    return getattr(import_module(module), function)(**parameters, return_state=True)


def show_preview(duty_name: str, given: dict[str, Any], day: date | None) -> None:
    """Print who would get what, and where the files are. `given` as for `run_duty`."""
    department, within_days = given.get("department"), given.get("within_days")
    duty = duties.duty(duty_name)
    audience = {EARLY: True} if duty.sections else {"within_days": within_days or duty.within_days}
    preview = previewing.preview(duty_name, day=day, department=department, parameters=audience)
    print(f"{duty_name} on {day or clock.today()}: {preview.people} people would be written to. Nothing was sent.")
    for wave in preview.waves:
        left_out = ", ".join(f"{reason} {count}" for reason, count in sorted(wave.exclusions.items())) or "nobody"
        print(f"  {wave.campaign}, wave {wave.wave}: {wave.people} people, {len(wave.variants)} variants")
        print(f"    left out: {left_out}")
    print(f"Look at every variant: {preview.index}")
