"""What every duty is doing, as Prefect's API tells it: the last run, the one that runs, and those to come.

Pages ask for it often, so it is kept in the process. However many ask at once, one thread asks Prefect, in a handful of
requests, and the others get what it said last; that it does not answer is remembered too, so that a page never waits
for a Prefect that is gone.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from math import inf
from typing import Any

import httpx

from outreach import clock, departments, prefect_api
from outreach.settings import settings

FRESH_SECONDS = 5.0
USABLE_SECONDS = 60.0  # an older answer is not shown: rather wait for a new one
PATIENCE_SECONDS = 1.0  # of a page
ANSWER_SECONDS = 5.0  # of whoever asks, which is no page
ENDED = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]
UNDER_WAY = ["RUNNING", "PENDING", "CANCELLING", "PAUSED"]
KEPT = 20  # ended runs of a duty
MOST = 200  # Prefect gives no more rows at once
OVERLAP = timedelta(minutes=1)  # a run that ended while we asked last time


@dataclass(frozen=True)
class Run:
    """A run of a duty. `type` is Prefect's (RUNNING, COMPLETED, ...), `name` the state's own (Awaiting approval, ...).

    `at`: when it ended, began or is to begin, whichever it has come to. `department`: the code of whom it is for, None
    for central ones. `progress`: percent of what it sends. `url`: where a central coordinator looks at it.
    """

    id: str
    type: str
    name: str
    message: str
    at: datetime
    department: str | None
    preview: bool
    progress: float | None
    url: str


@dataclass(frozen=True)
class DutyState:
    """A deployment. `ended`: its newest runs, the last first. `scheduled`: the next ones, the first to begin first.

    `paused`: no schedule of it is switched on. `local`: its form has a field for a department.
    """

    name: str
    ended: tuple[Run, ...]
    running: tuple[Run, ...]
    scheduled: tuple[Run, ...]
    paused: bool
    local: bool
    url: str

    @property
    def last(self) -> Run | None:
        """The run that ended last."""
        return self.ended[0] if self.ended else None


@dataclass(frozen=True)
class Overview:
    """All duties by name, as they were `at` a moment."""

    at: datetime
    duties: Mapping[str, DutyState]


def overview() -> Overview | None:
    """How everything stands, at most a minute old; None where Prefect cannot be reached. Waits a second at most."""
    return _watch(settings().prefect_url).look()


class _Watch:
    """What one Prefect said last, and when; and when it last answered anything, be it that it is not there."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._said: Overview | None = None
        self._said_at = self._answered_at = self._began_at = -inf
        self._asking = False

    def look(self) -> Overview | None:
        with self._changed:
            if _passed(self._answered_at, FRESH_SECONDS) and not self._asking:
                self._asking, self._began_at = True, time.monotonic()
                threading.Thread(target=self._ask, args=(self._said,), daemon=True).start()
            if _passed(self._answered_at, USABLE_SECONDS):
                left = self._began_at + PATIENCE_SECONDS - time.monotonic()
                self._changed.wait_for(lambda: not self._asking, max(left, 0.0))
            return None if _passed(self._said_at, USABLE_SECONDS) else self._said

    def _ask(self, before: Overview | None) -> None:
        said, slow = None, False
        try:
            with prefect_api.client(ANSWER_SECONDS) as connection:
                said = _asked(connection, before)
        except httpx.TimeoutException:
            slow = True  # it has much to do: what it said last is shown as long as it is not too old
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            said = None  # it is not there, or what answers is not Prefect: pages say so
        finally:
            with self._changed:
                self._answered_at, self._asking = time.monotonic(), False
                if not slow:
                    self._said, self._said_at = said, self._answered_at
                self._changed.notify_all()


def _passed(moment: float, seconds: float) -> bool:
    return time.monotonic() - moment > seconds


@cache
def _watch(_url: str) -> _Watch:
    return _Watch()


def _asked(connection: httpx.Client, before: Overview | None) -> Overview:
    now = clock.now()
    found = {one["id"]: one for one in _rows(connection, "deployments", {"sort": "NAME_ASC"})}
    named = {id_: str(one["name"]) for id_, one in found.items()}
    ended = _ended(connection, named, before, now)
    running = [_run(one) for one in _runs(connection, UNDER_WAY, "EXPECTED_START_TIME_DESC")]
    running = _with_progress(connection, running)
    again = {one.run.id for one in running}  # a run that died and came back
    under_way = _by_duty(running, named)
    to_come = _by_duty((_run(one) for one in _runs(connection, ["SCHEDULED"], "EXPECTED_START_TIME_ASC")), named)
    duties = {
        name: DutyState(
            name=name,
            ended=tuple(run for run in ended.get(name, ()) if run.id not in again),
            running=tuple(under_way.get(name, ())),
            scheduled=tuple(to_come.get(name, ())),
            paused=_is_paused(found[id_]),
            local=_is_local(found[id_]),
            url=f"{settings().prefect_pages}/deployments/deployment/{id_}",
        )
        for id_, name in named.items()
    }
    return Overview(now, duties)


