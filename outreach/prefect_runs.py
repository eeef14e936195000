"""What the coordinators' pages ask of Prefect about single runs: what a duty takes, and how a run of it is doing.

A page waits a second for Prefect and no longer; handing over a run is tried again as `prefect_api` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from outreach import prefect_api
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.prefect_api import RunState

PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Deployment:
    """A duty as Prefect offers it: what it does (Markdown in both languages), and the schema of its parameters.
    `defaults`: the parameters set on the deployment itself."""

    name: str
    description: str
    schema: Mapping[str, Any]
    defaults: Mapping[str, Any]


def deployments(names: list[str] | None) -> dict[str, Deployment]:
    """Those of these deployments that there are (None: every one), by name. Raises TemporaryFailure when Prefect does
    not answer."""
    found = _ask("POST", "/deployments/filter", {} if names is None else {"deployments": {"name": {"any_": names}}})
    return {
        one["name"]: Deployment(
            name=one["name"],
            description=one.get("description") or "",
            schema=one.get("parameter_openapi_schema") or {},
            defaults=one.get("parameters") or {},
        )
        for one in found or ()
    }


def state(run_id: str) -> RunState:
    """How a run is doing. Raises TemporaryFailure when Prefect does not answer, PermanentFailure when it has no such
    run (any more)."""
    found = _ask("GET", f"/flow_runs/{run_id}")
    if found is None:
        raise PermanentFailure("Prefect has no such run any more.")
    told = found.get("state") or {}
    return RunState(told.get("type", "PENDING"), told.get("name", "Pending"), told.get("message") or "")


def _ask(method: str, path: str, body: Any = None) -> Any:
    """One request; None for what is not there."""
    try:
        with prefect_api.client(PATIENCE_SECONDS) as client:
            answer = client.request(method, path, json=body)
    except httpx.HTTPError as error:
        raise TemporaryFailure("Prefect does not answer.") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.is_error:
        raise TemporaryFailure(f"Prefect answers with status {answer.status_code}.")
    return answer.json()
