"""The one module of `outreach` that talks to Prefect: starts duties, asks how a run is doing, says where to look.

It speaks HTTP rather than through Prefect's client, because importing Prefect takes over a second and the web and the
command line should not wait for that. Only what needs a flow itself imports Prefect, inside the function.
"""

import re
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random_exponential

from outreach import prefect_password
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.plain_log import explain_failures
from outreach.settings import settings

TERMINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
RERUN_LIMIT = 5
COME_BACK_SECONDS = 60  # a run that stays Crashed for longer does not come back
ATTEMPTS = 7
PATIENCE_SECONDS = 10  # no attempt begins later: somebody may wait before a page, for a Prefect that hangs
_BUSY = {429, 502, 503, 504}
_LIST = re.compile(r"is not one of \[.*\]", re.DOTALL)  # dozens of departments


class _Missing(PermanentFailure):
    """There is nothing of this name."""


class _Locked(PermanentFailure):
    """Somebody else holds it."""


class _Busy(Exception):
    """Worth another try: SQLite behind Prefect is locked at times, and the next request finds a connection reset."""


@dataclass(frozen=True)
class RunState:
    """How a flow run is doing. `type` is Prefect's (RUNNING, COMPLETED, ...), `name` what the UI shows."""

    type: str
    name: str
    message: str

    @property
    def final(self) -> bool:
        return self.type in TERMINAL


@dataclass(frozen=True)
class Limit:
    """A global concurrency limit: `taken` of its slots are, and `back_a_second` come back."""

    limit: int
    taken: int
    back_a_second: float


@dataclass(frozen=True)
class FlowShape:
    """What a deployment must know of its flow: its name and the schema that draws the form."""

    name: str
    parameter_schema: dict[str, Any]


def start_duty(deployment: str, parameters: dict[str, Any], *, idempotency_key: str, at: datetime | None = None) -> str:
    """Start a run of a deployment, now or later `at` a moment, and return the flow run's id.

    The same key gives the same run again, however often it is asked for.
    Raises PermanentFailure when there is no such deployment or the parameters do not fit it, TemporaryFailure when
    Prefect cannot be reached.
    """
    found = deployment_named(deployment)
    known = set(found["parameter_openapi_schema"].get("properties", {}))
    if unknown := sorted(set(parameters) - known):
        raise PermanentFailure(f"{deployment!r} takes no parameter {unknown[0]!r}.")
    body: dict[str, Any] = {"parameters": parameters, "idempotency_key": idempotency_key}
    if at is not None:
        body["state"] = {"type": "SCHEDULED", "state_details": {"scheduled_time": at.isoformat()}}
    run: dict[str, Any] = call("POST", f"/deployments/{found['id']}/create_flow_run", body)
    return str(run["id"])


def deployment_named(name: str) -> dict[str, Any]:
    """The deployment as Prefect's API shows it. Raises PermanentFailure when there is none."""
    found = find_deployment(name)
    if found is None:
        raise PermanentFailure(f"Prefect has no deployment {name!r}. Start it with: outreach up")
    return found