@dataclass(frozen=True)
class _Found:
    """A run, and the deployment it is of."""

    deployment: str
    run: Run


def _rows(connection: httpx.Client, kind: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = connection.post(f"/{kind}/filter", json={"limit": MOST, **body})
    answer.raise_for_status()
    return [dict(row) for row in answer.json()]


def _runs(connection: httpx.Client, types: Sequence[str], sort: str, **more: Any) -> list[dict[str, Any]]:
    wanted = {"state": {"type": {"any_": list(types)}}, "deployment_id": {"is_null_": False}, **more.pop("having", {})}
    return _rows(connection, "flow_runs", {"flow_runs": wanted, "sort": sort, **more})


def _ended(
    connection: httpx.Client, named: Mapping[str, str], before: Overview | None, now: datetime
) -> dict[str, list[Run]]:
    """Duty -> its newest runs. Asked of each duty the first time, afterwards only what has ended since."""
    if before is None or set(named.values()) != set(before.duties) or now - before.at > timedelta(hours=1):
        rows = [row for id_ in named for row in _runs(connection, ENDED, "END_TIME_DESC", limit=KEPT, having=_of(id_))]
        return _by_duty(map(_run, rows), named)
    since = {"end_time": {"after_": (before.at - OVERLAP).isoformat()}}
    news = _by_duty(map(_run, _runs(connection, ENDED, "END_TIME_DESC", having=since)), named)
    return {name: _newest([*news.get(name, ()), *state.ended]) for name, state in before.duties.items()}


def _newest(runs: Iterable[Run]) -> list[Run]:
    """Each once, as it was told first."""
    return list({run.id: run for run in reversed(list(runs))}.values())[::-1][:KEPT]


def _of(deployment: str) -> dict[str, Any]:
    return {"deployment_id": {"any_": [deployment]}}


def _by_duty(runs: Iterable[_Found], named: Mapping[str, str]) -> dict[str, list[Run]]:
    """Duty -> its runs, in the order given."""
    known = sorted((one for one in runs if one.deployment in named), key=lambda one: named[one.deployment])
    return {name: [one.run for one in theirs] for name, theirs in groupby(known, lambda one: named[one.deployment])}


def _run(row: Mapping[str, Any]) -> _Found:
    state = row.get("state") or {}
    asked = (row.get("parameters") or {}).get("params") or {}
    at = row.get("end_time") or row.get("start_time") or row.get("expected_start_time") or row["created"]
    return _Found(
        str(row["deployment_id"]),
        Run(
            id=str(row["id"]),
            type=str(state.get("type") or "PENDING"),
            name=str(state.get("name") or "Pending"),
            message=str(state.get("message") or ""),
            at=datetime.fromisoformat(at),
            department=_department(asked),
            preview=bool(asked.get("preview")),
            progress=None,
            url=prefect_api.flow_run_url(str(row["id"])),
        ),
    )


def _department(asked: Mapping[str, Any]) -> str | None:
    """Whom a run is for. What is no department is central: nobody else is shown it."""
    try:
        return departments.code_of(asked.get("department"))
    except ValueError:
        return None


def _with_progress(connection: httpx.Client, running: list[_Found]) -> list[_Found]:
    """The same with how far each has come, where it has said so: the newest of its progress artifacts."""
    if not running:
        return running
    wanted = {"flow_run_id": {"any_": [one.run.id for one in running]}, "type": {"any_": ["progress"]}}
    rows = _rows(connection, "artifacts", {"artifacts": wanted, "sort": "CREATED_DESC"})
    shares = {str(row["flow_run_id"]): float(row["data"]) for row in reversed(rows) if row.get("data") is not None}
    return [_Found(one.deployment, replace(one.run, progress=shares.get(one.run.id))) for one in running]


def _is_paused(deployment: Mapping[str, Any]) -> bool:
    schedules = deployment.get("schedules") or []
    return bool(deployment.get("paused")) or (bool(schedules) and not any(one.get("active") for one in schedules))


def _is_local(deployment: Mapping[str, Any]) -> bool:
    schema = deployment.get("parameter_openapi_schema") or {}
    return any("department" in (form.get("properties") or {}) for form in (schema.get("definitions") or {}).values())