def find_deployment(name: str) -> dict[str, Any] | None:
    """The deployment with this name, if there is one."""
    found: list[dict[str, Any]] = call("POST", "/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return found[0] if found else None


def find_limit(name: str) -> Limit | None:
    """The global concurrency limit with this name, if there is one."""
    try:
        found = call("GET", f"/v2/concurrency_limits/{name}")
    except _Missing:
        return None
    return Limit(found["limit"], found["active_slots"], found["slot_decay_per_second"])


def take_slots(name: str, slots: int) -> bool:
    """Take slots of a limit; they come back by themselves. False when they are not there, or the limit is gone.

    Prefect's own `rate_limit` asks the same, but waits by a guess that grows with every refusal.
    """
    body = {"names": [name], "slots": slots, "mode": "rate_limit"}
    try:
        return bool(call("POST", "/v2/concurrency_limits/increment", body))
    except _Locked:
        return False


def run_state(run_id: str) -> RunState:
    """How a flow run is doing. Raises PermanentFailure when there is no such run."""
    state = call("GET", f"/flow_runs/{run_id}").get("state") or {}
    return RunState(state.get("type", "PENDING"), state.get("name", "Pending"), state.get("message") or "")


def wait_for(run_id: str, timeout: float) -> RunState:
    """Wait until a run has ended; one that crashed comes back by itself, so it has ended only when it stays so.

    Raises TemporaryFailure when it has not within `timeout` seconds.
    """
    deadline, crashed_at = time.monotonic() + timeout, None
    while True:
        state, moment = run_state(run_id), time.monotonic()
        crashed_at = (crashed_at or moment) if state.type == "CRASHED" else None
        if state.final and (crashed_at is None or moment > crashed_at + COME_BACK_SECONDS):
            return state
        if moment > deadline:
            raise TemporaryFailure(f"The run is still {state.name} after {timeout:.0f} s. See {flow_run_url(run_id)}")
        time.sleep(0.5)


def flow_run_url(run_id: str) -> str:
    """Where a person looks at a run."""
    return f"{settings().prefect_pages}/runs/flow-run/{run_id}"


def is_up() -> bool:
    """Whether Prefect's server answers."""
    try:
        return client(2).get("/health").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def call(method: str, path: str, body: Any = None) -> Any:
    """One request to Prefect's API, tried again while Prefect is busy: every request here may be sent twice.

    Returns the decoded answer, None for an empty one. Raises TemporaryFailure when Prefect stays out of reach and
    PermanentFailure, with the server's own words, when it refuses.
    """
    retrying = Retrying(
        retry=retry_if_exception_type((_Busy, httpx.TransportError)),
        wait=wait_random_exponential(multiplier=0.1, max=2),
        stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(PATIENCE_SECONDS),
        reraise=True,
    )
    try:
        return retrying(_once, method, path, body)
    except (_Busy, httpx.TransportError) as error:
        raise TemporaryFailure(
            f"Prefect does not answer at {settings().prefect_url}. Check that `outreach up` is running and try again."
        ) from error


def _once(method: str, path: str, body: Any) -> Any:
    with client(15) as connection:  # a connection of its own: a pooled one may have been reset meanwhile
        answer = connection.request(method, path, json=body)
    if answer.status_code in _BUSY:
        raise _Busy(answer.status_code)
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise _Missing(f"Prefect refused the request: {_words(answer)}")
    if answer.status_code == httpx.codes.LOCKED:
        raise _Locked(f"Prefect refused the request: {_words(answer)}")
    if answer.is_error:
        raise PermanentFailure(f"Prefect refused the request: {_words(answer)}")
    return answer.json() if answer.content else None


def client(timeout: float) -> httpx.Client:
    """A connection to Prefect's API that waits so many seconds for each answer."""
    password = prefect_password.of_client()
    return httpx.Client(
        base_url=f"{settings().prefect_url}/api",
        headers={"Authorization": f"Basic {b64encode(password.encode()).decode()}"} if password else None,
        timeout=timeout,
        verify=_trusted(),
        trust_env=False,  # a proxy of the network must not come between two programs on one machine
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust where Prefect is reached over https. Reading the authorities takes longer than a request does."""
    return httpx.create_ssl_context(trust_env=False)


def _words(answer: httpx.Response) -> str:
    """The server's own explanation, or the bare status."""
    try:
        content = answer.json()
    except ValueError:
        return f"status {answer.status_code}"
    words = str(content.get("detail") or content.get("exception_message") or f"status {answer.status_code}")
    return _LIST.sub("is none of the choices", words)


def may_work_later(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a task's failure is worth another try, as only a temporary one is: a task's `retry_condition_fn`."""
    return isinstance(state.result(raise_on_failure=False), TemporaryFailure)


def guard_reruns(limit: int = RERUN_LIMIT) -> None:
    """Call first in a flow: its failures are logged in plain words, and a run that dies every time does not come back.

    Raises PermanentFailure from run number `limit` + 1 on; the run then ends as Failed, and those do not come back.
    """
    from prefect.runtime import flow_run

    explain_failures()
    if (count := flow_run.run_count or 0) > limit:
        raise PermanentFailure(
            f"This run has been started {count} times and died each time, so it is not started again. "
            "Look at its log, then start a new run: it does only what is left."
        )


def flow_shape(entrypoint: str) -> FlowShape:
    """Load the flow at `package.module.function`. Raises PermanentFailure when there is none."""
    from prefect.flows import Flow, load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    try:
        flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint)
    except (ImportError, AttributeError) as error:
        raise PermanentFailure(f"prefect.yaml: {entrypoint} cannot be loaded: {error}.") from error
    return FlowShape(flow.name, parameter_schema(flow).model_dump_for_openapi())
